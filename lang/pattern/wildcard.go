package pattern

import (
	"strings"
)

// WildcardKind is the shape of a wildcard pattern.
type WildcardKind uint8

// The shapes. Any matches every text, General has literals between stars.
const (
	Exact WildcardKind = iota
	Any
	Prefix
	Suffix
	Contains
	General
)

// Wildcard is a compiled pattern in which `*` stands for any run of characters, also none. It
// compares whole values. Safe for concurrent use.
type Wildcard struct {
	kind  WildcardKind
	parts []finder // the literals between the stars; the first and the last may be empty
}

// CompileWildcard compiles text; fold ignores case.
func CompileWildcard(text string, fold bool) *Wildcard {
	w := &Wildcard{}
	lits := strings.Split(text, "*")
	for _, lit := range lits {
		w.parts = append(w.parts, newFinder(lit, fold))
	}
	n := len(lits)
	switch {
	case n == 1:
		w.kind = Exact
	case strings.Trim(text, "*") == "":
		w.kind = Any
	case n == 2 && lits[1] == "":
		w.kind = Prefix
	case n == 2 && lits[0] == "":
		w.kind = Suffix
	case n == 3 && lits[0] == "" && lits[2] == "":
		w.kind = Contains
	default:
		w.kind = General
	}
	return w
}

// Kind returns the shape.
func (w *Wildcard) Kind() WildcardKind { return w.kind }

// Stars returns how many stars the pattern has.
func (w *Wildcard) Stars() int { return len(w.parts) - 1 }

// Literals returns the texts between the stars, the first and last possibly empty; folded to lower
// case if the pattern ignores case.
func (w *Wildcard) Literals() []string {
	lits := make([]string, len(w.parts))
	for i := range w.parts {
		lits[i] = w.parts[i].lit
	}
	return lits
}

// Match reports whether the whole of s matches.
func (w *Wildcard) Match(s string) bool {
	last := len(w.parts) - 1
	switch w.kind {
	case Any:
		return true
	case Exact:
		return w.parts[0].prefix(s) == len(s)
	case Prefix:
		return w.parts[0].prefix(s) >= 0
	case Suffix:
		return w.parts[1].suffix(s) >= 0
	case Contains:
		i, _ := w.parts[1].index(s, 0)
		return i >= 0
	}
	at := w.parts[0].prefix(s)
	end := w.parts[last].suffix(s)
	if at < 0 || end < at {
		return false
	}
	for i := 1; i < last; i++ {
		if _, at = w.parts[i].index(s[:end], at); at < 0 {
			return false
		}
	}
	return true
}

// MatchBytes is Match for bytes.
func (w *Wildcard) MatchBytes(b []byte) bool { return w.Match(text(b)) }

// Capture returns what each star stands for, as byte ranges start, end, start, end … appended to
// dst. Earlier stars take as much as they can.
func (w *Wildcard) Capture(dst []int, s string) ([]int, bool) {
	last := len(w.parts) - 1
	start := w.parts[0].prefix(s)
	if last == 0 {
		return dst, start == len(s)
	}
	end := w.parts[last].suffix(s)
	if start < 0 || end < start {
		return dst, false
	}
	base := len(dst)
	for range 2 * last {
		dst = append(dst, 0)
	}
	caps := dst[base:]
	caps[2*last-1] = end
	for i := last - 1; i > 0; i-- {
		from, to := w.parts[i].lastIndex(s[start:end])
		if from < 0 {
			return dst[:base], false
		}
		caps[2*i] = start + to
		end = start + from
		caps[2*i-1] = end
	}
	caps[0] = start
	return dst, true
}

// Fill returns template with its stars replaced by what the stars of the pattern stand for in s,
// in order: how rename and replace carry names over. False if s does not match or the numbers of
// stars differ; a template without stars is returned as it is.
func (w *Wildcard) Fill(template, s string) (string, bool) {
	caps, ok := w.Capture(nil, s)
	if !ok {
		return "", false
	}
	stars := strings.Count(template, "*")
	if stars == 0 {
		return template, true
	}
	if stars != w.Stars() {
		return "", false
	}
	var b strings.Builder
	for i := 0; ; i++ {
		lit, rest, found := strings.Cut(template, "*")
		b.WriteString(lit)
		if !found {
			return b.String(), true
		}
		b.WriteString(s[caps[2*i]:caps[2*i+1]])
		template = rest
	}
}
