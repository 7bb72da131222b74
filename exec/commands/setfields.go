package commands

import (
	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

var setfields = define(Spec[optsArgs]{
	Grammar:  lang.Grammar{Name: "setfields", AnyOption: true, Usage: `setfields <field>="<text>"[, <field>="<text>"...]`},
	Short:    "Set fields to fixed texts.",
	Doc:      `Every row gets the same texts; eval does the same and more.`,
	Examples: []Example{{Search: `setfields b="x y", c=2`, In: "a\n1", Out: "a,b,c\n1,x y,2"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		if len(a.Opts) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one field=\"text\" is expected.")
		}
		var names []string
		for _, o := range a.Opts {
			names = append(names, o.Name)
		}
		return changes(rowLocal(b, needInstead(names), func(b *column.Batch) (*column.Batch, error) {
			for _, o := range a.Opts {
				b.Set(o.Name, column.ConstText(o.Value, b.N))
			}
			return b, nil
		}), names...), nil
	},
})
