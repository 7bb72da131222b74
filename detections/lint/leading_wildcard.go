package lint

import (
	"strings"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// leadingWildcard finds terms of the first search that no index can look up.
var leadingWildcard = &Rule{ID: "leading-wildcard", Doc: "a search term starts with a wildcard", Severity: lang.Info, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		if s.Stage.Name != "search" || s.In.Open || s.In.By != nil {
			return // only the terms that pick events
		}
		lang.WalkTerms(commands.SearchTerm(s.Stage), func(t lang.Term) {
			w, ok := t.(*lang.Word)
			if ok && len(w.Value.Text) > 1 && strings.HasPrefix(w.Value.Text, "*") && !viaMacro(s.Stage, w.Start) {
				p.report(s.Stage, w.Span, "A term that starts with * is looked for in the text of every event.", "name the field, or leave the first * out")
			}
		})
	})
}}
