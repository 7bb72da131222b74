package commands

import (
	"strings"

	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/timefmt"
)

var streamstats = define(Spec[statsArgs]{
	Grammar: lang.Grammar{Name: "streamstats", Clauses: []string{"by", "as"}, BadArg: badAggArgument,
		Options: []lang.Opt{
			{Name: "current", Type: lang.Bool, Default: "true", Doc: "Count the row itself, not only those before it."},
			{Name: "window", Type: lang.Int, Default: "0", Doc: "How many rows to look back over; 0: all."},
			{Name: "global", Type: lang.Bool, Default: "true", Doc: "With window and BY: one window over all rows, not one per group."},
			{Name: "time_window", Type: lang.SpanLen, Doc: "Look back only so far in _time; the rows must be sorted by it."},
			{Name: "reset_on_change", Type: lang.Bool, Default: "false", Doc: "Start afresh when the BY fields differ from the row before."},
			{Name: "reset_before", Type: lang.Text, Doc: "Condition: start afresh before such a row."},
			{Name: "reset_after", Type: lang.Text, Doc: "Condition, which may read the results: start afresh behind such a row."},
			statsOptions[0]},
		Usage: "streamstats [current=<bool>] [window=<int>] [global=<bool>] [time_window=<span>] [reset_on_change=<bool>] " +
			"[reset_before=<condition>] [reset_after=<condition>] [allnum=<bool>] " + aggUsage + " [BY <field>...]"},
	Short: "Add running aggregates to every row.",
	Doc: `Each row, in order, gets the aggregates over the rows so far of its group. A row that lacks a BY field
passes unchanged and does not count. A reset forgets all groups, not only that of the row. With time_window
a row counts if it is less than the span away; rows may ascend or descend in time, and the window always
reaches back over the rows before.`,
	Examples: []Example{
		{Search: "streamstats sum(n) AS s BY g", In: "g,n\na,1\nb,5\na,2", Out: "g,n,s\na,1,1\nb,5,5\na,2,3"},
		{Search: "streamstats window=2 avg(n) AS m", In: "n\n1\n3\n5", Out: "n,m\n1,1\n3,2\n5,4"},
		{Search: `streamstats count AS c reset_after="c==2"`, In: "n\n7\n8\n9", Out: "n,c\n7,1\n8,2\n9,1"},
	},
	Plan: planStreamstats,
})

func planStreamstats(b *plan.Builder, a *statsArgs) (plan.Node, error) {
	by, aggs, opts, err := a.resolve(b)
	if err != nil {
		return nil, err
	}
	g := &op.StreamGroup{Base: plan.Base{C: plan.Ordered}, By: by, Aggs: aggs, Current: opts.Bool("current", true),
		Window: opts.Int("window", 0), Global: opts.Bool("global", true), ResetOnChange: opts.Bool("reset_on_change", false),
		Text: stageText(b.Stage)}
	g.Unsorted = lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument,
		"time_window can only be used on input that is sorted in time order (both ascending and descending order are ok).")
	if most := b.Env.Limits.StreamWindow; most > 0 && g.Window > most {
		return nil, lang.Errorf(b.Stage, opts.Get("window").ValueSpan, lang.CodeBadOption,
			"The streaming window size %d is invalid (maximum size = %d).", g.Window, most)
	}
	if err := timeWindow(b, g, opts); err != nil {
		return nil, err
	}
	if g.ResetBefore, err = resetTest(b, opts.Get("reset_before")); err != nil {
		return nil, err
	}
	g.ResetAfter, err = resetTest(b, opts.Get("reset_after"))
	return g, err
}

func timeWindow(b *plan.Builder, g *op.StreamGroup, opts lang.Options) error {
	o := opts.Get("time_window")
	if o == nil {
		return nil
	}
	span, err := timefmt.ParseSpan(o.Value)
	ok := false
	if err == nil {
		span, ok = span.ForTime()
	}
	refuse := func(text string) error {
		return lang.Errorf(b.Stage, o.Span, lang.CodeBadOption, "%s", text)
	}
	switch {
	case !ok:
		return refuse("time_window must be a valid time span.")
	case !g.Current:
		return refuse("Cannot set current to false when using a time window.")
	case !g.Global:
		return refuse("Cannot set global to false when using a time window.")
	}
	g.TimeWindow = &span
	return nil
}

// resetTest compiles the condition of a reset; the manual writes it in quotes around parentheses with
// the quotes inside escaped.
func resetTest(b *plan.Builder, o *lang.Option) (op.RowTest, error) {
	if o == nil {
		return nil, nil
	}
	text := o.Value
	if strings.HasPrefix(text, "(") {
		text = strings.ReplaceAll(text, `\"`, `"`)
	}
	refuse := func() error {
		return lang.Errorf(b.Stage, o.Span, lang.CodeBadOption, "%s must be a boolean expression.", o.Name)
	}
	x, ds := b.Parser.ParseExpr(lang.NewSource(o.Name, text))
	if ds.Err() != nil || x == nil {
		return nil, refuse()
	}
	f, ds := eval.CompileFilter(x, exprCtx(b, "'streamstats' command"))
	if ds.Err() != nil {
		return nil, refuse()
	}
	return f, nil
}
