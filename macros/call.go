package macros

import (
	"strings"

	"spl/lang"
)

// Call is a macro call in a text.
type Call struct {
	lang.Span // with both backticks
	Name      string
	Args      []Arg
	Err       string // what is wrong with it, "" if nothing
}

// Arg is an argument as written, without the blanks around it.
type Arg struct{ lang.Span }

// Calls returns the macro calls of a search, leaving out what stands in double quotes and in
// triple-backtick comments.
func Calls(text string) []Call {
	var out []Call
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i += 2
		case c == '"':
			i = closeQuote(text, i)
		case strings.HasPrefix(text[i:], "```"):
			end := strings.Index(text[i+3:], "```")
			if end < 0 {
				return out // the scanner reports the comment that does not end
			}
			i += 3 + end + 3
		case c == '`':
			call := parseCall(text, i)
			out = append(out, call)
			i = call.End
		default:
			i++
		}
	}
	return out
}

// closeQuote returns the offset behind the quoted text that starts at i.
func closeQuote(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// unclosed is what is wrong with a call that does not end.
const unclosed = "Missing closing backtick of a macro"

// parseCall reads the call whose first backtick is at start.
func parseCall(text string, start int) Call {
	end := start + 1
	for end < len(text) && text[end] != '`' {
		switch {
		case text[end] == '\\' && end+1 < len(text) && text[end+1] != '`':
			end += 2
		case text[end] == '"':
			end = closeQuote(text, end)
		default:
			end++
		}
	}
	if end >= len(text) {
		return Call{Span: lang.Span{Start: start, End: len(text)}, Err: unclosed}
	}
	c := Call{Span: lang.Span{Start: start, End: end + 1}}
	open := strings.IndexByte(text[start+1:end], '(')
	if open < 0 {
		c.Name = strings.TrimSpace(text[start+1 : end])
	} else {
		open += start + 1
		c.Name = strings.TrimSpace(text[start+1 : open])
		last := strings.TrimRight(text[open:end], " \t\r\n")
		if !strings.HasSuffix(last, ")") {
			c.Err = "The parenthesis that closes the arguments of the macro is missing"
			return c
		}
		c.Args = splitArgs(text, open+1, open+len(last)-1)
	}
	if c.Name == "" {
		c.Err = "A macro call needs a name"
	}
	return c
}

// splitArgs cuts text[from:to] at commas outside double quotes and parentheses.
func splitArgs(text string, from, to int) []Arg {
	if strings.TrimSpace(text[from:to]) == "" {
		return nil
	}
	var out []Arg
	depth, start := 0, from
	for i := from; i < to; {
		switch c := text[i]; {
		case c == '\\':
			i += 2
			continue
		case c == '"':
			i = closeQuote(text, i)
			continue
		case c == '(':
			depth++
		case c == ')':
			depth = max(depth-1, 0)
		case c == ',' && depth == 0:
			out = append(out, trimArg(text, start, i))
			start = i + 1
		}
		i++
	}
	return append(out, trimArg(text, start, to))
}

func trimArg(text string, from, to int) Arg {
	s := text[from:to]
	left := strings.TrimLeft(s, " \t\r\n")
	from += len(s) - len(left)
	return Arg{lang.Span{Start: from, End: from + len(strings.TrimRight(left, " \t\r\n"))}}
}
