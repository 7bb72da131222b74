package commands

import (
	"context"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type optsListArgs struct {
	Opts lang.Options `parser:"( @@"`
	List lang.Fields  `parser:"| @@ )*"`
}

var fillnull = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "fillnull", Usage: "fillnull [value=<text>] [<field>...]",
		Options: []lang.Opt{{Name: "value", Type: lang.Text, Default: "0", Doc: "What to fill in."}}},
	Short: "Fill in missing values.",
	Doc: `With a list, each listed field gets the value where it is missing, and fields that no row has are
made. Without one, every field that some row has is filled in the rows that lack it. An empty text is
a value.`,
	Examples: []Example{
		{Search: "fillnull", In: "a,b\n1,2\n3,", Out: "a,b\n1,2\n3,0"},
		{Search: "fillnull value=x c", In: "a,b\n1,2\n3,", Out: "a,b,c\n1,2,x\n3,,x"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		text := a.Opts.Text("value", "0")
		if len(a.List) > 0 {
			names := a.List.Texts()
			return changes(rowLocal(b, needAlso(names...), func(b *column.Batch) (*column.Batch, error) {
				for _, n := range op.Expand(b, names, true) {
					b.Set(n, op.Fill(b.Col(n), text))
				}
				return b, nil
			}), names...), nil
		}
		return allRows(b, needAll, func(_ context.Context, _ *plan.Runtime, rows *op.Kept) (column.Stream, error) {
			return mapped(rows, fillAll(rows, text)), nil
		}), nil
	},
})

// fillAll fills every field that a row has, or that a command has declared.
func fillAll(rows *op.Kept, text string) func(b *column.Batch) {
	var names []string
	for _, n := range rows.Names() {
		if !column.Internal(n) && rows.HasValue(n) {
			names = append(names, n)
		}
	}
	return func(b *column.Batch) {
		for _, n := range names {
			b.Set(n, op.Fill(b.Col(n), text))
		}
	}
}
