package op

import (
	"spl/exec/column"
	"spl/exec/plan"
)

// Want walks a pipeline backwards from the fields wanted of it and tells each source, in it and in the
// inputs of its nodes, which fields to provide and whether the order of its rows matters.
func Want(p plan.Pipeline, out column.FieldSet) {
	need := make([]column.FieldSet, len(p))
	for i := len(p) - 1; i >= 0; i-- {
		need[i] = out
		for _, in := range p[i].Inputs() {
			Want(in, inputNeeds(p[i], out))
		}
		out = p[i].Needs(out)
	}
	if len(p) == 0 {
		return
	}
	if src, ok := p[0].(plan.Source); ok {
		src.Want(need[0], orderMatters(p[1:]))
	}
}

// InputNeeder is a node that asks its inputs for other fields than those wanted of itself (join adds its
// keys). Without it inputs must provide what is wanted of the node.
type InputNeeder interface {
	InputNeeds(out column.FieldSet) column.FieldSet
}

func inputNeeds(n plan.Node, out column.FieldSet) column.FieldSet {
	if in, ok := n.(InputNeeder); ok {
		return in.InputNeeds(out)
	}
	return out
}

// orderMatters reports whether the nodes behind a source can tell in which order its rows come.
func orderMatters(rest plan.Pipeline) bool {
	for _, n := range rest {
		if _, ok := n.(plan.Mapper); ok {
			continue
		}
		if r, ok := n.(plan.Reducer); ok {
			return r.NeedsOrder()
		}
		return true
	}
	return true
}
