package eval

import "math"

// The functions here compute in double what precise.go computes in big numbers, five hundred times as
// fast. What they return is either right to the last digit or refused: then the big ones decide.

// Half of pi to 160 bits.
const (
	halfPiHigh = 0x1.921fb54442d18p+0
	halfPiMid  = 0x1.1a62633145c07p-54
	halfPiLow  = -0x1.f1976b7ed8fbcp-110
)

// seriesTerms is how many factorials the series of sine and cosine need for an argument up to pi/4.
const seriesTerms = 28

// signed holds 1/n! from n = 0 with the sign that it has in the series of sine or cosine.
var signed = func() (out [seriesTerms]double) {
	f := double{1, 0}
	for n := range out {
		if n > 0 {
			f = f.div(double{float64(n), 0})
		}
		out[n] = f
		if n/2%2 == 1 {
			out[n] = f.neg()
		}
	}
	return out
}()

// series sums the series of cosine (from 0) or sine (from 1) of a reduced argument.
func series(r double, from int) double {
	square := r.mul(r)
	sum := signed[seriesTerms-2+from]
	for n := seriesTerms - 4 + from; n >= 0; n -= 2 {
		sum = sum.mul(square).add(signed[n])
	}
	if from == 1 {
		sum = sum.mul(r)
	}
	return sum
}

// reduced returns x less a multiple of pi/2, which multiple modulo 4, and the relative error of that.
func reduced(x float64) (r double, quarter int, fault float64) {
	n := math.Round(x / halfPiHigh)
	r = double{x, 0}.add(twoProduct(-n, halfPiHigh)).add(twoProduct(-n, halfPiMid)).add(double{-n * halfPiLow, 0})
	return r, int(int64(n) & 3), 0x1p-96 * max(1, math.Abs(x/r.hi))
}

// inReach reports whether the fast path takes an angle.
func inReach(x float64) bool { return x == x && math.Abs(x) < 1<<20 && math.Abs(x) > 1e-100 }

// sinCosDouble returns sine and cosine of an angle in reach and their relative error.
func sinCosDouble(x float64) (sin, cos double, fault float64) {
	r, quarter, fault := reduced(x)
	s, c := series(r, 1), series(r, 0)
	switch quarter {
	case 1:
		s, c = c, s.neg()
	case 2:
		s, c = s.neg(), c.neg()
	case 3:
		s, c = c.neg(), s
	}
	return s, c, fault
}

// certain rounds a; false if its relative error could change the last digit.
func (a double) certain(fault float64) (float64, bool) {
	e := math.Abs(a.hi) * fault
	return a.hi, a.hi+(a.lo+e) == a.hi && a.hi+(a.lo-e) == a.hi
}

func (a double) sqrt() double {
	s := math.Sqrt(a.hi)
	r := a.add(twoProduct(-s, s))
	return quickSum(s, r.hi/(2*s)).add(double{-(r.hi / (2 * s)) * (r.hi / (2 * s)) / (2 * s), 0})
}

// legDouble is leg in double.
func legDouble(x float64) double { return double{1, 0}.add(twoProduct(-x, x)).sqrt() }

// angleDouble returns the angle of the point (x, y); false if it is not certain.
func angleDouble(y, x double) (float64, bool) {
	for _, f := range [2]float64{math.Abs(x.hi), math.Abs(y.hi)} {
		if !(f > 1e-100 && f < 1e100) {
			return 0, false
		}
	}
	rough := math.Atan2(y.hi, x.hi)
	if !inReach(rough) {
		return 0, false
	}
	s, c, fault := sinCosDouble(rough)
	across := x.mul(s).add(y.mul(c).neg())
	along := x.mul(c).add(y.mul(s))
	return quickSum(rough, -across.div(along).hi).certain(fault)
}
