package lint

import (
	"strings"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// orBesideAnd finds OR between terms that are joined by blanks alone, where it binds tighter than people read it.
var orBesideAnd = &Rule{ID: "or-beside-and", Doc: "OR stands next to an implied AND without parentheses", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		lang.WalkTerms(commands.SearchTerm(s.Stage), func(t lang.Term) {
			and, ok := t.(*lang.And)
			if !ok || len(and.Terms) < 2 {
				return
			}
			for _, x := range and.Terms {
				or, ok := x.(*lang.Or)
				if !ok || len(or.Terms) < 2 || inParens(s.Stage, or.Span) {
					continue
				}
				msg := "OR binds tighter than the blank between terms: this is one group of " + plural(len(or.Terms)) + "."
				hint := "put parentheses around it, or around what belongs together"
				if viaMacro(s.Stage, or.Start) {
					hint = "the macro expands without parentheses: put them around the call"
				}
				p.report(s.Stage, or.Span, msg, hint)
			}
		})
	})
}}

func plural(n int) string {
	if n == 2 {
		return "two alternatives"
	}
	return "several alternatives"
}

// inParens tells whether a span is the inside of parentheses, or includes them.
func inParens(st *lang.Stage, sp lang.Span) bool {
	text := st.Src.Text
	before := strings.TrimRight(text[st.Start:sp.Start], " \t\r\n")
	after := strings.TrimLeft(text[min(sp.End, st.End):st.End], " \t\r\n")
	return strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") || text[sp.Start] == '(' && text[sp.End-1] == ')' && closes(text[sp.Start:sp.End])
}

// closes tells whether the parenthesis that opens a text is the one that closes it.
func closes(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i == len(text)-1
			}
		}
	}
	return false
}
