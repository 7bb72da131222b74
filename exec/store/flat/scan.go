package flat

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// plainEnd returns the index of the first quote, backslash or control character from i on, len(in) if
// there is none. Eight bytes at a time: the lowest mark of each of the three tests is exact.
func plainEnd(in []byte, i int) int {
	for ; i+8 <= len(in); i += 8 {
		x := binary.LittleEndian.Uint64(in[i:])
		q := x ^ (low * '"')
		s := x ^ (low * '\\')
		m := ((q - low) &^ q) | ((s - low) &^ s) | ((x - low*' ') &^ x)
		if m &= high; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(in); i++ {
		if c := in[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

// stringEnd returns the index of the quote that ends the string whose text starts at i, and whether
// the text has escapes. A string that does not end or holds a control character gives end < 0 and the
// offset of the fault in ^end.
func stringEnd(in []byte, i int) (end int, escapes bool) {
	for {
		i = plainEnd(in, i)
		if i >= len(in) || in[i] < ' ' {
			return ^i, escapes
		}
		if in[i] == '"' {
			return i, escapes
		}
		escapes = true
		n := escapeLen(in, i)
		if n == 0 {
			return ^i, true
		}
		i += n
	}
}

// escapeLen returns the length of the escape at i, 0 if it is none.
func escapeLen(in []byte, i int) int {
	if i+1 >= len(in) {
		return 0
	}
	switch in[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(in, i+2); ok {
			return 6
		}
	}
	return 0
}

func hex4(in []byte, i int) (rune, bool) {
	if i+4 > len(in) {
		return 0, false
	}
	var r rune
	for _, c := range in[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

var escaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape appends the text that s stands for to dst; at is the index of the first backslash. Half
// surrogates become U+FFFD.
func unescape(dst, s []byte, at int) ([]byte, bool) {
	dst = append(dst, s[:at]...)
	for i := at; i < len(s); {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		n := escapeLen(s, i)
		if n == 0 {
			return dst, false
		}
		if n == 2 {
			dst = append(dst, escaped[s[i+1]])
			i += 2
			continue
		}
		r, _ := hex4(s, i+2)
		i += 6
		if utf16.IsSurrogate(r) {
			r, i = pair(s, i, r)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, true
}

// pair reads the second half of a surrogate pair at i.
func pair(s []byte, i int, first rune) (rune, int) {
	if i+1 < len(s) && s[i] == '\\' && s[i+1] == 'u' {
		if second, ok := hex4(s, i+2); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r, i + 6
			}
		}
	}
	return utf8.RuneError, i
}

// numberEnd returns the index behind the number that starts at i, 0 if there is no number.
func numberEnd(in []byte, i int) int {
	if i < len(in) && in[i] == '-' {
		i++
	}
	start := i
	i = digits(in, i)
	if i == start || (in[start] == '0' && i > start+1) {
		return 0
	}
	if i < len(in) && in[i] == '.' {
		j := digits(in, i+1)
		if j == i+1 {
			return 0
		}
		i = j
	}
	if i < len(in) && in[i]|0x20 == 'e' {
		i++
		if i < len(in) && (in[i] == '+' || in[i] == '-') {
			i++
		}
		j := digits(in, i)
		if j == i {
			return 0
		}
		i = j
	}
	return i
}

func digits(in []byte, i int) int {
	for i < len(in) && in[i]-'0' <= 9 {
		i++
	}
	return i
}

// blanks returns the index of the first byte from i on that is no white space.
func blanks(in []byte, i int) int {
	for i < len(in) && (in[i] == ' ' || in[i] == '\n' || in[i] == '\t' || in[i] == '\r') {
		i++
	}
	return i
}
