package props

import "strings"

// Template is a text with groups of a match in it: "user-$1".
type Template []piece

// piece is a literal, or the group num if group is set.
type piece struct {
	lit   string
	num   int
	group bool
}

// NewTemplate reads $n as group n; other dollars stand for themselves.
func NewTemplate(s string) Template {
	var out Template
	lit := 0
	for i := 0; i < len(s); {
		j := i + 1
		n := 0
		for s[i] == '$' && j < len(s) && s[j]-'0' <= 9 {
			n = min(n*10+int(s[j]-'0'), 1<<20)
			j++
		}
		if s[i] != '$' || j == i+1 {
			i++
			continue
		}
		if i > lit {
			out = append(out, piece{lit: s[lit:i]})
		}
		out = append(out, piece{num: n, group: true})
		i, lit = j, j
	}
	if lit < len(s) {
		out = append(out, piece{lit: s[lit:]})
	}
	return out
}

// Literal returns the text of a template without groups.
func (t Template) Literal() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && !t[0].group:
		return t[0].lit, true
	}
	return "", false
}

// Has reports whether group n is in the template.
func (t Template) Has(n int) bool {
	for _, p := range t {
		if p.group && p.num == n {
			return true
		}
	}
	return false
}

// Fill puts the groups of a match m of text in; false if one took no part or does not exist.
func (t Template) Fill(text string, m []int) (string, bool) {
	if len(t) == 1 && t[0].group {
		return part(text, m, t[0].num)
	}
	var b strings.Builder
	for _, p := range t {
		if !p.group {
			b.WriteString(p.lit)
			continue
		}
		s, ok := part(text, m, p.num)
		if !ok {
			return "", false
		}
		b.WriteString(s)
	}
	return b.String(), true
}

func part(text string, m []int, n int) (string, bool) {
	if 2*n+1 >= len(m) || m[2*n] < 0 {
		return "", false
	}
	return text[m[2*n]:m[2*n+1]], true
}

// Pair is name::value of a FORMAT.
type Pair struct{ Name, Value Template }

// Pairs reads a FORMAT of name::value words; a value in double quotes may hold blanks. bad is the
// first word that is none.
func Pairs(format string) (out []Pair, bad string) {
	for _, word := range formatWords(format) {
		name, value, ok := strings.Cut(word, "::")
		if !ok {
			return nil, word
		}
		out = append(out, Pair{NewTemplate(name), NewTemplate(strings.Trim(value, `"`))})
	}
	return out, ""
}

// formatWords splits at blanks outside of quotes.
func formatWords(s string) []string {
	var out []string
	start, quoted := -1, false
	for i := range len(s) {
		blank := s[i] == ' ' || s[i] == '\t' || s[i] == '\n'
		switch {
		case s[i] == '"':
			quoted = !quoted
		case blank && !quoted && start >= 0:
			out = append(out, s[start:i])
			start = -1
			continue
		}
		if start < 0 && !blank {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}
