package pattern

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// span is a range of runes, both ends included.
type span struct{ lo, hi rune }

var (
	digitSet        = []span{{'0', '9'}}
	wordSet         = []span{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceSet        = []span{{'\t', '\r'}, {' ', ' '}}
	horizontalSpace = []span{{'\t', '\t'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}}
	verticalSpace   = []span{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
)

// escapeSets are the escapes that mean a set of characters, inside classes and outside.
var escapeSets = map[rune][]span{
	'd': digitSet, 'D': complement(digitSet), 'w': wordSet, 'W': complement(wordSet), 's': spaceSet, 'S': complement(spaceSet),
	'h': horizontalSpace, 'H': complement(horizontalSpace), 'v': verticalSpace, 'V': complement(verticalSpace),
}

var posixSets = map[string][]span{
	"alpha": {{'A', 'Z'}, {'a', 'z'}}, "digit": digitSet, "alnum": {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, "upper": {{'A', 'Z'}}, "lower": {{'a', 'z'}},
	"space": spaceSet, "blank": {{'\t', '\t'}, {' ', ' '}}, "punct": {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, "cntrl": {{0, 31}, {127, 127}},
	"print": {{' ', '~'}}, "graph": {{'!', '~'}}, "xdigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, "word": wordSet, "ascii": {{0, 127}},
}

// class reads a bracketed class; its opening bracket is read. The result spells out the members, so
// that both engines take it the same way and case folding is ours.
func (t *translator) class() frag {
	start := t.pos
	negated := t.accept("^")
	var set []span
	for first := true; first || !t.accept("]"); first = false {
		if !t.more() {
			t.pos = max(start, len(t.src))
			t.fail(msgClassEnd)
		}
		if t.accept(`\E`) {
			continue
		}
		if t.accept(`\Q`) {
			set = t.quotedMembers(set)
			continue
		}
		item, single := t.member()
		if !single || !t.peek("-") || strings.HasPrefix(t.src[t.pos:], "-]") {
			set = append(set, item...)
			continue
		}
		set = append(set, t.memberRange(item)...)
	}
	if t.flags.i {
		set = foldSet(set)
	}
	set = complementIf(negated, normal(set))
	if len(set) == 0 {
		return frag{`[^\x00-\x{10FFFF}]`, "(?!)", `[^\x00-\x{10FFFF}]`}
	}
	return same(t.guard(classText(set)))
}

func (t *translator) quotedMembers(set []span) []span {
	run, rest, closed := strings.Cut(t.src[t.pos:], `\E`)
	if !closed {
		t.pos = len(t.src)
		t.fail(msgClassEnd)
	}
	t.pos = len(t.src) - len(rest)
	for _, r := range run {
		set = append(set, span{r, r})
	}
	return set
}

// memberRange reads the rest of lo-hi. A hyphen beside a set is a hyphen.
func (t *translator) memberRange(lo []span) []span {
	t.pos++
	if !t.more() {
		t.fail(msgClassEnd)
	}
	hi, single := t.member()
	if !single {
		return append(append(lo, span{'-', '-'}), hi...)
	}
	if hi[0].lo < lo[0].lo {
		t.fail(msgClassOrder)
	}
	return []span{{lo[0].lo, hi[0].lo}}
}

// member reads one member; single: it is one character.
func (t *translator) member() (set []span, single bool) {
	if t.peek("[:") || t.peek("[.") || t.peek("[=") {
		if set, ok := t.posix(); ok {
			return set, false
		}
	}
	c := t.next()
	if c != '\\' {
		return []span{{c, c}}, true
	}
	if !t.more() {
		t.fail(msgTrailingEscape)
	}
	c = t.next()
	if set, ok := escapeSets[c]; ok {
		return set, false
	}
	switch c {
	case 'b':
		return []span{{'\b', '\b'}}, true
	case 'p', 'P':
		return t.property(c == 'P').set, false
	case 'B', 'N', 'R', 'X':
		t.fail(msgClassEscape)
	}
	r, ok := t.charEscape(c)
	if !ok {
		t.fail(msgUnknownEscape)
	}
	return []span{{r, r}}, true
}

func (t *translator) posix() (set []span, ok bool) {
	kind := t.src[t.pos+1]
	body, _, closed := strings.Cut(t.src[t.pos+2:], string(kind)+"]")
	if !closed || strings.ContainsAny(body, `]\`) {
		return nil, false
	}
	if kind != ':' {
		t.fail(msgPosixCollate)
	}
	name, negated := strings.CutPrefix(body, "^")
	set, ok = posixSets[name]
	if !ok {
		t.fail(msgPosixName)
	}
	t.pos += len(body) + 4
	return complementIf(negated, set), true
}

// classText writes a set as a bracketed class.
func classText(set []span) string {
	var b strings.Builder
	b.WriteByte('[')
	for _, s := range set {
		writeMember(&b, s.lo)
		if s.hi > s.lo {
			b.WriteByte('-')
			writeMember(&b, s.hi)
		}
	}
	b.WriteByte(']')
	return b.String()
}

// writeMember writes punctuation by its code: an escaped hyphen that ends a range means something
// else to the backtracking engine.
func writeMember(b *strings.Builder, r rune) {
	if r < unicode.MaxASCII && strings.IndexByte(`\]^-[&~`, byte(r)) >= 0 {
		fmt.Fprintf(b, `\x%02x`, r)
		return
	}
	b.WriteRune(r)
}

// normal sorts and merges.
func normal(set []span) []span {
	set = slices.Clone(set)
	slices.SortFunc(set, func(a, b span) int { return int(a.lo) - int(b.lo) })
	out := set[:0]
	for _, s := range set {
		if k := len(out) - 1; k >= 0 && s.lo <= out[k].hi+1 {
			out[k].hi = max(out[k].hi, s.hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

func union(a, b []span) []span { return normal(append(slices.Clone(a), b...)) }

// complement leaves the surrogates out, which no text can hold and no pattern text can spell.
func complement(set []span) []span {
	var out []span
	lo := rune(0)
	for _, s := range union(set, []span{{0xd800, 0xdfff}}) {
		if s.lo > lo {
			out = append(out, span{lo, s.lo - 1})
		}
		lo = s.hi + 1
	}
	if lo <= unicode.MaxRune {
		out = append(out, span{lo, unicode.MaxRune})
	}
	return out
}

func complementIf(negated bool, set []span) []span {
	if negated {
		return complement(set)
	}
	return set
}

// lastCased is the highest rune that has another case.
const lastCased = 0x1e943

func foldSet(set []span) []span {
	out := slices.Clone(set)
	for _, s := range set {
		out = append(out, foldRange(s.lo, s.hi)...)
	}
	return normal(out)
}

// foldRange returns lo to hi with all their other cases.
func foldRange(lo, hi rune) []span {
	out := []span{{lo, hi}}
	for r := lo; r <= min(hi, lastCased); r++ {
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if o < lo || o > hi {
				out = append(out, span{o, o})
			}
		}
	}
	return normal(out)
}

func tableSpans(tables ...*unicode.RangeTable) []span {
	var out []span
	for _, t := range tables {
		for _, r := range t.R16 {
			out = appendStride(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			out = appendStride(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return normal(out)
}

func appendStride(out []span, lo, hi, stride rune) []span {
	if stride == 1 {
		return append(out, span{lo, hi})
	}
	for r := lo; r <= hi; r += stride {
		out = append(out, span{r, r})
	}
	return out
}
