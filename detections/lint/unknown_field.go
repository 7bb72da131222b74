package lint

import (
	"spl/exec"
	"spl/lang"
)

// unknownField finds fields that no earlier stage leaves. Behind BY they are a problem of every check.
var unknownField = &Rule{ID: "unknown-field", Doc: "a field is used that no earlier stage leaves", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		if s.In.By == nil {
			return
		}
		for _, r := range s.Flow.Reads {
			if r.By || r.Optional || r.Text == "_time" || s.In.Has(r.Text) || r.Span == (lang.Span{}) {
				continue
			}
			d := exec.MissingField(s, r)
			p.report(s.Stage, r.Span, d.Msg, d.Hint)
		}
	})
}}
