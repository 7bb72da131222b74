package commands

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

// bindAxis makes an axis use bins: as rows come where the width is known, else when all values are.
func bindAxis(a *op.Axis, n *binning) {
	if n.given {
		a.Bin = func(rt *plan.Runtime) func(column.Vec, column.Bitmap) column.Vec { return n.binner(n.span, rt).column }
		return
	}
	a.Late = func(rt *plan.Runtime, values column.Vec) column.Vec {
		return n.binner(n.choose([]column.Vec{values}), rt).column(values, nil)
	}
}

// finish resolves the aggregations and the series.
func (p *chartPlan) finish(colOpts lang.Options) error {
	if len(p.args.Aggs) == 0 {
		return p.refuse(lang.Span{}, "You must specify data field(s) to chart.")
	}
	p.unnamed = p.col != nil
	for _, t := range p.args.Aggs {
		if err := p.term(t); err != nil {
			return err
		}
	}
	p.pivot.Aggs = p.out
	p.pivot.Dedup = p.opts.Bool("dedup_splitvals", false)
	for i := range p.out {
		if f := p.out[i].Field; f != "" && (f == p.pivot.Row.Field || p.col != nil && f == p.col.Text) {
			return p.refuse(lang.Span{}, "The field '%s' cannot be both aggregated and charted over.", f)
		}
	}
	if p.col == nil {
		return nil
	}
	return p.series(colOpts)
}

// term adds one aggregation, or an expression over some.
func (p *chartPlan) term(t *lang.Agg) error {
	if t.Func == "eval" && t.Eval != nil {
		return p.expression(t)
	}
	n := len(p.out)
	if err := p.add(t); err != nil || len(p.out) == n {
		return err
	}
	a := &p.out[n]
	p.pivot.Cells = append(p.pivot.Cells, op.Cell{Name: a.Name, Agg: n, Per: agg.PerUnit(a.Func)})
	return nil
}

// expression reads eval(avg(a)/max(b)) AS r: the aggregations inside become hidden ones, which the rest of
// the expression reads as fields.
func (p *chartPlan) expression(t *lang.Agg) error {
	if t.As == nil && p.col == nil {
		return p.refuse(t.Span, "The eval expression '%s' must be renamed.", t.Written)
	}
	name := t.Written
	if t.As != nil {
		name = t.As.Text
	}
	x, err := p.hoist(t.Eval)
	if err != nil {
		return err
	}
	prog, ds := eval.Compile(x, exprCtx(p.b, ""))
	if err := ds.Err(); err != nil {
		return p.refuse(t.Span, "The eval expression '%s' is invalid. Error='%s'.", t.Written, err.Error())
	}
	p.pivot.Cells = append(p.pivot.Cells, op.Cell{Name: name, Expr: prog})
	return nil
}

// hoist replaces the aggregations in an expression by fields that hold their results.
func (p *chartPlan) hoist(x lang.Expr) (lang.Expr, error) {
	var err error
	each := func(list []lang.Expr) []lang.Expr {
		out := make([]lang.Expr, len(list))
		for i, e := range list {
			if err == nil {
				out[i], err = p.hoist(e)
			}
		}
		return out
	}
	switch x := x.(type) {
	case *lang.Field:
		if x.Name == "count" && !x.Quoted {
			return p.hidden(&lang.Agg{Span: x.Span, Func: "count", Written: "count"})
		}
	case *lang.Call:
		if a := aggregateCall(x); a != nil {
			return p.hidden(a)
		}
		c := *x
		c.Args = each(x.Args)
		return &c, err
	case *lang.Unary:
		u := *x
		u.X = each([]lang.Expr{x.X})[0]
		return &u, err
	case *lang.Binary:
		two := each([]lang.Expr{x.L, x.R})
		b := *x
		b.L, b.R = two[0], two[1]
		return &b, err
	case *lang.InList:
		in := *x
		in.X, in.List = each([]lang.Expr{x.X})[0], each(x.List)
		return &in, err
	}
	return x, nil
}

