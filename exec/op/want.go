package op

import (
	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/store"
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
	if scan, ok := p[0].(*Scan); ok {
		scan.rawOnly = rawOnly(p, need)
	}
}

// RawReader is a row-local node that leaves rows alone whose _raw does not match the query, as if they had
// none, and that sees no more of the others than the first match if the query is Settled.
type RawReader interface {
	RawQuery() *column.TextQuery // nil: any _raw matters
}

// rawOnly returns the query of the node that alone reads _raw, if there is one. need are the fields wanted
// of each node.
func rawOnly(p plan.Pipeline, need []column.FieldSet) *column.TextQuery {
	raw := column.Fields(store.FieldRaw)
	for i, n := range p[1:] {
		if r, ok := n.(RawReader); ok && r.RawQuery() != nil && n.Needs(column.FieldSet{}).Has(store.FieldRaw) {
			if need[i+1].Has(store.FieldRaw) {
				return nil
			}
			return r.RawQuery()
		}
		if _, ok := n.(plan.Mapper); !ok || n.Needs(column.FieldSet{}).Has(store.FieldRaw) || !n.Needs(raw).Has(store.FieldRaw) {
			return nil
		}
	}
	return nil
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
