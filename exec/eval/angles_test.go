package eval

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFastAngles holds the fast functions against the big ones.
func TestFastAngles(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	slowAtan2 := func(y, x float64) float64 { return angle(newBig(y), newBig(x)) }
	for range 4000 {
		x := math.Ldexp(r.Float64()-0.5, r.IntN(60)-30)
		if r.IntN(8) == 0 {
			x = math.Nextafter(float64(r.IntN(2000)-1000)*math.Pi/4, x)
		}
		if got, want := sine(x), slowSine(x); got != want {
			t.Fatalf("sine(%v) = %v, want %v", x, got, want)
		}
		if got, want := cosine(x), slowCosine(x); got != want {
			t.Fatalf("cosine(%v) = %v, want %v", x, got, want)
		}
		if got, want := tangent(x), slowTangent(x); got != want {
			t.Fatalf("tangent(%v) = %v, want %v", x, got, want)
		}
		y := math.Ldexp(r.Float64()-0.5, r.IntN(60)-30)
		if x == 0 || y == 0 {
			continue
		}
		if got, want := atan2(y, x), slowAtan2(y, x); got != want {
			t.Fatalf("atan2(%v, %v) = %v, want %v", y, x, got, want)
		}
		z := r.Float64()*2 - 1
		if r.IntN(4) == 0 {
			z = 1 - math.Ldexp(r.Float64(), -r.IntN(50))
		}
		if !(math.Abs(z) < 1) || z == 0 {
			continue
		}
		if got, want := asin(z), angle(newBig(z), leg(z)); got != want {
			t.Fatalf("asin(%v) = %v, want %v", z, got, want)
		}
		if got, want := acos(z), angle(leg(z), newBig(z)); got != want {
			t.Fatalf("acos(%v) = %v, want %v", z, got, want)
		}
		a, b := newBig(x), newBig(y)
		a.Mul(a, a)
		b.Mul(b, b)
		want, _ := a.Sqrt(a.Add(a, b)).Float64()
		if got := hypot(x, y); got != want {
			t.Fatalf("hypot(%v, %v) = %v, want %v", x, y, got, want)
		}
	}
}
