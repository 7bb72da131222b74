package column

import "math/bits"

// Bitmap holds one bit a row, 64 to a word. A nil Bitmap means "all rows" where it selects and
// "none" where it marks nulls; the field's comment says which.
type Bitmap []uint64

// NewBitmap returns n clear bits.
func NewBitmap(n int) Bitmap { return make(Bitmap, (n+63)/64) }

// FullBitmap returns n set bits; bits past n in the last word are clear.
func FullBitmap(n int) Bitmap {
	b := NewBitmap(n)
	for i := range b {
		b[i] = ^uint64(0)
	}
	if r := n & 63; r != 0 {
		b[len(b)-1] = 1<<r - 1
	}
	return b
}

// Get reports bit i; a nil Bitmap has none.
func (b Bitmap) Get(i int) bool { return b != nil && b[i>>6]>>(i&63)&1 != 0 }

// Set sets bit i.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Marked is b with bit i of n set; a nil b is made first. For columns of which few have nulls.
func (b Bitmap) Marked(i, n int) Bitmap {
	if b == nil {
		b = NewBitmap(n)
	}
	b.Set(i)
	return b
}

// Clear clears bit i.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// Count returns the number of set bits.
func (b Bitmap) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Any reports whether a bit is set.
func (b Bitmap) Any() bool {
	for _, w := range b {
		if w != 0 {
			return true
		}
	}
	return false
}

// Clone copies b.
func (b Bitmap) Clone() Bitmap { return append(Bitmap(nil), b...) }

// And keeps the bits that o has too.
func (b Bitmap) And(o Bitmap) {
	for i := range b {
		b[i] &= o[i]
	}
}

// AndNot clears the bits that o has.
func (b Bitmap) AndNot(o Bitmap) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// Or adds the bits of o.
func (b Bitmap) Or(o Bitmap) {
	for i := range b {
		b[i] |= o[i]
	}
}

// Each calls f for every set bit, ascending.
func (b Bitmap) Each(f func(i int)) {
	for w, x := range b {
		for x != 0 {
			f(w<<6 + bits.TrailingZeros64(x))
			x &= x - 1
		}
	}
}

// Rows appends the numbers of the set bits to dst.
func (b Bitmap) Rows(dst []uint32) []uint32 {
	for w, x := range b {
		for x != 0 {
			dst = append(dst, uint32(w<<6+bits.TrailingZeros64(x)))
			x &= x - 1
		}
	}
	return dst
}
