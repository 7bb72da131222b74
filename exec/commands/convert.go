package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type convertArgs struct {
	Opts  lang.Options  `parser:"( @@"`
	Calls []*lang.Call1 `parser:"| @@ )*"`
}

const defaultTimeFormat = "%m/%d/%Y %H:%M:%S"

var convert = define(Spec[convertArgs]{
	Grammar: lang.Grammar{Name: "convert", Clauses: []string{"as"},
		Usage: "convert [timeformat=<text>] <function>(<field>) [AS <field>]...",
		Options: []lang.Opt{
			{Name: "timeformat", Type: lang.Text, Default: defaultTimeFormat, Doc: "Format of ctime and mktime."},
		}},
	Short: "Turn texts into numbers or times into texts.",
	Doc: `Functions: auto, ctime, dur2sec, memk, mktime, mstime, none, num, rmcomma, rmunit. Field names may
hold *, in both places of AS. Without AS the field itself changes. num removes what is no number, auto
changes a field only if every value of it converts, none keeps a field out of a wildcard. Without
timeformat, ctime adds milliseconds to a time that has a fraction.`,
	Examples: []Example{
		{Search: `convert timeformat="%F %T" ctime(t) dur2sec(d) AS s`, In: "t,d\n86400,00:10:15", Out: "t,d,s\n1970-01-02 00:00:00,00:10:15,615"},
		{Search: `convert ctime(t)`, In: "t\n1486600268.781\n1486600268", Out: "t\n02/09/2017 00:31:08.781\n02/09/2017 00:31:08"},
		{Search: `convert num(*)`, In: "a,b\n1,x", Out: "a\n1"},
	},
	Plan: planConvert,
})

func planConvert(b *plan.Builder, a *convertArgs) (plan.Node, error) {
	c := &conversions{}
	format := a.Opts.Text("timeformat", "")
	for _, call := range a.Calls {
		name := strings.ToLower(call.Func)
		if !slices.Contains(convertFuncs, name) {
			return nil, lang.Errorf(b.Stage, call.Span, lang.CodeBadArgument, "The conversion type '%s' is invalid.", call.Func)
		}
		for _, arg := range call.Args {
			x := conversion{name: name, from: arg.Text}
			if call.As != nil {
				x.to = call.As.Text
				if strings.Count(x.from, "*") != strings.Count(x.to, "*") || len(call.Args) > 1 {
					return nil, lang.Errorf(b.Stage, call.Span, "wildcard-mismatch", "Wildcard mismatch: '%s' as '%s'.", x.from, x.to)
				}
			} else if name == "none" {
				c.exempt = c.exempt.With(arg.Text)
				continue
			}
			c.list = append(c.list, x)
		}
	}
	if len(a.Calls) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "No conversion is given.")
	}
	for _, x := range c.list {
		if x.name == "auto" {
			return folding(b, c.needs, func(rt *plan.Runtime, rows *op.Kept) fold {
				decided := c.undecided()
				add := func(b *column.Batch) error { decided.see(b); return rows.Add(b) }
				return fold{add, func(context.Context) (column.Stream, error) {
					funcs := newConverters(rt, format)
					return mapped(rows, func(b *column.Batch) { decided.apply(b, funcs) }), nil
				}}
			}), nil
		}
	}
	return changes(&rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: c.needs,
		start: func(rt *plan.Runtime) (plan.MapFunc, error) {
			funcs := newConverters(rt, format)
			return func(_ context.Context, b *column.Batch) (*column.Batch, error) { c.apply(b, funcs); return b, nil }, nil
		}}, c.targets()...), nil
}

// conversion is one function over fields; to is empty when they change in place.
type conversion struct{ name, from, to string }

type conversions struct {
	list   []conversion
	exempt column.FieldSet
	// autoOK lists the fields that auto may change; nil without auto.
	autoOK map[string]bool
}

func (c *conversions) needs(out column.FieldSet) column.FieldSet {
	for _, x := range slices.Backward(c.list) {
		if x.to == "" {
			continue
		}
		if !strings.Contains(x.to, "*") {
			out = out.Without(x.to)
		}
		out = out.With(x.from)
	}
	return out
}

// targets returns the fields that change, wildcards as they stand.
func (c *conversions) targets() []string {
	var out []string
	for _, x := range c.list {
		if x.to != "" {
			out = append(out, x.to)
		} else {
			out = append(out, x.from)
		}
	}
	return out
}

// undecided returns c with room for which fields auto may change.
func (c *conversions) undecided() *conversions {
	out := *c
	out.autoOK = map[string]bool{}
	return &out
}

// see takes rows in to find the fields whose every value auto can convert.
func (c *conversions) see(b *column.Batch) {
	for i, n := range b.Names {
		ok, seen := c.autoOK[n]
		if seen && !ok {
			continue
		}
		ok = true
		op.DistinctOf(b.Cols[i], b.Sel).EachUsed(func(s string) {
			if _, is := toNumber(s); !is {
				ok = false
			}
		})
		c.autoOK[n] = ok
	}
}

func (c *conversions) apply(b *column.Batch, funcs converters) {
	for _, x := range c.list {
		names := []string{x.from}
		if strings.Contains(x.from, "*") {
			names = op.Expand(b, names, false)
		}
		for _, n := range names {
			if !b.Has(n) || strings.Contains(x.from, "*") && c.exempt.Has(n) {
				if x.to != "" && !strings.Contains(x.to, "*") {
					b.Drop(x.to)
				}
				continue
			}
			c.field(b, x, n, funcs[x.name])
		}
	}
}

// field converts one column. A value that does not convert stays when it is converted in place, unless
// the function drops it.
func (c *conversions) field(b *column.Batch, x conversion, name string, f converter) {
	to := name
	if x.to != "" {
		parts, _ := matchParts(x.from, name)
		to = fillStars(x.to, parts)
	}
	if x.name == "auto" && !c.autoOK[name] {
		f = converter{f: same}
	}
	keep := x.to == "" && !f.drops
	v := op.MapText(b.Col(name), b.Sel, func(s string) (string, bool) {
		out, ok := f.f(s)
		if !ok && keep {
			return s, true
		}
		return out, ok
	})
	if x.to == "" && op.AllNull(v, b.Sel) {
		b.Drop(name)
		return
	}
	b.Set(to, v) // also without any value: convert declares its targets
}

func same(s string) (string, bool) { return s, true }
