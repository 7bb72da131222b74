package pattern

import "strings"

// TermOptions say how a bare term was written.
type TermOptions struct {
	Quoted bool // "…": a phrase, whose wildcards may span anything
	Case   bool // CASE(…)
	Token  bool // TERM(…)
}

// Term is a compiled bare term of a search: it looks for whole segments of a raw text. Safe for
// concurrent use.
type Term struct {
	all   bool
	open  [2]bool // starts, ends with a star
	parts []finder
	opts  TermOptions
	minor bool // the text holds a minor breaker
}

type breaker uint8

const (
	noBreak breaker = iota
	minorBreak
	majorBreak
)

var breakers [256]breaker

func init() {
	for _, b := range []byte("[]<>(){}|!;,'\"*&?+ \n\r\t") {
		breakers[b] = majorBreak
	}
	for _, b := range []byte("/:=@.-$#%\\_") {
		breakers[b] = minorBreak
	}
}

// EndsToken reports whether a character always ends a token of the index.
func EndsToken(c byte) bool { return breakers[c] == majorBreak }

// percentCodes are the major breakers of URL-encoded text, longest first where one begins another.
var percentCodes = []string{"%2526", "%2520", "%21", "%26", "%3B", "%7C", "%20", "%2B", "%3D", "%5D", "%5B", "%3A", "%0A", "%2C", "%28", "%29"}

// CompileTerm compiles the text of a bare term, phrase, TERM(…) or CASE(…).
func CompileTerm(text string, opts TermOptions) *Term {
	t := &Term{opts: opts}
	trimmed := strings.Trim(text, "*")
	t.all = trimmed == "" && text != ""
	t.open = [2]bool{strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*")}
	for lit := range strings.SplitSeq(trimmed, "*") {
		if lit == "" && len(trimmed) > 0 {
			continue // two stars in a row
		}
		t.parts = append(t.parts, newFinder(lit, !opts.Case))
	}
	for i := range len(trimmed) {
		t.minor = t.minor || breakers[trimmed[i]] == minorBreak
	}
	return t
}

// All reports whether the term matches everything, also rows without raw text.
func (t *Term) All() bool { return t.all }

// Literals returns the texts between the wildcards, for index look-ups; folded unless CASE.
func (t *Term) Literals() []string {
	var lits []string
	for i := range t.parts {
		lits = append(lits, t.parts[i].lit)
	}
	return lits
}

// Segments reports whether a text that is cut at breakers matches exactly if a part of it does, provided
// that no literal spans a cut: neither a wildcard nor what bounds the term needs to look across.
func (t *Term) Segments() bool {
	return (len(t.parts) == 1 || !t.opts.Quoted) && !(t.opts.Token && t.minor)
}

// MatchBytes is Match for bytes.
func (t *Term) MatchBytes(raw []byte) bool { return t.Match(text(raw)) }

// Match reports whether the term occurs in raw.
func (t *Term) Match(raw string) bool {
	if t.all {
		return true
	}
	first := &t.parts[0]
	if first.lit == "" {
		return raw == ""
	}
	for from := 0; ; {
		start, end := first.index(raw, from)
		if start < 0 {
			return false
		}
		from = start + 1
		if !t.open[0] && !startsSegment(raw, start) {
			continue
		}
		if t.rest(raw, start, end) {
			return true
		}
	}
}

// rest matches the parts after the first, which spans start to end.
func (t *Term) rest(raw string, start, end int) bool {
	last := len(t.parts) - 1
	if last == 0 {
		return t.ends(raw, start, end)
	}
	for i := 1; i <= last; i++ {
		for from := end; ; {
			s, e := t.parts[i].index(raw, from)
			if s < 0 || !t.opts.Quoted && hasMajor(raw[end:s]) {
				return false
			}
			if i < last || t.ends(raw, start, e) {
				end = e
				break
			}
			from = s + 1
		}
	}
	return true
}

// ends reports whether a match from start to end is bounded as the term demands.
func (t *Term) ends(raw string, start, end int) bool {
	if !t.open[1] && !endsSegment(raw, end) {
		return false
	}
	if !t.opts.Token || t.open[0] || !t.minor {
		return true
	}
	return start == 0 || majorBefore(raw, start)
}

// startsSegment reports whether a segment can begin at i: after a breaker, or with one.
func startsSegment(raw string, i int) bool {
	return i == 0 || breakers[raw[i-1]] != noBreak || breakers[raw[i]] != noBreak || codeBefore(raw, i)
}

// endsSegment reports whether a segment can end before i.
func endsSegment(raw string, i int) bool {
	return i == len(raw) || breakers[raw[i]] != noBreak || i > 0 && breakers[raw[i-1]] != noBreak
}

func majorBefore(raw string, i int) bool {
	return breakers[raw[i-1]] == majorBreak || strings.HasSuffix(raw[:i], "--") || codeBefore(raw, i)
}

func codeBefore(raw string, i int) bool {
	if k := strings.LastIndexByte(raw[max(0, i-5):i], '%'); k < 0 {
		return false
	}
	for _, c := range percentCodes {
		if len(c) <= i && strings.EqualFold(raw[i-len(c):i], c) {
			return true
		}
	}
	return false
}

func hasMajor(s string) bool {
	for i := range len(s) {
		if breakers[s[i]] == majorBreak || s[i] == '-' && strings.HasPrefix(s[i:], "--") {
			return true
		}
		if s[i] == '%' {
			for _, c := range percentCodes {
				if len(s)-i >= len(c) && strings.EqualFold(s[i:i+len(c)], c) {
					return true
				}
			}
		}
	}
	return false
}
