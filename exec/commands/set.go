package commands

import (
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type setArgs struct {
	Kind string            `parser:"@( 'union' | 'diff' | 'intersect' )"`
	Subs []*lang.Subsearch `parser:"@@*"`
}

var set = define(Spec[setArgs]{
	Grammar: lang.Grammar{Name: "set", Generating: true, Sub: lang.SubRows, Usage: "set union|diff|intersect [<subsearch>] [<subsearch>]"},
	Short:   "Union, difference or intersection of two searches.",
	Doc: `Rows are equal when all their fields are, _time and other internal ones included. union gives the rows
of both, diff those that are in one only, intersect those in both; each of them once.`,
	Examples: []Example{{Search: `set intersect [| makeresults format=csv data="v
a
b"] [| makeresults format=csv data="v
b
c"]`, Out: "v\nb"}},
	Plan: func(b *plan.Builder, a *setArgs) (plan.Node, error) {
		if len(a.Subs) != 2 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Two subsearches are expected.")
		}
		subs, err := rowSubsearches(b, a.Subs, 2)
		if err != nil {
			return nil, err
		}
		limit := b.Env.Limits.SubsearchRows
		n := generating(b, func(ctx context.Context, rt *plan.Runtime) (column.Stream, error) {
			rows := op.NewRows(rt.Mem)
			var border int
			for i, p := range subs {
				part, err := runSub(ctx, rt, p, limit)
				if err != nil {
					return nil, err
				}
				if err := rows.Add(part.Table()); err != nil {
					return nil, err
				}
				part.Free()
				if i == 0 {
					border = rows.Len()
				}
			}
			defer rows.Free()
			return column.Batches(combineSets(rows.Table(), border, a.Kind)), nil
		})
		n.inputs, n.wants = subs, needAll
		return n, nil
	},
})

// combineSets keeps rows by the sides they are on; rows from border on are the second side.
func combineSets(b *column.Batch, border int, kind string) *column.Batch {
	names := slices.Sorted(slices.Values(b.Names))
	cols := op.Cols(b, names)
	sides := map[string]int{}
	first := map[string]int{}
	var order []string
	var key []byte
	for i := range b.N {
		key = op.RowKey(key[:0], cols, i)
		k := string(key)
		if _, ok := first[k]; !ok {
			first[k] = i
			order = append(order, k)
		}
		if i < border {
			sides[k] |= 1
		} else {
			sides[k] |= 2
		}
	}
	var rows []uint32
	for _, k := range order {
		both := sides[k] == 3
		if kind == "union" || both == (kind == "intersect") {
			rows = append(rows, uint32(first[k]))
		}
	}
	return b.Pick(rows)
}
