package commands

import (
	"strings"

	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type chartArgs struct {
	Opts  lang.Options `parser:"( @@"`
	Over  overList     `parser:"| @@"`
	By    byList       `parser:"| @@"`
	Where lang.Term    `parser:"| 'where' @@"`
	Aggs  []*lang.Agg  `parser:"| @@ )*"`
}

// overList is OVER with the field of the rows.
type overList struct {
	Word   string       `parser:"@'over'"`
	Fields lang.Fields  `parser:"( @@"`
	Opts   lang.Options `parser:"| @@ )*"`
}

var seriesOptions = []lang.Opt{
	{Name: "sep", Type: lang.Text, Default: ": ", Doc: "Text between aggregation and value in the names of columns."},
	{Name: "format", Type: lang.Text, Doc: "Names of columns, with $AGG$ and $VAL$; wins over sep."},
	{Name: "limit", Type: lang.Text, Default: "10", Doc: "Series to keep: N or topN for the largest, bottomN, 0 for all."},
	{Name: "agg", Type: lang.Text, Default: "sum", Doc: "Function of the cells by which series are ranked."},
	{Name: "cont", Type: lang.Bool, Default: "true", Doc: "Add rows for the empty bins between."},
	{Name: "usenull", Type: lang.Bool, Default: "true", Doc: "Make a series of rows without the column field."},
	{Name: "nullstr", Type: lang.Text, Default: "NULL", Doc: "Name of that series."},
	{Name: "useother", Type: lang.Bool, Default: "true", Doc: "Pool the series that are not kept."},
	{Name: "otherstr", Type: lang.Text, Default: "OTHER", Doc: "Name of the pool."},
	{Name: "dedup_splitvals", Type: lang.Bool, Default: "false", Doc: "Count a value that repeats within a multivalue once."},
}

// seriesAndBins are the options of series and of bins; the latter belong to the field they follow.
func seriesAndBins(more ...lang.Opt) []lang.Opt {
	return append(append(append([]lang.Opt(nil), seriesOptions...), binOptions...), more...)
}

const chartDoc = `One row per value of the first field, in order, and one column per value of the second; with a single
field the columns are the aggregates. Bin options behind a field put its values into bins. Of the columns the
ten with the largest sums stay and the others are pooled, as if their values were one. Empty cells hold 0 for
counts and nothing otherwise. eval(...) may combine aggregates: eval(sum(a)/count) AS r.`

var chart = chartCommand("chart", "Make a table of aggregates over two fields.", chartDoc, []Example{
	{Search: "chart count OVER a BY b", In: "a,b\nx,r\nx,s\ny,r\ny,", Out: "a,r,s,NULL\nx,1,1,0\ny,1,0,1"},
	{Search: "chart sum(n) BY n2 span=10", In: "n,n2\n1,5\n2,7\n3,25", Out: "n2,sum(n)\n0-10,3\n10-20,\n20-30,3"},
	{Search: "chart limit=1 count OVER a BY b", In: "a,b\nx,r\nx,s\ny,r\ny,t", Out: "a,r,OTHER\nx,1,1\ny,1,1"},
}, false)

var sichart = chartCommand("sichart", "Compute aggregates that a later chart finishes.", partialText("chart"), []Example{
	{Search: "sichart avg(n) BY a | chart avg(n) BY a", In: "a,n\nx,1\nx,2\ny,3", Out: "a,avg(n)\nx,1.5\ny,3"},
}, true)

func chartCommand(name, short, doc string, examples []Example, partial bool) *Command {
	return define(Spec[chartArgs]{
		Grammar: lang.Grammar{Name: name, Clauses: []string{"by", "as", "over", "where"}, Options: seriesAndBins(), BadArg: badAggArgument,
			Usage: name + " [<series options>] " + aggUsage + " [OVER <field> [<bin options>]] [BY <field> [<bin options>] " +
				"[<column field> [<bin options>]] [WHERE <function> (in|notin) (top|bottom)<int>]]"},
		Short: short, Doc: doc, Examples: examples,
		Plan: func(b *plan.Builder, a *chartArgs) (plan.Node, error) { return planChart(b, a, partial) },
	})
}

// chartPlan is what the arguments of chart or timechart say.
type chartPlan struct {
	*aggResolver
	args  *chartArgs
	opts  lang.Options
	pivot *op.Pivot
	row   lang.Name
	col   *lang.Name
}

func newChartPlan(b *plan.Builder, a *chartArgs) *chartPlan {
	p := &chartPlan{aggResolver: newAggResolver(b, nil, false), args: a}
	p.charted, p.badTerm = true, "The specifier '%s' is invalid. It must be in form <func>(<field>)."
	p.opts = append(append(append(lang.Options(nil), a.Opts...), a.Over.Opts...), a.By.Opts...)
	p.pivot = &op.Pivot{Base: plan.Base{C: plan.Transforming}, Text: stageText(b.Stage)}
	return p
}

func planChart(b *plan.Builder, a *chartArgs, partial bool) (plan.Node, error) {
	p := newChartPlan(b, a)
	more, err := p.where()
	if err != nil {
		return nil, err
	}
	p.opts = append(p.opts, more...)
	fields, err := p.fields()
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return p.ungrouped(partial)
	}
	p.row = fields[0]
	if len(fields) > 1 {
		p.col = &fields[1]
	}
	p.pivot.Row.Field, p.pivot.Partial = p.row.Text, partial
	own, rest := p.ownOptions(p.row, p.col)
	n, err := p.axis(&p.pivot.Row, own, 300)
	if err != nil {
		return nil, err
	}
	if n != nil && p.row.Text != "_time" {
		cont := p.opts.Bool("cont", true)
		p.pivot.Arrange = func(rows []string) []string { return rangeRows(rows, cont) }
	}
	return p.pivot, p.finish(rest)
}

