package commands

import (
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type headArgs struct {
	Opts  lang.Options `parser:"( @@"`
	Count *int         `parser:"| @Int"`
	While lang.Expr    `parser:"| 'while'? '(' @@ ')' )*"`
}

var head = define(Spec[headArgs]{
	Grammar: lang.Grammar{Name: "head", Paren: lang.ModeExpr,
		Usage: "head [<count>] [(<condition>)] [limit=<int>] [null=<bool>] [keeplast=<bool>]",
		Options: []lang.Opt{
			{Name: "limit", Type: lang.Int, Default: "10", Doc: "Rows to keep."},
			{Name: "null", Type: lang.Bool, Default: "false", Doc: "Go on when the condition is null."},
			{Name: "keeplast", Type: lang.Bool, Default: "false", Doc: "Keep the row that ended it, too."},
		}},
	Short: "Keep the first rows.",
	Doc: `Without arguments ten. With a condition, rows are kept up to the first one for which it is not true;
a count or limit caps them as well.`,
	Examples: []Example{
		{Search: "head 2", In: "n\n1\n2\n3", Out: "n\n1\n2"},
		{Search: "head (n<2) keeplast=t", In: "n\n1\n2\n3", Out: "n\n1\n2"},
	},
	Plan: func(b *plan.Builder, a *headArgs) (plan.Node, error) {
		n := &op.Head{Limit: a.Opts.Int("limit", 10), NullGoes: a.Opts.Bool("null", false),
			KeepLast: a.Opts.Bool("keeplast", false), Text: stageText(b.Stage)}
		if a.Count != nil {
			n.Limit = *a.Count
		}
		if a.While != nil {
			p, ds := eval.Compile(a.While, exprCtx(b, "'head' command"))
			if err := ds.Err(); err != nil {
				return nil, err
			}
			if t := p.Type(); t == eval.Num || t == eval.Str {
				return nil, lang.Errorf(b.Stage, a.While.Pos(), lang.CodeBadExpr, "The condition must be true or false, not a value.")
			}
			n.While = p
			n.NoLimit = a.Count == nil && !a.Opts.Has("limit")
		}
		return n, nil
	},
})
