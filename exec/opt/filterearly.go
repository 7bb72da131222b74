package opt

import (
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
)

// writer is a row-local node that keeps every row and changes only the fields it names.
type writer interface {
	plan.Mapper
	// Writes returns the fields the node may change; ok is false when it may change others too.
	Writes() (fields column.FieldSet, ok bool)
}

// filterEarly moves a filter in front of steps that do not write what it reads: the rows it drops then
// cost nothing there.
var filterEarly = Rule{
	Name: "filter-early",
	Doc:  "a filter goes in front of eval, lookup, rex and the like when it reads none of their results",
	Apply: func(p plan.Pipeline) (plan.Pipeline, bool) {
		for i := 1; i < len(p); i++ {
			f, ok := p[i].(*op.Filter)
			if !ok {
				continue
			}
			w, ok := p[i-1].(writer)
			if !ok || w.Effects() {
				continue
			}
			fields, ok := w.Writes()
			if !ok || overlap(f.F.Fields(), fields) {
				continue
			}
			out := slices.Clone(p)
			out[i-1], out[i] = out[i], out[i-1]
			return out, true
		}
		return p, false
	},
}

// overlap reports whether two sets may share a field; with wildcards in either it takes the safe side.
func overlap(a, b column.FieldSet) bool {
	if a.All() || b.All() || !a.Exact() && !b.Empty() || !b.Exact() && !a.Empty() {
		return true
	}
	return slices.ContainsFunc(a.Names(), b.Has)
}