// aggregateCall reads a call of an aggregate over one field, an eval or nothing; nil for other calls.
func aggregateCall(x *lang.Call) *lang.Agg {
	f, _, err := agg.Lookup(x.Func)
	if f == nil && err == nil || len(x.Args) > 1 {
		return nil
	}
	a := &lang.Agg{Span: x.Span, Func: x.Func, HasArgs: true}
	if len(x.Args) == 0 {
		a.Written = x.Func
		return a
	}
	switch arg := x.Args[0].(type) {
	case *lang.Field:
		a.Field = &lang.Name{Span: arg.Span, Text: arg.Name}
		a.Written = x.Func + "(" + arg.Name + ")"
		return a
	case *lang.Call:
		if arg.Func == "eval" && len(arg.Args) == 1 {
			a.Eval = arg.Args[0]
			a.Written = x.Func + "(eval(" + strconv.Itoa(arg.Start) + "))"
			return a
		}
	}
	return nil
}

// hidden adds an aggregation that is not shown and returns the field that stands for it.
func (p *chartPlan) hidden(t *lang.Agg) (lang.Expr, error) {
	field := "\x00" + t.Written
	t.As = &lang.Name{Span: t.Span, Text: field}
	a, err := p.resolve(t)
	if err != nil {
		return nil, err
	}
	if agg.PerUnit(a.Func) > 0 {
		return nil, p.refuse(t.Span, "The function '%s' cannot be used in an eval expression.", t.Func)
	}
	if !slices.ContainsFunc(p.out, func(o op.Agg) bool { return o.Name == field }) {
		p.out = append(p.out, a)
	}
	return &lang.Field{Span: t.Span, Name: field, Quoted: true}, nil
}

var seriesLimit = regexp.MustCompile(`^(?i)(top|bottom)?\s*(\d+)$`)

// series reads what concerns the column field.
func (p *chartPlan) series(colOpts lang.Options) error {
	p.pivot.Col = &op.Axis{Field: p.col.Text}
	if _, err := p.axis(p.pivot.Col, colOpts, 300); err != nil {
		return err
	}
	for i := range p.out {
		if strings.Contains(p.out[i].Field, "*") {
			return p.refuse(lang.Span{}, "The field '%s' cannot hold wildcards beside a split field.", p.out[i].Field)
		}
	}
	if len(p.pivot.Cells) > 1 || p.pivot.Cells[0].Expr != nil {
		count, _, _ := agg.Lookup("count")
		p.pivot.Aggs = append(p.pivot.Aggs, op.Agg{Func: count, Name: "\x00rows", Key: "count"})
	}
	r := &p.pivot.Series
	r.UseNull, r.UseOther = p.opts.Bool("usenull", true), p.opts.Bool("useother", true)
	r.NullStr, r.OtherStr = p.opts.Text("nullstr", "NULL"), p.opts.Text("otherstr", "OTHER")
	sep, format := p.opts.Text("sep", ": "), p.opts.Text("format", "")
	r.Name = func(cell, series string) string {
		if format != "" {
			return strings.NewReplacer("$AGG$", cell, "$VAL$", series).Replace(format)
		}
		return cell + sep + series
	}
	return p.ranking(r)
}

// ranking reads limit and agg; the where clause replaces both.
func (p *chartPlan) ranking(r *op.SeriesRule) error {
	limit, by := p.opts.Get("limit"), p.opts.Get("agg")
	if p.args.Where != nil {
		if limit != nil || by != nil {
			p.b.Warn(p.args.Where.Pos(), "The options limit and agg have no effect beside a where clause.")
		}
		return nil // where has set the rule
	}
	r.Limit = 10
	if limit != nil {
		m := seriesLimit.FindStringSubmatch(limit.Value)
		if m == nil {
			return p.refuse(limit.Span, "The value for option limit (%s) is invalid.", limit.Value)
		}
		r.Limit, _ = strconv.Atoi(m[2])
		r.Bottom = strings.EqualFold(m[1], "bottom")
	}
	if by == nil {
		return nil
	}
	var err error
	r.Score, r.Percent, err = p.scoreFunc(by.Value, by.Span)
	return err
}

