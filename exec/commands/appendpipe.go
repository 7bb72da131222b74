package commands

import (
	"context"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var appendpipe = define(Spec[subArgs]{
	Grammar: lang.Grammar{Name: "appendpipe", Sub: lang.SubPipeline, Usage: "appendpipe [<pipeline>]",
		Options: []lang.Opt{{Name: "run_in_preview", Type: lang.Bool, Default: "true", Doc: "No effect: there are no previews."}}},
	Short: "Append what a pipeline makes of the current rows.",
	Doc:   `The pipeline in brackets reads a copy of the rows; its rows follow them.`,
	Examples: []Example{
		{Search: `appendpipe [where n>1 | eval n=n*10]`, In: "n\n1\n2", Out: "n\n1\n2\n20"},
	},
	Plan: func(b *plan.Builder, a *subArgs) (plan.Node, error) {
		sub, err := rowSubsearch(b, a.Sub)
		if err != nil {
			return nil, err
		}
		n := allRows(b, func(out column.FieldSet) column.FieldSet { return out.Union(sub.Needs(out)) },
			func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) (column.Stream, error) {
				first := rows.Pass()
				more, err := rt.Run(ctx, sub, rows.Stream())
				if err != nil {
					return nil, err
				}
				return op.Owning(op.Then(first, func(context.Context) (column.Stream, error) { return more, nil }), more), nil
			})
		n.inputs = []plan.Pipeline{sub}
		return n, nil
	},
})
