package eval

import (
	"math"
	"strings"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

func init() {
	register("mathematical",
		math1("abs", "The number without its sign.", math.Abs, keepDigits, Example{`abs(-5)`, "5"}),
		math1("ceil", "The next whole number upwards.", math.Ceil, allDigits, Example{`ceil(1.9)`, "2"}),
		math1("ceiling", "The same as ceil().", math.Ceil, allDigits, Example{`ceiling(-1.1)`, "-1"}),
		math1("floor", "The next whole number downwards.", math.Floor, allDigits, Example{`floor(-1.1)`, "-2"}),
		math1("exact", "The number with all its digits, however few its operands had.", func(x float64) float64 { return x }, allDigits,
			Example{`exact(1/3)`, "0.3333333333333333"}, Example{`8.250*exact(0.2)`, "1.650"}),
		math1("exp", "e to the power of the number.", exp, keepDigits, Example{`exp(3)`, "20.085536923187668"}),
		math1("ln", "The natural logarithm; null for zero and below.", positive(ln), keepDigits, Example{`ln(1)`, "0"}, Example{`ln(0)`, ""}),
		math1("sqrt", "The square root; null below zero.", math.Sqrt, keepDigits, Example{`sqrt(9)`, "3"}, Example{`sqrt(-4)`, ""}),
		&Func{Name: "log", Min: 1, Max: 2, Usage: "log(<number>[, <base>])", Pure: true, result: Num, args: []argKind{numArg}, new: rows(logOf),
			Doc:      "The logarithm to a base, 10 by default; null for zero and below.",
			Examples: []Example{{`log(100)`, "2"}, {`log(1000)`, "3"}, {`log(8, 2)`, "3"}, {`log(0)`, ""}}},
		&Func{Name: "pow", Min: 2, Max: 2, Usage: "pow(<number>, <exponent>)", Pure: true, result: Num, args: []argKind{numArg},
			new:      rows(num2(pow)),
			Doc:      "A power.",
			Examples: []Example{{`pow(2, 10)`, "1024"}, {`pow(2.5, 2)`, "6.3"}, {`pow(2, -1)`, "0.5"}, {`pow(2, 0.5)`, "1"}}},
		&Func{Name: "pi", Min: 0, Max: 0, Usage: "pi()", Pure: true, result: Num, new: constant(value.OfNumber(3.14159265358, value.Digits(12))),
			Doc: "The constant pi, to 12 digits.", Examples: []Example{{`pi()`, "3.14159265358"}, {`acos(0)*180/pi()`, "90.0000000003"}}},
		&Func{Name: "round", Min: 1, Max: 2, Usage: "round(<number>[, <decimals>])", Pure: true, result: Num, args: []argKind{numArg}, new: newRound,
			Doc:      "Rounds, halves away from zero. With decimals given exactly so many are shown.",
			Examples: []Example{{`round(3.5)`, "4"}, {`round(-2.5)`, "-3"}, {`round(2.555, 2)`, "2.56"}, {`round(10, 2)`, "10.00"}}},
		&Func{Name: "sigfig", Min: 1, Max: 1, Usage: "sigfig(<number>)", Pure: true, result: Num, args: []argKind{numArg}, new: rows(sigfig),
			Doc: "Rounds to the digits that count, those before the point included.",
			Examples: []Example{{`sigfig(1.00*1111)`, "1110"}, {`sigfig(123.0+4.567)`, "127.6"}, {`sigfig(1.23456)`, "1.23456"},
				{`sigfig(10/3)`, "3.3333333333333335"}}},
	)
	register("statistical",
		&Func{Name: "sum", Min: 1, Max: -1, Usage: "sum(<number>, ...)", Pure: true, result: Num, args: []argKind{strictNumArg}, nulls: true, multi: multiPass,
			new:      rows(func(args []value.Value) value.Value { s, n := total(args); return mean(s, n, 1) }),
			Doc:      "The sum of all numbers among the arguments, all values of multivalues included; words and nulls are skipped.",
			Examples: []Example{{`sum(1, 2, 3)`, "6"}, {`sum(nosuch, 2)`, "2"}, {`sum(split("1 2 3", " "))`, "6"}}},
		&Func{Name: "avg", Min: 1, Max: -1, Usage: "avg(<number>, ...)", Pure: true, result: Num, args: []argKind{strictNumArg}, nulls: true, multi: multiPass,
			new:      rows(func(args []value.Value) value.Value { s, n := total(args); return mean(s, n, n) }),
			Doc:      "The mean of all numbers among the arguments; words and nulls are skipped.",
			Examples: []Example{{`avg(1, 2, 3)`, "2"}, {`avg(nosuch, 2, 3)`, "2.5"}}},
		extreme("max", "The largest argument. Text is larger than any number; nulls take no part.", 1,
			Example{`max(1, 3, 2)`, "3"}, Example{`max(1, "a", 3)`, "a"}, Example{`max(split("1 3 5 6 4 2", " "))`, "6"}, Example{`max("abc", null())`, "abc"}),
		extreme("min", "The smallest argument. Numbers are smaller than any text; nulls take no part.", -1,
			Example{`min(3, "a")`, "3"}, Example{`min("10", "9")`, "10"}, Example{`min(null(), 3)`, "3"}),
		&Func{Name: "random", Min: 0, Max: 0, Usage: "random()", Doc: "A whole number from 0 to 2147483647, another one in every row.", form: randomForm,
			Examples: []Example{{`if(isint(random()), "y", "n")`, "y"}}},
	)
}

func math1(name, doc string, f func(float64) float64, rule digitRule, ex ...Example) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<number>)", Doc: doc, Pure: true, result: Num, args: []argKind{numArg},
		Examples: ex, new: always(num1(f, rule))}
}

