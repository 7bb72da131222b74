package commands

import (
	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var selfjoin = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "selfjoin", Usage: "selfjoin [overwrite=<bool>] [max=<int>] [keepsingle=<bool>] <field>...",
		Options: []lang.Opt{
			{Name: "overwrite", Type: lang.Bool, Default: "true", Doc: "The later row's values replace those of the earlier."},
			{Name: "max", Type: lang.Int, Default: "1", Doc: "Later rows to join to each; 0: all."},
			{Name: "keepsingle", Type: lang.Bool, Default: "false", Doc: "Keep rows whose values occur once."},
		}},
	Short:    "Join rows with later rows that have the same values.",
	Doc:      `Each row is joined with the next ones that agree in the listed fields; a row without any goes.`,
	Examples: []Example{{Search: "selfjoin k", In: "k,a\n1,x\n1,y\n2,z", Out: "k,a\n1,y"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one field must be given as an argument.")
		}
		j := op.SelfJoin(a.List.Texts(), a.Opts.Int("max", 1), a.Opts.Bool("overwrite", true), a.Opts.Bool("keepsingle", false))
		return &streamNode{Base: plan.Base{C: plan.Transforming}, text: stageText(b.Stage), needs: needAll,
			open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) { return j.Stream(rt, nil, in), nil }}, nil
	},
})
