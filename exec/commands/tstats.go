package commands

import (
	"slices"
	"strings"

	"spl/exec/agg"
	"spl/exec/datamodel"
	"spl/exec/eval"
	"spl/exec/knowledge"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var tstatsCmd = define(Spec[metricArgs]{
	Grammar: lang.Grammar{Name: "tstats", Sub: lang.SubTerms, Clauses: []string{"by", "groupby", "as", "where", "from"}, BadArg: badAggArgument,
		Usage: "| tstats [<options>] <function>(<field>) [AS <name>]... [FROM datamodel=<model>[.<dataset>]] [WHERE <search>] [BY <field>... [span=<span>]]",
		Options: []lang.Opt{
			{Name: "prestats", Type: lang.Bool, Default: "false", Doc: "Give unfinished aggregates for a stats, chart or timechart behind; AS has no effect then."},
			{Name: "append", Type: lang.Bool, Default: "false", Doc: "Add the rows to those in front; wants prestats=true."},
			{Name: "fillnull_value", Type: lang.Text, Doc: "Text for BY fields without a value; without it such rows are left out."},
			{Name: "summariesonly", Type: lang.Bool, Default: "false", Doc: "Look at accelerated data alone. All events count as accelerated here."},
			{Name: "allow_old_summaries", Type: lang.Bool, Default: "false", Doc: "Accept summaries of an older model. There are none here, so nothing changes."},
			{Name: "include_reduced_buckets", Type: lang.Bool, Default: "false", Doc: "Look into reduced buckets. There are none here, so nothing changes."},
			{Name: "local", Type: lang.Bool, Default: "false", Doc: "Ask this machine alone. There is no other, so nothing changes."},
			{Name: "use_summary_index_values", Type: lang.Bool, Default: "false", Doc: "Take values of summary indexes. There are none here, so nothing changes."},
			{Name: "chunk_size", Type: lang.Int, Default: "10000000", Doc: "Rows fetched at once, at least 10000; the result does not depend on it."},
			{Name: "span", Type: lang.SpanLen, Doc: "Behind BY: the width of the bins of _time."},
			{Name: "datamodel", Type: lang.Text, Doc: "Behind FROM: the data model and dataset."},
			{Name: "sid", Type: lang.Text, Doc: "Behind FROM: a job of tscollect; not built yet."},
			{Name: "nodename", Type: lang.Text, Doc: "Behind WHERE: the dataset, by its path."},
		}},
	Short: "Compute aggregates of indexed fields or of a data model.",
	Doc: `Without FROM it sees the fields that are in the index: _time, index, host, source, sourcetype, those of
sources with indexed extractions, and PREFIX(text), the rest of every token that starts with the text. FROM
datamodel gives the fields of a dataset by their full names, such as Processes.process_name, and nodename, which
lists the datasets that an event belongs to. Nothing is accelerated: the model is computed from the events while
they are read, and only as far as the search asks for it. WHERE takes the terms of the search command. A group
that lacks a BY field is left out unless fillnull_value names a text for it. BY _time without span chooses the
bins as timechart does. list and eval(...) cannot be used.`,
	Examples: []Example{
		{Search: `tstats count WHERE index=main sourcetype=none`, Out: "count\n0"},
		{Search: `tstats count FROM datamodel=Endpoint.Processes WHERE Processes.process_name=cmd.exe BY Processes.dest`, Out: "Processes.dest,count"},
	},
	Plan: planTstats,
})

// tstats is the command while it is planned.
type tstats struct {
	b     *plan.Builder
	args  *metricArgs
	opts  lang.Options
	by    []string
	aggs  []op.Agg
	where lang.Term
	span  *lang.Option
	more  []knowledge.Computed // fields of PREFIX
}

func planTstats(b *plan.Builder, a *metricArgs) (plan.Node, error) {
	t := &tstats{b: b, args: a, opts: slices.Concat(a.Opts, a.From, a.By.Opts)}
	for _, f := range []func() error{t.checkOptions, t.readBy, t.readAggs, t.readWhere} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	nodes, scan, err := t.source()
	if err != nil {
		return nil, err
	}
	g := op.NewGroup(t.by, t.aggs, stageText(b.Stage))
	g.Dedup = true
	g.Partial = t.opts.Bool("prestats", false)
	if err := t.prepare(g, scan); err != nil {
		return nil, err
	}
	nodes = append(nodes, g)
	if !b.First {
		return t.behind(nodes)
	}
	return op.NewChain(nodes...), nil
}

// refuse is an error about a part of the stage.
func (t *tstats) refuse(span lang.Span, format string, args ...any) error {
	return lang.Errorf(t.b.Stage, span, lang.CodeBadArgument, format, args...)
}

func (t *tstats) checkOptions() error {
	if o := t.opts.Get("sid"); o != nil {
		return lang.Errorf(t.b.Stage, o.Span, "not-built", "FROM sid is not built yet: jobs of tscollect are not kept.")
	}
	if t.args.Space != nil {
		return lang.Errorf(t.b.Stage, t.args.Space.Span, "not-built", "The namespace '%s' cannot be read: files of tscollect are not built yet. A data model is written datamodel=<model>.<dataset>.", t.args.Space.Text)
	}
	appends := t.opts.Bool("append", false)
	if appends && !t.opts.Bool("prestats", false) {
		return t.refuse(t.opts.Get("append").Span, "append can only be used with prestats=true.")
	}
	if !t.b.First && !appends {
		return lang.Errorf(t.b.Stage, t.b.Stage.NameSpan, lang.CodeNotFirst, "This command must be the first command of a search.")
	}
	if o := t.opts.Get("chunk_size"); o != nil && t.opts.Int("chunk_size", 0) < 10000 {
		return lang.Errorf(t.b.Stage, o.Span, lang.CodeBadOption, "The value for option chunk_size (%s) is invalid: the least is 10000.", o.Value)
	}
	return nil
}

func (t *tstats) readBy() error {
	fields := slices.Clone(t.args.By.Fields)
	for i := range fields {
		if text, ok := prefixOf(fields[i].Text); ok {
			fields[i].Text = text
			t.prefix(text)
		}
	}
	list := &byList{Fields: fields}
	if len(fields) > 0 {
		list.Word = "by"
	}
	var err error
	if t.by, err = checkBy(t.b, list); err != nil {
		return err
	}
	if t.span = t.opts.Get("span"); t.span != nil && !slices.Contains(t.by, "_time") {
		return t.refuse(t.span.Span, "span needs _time among the fields behind BY.")
	}
	return nil
}

// notHere are functions of the stats family that work on rows alone.
var notHere = []string{"list", "sparkline"}

func (t *tstats) readAggs() error {
	if len(t.args.Aggs) == 0 {
		return t.refuse(lang.Span{}, "You must specify at least one aggregate, such as count.")
	}
	r := newAggResolver(t.b, t.by, false)
	for _, x := range t.args.Aggs {
		one := *x
		if t.opts.Bool("prestats", false) {
			one.As = nil
		}
		f, _, err := agg.Lookup(one.Func)
		switch {
		case slices.Contains(notHere, one.Func) || err == nil && f != nil && f.Only != "":
			return t.refuse(one.Span, "The function '%s' cannot be used with tstats.", one.Func)
		case one.Eval != nil:
			return t.refuse(one.Span, "'%s': tstats takes no eval expressions.", one.Written)
		case one.Field == nil && len(one.Args) == 0 && err == nil && f != nil && f.Name != "count":
			return t.refuse(one.Span, "The function '%s' needs a field.", one.Func)
		case one.Field != nil && strings.Contains(one.Field.Text, "*"):
			return t.refuse(one.Field.Span, "Wildcards ('%s') cannot be used with tstats.", one.Field.Text)
		}
		t.prefixArg(&one)
		if err := r.add(&one); err != nil {
			return err
		}
	}
	t.aggs = r.out
	return nil
}

// readWhere runs the subsearches of WHERE.
func (t *tstats) readWhere() error {
	t.where = t.args.Where
	if t.where == nil {
		t.where = &lang.And{}
		return nil
	}
	var err error
	t.where, err = t.b.Terms(t.where)
	return err
}

// source returns the nodes that give the events with the fields that are asked for, and their scan, if it
// is the first of them.
func (t *tstats) source() (plan.Pipeline, *op.Scan, error) {
	o := t.opts.Get("datamodel")
	if o == nil {
		return t.fromIndex()
	}
	if w := firstWord(t.where); w != nil {
		return nil, nil, t.refuse(w.Span, "WHERE clause is not an exact query: '%s' is no comparison with a field.", w.Value.Text)
	}
	m, dataset, err := findModel(t.b, o.ValueSpan, o.Value)
	if err != nil {
		return nil, nil, err
	}
	if dataset == "" {
		dataset = t.onlyRoot(m)
	}
	view, err := viewOf(t.b, o.ValueSpan, m, dataset)
	if err != nil {
		return nil, nil, err
	}
	if view.Base == "" {
		return scanView(t.b, view, t.where, t.more)
	}
	nodes, err := runView(t.b, view)
	if err != nil {
		return nil, nil, err
	}
	f, ds := eval.CompileSearch(t.where, exprCtx(t.b, "'tstats' command"))
	if err := ds.Err(); err != nil {
		return nil, nil, err
	}
	return append(nodes, op.NewFilter(f, "search "+lang.TermString(t.where))), nil, nil
}

// fromIndex reads the fields that are in the index.
func (t *tstats) fromIndex() (plan.Pipeline, *op.Scan, error) {
	env := *t.b.Env
	env.Knowledge = env.Knowledge.IndexedOnly(t.more...)
	return scanWith(t.b, &env, t.where)
}

// onlyRoot is the dataset without a parent that all fields belong to, "" if that is not just one.
func (t *tstats) onlyRoot(m *datamodel.Model) string {
	root := ""
	fields := slices.Clone(t.by)
	for _, a := range t.aggs {
		fields = append(fields, a.Field)
	}
	var f Flow
	f.term(t.where, false)
	for _, r := range f.Reads {
		fields = append(fields, r.Text)
	}
	for _, f := range fields {
		name, _, dotted := strings.Cut(f, ".")
		if !dotted || m.Object(name) == nil {
			continue
		}
		if root != "" && root != name {
			return ""
		}
		root = name
	}
	return root
}

// firstWord finds a term that looks into the text of events.
func firstWord(t lang.Term) *lang.Word {
	var in []lang.Term
	switch t := t.(type) {
	case *lang.Word:
		if t.Value.Text == "*" {
			return nil
		}
		return t
	case *lang.And:
		in = t.Terms
	case *lang.Or:
		in = t.Terms
	case *lang.Not:
		in = []lang.Term{t.X}
	}
	for _, x := range in {
		if w := firstWord(x); w != nil {
			return w
		}
	}
	return nil
}