// positive makes a function undefined for zero and below.
func positive(f func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		if x <= 0 {
			return math.NaN()
		}
		return f(x)
	}
}

// num2 makes a function of two numbers with the fewer digits of both; NaN is null.
func num2(f func(x, y float64) float64) func(args []value.Value) value.Value {
	return func(args []value.Value) value.Value {
		x, p, ok := readNumber(args[0])
		y, q, ok2 := readNumber(args[1])
		if !ok || !ok2 {
			return value.Value{}
		}
		return number(f(x, y), value.MulPrec(x, p, y, q))
	}
}

func logOf(args []value.Value) value.Value {
	x, p, ok := readNumber(args[0])
	if !ok || x <= 0 {
		return value.Value{}
	}
	if len(args) == 1 {
		return number(log10(x), value.FuncPrec(x, p))
	}
	b, q, ok := readNumber(args[1])
	if !ok || b <= 0 || b == 1 {
		return value.Value{}
	}
	return number(logBase(x, b), value.MulPrec(x, p, b, q))
}

// maxDecimals bounds the decimals of round: a double has no more to show.
const maxDecimals = 300

func newRound(s *site) (kernel, error) {
	if len(s.args) == 1 {
		return num1(func(x float64) float64 { return value.Round(x, 0) }, allDigits), nil
	}
	row := func(args []value.Value) value.Value {
		x, _, ok := readNumber(args[0])
		d, okd := integer(args[1])
		if !ok || !okd || d < 0 || d > maxDecimals {
			return value.Value{}
		}
		return roundTo(x, int(d))
	}
	k := kernel{row: row}
	d, ok := s.konst(1)
	n, okn := integer(d)
	if ok && okn && n > 0 && n <= maxDecimals {
		k.vec = func(args []column.Vec, rows int) column.Vec {
			a, ok := numbersOf(args[0], rows, false)
			if !ok || a.mask == 0 {
				return nil
			}
			out := &column.Float{F: make([]float64, rows), Prec: value.Decimals(int(n)), Nulls: merged(a.bad, nil)}
			for i := range out.F {
				out.F[i] = value.Round(a.f[i], int(n))
			}
			return out
		}
	}
	return k, nil
}

