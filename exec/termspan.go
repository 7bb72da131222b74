package exec

import (
	"strings"

	"spl/lang"
)

// termSpan is the text of a search expression in its stage, with all of its parentheses: places of terms
// leave out those around them.
func termSpan(st *lang.Stage, t lang.Term) lang.Span {
	if st.Grammar != nil && st.Grammar.Terms {
		return st.RawSpan
	}
	text := st.Src.Text
	span := t.Pos()
	least, depth := nesting(text[span.Start:span.End])
	span.Start = outward(text, span.Start, -1, '(', -least)
	span.End = outward(text, span.End, 1, ')', depth-least)
	return span
}

// nesting returns the least and the last depth of parentheses in a text, outside of quotes and brackets.
func nesting(text string) (least, depth int) {
	brackets, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case brackets > 0:
		case c == '(':
			depth++
		case c == ')':
			depth--
			least = min(least, depth)
		}
	}
	return least, depth
}

// outward moves a place over n parentheses and the blanks and commas before them.
func outward(text string, at, step int, paren byte, n int) int {
	for i := at; n > 0; i += step {
		k := i
		if step < 0 {
			k = i - 1
		}
		if k < 0 || k >= len(text) {
			return at
		}
		switch {
		case text[k] == paren:
			n--
			at = i + step
		case strings.IndexByte(" \t\r\n,", text[k]) < 0:
			return at
		}
	}
	return at
}
