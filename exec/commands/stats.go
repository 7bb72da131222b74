package commands

import (
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type statsArgs struct {
	Opts lang.Options `parser:"( @@"`
	By   byList       `parser:"| @@"`
	Aggs []*lang.Agg  `parser:"| @@ )*"`
}

const aggUsage = "<function>(<field>) [AS <name>]..."

var statsOptions = []lang.Opt{
	{Name: "allnum", Type: lang.Bool, Default: "false", Doc: "A numeric function gives nothing for a group with a value that is no number."},
	{Name: "delim", Type: lang.Text, Doc: "Text that nomv puts between the values of a multivalue result; the values stay apart."},
	{Name: "partitions", Type: lang.Int, Default: "1", Doc: "Threads asked for; the result never depends on it."},
	{Name: "dedup_splitvals", Type: lang.Bool, Default: "false", Doc: "Count a value that repeats within a multivalue BY field once."},
	{Name: "span", Type: lang.SpanLen, Doc: "Behind a BY field: its bins, as the bin command makes them."},
}

var stats = define(Spec[statsArgs]{
	Grammar: lang.Grammar{Name: "stats", Clauses: []string{"by", "as"}, Options: statsOptions, BadArg: badAggArgument,
		Usage: "stats [allnum=<bool>] [delim=<text>] [partitions=<int>] " + aggUsage + " [BY <field>...] [dedup_splitvals=<bool>]"},
	Short: "Compute aggregates per group.",
	Doc: `One row per combination of values of the BY fields, in their order; without BY one row. Rows that lack
a BY field belong to no group, and a row with several values of one belongs to several groups. A group
without values gets 0 from count and dc, nothing from other functions. Function names come in any case,
eval(...) may stand as an argument and then needs AS, and a * in the argument stands for every matching
field that has a value, fields with a leading underscore and the BY fields excepted.`,
	Examples: []Example{
		{Search: "stats count sum(n) AS total BY g", In: "g,n\nb,1\na,2\nb,3\n,9", Out: "g,count,total\na,1,2\nb,2,4"},
		{Search: `stats dc(g) count(eval(n>1)) AS big`, In: "g,n\nb,1\na,2\nb,3", Out: "dc(g),big\n2,2"},
		{Search: "stats max(*) AS top_*", In: "a,b\n9,x\n10,y", Out: "top_a,top_b\n10,y"},
	},
	Plan: func(b *plan.Builder, a *statsArgs) (plan.Node, error) { return planStats(b, a, false) },
})

func planStats(b *plan.Builder, a *statsArgs, partial bool) (plan.Node, error) {
	by, aggs, opts, err := a.resolve(b)
	if err != nil {
		return nil, err
	}
	g := op.NewGroup(by, aggs, stageText(b.Stage))
	g.Dedup = opts.Bool("dedup_splitvals", false)
	g.Partial = partial
	g.Delim = opts.Text("delim", "")
	return g, spanOfBy(b, &a.By, opts, g)
}

// resolve is what stats, eventstats and streamstats have in common: fields, aggregations and the options,
// which may stand on either side of them.
func (a *statsArgs) resolve(b *plan.Builder) (by []string, aggs []op.Agg, opts lang.Options, err error) {
	if by, err = checkBy(b, &a.By); err != nil {
		return nil, nil, nil, err
	}
	opts = slices.Concat(a.Opts, a.By.Opts)
	aggs, err = resolveAggs(b, a.Aggs, by, opts.Bool("allnum", false))
	return by, aggs, opts, err
}

// spanOfBy bins the BY field that a span follows.
func spanOfBy(b *plan.Builder, by *byList, opts lang.Options, g *op.Group) error {
	o := opts.Get("span")
	if o == nil {
		return nil
	}
	field := ""
	for _, n := range by.Fields {
		if field == "" || n.Start < o.Start {
			field = n.Text
		}
	}
	if field == "" {
		return lang.Errorf(b.Stage, o.Span, lang.CodeBadArgument, badAggArgument, "span="+o.Value)
	}
	n := &binning{from: field, to: field}
	if err := n.options(b, lang.Options{o}); err != nil {
		return err
	}
	g.Prepare = func(rt *plan.Runtime) func(*column.Batch) error {
		f := n.binner(n.span, rt)
		return func(b *column.Batch) error { n.apply(b, f); return nil }
	}
	return nil
}
