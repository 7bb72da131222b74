package pattern

import "unicode/utf8"

// byteSeq is a sequence of byte ranges: the UTF-8 of a block of runes.
type byteSeq struct {
	lo, hi [4]byte
	n      int
}

// appendUTF8 splits lo to hi into blocks whose encodings are the product of byte ranges.
func appendUTF8(out []byteSeq, lo, hi rune) []byteSeq {
	if lo > hi {
		return out
	}
	// Surrogates have no encoding.
	if lo < 0xe000 && hi > 0xd7ff {
		out = appendUTF8(out, lo, min(hi, 0xd7ff))
		return appendUTF8(out, max(lo, 0xe000), hi)
	}
	for _, last := range [...]rune{0x7f, 0x7ff, 0xffff} {
		if lo <= last && hi > last {
			return appendUTF8(appendUTF8(out, lo, last), last+1, hi)
		}
	}
	// Cut where the trailing bytes do not span their full range.
	for i := 1; i < utf8.RuneLen(lo); i++ {
		mask := rune(1)<<(6*i) - 1
		if lo&^mask == hi&^mask {
			continue
		}
		if lo&mask != 0 {
			return appendUTF8(appendUTF8(out, lo, lo|mask), (lo|mask)+1, hi)
		}
		if hi&mask != mask {
			return appendUTF8(appendUTF8(out, lo, (hi&^mask)-1), hi&^mask, hi)
		}
	}
	var s byteSeq
	s.n = utf8.EncodeRune(s.lo[:], lo)
	utf8.EncodeRune(s.hi[:], hi)
	return append(out, s)
}
