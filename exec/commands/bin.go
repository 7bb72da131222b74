package commands

import (
	"context"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/timefmt"
)

type binArgs struct {
	Opts lang.Options `parser:"( @@"`
	As   *lang.Name   `parser:"| 'as' @@"`
	List lang.Fields  `parser:"| @@ )*"`
}

// binOptions are those of bin, which makecontinuous shares.
var binOptions = []lang.Opt{
	{Name: "span", Type: lang.SpanLen, Doc: "Width of a bin: a number, a time such as 5m, or log2, 2log5."},
	{Name: "bins", Type: lang.Int, Default: "100", Max: 50000, Doc: "Most bins to make when there is no span."},
	{Name: "minspan", Type: lang.SpanLen, Doc: "Smallest width to choose."},
	{Name: "start", Type: lang.Num, Doc: "The range to choose the width for reaches down to this."},
	{Name: "end", Type: lang.Num, Doc: "The range to choose the width for reaches up to this."},
	{Name: "aligntime", Type: lang.Text, Doc: "earliest, latest or a time: where bins below a day begin."},
}

var bin = define(Spec[binArgs]{
	Grammar: lang.Grammar{Name: "bin", Aliases: []string{"bucket", "discretize"}, Clauses: []string{"as"}, Options: binOptions,
		Usage: "bin [span=<span>] [bins=<int>] [minspan=<span>] [start=<num>] [end=<num>] [aligntime=<time>] <field> [AS <field>]"},
	Short: "Put numbers or times into bins.",
	Doc: `A number becomes the range low-high that holds it, low included; _time becomes the start of its
bin. Spans below a day count from 1970 UTC, longer ones from local midnight. Without span the width is the
smallest power of ten, or for _time the smallest of a list of usual spans, that makes no more than bins
bins; then all rows are read first.`,
	Examples: []Example{
		{Search: "bin n span=2 AS r", In: "n\n1\n2\nx", Out: "n,r\n1,0-2\n2,2-4\nx,x"},
		{Search: "bin n bins=2", In: "n\n1\n4", Out: "n\n0-10\n0-10"},
		{Search: "bucket _time span=1h", In: "_time\n3601\n7205", Out: "_time\n3600\n7200"},
	},
	Plan: planBin,
})

func planBin(b *plan.Builder, a *binArgs) (plan.Node, error) {
	switch len(a.List) {
	case 0:
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify a field to discretize.")
	case 1:
	default:
		return nil, invalidArgument(b, a.List[1])
	}
	n := &binning{from: a.List[0].Text, to: a.List[0].Text}
	if a.As != nil {
		n.to = a.As.Text
	}
	if err := n.options(b, a.Opts); err != nil {
		return nil, err
	}
	needs := needInstead([]string{n.to}, n.from)
	if n.given {
		return changes(&rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: needs,
			start: func(rt *plan.Runtime) (plan.MapFunc, error) {
				f := n.binner(n.span, rt)
				return func(_ context.Context, b *column.Batch) (*column.Batch, error) { n.apply(b, f); return b, nil }, nil
			}}, n.to), nil
	}
	return folding(b, needs, func(rt *plan.Runtime, rows *op.Kept) fold {
		e := noExtent()
		add := func(b *column.Batch) error { e.add(b.Col(n.from), b.Sel); return rows.Add(b) }
		return fold{add, func(context.Context) (column.Stream, error) {
			f := n.binner(n.spanOver(e), rt)
			return mapped(rows, func(b *column.Batch) { n.apply(b, f) }), nil
		}}
	}), nil
}

// binning is what the arguments of bin say.
type binning struct {
	from, to string
	span     timefmt.Span
	given    bool // span is
	minSpan  timefmt.Span
	bins     int
	lo, hi   *float64 // start, end
	align    *int64   // microseconds
}

func (n *binning) options(b *plan.Builder, opts lang.Options) error {
	n.bins = max(1, opts.Int("bins", 100))
	for _, o := range opts {
		var err error
		switch o.Name {
		case "span":
			n.span, err = timefmt.ParseSpan(o.Value)
			n.given = true
		case "minspan":
			n.minSpan, err = timefmt.ParseSpan(o.Value)
		case "start":
			f := opts.Num("start", 0)
			n.lo = &f
		case "end":
			f := opts.Num("end", 0)
			n.hi = &f
		case "aligntime":
			err = n.alignTo(b, o.Value)
		}
		if err != nil {
			return lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value for option %s (%s) is invalid.", o.Name, o.Value)
		}
	}
	if n.given && n.from == "_time" {
		span, ok := n.span.ForTime()
		if !ok {
			o := opts.Get("span")
			return lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value for option span (%s) is invalid.", o.Value)
		}
		n.span = span
	}
	if n.align != nil {
		n.span = n.span.Aligned(*n.align)
	}
	return nil
}

func (n *binning) alignTo(b *plan.Builder, text string) error {
	var us int64
	switch strings.ToLower(text) {
	case "earliest":
		us = b.Env.Range.Earliest
	case "latest":
		us = b.Env.Range.Latest
	default:
		m, err := timefmt.ParseModifier(text)
		if err != nil {
			return err
		}
		us = m.Apply(b.Env.Now, b.Env.Zone).UnixMicro()
	}
	if us > -1<<62 && us < 1<<62 { // a search over all time has no such point
		n.align = &us
	}
	return nil
}

// apply puts the binned column into the batch.
func (n *binning) apply(b *column.Batch, f binner) {
	if !b.Has(n.from) {
		if n.to != n.from {
			b.Drop(n.to)
		}
		return
	}
	b.Set(n.to, f.column(b.Col(n.from), b.Sel))
}