// fields returns the fields of rows and columns.
func (p *chartPlan) fields() (lang.Fields, error) {
	a := p.args
	for _, l := range []struct {
		word   string
		fields lang.Fields
	}{{a.Over.Word, a.Over.Fields}, {a.By.Word, a.By.Fields}} {
		if l.word != "" && len(l.fields) == 0 {
			return nil, p.refuse(lang.Span{}, "An x-axis field value is expected after the '%s' keyword.", strings.ToLower(l.word))
		}
	}
	if len(a.Over.Fields) > 1 {
		return nil, p.refuse(a.Over.Fields[1].Span, badAggArgument, a.Over.Fields[1].Text)
	}
	fields := append(append(lang.Fields(nil), a.Over.Fields...), a.By.Fields...)
	if len(fields) > 2 {
		return nil, p.refuse(fields[2].Span, badAggArgument, fields[2].Text)
	}
	if len(fields) == 2 && fields[0].Text == fields[1].Text {
		return nil, p.refuse(fields[1].Span, "Repeated group-by field '%s'.", fields[1].Text)
	}
	for _, n := range fields {
		if strings.Contains(n.Text, "*") {
			return nil, p.refuse(n.Span, "The group-by field '%s' must not contain wildcards.", n.Text)
		}
	}
	return fields, nil
}

// ungrouped is chart without fields: one row, as stats gives.
func (p *chartPlan) ungrouped(partial bool) (plan.Node, error) {
	if len(p.args.Aggs) == 0 {
		return nil, p.refuse(lang.Span{}, "You must specify data field(s) to chart.")
	}
	for _, t := range p.args.Aggs {
		if t.Func == "eval" {
			return nil, p.refuse(t.Span, "An expression over aggregations needs a field to chart over.")
		}
		if err := p.add(t); err != nil {
			return nil, err
		}
	}
	g := op.NewGroup(nil, p.out, stageText(p.b.Stage))
	g.Partial = partial
	return g, nil
}

// isBinOption tells the options that belong to a field.
func isBinOption(name string) bool {
	for _, o := range binOptions {
		if o.Name == name {
			return true
		}
	}
	return false
}

// ownOptions splits the bin options: those behind the column field are its own.
func (p *chartPlan) ownOptions(row lang.Name, col *lang.Name) (rows, cols lang.Options) {
	for _, o := range p.opts {
		switch {
		case !isBinOption(o.Name):
		case col != nil && o.Start > col.Start:
			cols = append(cols, o)
		default:
			rows = append(rows, o)
		}
	}
	return rows, cols
}

// axis reads the bin options of a field; the result is nil without any.
func (p *chartPlan) axis(a *op.Axis, opts lang.Options, bins int) (*binning, error) {
	if len(opts) == 0 {
		return nil, nil
	}
	n := &binning{from: a.Field, to: a.Field}
	if err := n.options(p.b, opts); err != nil {
		return nil, err
	}
	if !opts.Has("bins") {
		n.bins = bins
	}
	bindAxis(a, n)
	return n, nil
}
