package commands

import (
	"context"
	"io"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

var require = define(Spec[noArgs]{
	Grammar:  lang.Grammar{Name: "require", Usage: "require"},
	Short:    "Fail the search if there are no rows.",
	Doc:      `Rows pass through. In a subsearch the whole search fails.`,
	Examples: []Example{{Search: "require", In: "a\n1", Out: "a\n1"}},
	Plan: func(b *plan.Builder, _ *noArgs) (plan.Node, error) {
		st := b.Stage
		return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(st), needs: needSame, effects: true,
			open: func(_ *plan.Runtime, in column.Stream) (column.Stream, error) {
				seen := false
				return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
					b, err := in.Next(ctx)
					if err == io.EOF && !seen {
						return nil, lang.Errorf(st, lang.Span{}, "no-results", "The required results were not found: there are no rows.")
					}
					seen = seen || b != nil && b.Rows() > 0
					return b, err
				}, in.Close), nil
			}}, nil
	},
})