func (p *chartPlan) scoreFunc(text string, span lang.Span) (*agg.Func, float64, error) {
	name, _, _ := strings.Cut(text, "(")
	f, percent, err := agg.Lookup(strings.TrimSpace(name))
	if f == nil || err != nil {
		return nil, 0, p.refuse(span, p.badTerm, text)
	}
	return f, percent, nil
}

var whereSeries = regexp.MustCompile(`^(?i)(\w+(?:\([^)]*\))?)\s*(?:(in|notin)\s+(top|bottom)\s*(\d+)|([<>])\s*(-?[\d.]+))`)

// where reads the clause that selects series: sum in top5, max > 10. Options may follow it.
func (p *chartPlan) where() (lang.Options, error) {
	if p.args.Where == nil {
		return nil, nil
	}
	pos := p.args.Where.Pos()
	text := p.b.Stage.Src.Text[pos.Start:max(pos.End, p.b.Stage.End)]
	m := whereSeries.FindStringSubmatch(text)
	if m == nil {
		return nil, p.refuse(pos, badAggArgument, text)
	}
	r := &p.pivot.Series
	var err error
	if r.Score, r.Percent, err = p.scoreFunc(m[1], pos); err != nil {
		return nil, err
	}
	r.NotIn, r.Bottom = strings.EqualFold(m[2], "notin"), strings.EqualFold(m[3], "bottom")
	r.Limit, _ = strconv.Atoi(m[4])
	r.Compare = m[5]
	r.Than, _ = strconv.ParseFloat(m[6], 64)
	var opts lang.Options
	for _, word := range strings.Fields(text[len(m[0]):]) {
		name, v, ok := strings.Cut(word, "=")
		if !ok {
			return nil, p.refuse(pos, badAggArgument, word)
		}
		opts = append(opts, &lang.Option{Span: lang.Span{Start: pos.End, End: pos.End}, Name: strings.ToLower(name), Value: strings.Trim(v, `"`)})
	}
	return opts, nil
}

// rangeRows orders labels of bins by their lower edge and fills the gaps between bins of equal width.
func rangeRows(rows []string, cont bool) []string {
	type bin struct {
		lo, hi float64
		label  string
		ok     bool
	}
	bins := make([]bin, len(rows))
	equal, width := true, 0.0
	for i, s := range rows {
		b := bin{label: s}
		if b.lo, b.hi, b.ok = rangeOf(s); b.ok {
			equal = equal && (width == 0 || value.Round(b.hi-b.lo-width, 9) == 0)
			width = b.hi - b.lo
		}
		bins[i] = b
	}
	slices.SortFunc(bins, func(a, b bin) int {
		switch {
		case a.ok && b.ok && a.lo != b.lo:
			if a.lo < b.lo {
				return -1
			}
			return 1
		case a.ok != b.ok:
			if a.ok {
				return -1
			}
			return 1
		}
		return value.Compare(a.label, b.label)
	})
	var out []string
	for i, b := range bins {
		if i > 0 && cont && equal && b.ok && width > 0 {
			for lo := bins[i-1].hi; lo < b.lo-width/2 && len(out) < maxFilled; lo += width {
				out = append(out, numberRange(lo, lo+width, shownDecimals(b.label)))
			}
		}
		out = append(out, b.label)
	}
	return out
}

// maxFilled bounds the rows that filling gaps makes.
const maxFilled = 50000

// rangeOf reads a label lo-hi.
func rangeOf(s string) (lo, hi float64, ok bool) {
	at := strings.IndexByte(strings.TrimPrefix(s, "-"), '-')
	if at < 0 {
		return 0, 0, false
	}
	at += len(s) - len(strings.TrimPrefix(s, "-"))
	lo, _, lok := value.ParseNumber(s[:at])
	hi, _, hok := value.ParseNumber(s[at+1:])
	return lo, hi, lok && hok && hi > lo
}

func shownDecimals(label string) int {
	_, frac, _ := strings.Cut(label, ".")
	return len(frac) - len(strings.TrimLeft(frac, "0123456789"))
}
