package commands

import (
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

const timechartDoc = `One row per bin of _time, and with BY one column per value of its field, chosen as chart chooses them.
Without span the bins are the narrowest of 1s 5s 10s 30s 1m 5m 10m 30m 1h 1d 1mon that make no more than bins
rows over the range of the search, or of the events if the search has no bounds. Empty bins have rows too.
per_second, per_minute, per_hour and per_day divide a sum by the width of its bin.`

var timechart = timechartCommand("timechart", "Make a table of aggregates over time.", timechartDoc, []Example{
	{Search: "timechart span=1m count BY h", In: "_time,h\n0,a\n10,b\n125,a", Out: "_time,a,b\n0,1,1\n60,0,0\n120,1,0"},
	{Search: "timechart span=1m sum(n)", In: "_time,n\n0,1\n130,2", Out: "_time,sum(n)\n0,1\n60,\n120,2"},
	{Search: "timechart span=5m per_minute(n)", In: "_time,n\n0,10\n130,5", Out: "_time,per_minute(n)\n0,3.000000"},
}, false)

var sitimechart = timechartCommand("sitimechart", "Compute aggregates that a later timechart finishes.", partialText("timechart"),
	[]Example{{Search: "sitimechart span=1m avg(n) | timechart span=1m avg(n)", In: "_time,n\n0,1\n10,4", Out: "_time,avg(n)\n0,2.5"}}, true)

func timechartCommand(name, short, doc string, examples []Example, partial bool) *Command {
	return define(Spec[chartArgs]{
		Grammar: lang.Grammar{Name: name, Clauses: []string{"by", "as", "where"}, BadArg: badAggArgument,
			Options: seriesAndBins(
				lang.Opt{Name: "partial", Type: lang.Bool, Default: "true", Doc: "Keep a first or last bin that the range of the search cuts."},
				lang.Opt{Name: "fixedrange", Type: lang.Bool, Default: "true", Doc: "Cover the range of the search, not only that of the events."}),
			Usage: name + " [<series options>] [span=<span>] [bins=<int>] [minspan=<span>] [aligntime=<time>] [partial=<bool>] " +
				"[fixedrange=<bool>] " + aggUsage + " [BY <field> [<bin options>] [WHERE <function> (in|notin) (top|bottom)<int>]]"},
		Short: short, Doc: doc, Examples: examples,
		Plan: func(b *plan.Builder, a *chartArgs) (plan.Node, error) { return planTimechart(b, a, partial) },
	})
}

func planTimechart(b *plan.Builder, a *chartArgs, partial bool) (plan.Node, error) {
	p := newChartPlan(b, a)
	more, err := p.where()
	if err != nil {
		return nil, err
	}
	p.opts = append(p.opts, more...)
	switch {
	case a.By.Word != "" && len(a.By.Fields) == 0:
		return nil, p.refuse(lang.Span{}, "You must specify at least one field after 'by'.")
	case len(a.By.Fields) > 1:
		return nil, p.refuse(a.By.Fields[1].Span, badAggArgument, a.By.Fields[1].Text)
	case len(a.By.Fields) == 1:
		p.col = &a.By.Fields[0]
	}
	p.row = lang.Name{Text: "_time"}
	p.pivot.Row.Field, p.pivot.Partial = "_time", partial
	own, rest := p.ownOptions(p.row, p.col)
	for _, name := range []string{"start", "end"} {
		if o := own.Get(name); o != nil {
			return nil, p.refuse(o.Span, "The option '%s' is for bins of the split field, not of _time.", name)
		}
	}
	n := &binning{from: "_time", to: "_time"}
	if err := n.options(b, own); err != nil {
		return nil, err
	}
	axis := &op.TimeAxis{Span: n.span, Given: n.given, Bins: n.bins, MinSpan: n.minSpan, Align: n.align,
		Cont: p.opts.Bool("cont", true), Fixed: p.opts.Bool("fixedrange", true), Partial: p.opts.Bool("partial", true)}
	axis.Earliest, axis.Latest, axis.Bounded = op.SearchRange(b.Env)
	p.pivot.Time = axis
	p.pivot.Row.Bin = axis.Floor
	return p.pivot, p.finish(rest)
}
