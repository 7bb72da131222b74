package eval

import (
	"math"
	"math/big"
)

// The functions here are right to the last digit, as those of the C library are that Splunk prints.
// Go's are off by one in the last place now and then, and that place shows in results.

// bigPrec is the working precision in bits: it leaves a hundred bits after an argument near 2^60 was
// reduced.
const bigPrec = 240

var piDigits = bigConst("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651")

func bigConst(s string) *big.Float {
	f, _, err := big.ParseFloat(s, 10, bigPrec, big.ToNearestEven)
	if err != nil {
		panic("constant " + s)
	}
	return f
}

func newBig(x float64) *big.Float { return new(big.Float).SetPrec(bigPrec).SetFloat64(x) }

// sinCos returns sine and cosine; false where the argument is too large to be reduced.
func sinCos(x float64) (sin, cos *big.Float, ok bool) {
	if math.IsNaN(x) || math.Abs(x) > 1<<60 {
		return nil, nil, false
	}
	half := new(big.Float).Quo(piDigits, newBig(2))
	r := newBig(x)
	n, _ := new(big.Float).Quo(r, half).Int(nil)
	r.Sub(r, new(big.Float).Mul(new(big.Float).SetPrec(bigPrec).SetInt(n), half))
	s, c := taylor(r, 1), taylor(r, 0)
	switch new(big.Int).And(n, big.NewInt(3)).Int64() {
	case 1:
		s, c = c, s.Neg(s)
	case 2:
		s, c = s.Neg(s), c.Neg(c)
	case 3:
		s, c = c.Neg(c), s
	}
	return s, c, true
}

// taylor sums the series of sine (from 1) or cosine (from 0) for a small argument.
func taylor(x *big.Float, from int) *big.Float {
	square := new(big.Float).Mul(x, x)
	term := newBig(1)
	if from == 1 {
		term.Set(x)
	}
	sum := new(big.Float).Set(term)
	for k := from; k < 200; k += 2 {
		term.Mul(term, square)
		term.Quo(term, newBig(float64((k+1)*(k+2))))
		term.Neg(term)
		if term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-bigPrec {
			break
		}
		sum.Add(sum, term)
	}
	return sum
}

func sine(x float64) float64 {
	if inReach(x) {
		s, _, fault := sinCosDouble(x)
		if f, ok := s.certain(fault); ok {
			return f
		}
	}
	return slowSine(x)
}

func slowSine(x float64) float64 {
	s, _, ok := sinCos(x)
	if !ok {
		return math.Sin(x)
	}
	f, _ := s.Float64()
	return f
}

func cosine(x float64) float64 {
	if inReach(x) {
		_, c, fault := sinCosDouble(x)
		if f, ok := c.certain(fault); ok {
			return f
		}
	}
	return slowCosine(x)
}

func slowCosine(x float64) float64 {
	_, c, ok := sinCos(x)
	if !ok {
		return math.Cos(x)
	}
	f, _ := c.Float64()
	return f
}

func tangent(x float64) float64 {
	if inReach(x) {
		s, c, fault := sinCosDouble(x)
		if f, ok := s.div(c).certain(2 * fault); ok {
			return f
		}
	}
	return slowTangent(x)
}

func slowTangent(x float64) float64 {
	s, c, ok := sinCos(x)
	if !ok || c.Sign() == 0 {
		return math.Tan(x)
	}
	f, _ := s.Quo(s, c).Float64()
	return f
}

// angle returns the angle of the point (x, y): one step of Newton's method from Go's result.
func angle(y, x *big.Float) float64 {
	fy, _ := y.Float64()
	fx, _ := x.Float64()
	rough := math.Atan2(fy, fx)
	s, c, ok := sinCos(rough)
	if !ok || math.Abs(rough) < 1e-100 {
		return rough
	}
	mul := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrec).Mul(a, b) }
	across := mul(x, s)
	across.Sub(across, mul(y, c))
	along := mul(x, c)
	along.Add(along, mul(y, s))
	if along.Sign() == 0 {
		return rough
	}
	f, _ := across.Sub(newBig(rough), across.Quo(across, along)).Float64()
	return f
}

// finite reports whether x can be computed with here.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func atan2(y, x float64) float64 {
	if !finite(x) || !finite(y) || x == 0 || y == 0 {
		return math.Atan2(y, x)
	}
	if f, ok := angleDouble(double{y, 0}, double{x, 0}); ok {
		return f
	}
	return angle(newBig(y), newBig(x))
}

func atan(x float64) float64 { return atan2(x, 1) }

// leg returns the other leg of a triangle with hypotenuse 1.
func leg(x float64) *big.Float {
	square := newBig(x)
	square.Mul(square, square)
	return square.Sqrt(square.Sub(newBig(1), square))
}

func asin(x float64) float64 {
	if !(math.Abs(x) < 1) || x == 0 {
		return math.Asin(x)
	}
	if f, ok := angleDouble(double{x, 0}, legDouble(x)); ok {
		return f
	}
	return angle(newBig(x), leg(x))
}

func acos(x float64) float64 {
	if !(math.Abs(x) < 1) || x == 0 {
		return math.Acos(x)
	}
	if f, ok := angleDouble(legDouble(x), double{x, 0}); ok {
		return f
	}
	return angle(leg(x), newBig(x))
}

func hypot(x, y float64) float64 {
	if !finite(x) || !finite(y) {
		return math.Hypot(x, y)
	}
	if m := math.Abs(x) + math.Abs(y); m > 1e-100 && m < 1e100 {
		if f, ok := twoProduct(x, x).add(twoProduct(y, y)).sqrt().certain(0x1p-96); ok {
			return f
		}
	}
	a, b := newBig(x), newBig(y)
	a.Mul(a, a)
	b.Mul(b, b)
	f, _ := a.Sqrt(a.Add(a, b)).Float64()
	return f
}
