package commands

import (
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var eventstats = define(Spec[statsArgs]{
	Grammar: lang.Grammar{Name: "eventstats", Clauses: []string{"by", "as"}, BadArg: badAggArgument,
		Options: []lang.Opt{statsOptions[0],
			{Name: "limit", Type: lang.Int, Doc: "Taken for the sake of old searches; there is no limit."}},
		Usage: "eventstats [allnum=<bool>] " + aggUsage + " [BY <field>...]"},
	Short: "Add the aggregates of its group to every row.",
	Doc: `Computes what stats computes and writes it into the rows, which stay as they are, in their order. A row
that lacks a BY field gets nothing; of a BY field with several values the first decides. A field of the same
name is overwritten where the group has a result. All rows are read first; when they are too many for
the memory they are kept on the disk.`,
	Examples: []Example{
		{Search: "eventstats avg(n) AS mean BY g", In: "g,n\na,1\nb,5\na,2\n,7", Out: "g,n,mean\na,1,1.5\nb,5,5\na,2,1.5\n,7,"},
		{Search: "eventstats count", In: "g\na\nb", Out: "g,count\na,2\nb,2"},
	},
	Plan: func(b *plan.Builder, a *statsArgs) (plan.Node, error) {
		by, aggs, opts, err := a.resolve(b)
		if err != nil {
			return nil, err
		}
		if o := opts.Get("limit"); o != nil {
			b.Warn(o.Span, "The option limit has no effect: 'eventstats' has no limit.")
		}
		return op.NewEventGroup(by, aggs, stageText(b.Stage)), nil
	},
})
