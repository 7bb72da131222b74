package eval

import (
	"errors"
	"math"

	"spl/exec/column"
	"spl/exec/value"
)

// errArgs makes a call fail as "the arguments are invalid".
var errArgs = errors.New("invalid arguments")

// always makes the new of a function that needs no preparation.
func always(k kernel) func(*site) (kernel, error) {
	return func(*site) (kernel, error) { return k, nil }
}

// rows makes a kernel of a function over values.
func rows(f func(args []value.Value) value.Value) func(*site) (kernel, error) {
	return always(kernel{row: f})
}

// text1 makes a kernel of a function of one text; ok false is null.
func text1(f func(s string) (string, bool)) kernel {
	return appending(func(dst []byte, s string) ([]byte, bool) {
		s, ok := f(s)
		return append(dst, s...), ok
	})
}

// appending makes a kernel of a function that appends its result to dst; ok false is null.
func appending(f func(dst []byte, s string) ([]byte, bool)) kernel {
	return kernel{
		row: func(args []value.Value) value.Value {
			if s, ok := f(nil, args[0].Text()); ok {
				return value.OfString(string(s))
			}
			return value.Value{}
		},
		vec: func(args []column.Vec, n int) column.Vec {
			d, ok := args[0].(*column.Dict)
			if !ok || !onlyFirst(args) {
				return nil
			}
			return appendAll(column.NewStringBuilder(), d, f)
		},
	}
}

// appendAll builds the results of f over d.
func appendAll(b *column.TextBuilder, d *column.Dict, f func(dst []byte, s string) ([]byte, bool)) column.Vec {
	var buf []byte
	for _, c := range d.Codes {
		if c != 0 {
			var ok bool
			if buf, ok = f(buf[:0], d.D.Text(int(c-1))); ok {
				b.AppendBytes(buf)
				continue
			}
		}
		b.AppendNull()
	}
	return b.Build()
}

// onlyFirst reports whether the other arguments are constants that are there.
func onlyFirst(args []column.Vec) bool {
	for _, a := range args[1:] {
		if c, ok := a.(*column.Const); !ok || c.V.IsNull() || c.V.Kind() == value.Multi {
			return false
		}
	}
	return true
}

// test1 makes a kernel of a predicate over one text, argument at; the others are constants that f
// knows. Null is false.
func test1(at int, f func(s string) bool) kernel {
	return kernel{
		row: func(args []value.Value) value.Value {
			return value.OfBool(!args[at].IsNull() && f(args[at].Text()))
		},
		vec: func(args []column.Vec, n int) column.Vec {
			d, ok := args[at].(*column.Dict)
			if !ok {
				return nil
			}
			return fillBool(n, func(i int) bool {
				c := d.Codes[i]
				return c != 0 && f(d.D.Text(int(c-1)))
			})
		},
	}
}

// digitRule says how many digits of a numeric function's result count.
type digitRule uint8

const (
	keepDigits digitRule = iota // those of the argument
	allDigits
)

// num1 makes a kernel of a function of one number; NaN is null.
func num1(f func(x float64) float64, rule digitRule) kernel {
	prec := func(x float64, p value.Prec) value.Prec {
		if rule == allDigits {
			return value.Exact
		}
		return value.FuncPrec(x, p)
	}
	return kernel{
		row: func(args []value.Value) value.Value {
			x, p, ok := readNumber(args[0])
			if !ok {
				return value.Value{}
			}
			return number(f(x), prec(x, p))
		},
		vec: func(args []column.Vec, n int) column.Vec {
			a, ok := numbersOf(args[0], n, false)
			if !ok || a.mask == 0 {
				return nil
			}
			return num1Vec(a, n, f, prec)
		},
	}
}

func num1Vec(a numbers, n int, f func(float64) float64, prec func(float64, value.Prec) value.Prec) column.Vec {
	out := &column.Float{F: make([]float64, n), Nulls: merged(a.bad, nil)}
	if !a.exact() {
		out.P = make([]value.Prec, n)
	}
	for i := range out.F {
		x := a.f[i]
		y := f(x)
		if math.IsNaN(y) {
			out.Nulls = out.Nulls.Marked(i, n)
		}
		out.F[i] = y
		if out.P != nil {
			out.P[i] = prec(x, a.p[i&a.pmask])
		}
	}
	return out
}

// number is a computed number; NaN is null.
func number(f float64, p value.Prec) value.Value {
	if math.IsNaN(f) {
		return value.Value{}
	}
	return value.OfNumber(f, p)
}

// integer reads a whole number.
func integer(v value.Value) (int64, bool) {
	f, _, ok := readNumber(v)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}
