package pattern

import (
	"strings"
	"unicode/utf8"
)

// Like is a compiled LIKE pattern: `%` any run of characters, `_` exactly one, everything else
// itself. It compares whole values with regard to case. Safe for concurrent use.
type Like struct {
	text string
	wild *Wildcard // set when no `_` occurs
}

// CompileLike compiles text, which cannot be wrong.
func CompileLike(text string) *Like {
	l := &Like{text: text}
	// A star is an ordinary character here, so only patterns without one can be wildcards.
	if !strings.ContainsAny(text, "_*") {
		l.wild = CompileWildcard(strings.ReplaceAll(text, "%", "*"), false)
	}
	return l
}

// Wildcard returns the same pattern as a wildcard if it can be written as one.
func (l *Like) Wildcard() (*Wildcard, bool) { return l.wild, l.wild != nil }

// MatchBytes is Match for bytes.
func (l *Like) MatchBytes(b []byte) bool { return l.Match(text(b)) }

// Match reports whether the whole of s matches.
func (l *Like) Match(s string) bool {
	if l.wild != nil {
		return l.wild.Match(s)
	}
	p := l.text
	i, k := 0, 0
	star, retry := -1, 0 // where to go on after the last `%` takes one character more
	for i < len(s) {
		switch {
		case k < len(p) && p[k] == '%':
			star, retry = k, i
			k++
		case k < len(p) && p[k] == '_':
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			k++
		case k < len(p) && p[k] == s[i]:
			i++
			k++
		case star >= 0:
			_, n := utf8.DecodeRuneInString(s[retry:])
			retry += n
			i, k = retry, star+1
		default:
			return false
		}
	}
	return strings.Trim(p[k:], "%") == ""
}
