package lang

import "strings"

// unescape removes the backslashes that the first level of reading knows: before a backslash, a double
// quote and a pipe. Any other backslash stays, together with what follows. Outside quotes a backslash
// also protects a blank.
func unescape(s string, bare bool) string {
	return dropBackslashes(s, func(c byte) (byte, bool) {
		return c, c == '\\' || c == '"' || c == '|' || bare && isBlank(c)
	})
}

// unescapePattern is unescape for regular expressions and the searches of map: an escaped pipe stays
// escaped, for "a\|b" means a pipe between a and b.
func unescapePattern(s string) string {
	return dropBackslashes(s, func(c byte) (byte, bool) { return c, c == '\\' || c == '"' })
}

// unquoteExpr reads a string literal of an expression, which knows a tab besides.
func unquoteExpr(tok string) string {
	return dropBackslashes(trimQuotes(tok), func(c byte) (byte, bool) {
		if c == 't' {
			return '\t', true
		}
		return c, c == '\\' || c == '"'
	})
}

// dropBackslashes replaces a backslash and the byte behind it by what read makes of the byte; where that
// is nothing, and at the end, the backslash stays.
func dropBackslashes(s string, read func(c byte) (byte, bool)) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		c, ok := read(s[i])
		if ok {
			b.WriteByte(c)
		} else {
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// trimQuotes drops the quotes around a token.
func trimQuotes(tok string) string {
	if len(tok) >= 2 && (tok[0] == '"' || tok[0] == '\'') && tok[len(tok)-1] == tok[0] {
		return tok[1 : len(tok)-1]
	}
	return tok
}

// Unquote reads a text that may stand in double quotes the way an option value is read.
func Unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return unescape(s[1:len(s)-1], false)
	}
	return unescape(s, true)
}

// Quote writes s in double quotes so that reading it yields s.
func Quote(s string) string {
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '"') < 0 {
		return `"` + s + `"`
	}
	return `"` + quoteReplacer.Replace(s) + `"`
}

var quoteReplacer = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// bareWord writes s without quotes so that reading it yields s, if that is possible.
func bareWord(s string) (string, bool) {
	if s == "" || s[0] == '=' || s == "AND" || s == "OR" || s == "NOT" {
		return "", false
	}
	return escapeBare(s), true
}

func escapeBare(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] != '\\' && s[i+1] != '"' && s[i+1] != '|' && !isBlank(s[i+1]):
			b.WriteByte(c)
			i++
			b.WriteByte(s[i])
		case c == '\\', c == '"', c == '|', isBlank(c):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
