package eval

import (
	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

// truth returns the rows of a column that are true; null and what is no Boolean count as false. The
// bitmap may be shared: do not change it.
func truth(v column.Vec, n int) column.Bitmap {
	switch v := v.(type) {
	case *column.Bool:
		return v.Bits
	case *column.Const:
		if v.V.True() {
			return column.FullBitmap(n)
		}
		return column.NewBitmap(n)
	case *column.Any:
		return fill(n, func(i int) bool { return v.V[i].True() })
	}
	return column.NewBitmap(n)
}

// within evaluates a predicate on the rows of want only and returns the true ones among them. A few
// rows are gathered first; of many, the others are evaluated in vain.
func within(x *expr, f *frame, want column.Bitmap) column.Bitmap {
	n := want.Count()
	if n == 0 {
		return want
	}
	if n*sparse >= f.n || x.cheap {
		out := truth(x.eval(f), f.n).Clone()
		out.And(want)
		return out
	}
	rows := want.Rows(make([]uint32, 0, n))
	got := truth(x.eval(f.pick(rows)), n)
	out := column.NewBitmap(f.n)
	for i, r := range rows {
		if got.Get(i) {
			out.Set(int(r))
		}
	}
	return out
}

// without returns the rows of a that b does not have.
func without(a, b column.Bitmap) column.Bitmap {
	out := a.Clone()
	out.AndNot(b)
	return out
}

// logicNode is AND, OR, XOR.
type logicNode struct {
	op   byte // A, O, X
	l, r *expr
}

func (x *logicNode) eval(f *frame) column.Vec {
	l := truth(x.l.eval(f), f.n)
	out := &column.Bool{N: f.n}
	switch x.op {
	case 'A':
		out.Bits = within(x.r, f, l)
	case 'O':
		out.Bits = within(x.r, f, without(column.FullBitmap(f.n), l))
		if !out.Bits.Any() {
			out.Bits = l
			break
		}
		out.Bits.Or(l)
	default:
		r := truth(x.r.eval(f), f.n)
		out.Bits = without(l, r)
		out.Bits.Or(without(r, l))
	}
	return out
}

type notNode struct{ x *expr }

func (x *notNode) eval(f *frame) column.Vec {
	return &column.Bool{Bits: without(column.FullBitmap(f.n), truth(x.x.eval(f), f.n)), N: f.n}
}

// inList compiles x IN (list) and in(x, …).
func (k *compiler) inList(span lang.Span, es []lang.Expr) *expr {
	args, ok := k.exprs(es)
	if !ok {
		return nil
	}
	n := &inNode{x: args[0]}
	for _, a := range args[1:] {
		if a.typ != Unknown && a.typ != NullLit && args[0].typ != Unknown && a.typ != args[0].typ {
			// Values of another type can never be equal; Splunk refuses them only in comparisons.
			continue
		}
		if a.konst && a.val.Kind() != value.Multi {
			n.consts = append(n.consts, a.val)
			continue
		}
		n.rest = append(n.rest, a)
	}
	n.index()
	return k.make(n, Boolean, span, args...)
}

// inNode is IN: true if x equals an item. The constant items are a set of texts and one of numbers.
type inNode struct {
	x      *expr
	consts []value.Value
	rest   []*expr

	texts map[string]bool  // items that are texts of string expressions
	nums  map[float64]bool // items that are numbers
}

func (x *inNode) index() {
	x.texts, x.nums = map[string]bool{}, map[float64]bool{}
	for _, v := range x.consts {
		switch v.Kind() {
		case value.String:
			x.texts[v.Text()] = true
		case value.Number:
			f, _, _ := v.Number()
			x.nums[f] = true
		}
	}
}

func (x *inNode) eval(f *frame) column.Vec {
	v := x.x.eval(f)
	var flat column.Vec
	switch v := v.(type) {
	case *column.Dict:
		flat = overDict(v, x.constants)
	case *column.List:
		inner := overDict(v.Inner, x.constants)
		flat = anyOfRow(v, truth(inner, len(v.Inner.Codes)))
	default:
		flat = fillBool(f.n, func(i int) bool { return x.has(v.At(i)) })
	}
	out := truth(flat, f.n).Clone()
	for _, item := range x.rest {
		out.Or(truth(compareVec(lang.OpEq, v, item.eval(f), f.n), f.n))
	}
	return &column.Bool{Bits: out, N: f.n}
}

func (x *inNode) constants(d *column.Dict) column.Vec {
	return fillBool(len(d.Codes), func(i int) bool { return x.has(d.At(i)) })
}

// has looks v up among the constant items.
func (x *inNode) has(v value.Value) bool {
	switch v.Kind() {
	case value.Null:
		return false
	case value.Multi:
		for _, s := range v.List() {
			if x.has(value.OfText(s)) {
				return true
			}
		}
		return false
	}
	if x.texts[v.Text()] {
		return true
	}
	if len(x.nums) == 0 {
		return false
	}
	f, _, ok := v.Number()
	return ok && x.nums[f]
}

func fillBool(n int, test func(i int) bool) *column.Bool {
	return &column.Bool{Bits: fill(n, test), N: n}
}

// anyOfRow returns which rows of a list have a value whose bit is set.
func anyOfRow(v *column.List, bits column.Bitmap) *column.Bool {
	return fillBool(v.Len(), func(i int) bool {
		for j := v.Offsets[i]; j < v.Offsets[i+1]; j++ {
			if bits.Get(int(j)) {
				return true
			}
		}
		return false
	})
}