// roundTo shows d decimals; none is a plain whole number.
func roundTo(x float64, d int) value.Value {
	if d == 0 {
		return number(value.Round(x, 0), value.Exact)
	}
	return number(value.Round(x, d), value.Decimals(d))
}

func sigfig(args []value.Value) value.Value {
	x, p, ok := readNumber(args[0])
	if !ok {
		return value.Value{}
	}
	return value.OfNumber(value.Significant(x, p))
}

// total adds up what is a number among the arguments and counts it.
func total(args []value.Value) (sum float64, n int) {
	for _, a := range args {
		if a.Kind() == value.Multi {
			for _, s := range a.List() {
				if x, _, ok := value.ParseNumber(s); ok {
					sum, n = sum+x, n+1
				}
			}
			continue
		}
		if x, _, ok := readNumber(a); ok {
			sum, n = sum+x, n+1
		}
	}
	return sum, n
}

// mean divides a sum of n numbers; no number at all is null.
func mean(sum float64, n, by int) value.Value {
	if n == 0 {
		return value.Value{}
	}
	return value.OfNumber(sum/float64(by), value.Exact)
}

func extreme(name, doc string, sign int, ex ...Example) *Func {
	return &Func{Name: name, Min: 1, Max: -1, Usage: name + "(<value>, ...)", Doc: doc, Pure: true, nulls: true, nullOK: true, multi: multiPass,
		Examples: ex, new: always(kernel{vec: extremeVec(sign), row: func(args []value.Value) value.Value {
			var best value.Value
			for _, a := range args {
				if a.IsNull() {
					continue
				}
				for _, v := range singles(a) {
					if best.IsNull() || sign*rank(v, best) > 0 {
						best = v
					}
				}
			}
			return best
		}})}
}

// extremeVec chooses among columns of computed numbers; nil for others.
func extremeVec(sign int) func(args []column.Vec, n int) column.Vec {
	return func(args []column.Vec, n int) column.Vec {
		if len(args) > maxBranches {
			return nil
		}
		cols := make([]numbers, len(args))
		parts := make([]part, len(args)+1)
		for k, a := range args {
			switch a := a.(type) {
			case *column.Int, *column.Float, *column.Time:
			case *column.Const:
				if kind := a.V.Kind(); kind != value.Null && kind != value.Number {
					return nil
				}
			default:
				return nil
			}
			cols[k], _ = numbersOf(a, n, true)
			parts[k+1].v = a
		}
		parts[0].v = column.Nulls(n)
		choice := make([]uint16, n)
		for i := range choice {
			var best float64
			for k := range cols {
				x := &cols[k]
				if x.all || x.bad.Get(i) {
					continue
				}
				if f := x.f[i&x.mask]; choice[i] == 0 || sign*compareFloats(f, best) > 0 {
					best, choice[i] = f, uint16(k+1)
				}
			}
		}
		return assembleNumbers(parts, choice)
	}
}

// rank orders values for max and min: numbers by size, then text by bytes.
func rank(a, b value.Value) int {
	x, _, ok := a.Number()
	y, _, okb := b.Number()
	switch {
	case ok && okb:
		return compareFloats(x, y)
	case ok:
		return -1
	case okb:
		return 1
	}
	return strings.Compare(a.Text(), b.Text())
}

// randomForm makes a call of random(), which differs from the other calls in the search.
func randomForm(k *compiler, f *Func, e *lang.Call) *expr {
	k.sites++
	return &expr{node: &randomNode{k.c.Seed + uint64(k.sites)<<32}, typ: Num, volatile: true, span: e.Span}
}

// randomNode derives its numbers from the place of the row, so that a search gives the same rows
// however its work is divided.
type randomNode struct{ seed uint64 }

func (x *randomNode) eval(f *frame) column.Vec {
	out := &column.Int{V: make([]int64, f.n)}
	for i := range out.V {
		seq, row := f.place(i)
		out.V[i] = int64(mix(mix(x.seed^mix(seq))^row) >> 33)
	}
	return out
}

// mix is the finaliser of splitmix64.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
