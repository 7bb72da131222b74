package commands

import (
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var fieldformat = define(Spec[evalArgs]{
	Grammar: lang.Grammar{Name: "fieldformat", Mode: lang.ModeExpr, Usage: "fieldformat <field>=<expression>"},
	Short:   "Set how a field is shown.",
	Doc: `The expression is computed when results are shown; the value itself stays as it is for the commands
that follow and for what is written to tables.`,
	Examples: []Example{{Search: `fieldformat x="v".x | eval y=x+1 | fields y`, In: "x\n5", Out: "y\n6"}},
	Plan: func(b *plan.Builder, a *evalArgs) (plan.Node, error) {
		if len(a.List) != 1 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Exactly one field=expression is expected.")
		}
		p, ds := eval.CompileField(a.List[0].Expr, exprCtx(b, "'EvalCommand'"))
		if err := ds.Err(); err != nil {
			return nil, err
		}
		return op.NewFieldFormat(a.List[0].Target.Text, p, stageText(b.Stage)), nil
	},
})
