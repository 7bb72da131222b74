package commands

import (
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type whereArgs struct {
	Cond lang.Expr `parser:"@@?"`
}

var where = define(Spec[whereArgs]{
	Grammar: lang.Grammar{Name: "where", Mode: lang.ModeExpr, Usage: "where <condition>"},
	Short:   "Keep the rows for which an expression is true.",
	Doc: `The condition is an eval expression: bare words are fields, text stands in double quotes, and text
compares with case. A comparison with a missing field is neither true nor false, so the row goes.`,
	Examples: []Example{{Search: `where a>b`, In: "a,b\n2,1\n1,2\n,1", Out: "a,b\n2,1"}},
	Plan: func(b *plan.Builder, a *whereArgs) (plan.Node, error) {
		if a.Cond == nil {
			return passThrough(b), nil
		}
		f, ds := eval.CompileFilter(a.Cond, exprCtx(b, "'where' command"))
		if err := ds.Err(); err != nil {
			return nil, err
		}
		return op.NewFilter(f, stageText(b.Stage)), nil
	},
})
