package commands

import (
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var tail = define(Spec[listArgs]{
	Grammar:  lang.Grammar{Name: "tail", Usage: "tail [<count>]"},
	Short:    "Keep the last rows, the last one first.",
	Doc:      `Without a count ten. The order of the rows that are kept is turned around.`,
	Examples: []Example{{Search: "tail 2", In: "n\n1\n2\n3", Out: "n\n3\n2"}},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		n, err := countArg(b, a.List, 10)
		if err != nil {
			return nil, err
		}
		return &op.Tail{Limit: n}, nil
	},
})
