package eval

import (
	"math"

	"spl/exec/column"
	"spl/exec/value"
)

// numbers is a column read as numbers: row i is f[i&mask] with precision p[i&pmask]; rows in bad are
// null or no number. A mask of zero means the same in every row.
type numbers struct {
	f     []float64
	mask  int
	p     []value.Prec
	pmask int
	bad   column.Bitmap // nil: none
	all   bool          // bad: every row
}

const everyRow = -1

var exactRow = []value.Prec{value.Exact}

// readNumber is the number that v stands for where one is wanted: unlike in comparisons, the result of
// a string expression will do.
func readNumber(v value.Value) (float64, value.Prec, bool) {
	if v.Kind() == value.String {
		return value.ParseNumber(v.Text())
	}
	return v.Number()
}

// numbersOf reads a column of n rows; false for kinds that need a look at each row. strict: string
// expressions are no numbers.
func numbersOf(v column.Vec, n int, strict bool) (numbers, bool) {
	switch v := v.(type) {
	case *column.Const:
		return constNumbers(v.V, strict)
	case *column.Dict:
		if strict && v.Str {
			return numbers{}, false
		}
		return dictNumbers(v, n), true
	case *column.Int:
		return intNumbers(v), true
	case *column.Float:
		if v.P != nil {
			return numbers{f: v.F, mask: everyRow, p: v.P, pmask: everyRow, bad: v.Nulls}, true
		}
		return numbers{f: v.F, mask: everyRow, p: []value.Prec{v.Prec}, bad: v.Nulls}, true
	case *column.Time:
		return timeNumbers(v), true
	case *column.Bool:
		return numbers{all: true}, !strict
	}
	return numbers{}, false
}

func constNumbers(v value.Value, strict bool) (numbers, bool) {
	if strict && v.Kind() == value.String || v.Kind() == value.Multi || strict && v.Kind() == value.Bool {
		return numbers{}, false
	}
	f, p, ok := readNumber(v)
	return numbers{f: []float64{f}, p: []value.Prec{p}, all: !ok}, true
}

func dictNumbers(v *column.Dict, n int) numbers {
	out := numbers{f: make([]float64, n), mask: everyRow, p: exactRow}
	if v.D.Len() > 2*n {
		// Reading the whole dictionary would cost more than reading the rows.
		out.p, out.pmask = make([]value.Prec, n), everyRow
		for i := range n {
			f, p, ok := value.ParseNumber(v.Text(i))
			if !ok {
				out.bad = out.bad.Marked(i, n)
			}
			out.f[i], out.p[i] = f, p
		}
		return out
	}
	nums := v.D.Numbers()
	precise := anyPrecise(v.D, nums)
	if precise {
		out.p, out.pmask = make([]value.Prec, n), everyRow
	}
	for i, c := range v.Codes {
		if c == 0 || !nums.All && !nums.Ok.Get(int(c-1)) {
			out.bad = out.bad.Marked(i, n)
			continue
		}
		out.f[i] = nums.F[c-1]
		if precise {
			out.p[i] = nums.P[c-1]
		}
	}
	return out
}

// preciseKey is where a dictionary keeps whether one of its numbers has limited digits.
type preciseKey struct{}

func anyPrecise(d *column.Dictionary, nums *column.Numbers) bool {
	got := d.Memo(preciseKey{}, func() any {
		for _, p := range nums.P {
			if p != value.Exact {
				return true
			}
		}
		return false
	})
	return got == true
}

func intNumbers(v *column.Int) numbers {
	out := numbers{f: make([]float64, len(v.V)), mask: everyRow, p: exactRow, bad: v.Nulls}
	for i, n := range v.V {
		out.f[i] = float64(n)
	}
	return out
}

func timeNumbers(v *column.Time) numbers {
	out := numbers{f: make([]float64, len(v.V)), mask: everyRow, p: exactRow, bad: v.Nulls}
	for i, us := range v.V {
		if us%1e6 == 0 {
			out.f[i] = float64(us / 1e6)
			continue
		}
		if out.pmask == 0 {
			out.p, out.pmask = make([]value.Prec, len(v.V)), everyRow
		}
		// The nearest double of the decimal text, without making the text.
		out.f[i], out.p[i] = float64(us)/1e6, value.Decimals(6)
		if us%1e3 == 0 {
			out.p[i] = value.Decimals(3)
		}
	}
	return out
}

// exact reports whether no row has limited digits.
func (x *numbers) exact() bool { return x.pmask == 0 && (len(x.p) == 0 || x.p[0] == value.Exact) }

// arithNode is + - * / % on numbers; what is no number makes null.
type arithNode struct {
	op   byte
	l, r *expr
}

