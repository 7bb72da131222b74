package commands

import (
	"slices"

	"spl/exec/agg"
	"spl/exec/op"
	"spl/lang"
	"spl/lang/timefmt"
)

// sparkline reads sparkline(count), sparkline(avg(x)) and both with a span behind.
func (r *aggResolver) sparkline(t *lang.Agg) (op.Agg, error) {
	if !slices.Contains([]string{"stats", "chart", "sistats", "sichart"}, r.b.Stage.Name) {
		return op.Agg{}, r.refuse(t.Span, "Invalid sparkline specifier. '%s' has no sparklines.", r.b.Stage.Name)
	}
	inner, rest := t.Field, t.Args
	call := &lang.Agg{}
	switch {
	case inner != nil:
		call = &lang.Agg{Span: inner.Span, Func: inner.Text, Written: inner.Text}
	case len(rest) > 0:
		call, rest = rest[0], rest[1:]
	default:
		return op.Agg{}, r.refuse(t.Span, "Invalid sparkline specifier.")
	}
	if len(rest) > 1 || call.Eval != nil || len(call.Args) > 0 {
		return op.Agg{}, r.refuse(t.Span, "Invalid sparkline specifier.")
	}
	f, _, err := agg.Lookup(call.Func)
	switch {
	case f == nil || err != nil || !agg.InSparkline(f):
		return op.Agg{}, r.refuse(t.Span, "Invalid aggregation function for sparkline.")
	case call.Field == nil && f.Name != "count":
		return op.Agg{}, r.refuse(t.Span, "Sparklines not specific to a field must use the count aggregator.")
	}
	limits := r.b.Env.Limits
	sp := &agg.Spark{Inner: f, Arg: agg.Arg{List: limits.ListValues, AllNum: r.allNum}, Bins: limits.ListValues, Zone: r.b.Env.Zone}
	if len(rest) == 1 {
		span, err := timefmt.ParseSpan(rest[0].Written)
		ok := false
		if err == nil {
			span, ok = span.ForTime()
		}
		if !ok {
			return op.Agg{}, r.refuse(rest[0].Span, "Invalid timespan specified for sparkline.")
		}
		sp.Span, sp.Given = span, true
	}
	if lo, hi, ok := op.SearchRange(r.b.Env); ok {
		sp.Earliest, sp.Latest = lo, hi
	}
	a := op.Agg{Func: agg.Sparkline, Arg: agg.Arg{Spark: sp}, Name: t.Written, Key: t.Written}
	if call.Field != nil {
		a.Field = call.Field.Text
	}
	if t.As != nil {
		a.Name = t.As.Text
	}
	return a, r.checkStars(t, &a)
}
