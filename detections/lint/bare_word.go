package lint

import (
	"slices"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// bareWord finds comparisons of a field with a word that is no field anywhere else in the search.
var bareWord = &Rule{ID: "bare-word", Doc: "a bare word is compared in where or eval, where it names a field", Severity: lang.Warning, check: func(p *pass) {
	uses := map[string]int{}
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		for _, r := range s.Flow.Reads {
			uses[r.Text]++
		}
		for _, w := range s.Flow.Writes {
			uses[w]++
		}
	})
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		for _, e := range commands.Expressions(s.Stage) {
			lang.WalkExpr(e, func(x lang.Expr) {
				b, ok := x.(*lang.Binary)
				if !ok || !slices.Contains([]string{"=", "==", "!="}, b.Op) {
					return
				}
				f, ok := b.R.(*lang.Field)
				if ok && !f.Quoted && uses[f.Name] <= 1 && !slices.Contains([]string{"null", "true", "false"}, f.Name) && (s.In.Open || !s.In.Has(f.Name)) {
					p.report(s.Stage, f.Span, "The bare word "+f.Name+" names a field, which no other part of the search knows.",
						"text stands in double quotes: "+quote(f.Name))
				}
			})
		}
	})
}}