func (x *arithNode) eval(f *frame) column.Vec {
	l, r := x.l.eval(f), x.r.eval(f)
	a, ok := numbersOf(l, f.n, false)
	b, okb := numbersOf(r, f.n, false)
	if !ok || !okb {
		out := newCollector(f.n, false)
		for i := range f.n {
			out.add(arith(x.op, l.At(i), r.At(i)))
		}
		return out.vec()
	}
	return arithVec(x.op, a, b, f.n)
}

// arith is one row of arithNode.
func arith(op byte, l, r value.Value) value.Value {
	a, pa, ok := readNumber(l)
	b, pb, okb := readNumber(r)
	if !ok || !okb || (op == '/' || op == '%') && b == 0 {
		return value.Value{}
	}
	switch op {
	case '+':
		return value.OfNumber(a+b, value.AddPrec(a, pa, b, pb))
	case '-':
		return value.OfNumber(a-b, value.AddPrec(a, pa, b, pb))
	case '*':
		return value.OfNumber(a*b, value.MulPrec(a, pa, b, pb))
	case '/':
		return value.OfNumber(a/b, value.MulPrec(a, pa, b, pb))
	}
	return value.OfNumber(mod(a, b), value.MulPrec(a, pa, b, pb))
}

// mod is the remainder with the sign of a. Whole numbers take the short way.
func mod(a, b float64) float64 {
	if math.Abs(a) < 1<<53 && math.Abs(b) < 1<<53 {
		if x, y := int64(a), int64(b); float64(x) == a && float64(y) == b && y != 0 {
			return float64(x % y)
		}
	}
	return math.Mod(a, b)
}

func arithVec(op byte, a, b numbers, n int) column.Vec {
	if a.all || b.all {
		return column.Nulls(n)
	}
	out := &column.Float{F: make([]float64, n), Nulls: merged(a.bad, b.bad)}
	f, af, am, bf, bm := out.F, a.f, a.mask, b.f, b.mask
	switch op {
	case '+':
		for i := range f {
			f[i] = af[i&am] + bf[i&bm]
		}
	case '-':
		for i := range f {
			f[i] = af[i&am] - bf[i&bm]
		}
	case '*':
		for i := range f {
			f[i] = af[i&am] * bf[i&bm]
		}
	case '/':
		for i := range f {
			f[i] = af[i&am] / bf[i&bm]
		}
	case '%':
		for i := range f {
			f[i] = mod(af[i&am], bf[i&bm])
		}
	}
	if op == '/' || op == '%' {
		for i := range f {
			if bf[i&bm] == 0 {
				out.Nulls = out.Nulls.Marked(i, n)
			}
		}
	}
	limit(out, op, a, b)
	return out
}

// limit works out the precision of the rows of an arithmetic result.
func limit(out *column.Float, op byte, a, b numbers) {
	if a.exact() && b.exact() {
		return
	}
	prec := value.MulPrec
	if op == '+' || op == '-' {
		prec = value.AddPrec
	}
	out.P = make([]value.Prec, len(out.F))
	for i := range out.P {
		out.P[i] = prec(a.f[i&a.mask], a.p[i&a.pmask], b.f[i&b.mask], b.p[i&b.pmask])
	}
}

// merged returns the union of two bitmaps, either of which may be nil, as one of its own.
func merged(a, b column.Bitmap) column.Bitmap {
	switch {
	case a == nil && b == nil:
		return nil
	case a == nil:
		return b.Clone()
	}
	out := a.Clone()
	if b != nil {
		out.Or(b)
	}
	return out
}

// signNode is the unary + and -.
type signNode struct {
	x     *expr
	minus bool
}

func (s *signNode) eval(f *frame) column.Vec {
	out := newCollector(f.n, false)
	v := s.x.eval(f)
	if a, ok := numbersOf(v, f.n, false); ok {
		zero := numbers{f: []float64{0}, p: exactRow}
		if a.all {
			return column.Nulls(f.n)
		}
		r := arithVec('+', a, zero, f.n).(*column.Float)
		for i := range r.F {
			if s.minus {
				r.F[i] = -r.F[i]
			}
		}
		s.restore(r, a)
		return r
	}
	for i := range f.n {
		x, p, ok := readNumber(v.At(i))
		switch {
		case !ok:
			out.add(value.Value{})
		case s.minus:
			out.add(value.OfNumber(-x, p))
		default:
			out.add(value.OfNumber(x, p))
		}
	}
	return out.vec()
}

// restore gives the result the precision of the operand itself, which a sum does not keep.
func (s *signNode) restore(r *column.Float, a numbers) {
	if a.exact() {
		return
	}
	r.P = make([]value.Prec, len(r.F))
	for i := range r.P {
		r.P[i] = a.p[i&a.pmask]
	}
}
