package pattern

import (
	"strconv"
	"strings"
	"unicode"
)

// word and boundary in the backtracking engine's language; its own \b follows Unicode, PCRE's ASCII.
const (
	fullWord     = "[0-9A-Za-z_]"
	fullBoundary = "(?:(?<=" + fullWord + ")(?!" + fullWord + ")|(?<!" + fullWord + ")(?=" + fullWord + "))"
	fullInside   = "(?:(?<=" + fullWord + ")(?=" + fullWord + ")|(?<!" + fullWord + ")(?!" + fullWord + "))"
)

// escape translates what follows a backslash, which is read.
func (t *translator) escape() (f frag, repeatable bool) {
	if !t.more() {
		t.fail(msgTrailingEscape)
	}
	c := t.next()
	if set, ok := escapeSets[c]; ok {
		return same(t.guard(classText(set))), true
	}
	switch c {
	case 'b':
		return frag{`\b`, fullBoundary, `\b`}, true
	case 'B':
		return frag{`\B`, fullInside, `\B`}, true
	case 'A':
		return same(`\A`), true
	case 'z':
		return same(`\z`), true
	case 'Z':
		return t.endOfText(), true
	case 'G':
		t.out.needFull = true
		return frag{"(?:)", `\G`, "(?:)"}, true
	case 'K':
		t.out.groups = append(t.out.groups, -1)
		t.out.keep = append(t.out.keep, len(t.out.groups)-1)
		return same("()"), false
	case 'N':
		return same(`[^\n]`), true
	case 'R':
		t.out.needFull = true
		alts := "\r\n|" + classText(verticalSpace) + ")"
		return frag{"(?:" + alts, "(?>" + alts, "(?:" + alts}, true
	case 'X':
		t.out.needFull = true
		return frag{`(?:\PM\pM*)`, `(?>\P{M}\p{M}*)`, `(?:\PM?\pM*)`}, true
	case 'p', 'P':
		p := t.property(c == 'P')
		if p.name == "" {
			return same(t.guard(classText(p.set))), true
		}
		return same(p.name), true
	case 'k', 'g':
		return t.groupEscape(c), true
	}
	if c >= '1' && c <= '9' {
		if f, ok := t.digitEscape(c); ok {
			return f, true
		}
	}
	r, ok := t.charEscape(c)
	if !ok {
		t.fail(msgUnknownEscape)
	}
	return t.literal(r), true
}

// guard keeps a set from being folded once more by the engine.
func (t *translator) guard(class string) string {
	if t.flags.i {
		return "(?-i:" + class + ")"
	}
	return class
}

// charEscape reads an escape that stands for one character, inside or outside a class.
func (t *translator) charEscape(c rune) (rune, bool) {
	switch c {
	case 'a':
		return '\a', true
	case 'e':
		return 0x1b, true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'c':
		if !t.more() || t.src[t.pos] < ' ' || t.src[t.pos] > '~' {
			t.fail(msgControlChar)
		}
		return unicode.ToUpper(t.next()) ^ 0x40, true
	case 'x':
		if t.accept("{") {
			return t.bracedCode(16), true
		}
		return t.code(16, 2), true
	case 'o':
		if !t.accept("{") {
			t.fail(`missing opening brace after \o`)
		}
		return t.bracedCode(8), true
	}
	if c >= '0' && c <= '7' {
		t.pos--
		return t.code(8, 3), true
	}
	if c == '8' || c == '9' {
		return c, true
	}
	return c, !unicode.IsLetter(c) || c > unicode.MaxASCII
}

// code reads up to limit digits.
func (t *translator) code(base, limit int) rune {
	r := 0
	for n := 0; n < limit && t.more(); n++ {
		d, err := strconv.ParseInt(t.src[t.pos:t.pos+1], base, 32)
		if err != nil {
			break
		}
		r = r*base + int(d)
		t.pos++
	}
	return rune(r)
}

