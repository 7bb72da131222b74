package pattern

import "strings"

// Template is a replacement text: \0 to \9 stand for groups, \\ for a backslash; any other
// backslash is itself.
type Template struct {
	lits   []string // one more than groups
	groups []int
}

// CompileTemplate reads a replacement text.
func CompileTemplate(text string) *Template {
	t := &Template{}
	var lit strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			lit.WriteByte(c)
			continue
		}
		switch d := text[i+1]; {
		case d >= '0' && d <= '9':
			t.lits = append(t.lits, lit.String())
			t.groups = append(t.groups, int(d-'0'))
			lit.Reset()
			i++
		case d == '\\':
			lit.WriteByte('\\')
			i++
		default:
			lit.WriteByte(c)
		}
	}
	t.lits = append(t.lits, lit.String())
	return t
}

// append writes the template for one match. A group that does not exist or took no part is empty.
func (t *Template) append(dst []byte, s string, m []int) []byte {
	for i, g := range t.groups {
		dst = append(dst, t.lits[i]...)
		if 2*g+1 < len(m) && m[2*g] >= 0 {
			dst = append(dst, s[m[2*g]:m[2*g+1]]...)
		}
	}
	return append(dst, t.lits[len(t.groups)]...)
}

// ReplaceAll replaces every match by the template. The error is ErrMatchLimit; s is then returned
// as it was.
func (re *Regexp) ReplaceAll(s string, t *Template) (string, error) {
	return re.replace(s, t, 1, true)
}

// replace replaces the nth match, and with all those after it.
func (re *Regexp) replace(s string, t *Template, nth int, all bool) (string, error) {
	n := nth
	if all {
		n = 0
	}
	found, err := re.FindAllSubmatchIndex(s, n)
	if err != nil || len(found) < nth {
		return s, err
	}
	var dst []byte
	at := 0
	for _, m := range found[nth-1:] {
		dst = append(dst, s[at:m[0]]...)
		dst = t.append(dst, s, m)
		at = m[1]
	}
	return string(append(dst, s[at:]...)), nil
}
