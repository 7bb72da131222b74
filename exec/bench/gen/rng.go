package gen

import "math/bits"

// rng is the wyrand generator: one multiplication per 64 random bits, and any
// 64-bit value is a good seed. The output of the whole program depends on it,
// so it must never change: math/rand makes no such promise for all its parts.
type rng uint64

func newRNG(seed, stream uint64) rng {
	// Two rounds of splitmix64 keep neighbouring streams apart.
	return rng(mix(mix(seed+0x9e3779b97f4a7c15) + stream*0xbf58476d1ce4e5b9))
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func (r *rng) u64() uint64 {
	*r += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*r), uint64(*r)^0xe7037ed1a0b428db)
	return hi ^ lo
}

// n returns a number in [0, n).
func (r *rng) n(n int) int {
	hi, _ := bits.Mul64(r.u64(), uint64(n))
	return int(hi)
}

// in returns a number in [lo, hi].
func (r *rng) in(lo, hi int) int { return lo + r.n(hi-lo+1) }

// chance is true about once in n calls.
func (r *rng) chance(n int) bool { return r.n(n) == 0 }

// pct is true p times of 100.
func (r *rng) pct(p int) bool { return r.n(100) < p }

func pick[T any](r *rng, s []T) T { return s[r.n(len(s))] }

// alias draws from a fixed discrete distribution in constant time: Walker's
// alias method, in integers so that every machine builds the same table.
type alias struct {
	keep []uint64 // threshold out of 1<<32
	alt  []int32
}

func newAlias(weights []uint64) alias {
	n := uint64(len(weights))
	sum := uint64(0)
	for _, w := range weights {
		sum += w
	}
	a := alias{make([]uint64, n), make([]int32, n)}
	scaled := make([]uint64, n) // weight * n; sum is the mean
	var small, large []int32
	for i, w := range weights {
		scaled[i] = w * n
		if scaled[i] < sum {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		hi, lo := bits.Mul64(scaled[s], 1<<32)
		q, _ := bits.Div64(hi, lo, sum)
		a.keep[s], a.alt[s] = q, l
		scaled[l] -= sum - scaled[s]
		if scaled[l] < sum {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.keep[i], a.alt[i] = 1<<32, i
	}
	return a
}

// zipf is a distribution over n values in which the k-th has a weight of
// about 1/(k+2)^1.1.
func zipf(n int) alias {
	w := make([]uint64, n)
	for k := range w {
		w[k] = 1 << 40 / (uint64(k+2) * uint64(20+bits.Len(uint(k+2))))
	}
	return newAlias(w)
}

func (a *alias) draw(r *rng) int {
	x := r.u64()
	hi, _ := bits.Mul64(x&^0xffffffff, uint64(len(a.keep)))
	i := int(hi)
	if x&0xffffffff < a.keep[i] {
		return i
	}
	return int(a.alt[i])
}