func (t *translator) bracedCode(base int) rune {
	body, _, closed := strings.Cut(t.src[t.pos:], "}")
	r, err := strconv.ParseUint(strings.TrimSpace(body), base, 32)
	if !closed || err != nil {
		t.fail(msgHexDigits)
	}
	if r > unicode.MaxRune || r >= 0xd800 && r < 0xe000 {
		t.fail(msgCodePoint)
	}
	t.pos += len(body) + 1
	return rune(r)
}

// digitEscape reads \1 to \9 and longer numbers that are groups; otherwise they are octal.
func (t *translator) digitEscape(c rune) (frag, bool) {
	end := t.pos
	for end < len(t.src) && t.src[end] >= '0' && t.src[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(t.src[t.pos-1 : end])
	known := 0
	if t.known != nil {
		known = len(t.known.names) - 1
	}
	if err != nil || n > 9 && n > known {
		return frag{}, false
	}
	t.pos = end
	if t.known == nil {
		return t.reference(), true
	}
	return t.reference(n), true
}

// groupEscape reads \k<n> \k'n' \k{n} \gN \g{N} \g{-N} \g{name}.
func (t *translator) groupEscape(c rune) frag {
	for _, q := range [...][2]string{{"{", "}"}, {"<", ">"}, {"'", "'"}} {
		if !t.accept(q[0]) {
			continue
		}
		if c == 'g' && q[0] != "{" {
			t.fail(msgRecursion)
		}
		if c == 'g' && t.more() && (t.peek("-") || t.peek("+") || digits(t.src[t.pos:t.pos+1])) {
			f := t.numberReference()
			if !t.accept(q[1]) {
				t.fail(msgNameEnd)
			}
			return f
		}
		return t.namedReference(t.name(q[1]))
	}
	if c == 'k' {
		t.fail(msgReferenceForm)
	}
	return t.numberReference()
}

func (t *translator) numberReference() frag {
	sign := 0
	if t.accept("-") {
		sign = -1
	} else if t.accept("+") {
		sign = 1
	}
	start := t.pos
	for t.more() && digits(t.src[t.pos:t.pos+1]) {
		t.pos++
	}
	n, err := strconv.Atoi(t.src[start:t.pos])
	if err != nil || n == 0 {
		t.fail(msgReferenceFormG)
	}
	switch sign {
	case -1:
		n = t.group - n + 1
	case 1:
		n = t.group + n
	}
	if n < 1 {
		t.fail(msgNoReference)
	}
	if t.known == nil {
		return t.reference()
	}
	return t.reference(n)
}

// propertyItem is a Unicode property: a name for the engines, or a set.
type propertyItem struct {
	name string
	set  []span
}

// property reads what follows \p or \P.
func (t *translator) property(negated bool) propertyItem {
	if !t.more() {
		t.fail(msgPropertyForm)
	}
	name := ""
	if t.accept("{") {
		body, _, closed := strings.Cut(t.src[t.pos:], "}")
		if !closed {
			t.fail(msgPropertyForm)
		}
		t.pos += len(body) + 1
		name = strings.ReplaceAll(body, " ", "")
	} else {
		name = string(t.next())
	}
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, negated = rest, !negated
	}
	var set []span
	switch name {
	case "Any":
		set = []span{{0, unicode.MaxRune}}
	case "L&":
		set = tableSpans(unicode.Lu, unicode.Ll, unicode.Lt)
	case "Xan":
		set = tableSpans(unicode.L, unicode.N)
	case "Xwd":
		set = union(tableSpans(unicode.L, unicode.N), []span{{'_', '_'}})
	case "Xsp", "Xps":
		set = union(tableSpans(unicode.Z), []span{{'\t', '\r'}})
	default:
		table := unicode.Categories[name]
		if table == nil {
			table = unicode.Scripts[name]
		}
		if table == nil {
			t.fail(msgProperty)
		}
		if unicode.Categories[name] == nil { // the engines name scripts differently
			set = tableSpans(table)
			break
		}
		letter := `\p{`
		if negated {
			letter = `\P{`
		}
		return propertyItem{name: letter + name + "}", set: complementIf(negated, tableSpans(table))}
	}
	return propertyItem{set: complementIf(negated, set)}
}
