package commands

import (
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type searchArgs struct {
	Where lang.Term `parser:"@@?"`
}

var search = define(Spec[searchArgs]{
	Grammar: lang.Grammar{Name: "search", Terms: true, Sub: lang.SubTerms, Usage: "search [<search expression>]"},
	Short:   "Find events, or keep the rows that match.",
	Doc: `First in a search it reads events from the indexes; later it filters rows. Terms are joined by AND
unless OR stands between them, and OR binds tighter. Values compare without case and may hold *; both
sides being numbers, < and > compare by size. Bare words and phrases look into _raw. The right side is
always a literal, never a field.`,
	Examples: []Example{
		{Search: `search g=a n>1`, In: "n,g\n1,a\n2,A\n3,b", Out: "n,g\n2,A"},
		{Search: `search NOT g=a`, In: "n,g\n1,a\n2,\n3,b", Out: "n,g\n2,\n3,b"},
	},
	Plan: func(b *plan.Builder, a *searchArgs) (plan.Node, error) {
		where := a.Where
		if where == nil {
			where = &lang.And{}
		}
		where, err := b.Terms(where)
		if err != nil {
			return nil, err
		}
		if b.First {
			return op.NewScan(b, b.Stage, where)
		}
		f, ds := eval.CompileSearch(where, exprCtx(b, "'search' command"))
		if err := ds.Err(); err != nil {
			return nil, err
		}
		return op.NewFilter(f, stageText(b.Stage)), nil
	},
})
