package opt

import (
	"slices"

	"spl/exec/op"
	"spl/exec/plan"
)

// filterIntoScan gives a filter right behind a scan to the scan, which applies it before the fields that
// only the rest reads are computed.
var filterIntoScan = Rule{
	Name: "filter-into-scan",
	Doc:  "search and where right behind the scan are applied while events are read",
	Apply: func(p plan.Pipeline) (plan.Pipeline, bool) {
		if len(p) < 2 {
			return p, false
		}
		s, ok := p[0].(*op.Scan)
		if !ok {
			return p, false
		}
		f, ok := p[1].(*op.Filter)
		if !ok {
			return p, false
		}
		out := slices.Clone(p)
		out[0] = s.With(f)
		return slices.Delete(out, 1, 2), true
	},
}
