package commands

import (
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type noArgs struct{}

var reverse = define(Spec[noArgs]{
	Grammar:  lang.Grammar{Name: "reverse", Usage: "reverse"},
	Short:    "Turn the order of rows around.",
	Doc:      `All rows are read first; nothing is dropped.`,
	Examples: []Example{{Search: "reverse", In: "n\n1\n2\n3", Out: "n\n3\n2\n1"}},
	Plan:     func(*plan.Builder, *noArgs) (plan.Node, error) { return &op.Reverse{}, nil },
})
