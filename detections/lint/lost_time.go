package lint

import (
	"fmt"

	"spl/exec"
	"spl/lang"
)

// lostTime finds stages that need _time behind one that drops it.
var lostTime = &Rule{ID: "lost-time", Doc: "_time is used behind a command that drops it", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		if s.In.Has("_time") || s.In.By == nil {
			return
		}
		for _, r := range s.Flow.Reads {
			if r.Text != "_time" || r.Optional {
				continue
			}
			span := r.Span
			if span == (lang.Span{}) {
				span = s.Stage.NameSpan
			}
			p.report(s.Stage, span, fmt.Sprintf("'%s' needs _time, which '%s' has dropped.", s.Stage.Name, s.In.By.Name), "keep it: add _time to what "+s.In.By.Name+" names")
			return
		}
	})
}}
