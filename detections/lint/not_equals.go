package lint

import (
	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// notEquals finds != that holds never or always, or that undoes a NOT in front.
var notEquals = &Rule{ID: "not-equals", Doc: "!= is written where NOT is meant, or the other way round", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		lang.WalkTerms(commands.SearchTerm(s.Stage), func(t lang.Term) {
			switch t := t.(type) {
			case *lang.Compare:
				if t.Op == lang.OpNe && t.Value.Text == "*" {
					p.report(s.Stage, t.Span, t.Field.Text+"!=* never holds: != needs the field, and * takes every value.", "for rows without the field write NOT "+t.Field.Text+"=*")
				}
			case *lang.Not:
				if c, ok := t.X.(*lang.Compare); ok && c.Op == lang.OpNe {
					p.report(s.Stage, t.Span, "NOT "+c.Field.Text+"!=x also keeps the rows without the field.", "write "+c.Field.Text+"=x if they should go")
				}
			case *lang.Or:
				p.alwaysTrue(s, t)
			}
		})
	})
}}

// alwaysTrue reports a!=x OR a!=y: no value is both.
func (p *pass) alwaysTrue(s *exec.Step, t *lang.Or) {
	seen := map[string]string{}
	for _, x := range t.Terms {
		c, ok := x.(*lang.Compare)
		if !ok || c.Op != lang.OpNe {
			continue
		}
		if v, twice := seen[c.Field.Text]; twice && v != c.Value.Text {
			p.report(s.Stage, t.Span, "Every row with the field "+c.Field.Text+" passes: no value is equal to both.", "use AND, or NOT "+c.Field.Text+" IN (...)")
			return
		}
		seen[c.Field.Text] = c.Value.Text
	}
}
