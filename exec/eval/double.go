package eval

import "math"

// double is an unevaluated sum of two floats, about 105 bits: enough that rounding it to one float
// is right to the last digit.
type double struct{ hi, lo float64 }

func quickSum(a, b float64) double {
	s := a + b
	return double{s, b - (s - a)}
}

func twoSum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func twoProduct(a, b float64) double {
	p := a * b
	return double{p, math.FMA(a, b, -p)}
}

func (a double) add(b double) double {
	s, t := twoSum(a.hi, b.hi), twoSum(a.lo, b.lo)
	s = quickSum(s.hi, s.lo+t.hi)
	return quickSum(s.hi, s.lo+t.lo)
}

func (a double) mul(b double) double {
	p := twoProduct(a.hi, b.hi)
	return quickSum(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

func (a double) times(f float64) double {
	p := twoProduct(a.hi, f)
	return quickSum(p.hi, math.FMA(a.lo, f, p.lo))
}

func (a double) neg() double { return double{-a.hi, -a.lo} }

func (a double) div(b double) double {
	q := a.hi / b.hi
	r := a.add(b.times(q).neg())
	q2 := r.hi / b.hi
	r = r.add(b.times(q2).neg())
	return quickSum(q, q2).add(double{r.hi / b.hi, 0})
}

// scale multiplies by a power of two.
func (a double) scale(k int) double { return double{math.Ldexp(a.hi, k), math.Ldexp(a.lo, k)} }

// The logarithm of two to 160 bits.
const (
	ln2High = 0x1.62e42fefa39efp-1
	ln2Mid  = 0x1.abc9e3b39803fp-56
	ln2Low  = 0x1.7b57a079a1934p-111
)

var ln10 = lnDouble(10)

// inverse holds 1/n! from n = 1.
var inverse = func() (out [11]double) {
	f := double{1, 0}
	for n := range out {
		f = f.div(double{float64(n + 1), 0})
		out[n] = f
	}
	return out
}()

// expDouble returns e to the power of x; |x| must be below 700.
func expDouble(x double) double {
	k := math.Round(x.hi / ln2High)
	r := x.add(twoProduct(-k, ln2High)).add(twoProduct(-k, ln2Mid)).add(double{-k * ln2Low, 0})
	const halvings = 8
	r = r.scale(-halvings)
	p := inverse[len(inverse)-1]
	for n := len(inverse) - 2; n >= 0; n-- {
		p = p.mul(r).add(inverse[n])
	}
	p = p.mul(r) // e^r - 1
	for range halvings {
		p = p.mul(p).add(p.scale(1))
	}
	return p.add(double{1, 0}).scale(int(k))
}

// lnDouble returns the natural logarithm of a positive finite number.
func lnDouble(x float64) double {
	if d := x - 1; math.Abs(d) < 1e-8 {
		square := twoProduct(d, d)
		sum := double{d, 0}.add(square.times(-0.5))
		return sum.add(square.times(d).times(1.0 / 3)).add(double{-square.hi * square.hi / 4, 0})
	}
	frac, exp := math.Frexp(x)
	if frac < math.Sqrt2/2 {
		frac, exp = 2*frac, exp-1
	}
	y := math.Log(frac)
	t := expDouble(double{-y, 0}).times(frac).add(double{-1, 0})
	out := double{y, 0}.add(t).add(double{-t.hi * t.hi / 2, 0})
	k := float64(exp)
	return twoProduct(k, ln2High).add(twoProduct(k, ln2Mid)).add(out)
}

// ordinary reports whether x is positive, finite and not denormal.
func ordinary(x float64) bool { return x > 1e-300 && x < 1e300 }

func ln(x float64) float64 {
	if !ordinary(x) {
		return math.Log(x)
	}
	return lnDouble(x).hi
}

func log10(x float64) float64 {
	if !ordinary(x) {
		return math.Log10(x)
	}
	return lnDouble(x).div(ln10).hi
}

// logBase is the logarithm to any base; whole results are whole.
func logBase(x, base float64) float64 {
	if !ordinary(x) || !ordinary(base) {
		return math.Log(x) / math.Log(base)
	}
	return lnDouble(x).div(lnDouble(base)).hi
}

func exp(x float64) float64 {
	if !(math.Abs(x) < 690) {
		return math.Exp(x)
	}
	return expDouble(double{x, 0}).hi
}

func pow(x, y float64) float64 {
	rough := math.Pow(x, y)
	a := math.Abs(x)
	switch {
	case y == 2:
		return x * x
	case !ordinary(a) || !ordinary(math.Abs(rough)) || !(math.Abs(y) < 1e15):
		return rough
	}
	return math.Copysign(expDouble(lnDouble(a).times(y)).hi, rough)
}

// The hyperbolic functions follow the formulas of the C library, whose results are not always the
// nearest ones; Go's inverse ones do so already.

func sinh(x float64) float64 {
	a := math.Abs(x)
	h := math.Copysign(0.5, x)
	switch {
	case !(a < 22):
		return math.Sinh(x)
	case a < 1:
		t := math.Expm1(a)
		return h * (2*t - t*t/(t+1))
	}
	t := math.Expm1(a)
	return h * (t + t/(t+1))
}

func cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a < 22):
		return math.Cosh(x)
	case a < 0.5*math.Ln2:
		t := math.Expm1(a)
		w := 1 + t
		return 1 + t*t/(w+w)
	}
	t := exp(a)
	return 0.5*t + 0.5/t
}

func tanh(x float64) float64 {
	a := math.Abs(x)
	var z float64
	switch {
	case !(a < 22):
		return math.Tanh(x)
	case a >= 1:
		z = 1 - 2/(math.Expm1(2*a)+2)
	default:
		t := math.Expm1(-2 * a)
		z = -t / (t + 2)
	}
	return math.Copysign(z, x)
}
