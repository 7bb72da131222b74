package eval

import (
	"strconv"

	"spl/exec/column"
	"spl/exec/value"
)

// concatNode joins the texts of its parts; a null or a multivalue makes null.
type concatNode struct{ parts []*expr }

func (x *concatNode) eval(f *frame) column.Vec {
	cols := make([]appender, len(x.parts))
	for i, p := range x.parts {
		cols[i] = appenderOf(p.eval(f))
	}
	b := column.NewStringBuilder()
	var buf []byte
rows:
	for i := range f.n {
		buf = buf[:0]
		for _, add := range cols {
			var ok bool
			if buf, ok = add(buf, i); !ok {
				b.AppendNull()
				continue rows
			}
		}
		b.AppendBytes(buf)
	}
	return b.Build()
}

// appender appends the text of a row; false if the row is null or a multivalue.
type appender func(dst []byte, i int) ([]byte, bool)

func appenderOf(v column.Vec) appender {
	switch v := v.(type) {
	case *column.Const:
		if v.V.IsNull() || v.V.Kind() == value.Multi {
			return func(dst []byte, i int) ([]byte, bool) { return dst, false }
		}
		s := v.V.Text()
		return func(dst []byte, i int) ([]byte, bool) { return append(dst, s...), true }
	case *column.Dict:
		return func(dst []byte, i int) ([]byte, bool) {
			if v.Codes[i] == 0 {
				return dst, false
			}
			return append(dst, v.D.Text(int(v.Codes[i]-1))...), true
		}
	case *column.Int:
		return func(dst []byte, i int) ([]byte, bool) {
			return strconv.AppendInt(dst, v.V[i], 10), !v.Nulls.Get(i)
		}
	case *column.Float:
		return func(dst []byte, i int) ([]byte, bool) {
			return value.AppendNumber(dst, v.F[i], v.PrecAt(i)), !v.Nulls.Get(i)
		}
	case *column.Time:
		return func(dst []byte, i int) ([]byte, bool) {
			return column.AppendTime(dst, v.V[i]), !v.Nulls.Get(i)
		}
	}
	return func(dst []byte, i int) ([]byte, bool) {
		x := v.At(i)
		if x.IsNull() || x.Kind() == value.Multi {
			return dst, false
		}
		return append(dst, x.Text()...), true
	}
}

// plusNode is + between operands of unknown type: a sum of numbers, else the joined texts.
type plusNode struct{ l, r *expr }

func (x *plusNode) eval(f *frame) column.Vec {
	l, r := x.l.eval(f), x.r.eval(f)
	a, ok := numbersOf(l, f.n, true)
	b, okb := numbersOf(r, f.n, true)
	if ok && okb && !a.all && !b.all && a.bad == nil && b.bad == nil {
		return arithVec('+', a, b, f.n)
	}
	out := newCollector(f.n, false)
	for i := range f.n {
		out.add(plus(l.At(i), r.At(i)))
	}
	return out.vec()
}

func plus(l, r value.Value) value.Value {
	if l.IsNull() || r.IsNull() || l.Kind() == value.Multi || r.Kind() == value.Multi {
		return value.Value{}
	}
	a, pa, ok := l.Number()
	b, pb, okb := r.Number()
	if ok && okb {
		return value.OfNumber(a+b, value.AddPrec(a, pa, b, pb))
	}
	return value.OfString(l.Text() + r.Text())
}
