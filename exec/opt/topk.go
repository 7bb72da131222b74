package opt

import (
	"slices"

	"spl/exec/op"
	"spl/exec/plan"
)

// topK lets a sort that is followed by head keep only the rows that head lets through.
var topK = Rule{
	Name: "topk",
	Doc:  "sort | head N keeps N rows while sorting",
	Apply: func(p plan.Pipeline) (plan.Pipeline, bool) {
		for i := 1; i < len(p); i++ {
			s, ok := p[i-1].(*op.Sort)
			if !ok {
				continue
			}
			h, ok := p[i].(*op.Head)
			if !ok || h.While != nil || h.NoLimit || h.Limit == 0 || s.Limit != 0 && s.Limit < h.Limit {
				continue
			}
			top := *s
			top.Limit, top.Cut = h.Limit, nil
			out := slices.Clone(p)
			out[i-1] = &top
			return slices.Delete(out, i, i+1), true
		}
		return p, false
	},
}
