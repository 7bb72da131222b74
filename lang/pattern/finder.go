package pattern

import (
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// finder searches for one literal, with or without regard to case.
type finder struct {
	lit   string // folded if fold
	fold  bool
	ascii bool // byte-wise comparison is enough
	runes int
	probe int // offset of the byte that is likely the rarest
	lo    byte
	up    byte
}

var lower [256]byte

// common lists bytes from frequent to less frequent in log text; what is missing is rare.
const common = "e tainosrl0d1c2hum.3p\\456789fg/yb:w\"-,_vk=x"

var rarity [256]uint8

func init() {
	for i := range lower {
		lower[i] = byte(i)
		if i >= 'A' && i <= 'Z' {
			lower[i] = byte(i) + 32
		}
		rarity[i] = uint8(len(common))
		if k := strings.IndexByte(common, lower[i]); k >= 0 {
			rarity[i] = uint8(k)
		}
	}
}

func newFinder(lit string, fold bool) finder {
	f := finder{lit: lit, fold: fold, ascii: isASCII(lit), runes: utf8.RuneCountInString(lit)}
	if fold {
		f.lit = foldText(lit)
		// Without letters there is nothing to fold, and plain search is faster.
		f.fold = !f.ascii || strings.ContainsFunc(f.lit, func(r rune) bool { return r >= 'a' && r <= 'z' })
	}
	for i := 1; i < len(f.lit); i++ {
		if rarity[f.lit[i]] > rarity[f.lit[f.probe]] {
			f.probe = i
		}
	}
	if f.lit != "" {
		f.lo = f.lit[f.probe]
		f.up = f.lo
		if f.lo >= 'a' && f.lo <= 'z' {
			f.up -= 32
		}
	}
	return f
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldRune maps the runes that differ only in case to one of them. ASCII letters fold only among
// themselves, so that the byte-wise and the rune-wise comparison agree.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower[r])
	}
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		if o >= utf8.RuneSelf && o < least {
			least = o
		}
	}
	return least
}

func foldText(s string) string { return strings.Map(foldRune, s) }

// prefix returns how many bytes at the start of s match, or -1.
func (f *finder) prefix(s string) int {
	if !f.fold {
		if strings.HasPrefix(s, f.lit) {
			return len(f.lit)
		}
		return -1
	}
	if f.ascii {
		if len(s) < len(f.lit) {
			return -1
		}
		for i := 0; i < len(f.lit); i++ {
			if lower[s[i]] != f.lit[i] {
				return -1
			}
		}
		return len(f.lit)
	}
	pos := 0
	for _, want := range f.lit {
		r, n := utf8.DecodeRuneInString(s[pos:])
		if n == 0 || foldRune(r) != want {
			return -1
		}
		pos += n
	}
	return pos
}

// suffix returns where the match at the end of s starts, or -1.
func (f *finder) suffix(s string) int {
	at := len(s) - len(f.lit)
	if f.fold && !f.ascii {
		at = len(s)
		for range f.runes {
			_, n := utf8.DecodeLastRuneInString(s[:at])
			at -= n
		}
	}
	if at < 0 || f.prefix(s[at:]) != len(s)-at {
		return -1
	}
	return at
}

// index returns the first match in s at or after from, or -1, -1.
func (f *finder) index(s string, from int) (start, end int) {
	switch {
	case from > len(s):
		return -1, -1
	case !f.fold:
		i := strings.Index(s[from:], f.lit)
		if i < 0 {
			return -1, -1
		}
		return from + i, from + i + len(f.lit)
	case f.ascii:
		i := f.indexASCII(s, from)
		if i < 0 {
			return -1, -1
		}
		return i, i + len(f.lit)
	}
	for i := from; i <= len(s); i++ {
		if i < len(s) && !utf8.RuneStart(s[i]) {
			continue
		}
		if n := f.prefix(s[i:]); n >= 0 {
			return i, i + n
		}
	}
	return -1, -1
}

// indexASCII walks over the occurrences of the probe byte in either case and compares around them.
func (f *finder) indexASCII(s string, from int) int {
	end := len(s) - len(f.lit) + f.probe + 1 // the probe lies before end
	at := from + f.probe
	if at >= end {
		return -1
	}
	next := func(b byte, at int) int {
		if at >= end {
			return end
		}
		if i := strings.IndexByte(s[at:end], b); i >= 0 {
			return at + i
		}
		return end
	}
	lo, up := next(f.lo, at), end
	if f.up != f.lo {
		up = next(f.up, at)
	}
	for lo < end || up < end {
		at = min(lo, up)
		if f.prefix(s[at-f.probe:]) >= 0 {
			return at - f.probe
		}
		if at == lo {
			lo = next(f.lo, at+1)
		} else {
			up = next(f.up, at+1)
		}
	}
	return -1
}

// lastIndex returns the last match in s, or -1, -1.
func (f *finder) lastIndex(s string) (start, end int) {
	if !f.fold {
		i := strings.LastIndex(s, f.lit)
		if i < 0 {
			return -1, -1
		}
		return i, i + len(f.lit)
	}
	for i := len(s); i >= 0; i-- {
		if i < len(s) && !utf8.RuneStart(s[i]) {
			continue
		}
		if n := f.prefix(s[i:]); n >= 0 {
			return i, i + n
		}
	}
	return -1, -1
}

// text views b as a string for the length of a call.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
