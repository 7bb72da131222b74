package lint

import (
	"regexp"

	"spl/exec"
	"spl/lang"
)

// path is a Windows path inside a quoted text that ends in an escaped quote.
var path = regexp.MustCompile(`"[^"\\]*\\[^"]*[A-Za-z0-9_*]\\"(?:[\s,)|]|$)`)

// escapedQuote finds a backslash that takes the closing quote of a path away.
var escapedQuote = &Rule{ID: "escaped-quote", Doc: "a backslash in front of a quote keeps the text open", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		at := s.Stage.RawSpan.Start
		if s.Stage.Grammar == nil || s.Stage.Grammar.Mode == lang.ModeText {
			return // patterns have backslashes of their own
		}
		for _, m := range path.FindAllStringIndex(s.Stage.Src.Text[at:s.Stage.RawSpan.End], -1) {
			end := at + m[1]
			text := s.Stage.Src.Text[at+m[0] : end]
			q := at + m[0] + lastQuote(text)
			p.report(s.Stage, lang.Span{Start: q - 1, End: q + 1}, "The backslash makes the quote part of the text, which goes on behind it.", `write \\" if the text should end in a backslash`)
		}
	})
}}

func lastQuote(s string) int {
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '"' {
			return i
		}
	}
	return 0
}
