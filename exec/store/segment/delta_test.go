package segment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDeltas(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 31, 32, 33, 128, 129, 130, 161, 1000} {
		for width := 0; width <= 64; width++ {
			vs := make([]int64, n)
			for i := range vs {
				vs[i] = int64(r.Uint64()>>(64-width)) - int64(width)
			}
			if width == 0 && n > 3 {
				vs[1], vs[2], vs[3] = math.MaxInt64, math.MinInt64, math.MaxInt64
			}
			enc := append(appendDeltas(nil, vs), "rest"...)
			got, rest, err := readDeltas(nil, enc, n)
			if err != nil || !slices.Equal(got, vs) && n > 0 || string(rest) != "rest" {
				t.Fatalf("%d values of %d bits: %v, rest %q", n, width, err, rest)
			}
			for cut := range len(enc) - 4 {
				if got, _, err := readDeltas(nil, enc[:cut], n); err == nil && !slices.Equal(got, vs) {
					t.Fatalf("%d values of %d bits, cut at %d: no error", n, width, cut)
				}
				if n > 40 {
					break
				}
			}
		}
	}
}
