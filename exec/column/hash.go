package column

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"unsafe"
)

// hashKeys differ from process to process.
var hashKeys = func() (k [2]uint64) {
	for i := range k {
		k[i] = maphash.Bytes(maphash.MakeSeed(), nil) | 1
	}
	return k
}()

// Hash is the hash of a text, the same everywhere in this process; all its bits are good. It multiplies
// sixteen bytes at a time: texts are short, and a call of hash/maphash costs more than their bytes.
func Hash(s string) uint64 {
	p := unsafe.Slice(unsafe.StringData(s), len(s))
	n := len(p)
	if n <= 16 {
		a, b := words(p)
		return hashWords(a, b, n)
	}
	h := hashKeys[0]
	a, b := binary.LittleEndian.Uint64(p[n-16:]), binary.LittleEndian.Uint64(p[n-8:])
	for ; len(p) > 16; p = p[16:] {
		h = fold(binary.LittleEndian.Uint64(p)^hashKeys[1], binary.LittleEndian.Uint64(p[8:])^h)
	}
	return fold(hashKeys[1]^uint64(n), fold(a^hashKeys[1], b^h))
}

// words holds a text of up to 16 bytes; with its size they tell it from all others.
func words(p []byte) (a, b uint64) {
	switch n := len(p); {
	case n >= 8:
		return binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(p)), uint64(binary.LittleEndian.Uint32(p[n-4:]))
	case n > 0:
		return uint64(p[0])<<16 | uint64(p[n>>1])<<8 | uint64(p[n-1]), 0
	}
	return 0, 0
}

func hashWords(a, b uint64, n int) uint64 {
	return fold(hashKeys[1]^uint64(n), fold(a^hashKeys[1], b^hashKeys[0]))
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
