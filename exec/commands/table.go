package commands

import (
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var table = define(Spec[listArgs]{
	Grammar: lang.Grammar{Name: "table", Usage: "table <field>..."},
	Short:   "Show only these fields, in this order.",
	Doc: `Names may hold *, which stands for the fields that match, in their order, internal ones left out.
Rows stay, also those that have none of the fields; but when no row has any, there are no rows.`,
	Examples: []Example{{Search: `table b a x`, In: "a,b,c\n1,2,3\n4,5,6", Out: "b,a,x\n2,1,\n5,4,"}},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument,
				"Must specify at least one valid field name (can contain wildcards).")
		}
		return op.NewTable(a.List.Texts(), stageText(b.Stage)), nil
	},
})
