package eval

import (
	"strings"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

// compareNode is = != < <= > >=.
type compareNode struct {
	op   lang.CompareOp
	l, r *expr
}

func (c *compareNode) eval(f *frame) column.Vec {
	return compareVec(c.op, c.l.eval(f), c.r.eval(f), f.n)
}

// holds reports whether an order fits an operator.
func holds(op lang.CompareOp, order int) bool {
	switch op {
	case lang.OpEq:
		return order == 0
	case lang.OpNe:
		return order != 0
	case lang.OpLt:
		return order < 0
	case lang.OpLe:
		return order <= 0
	case lang.OpGt:
		return order > 0
	}
	return order >= 0
}

// compare is one row of a comparison: 1 true, 0 false, -1 null.
func compare(op lang.CompareOp, a, b value.Value) int {
	switch {
	case a.IsNull() || b.IsNull():
		return -1
	case a.Kind() == value.Multi || b.Kind() == value.Multi:
		return compareLists(op, a, b)
	case holds(op, order(a, b)):
		return 1
	}
	return 0
}

// compareLists is true if any value of one compares true with any of the other.
func compareLists(op lang.CompareOp, a, b value.Value) int {
	for _, x := range singles(a) {
		for _, y := range singles(b) {
			if holds(op, order(x, y)) {
				return 1
			}
		}
	}
	return 0
}

func singles(v value.Value) []value.Value {
	if v.Kind() != value.Multi {
		return []value.Value{v}
	}
	out := make([]value.Value, len(v.List()))
	for i, s := range v.List() {
		out[i] = value.OfText(s)
	}
	return out
}

// order compares two single values: as numbers if both are, as text if one is the result of a string
// expression; a number otherwise comes before a word.
func order(a, b value.Value) int {
	if a.Kind() == value.String || b.Kind() == value.String {
		return strings.Compare(a.Text(), b.Text())
	}
	x, _, ok := a.Number()
	y, _, okb := b.Number()
	switch {
	case ok && okb:
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	case ok && a.Kind() == value.Number:
		return -1
	case okb && b.Kind() == value.Number:
		return 1
	}
	return strings.Compare(a.Text(), b.Text())
}

func compareVec(op lang.CompareOp, l, r column.Vec, n int) column.Vec {
	if out := compareText(op, l, r, n); out != nil {
		return out
	}
	if out := compareList(op, l, r); out != nil {
		return out
	}
	a, ok := numbersOf(l, n, true)
	b, okb := numbersOf(r, n, true)
	if ok && okb && !a.all && !b.all {
		return compareNumbers(op, l, r, a, b, n)
	}
	out := &column.Bool{Bits: column.NewBitmap(n), N: n}
	for i := range n {
		set(out, i, compare(op, l.At(i), r.At(i)))
	}
	return out
}

// compareList compares multivalues with a constant, each distinct value once; nil for other columns.
func compareList(op lang.CompareOp, l, r column.Vec) column.Vec {
	list, ok := l.(*column.List)
	konst, okc := r.(*column.Const)
	swapped := false
	if !ok || !okc {
		list, ok = r.(*column.List)
		konst, okc = l.(*column.Const)
		swapped = true
	}
	if !ok || !okc || konst.V.IsNull() || konst.V.Kind() == value.Multi {
		return nil
	}
	flat := overDict(list.Inner, func(d *column.Dict) column.Vec {
		k := &column.Const{V: konst.V, N: len(d.Codes)}
		if swapped {
			return compareVec(op, k, d, k.N)
		}
		return compareVec(op, d, k, k.N)
	})
	out := anyOfRow(list, truth(flat, len(list.Inner.Codes)))
	out.Nulls = nullsOf(list, list.Len())
	return out
}

// set writes a verdict: 1 true, 0 false, -1 null.
func set(out *column.Bool, i, verdict int) {
	switch {
	case verdict > 0:
		out.Bits.Set(i)
	case verdict < 0:
		out.Nulls = out.Nulls.Marked(i, out.N)
	}
}

// compareNumbers compares the rows where both sides are numbers in one loop, then looks at the others.
func compareNumbers(op lang.CompareOp, l, r column.Vec, a, b numbers, n int) column.Vec {
	out := &column.Bool{Bits: fill(n, numericTest(op, a, b)), N: n}
	rest := merged(a.bad, b.bad)
	if rest == nil {
		return out
	}
	out.Bits.AndNot(rest)
	rest.Each(func(i int) { set(out, i, compare(op, l.At(i), r.At(i))) })
	return out
}

func numericTest(op lang.CompareOp, a, b numbers) func(i int) bool {
	af, am, bf, bm := a.f, a.mask, b.f, b.mask
	switch op {
	case lang.OpEq:
		return func(i int) bool { return af[i&am] == bf[i&bm] }
	case lang.OpNe:
		return func(i int) bool { return af[i&am] != bf[i&bm] }
	case lang.OpLt:
		return func(i int) bool { return af[i&am] < bf[i&bm] }
	case lang.OpLe:
		return func(i int) bool { return af[i&am] <= bf[i&bm] }
	case lang.OpGt:
		return func(i int) bool { return af[i&am] > bf[i&bm] }
	}
	return func(i int) bool { return af[i&am] >= bf[i&bm] }
}

// fill sets the bits of the rows for which test holds.
func fill(n int, test func(i int) bool) column.Bitmap {
	out := column.NewBitmap(n)
	for w := range out {
		var word uint64
		for i := w * 64; i < min(w*64+64, n); i++ {
			if test(i) {
				word |= 1 << (i & 63)
			}
		}
		out[w] = word
	}
	return out
}

// compareText compares single texts of which one side is the result of a string expression; nil for
// other columns.
func compareText(op lang.CompareOp, l, r column.Vec, n int) column.Vec {
	a, astr, ok := textsOf(l)
	b, bstr, okb := textsOf(r)
	if !ok || !okb || !astr && !bstr {
		return nil
	}
	out := &column.Bool{N: n, Nulls: merged(nullsOf(l, n), nullsOf(r, n))}
	switch op {
	case lang.OpEq:
		out.Bits = fill(n, func(i int) bool { return a(i) == b(i) })
	case lang.OpNe:
		out.Bits = fill(n, func(i int) bool { return a(i) != b(i) })
	default:
		out.Bits = fill(n, func(i int) bool { return holds(op, strings.Compare(a(i), b(i))) })
	}
	if out.Nulls != nil {
		out.Bits.AndNot(out.Nulls)
	}
	return out
}

// textsOf reads a column of single texts; str tells that they are results of string expressions.
func textsOf(v column.Vec) (text func(i int) string, str, ok bool) {
	switch v := v.(type) {
	case *column.Dict:
		return v.Text, v.Str, true
	case *column.Const:
		if k := v.V.Kind(); k == value.String || k == value.Text {
			s := v.V.Text()
			return func(int) string { return s }, k == value.String, true
		}
	}
	return nil, false, false
}

// nullsOf returns the null rows of a column; nil: none.
func nullsOf(v column.Vec, n int) column.Bitmap {
	switch v := v.(type) {
	case *column.Const:
		if v.V.IsNull() {
			return column.FullBitmap(n)
		}
		return nil
	case *column.Int:
		return v.Nulls
	case *column.Float:
		return v.Nulls
	case *column.Time:
		return v.Nulls
	case *column.Bool:
		return v.Nulls
	case *column.List:
		if none := fill(n, func(i int) bool { return v.Offsets[i] == v.Offsets[i+1] }); none.Any() {
			return none
		}
		return nil
	case *column.Dict:
		codes := v.Codes
		if none := fill(n, func(i int) bool { return codes[i] == 0 }); none.Any() {
			return none
		}
		return nil
	}
	if none := fill(n, v.Null); none.Any() {
		return none
	}
	return nil
}
