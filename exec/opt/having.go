package opt

import (
	"slices"

	"spl/exec/op"
	"spl/exec/plan"
)

// having gives a filter right behind an aggregation to it: groups that are dropped are neither put in
// order nor handed out.
var having = Rule{
	Name: "having",
	Doc:  "search and where right behind stats drop results before these are put in order",
	Apply: func(p plan.Pipeline) (plan.Pipeline, bool) {
		for i := 1; i < len(p); i++ {
			f, ok := p[i].(*op.Filter)
			if !ok || !f.F.Steady() {
				continue
			}
			g, ok := p[i-1].(*op.Group)
			if !ok || g.Partial || g.Having != nil || len(g.By) == 0 {
				continue
			}
			out := slices.Clone(p)
			kept := *g
			kept.Having = f
			out[i-1] = &kept
			return slices.Delete(out, i, i+1), true
		}
		return p, false
	},
}
