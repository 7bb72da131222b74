package commands

import (
	"context"
	"math"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/timefmt"
)

// maxContinuous bounds the rows that makecontinuous makes.
const maxContinuous = 1_000_000

var makecontinuous = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "makecontinuous", Options: binOptions, Usage: "makecontinuous [<field>] [span=<span>] [bins=<int>] [start=<num>] [end=<num>]"},
	Short:   "Add rows so that a field has every step.",
	Doc: `The field, by default _time, is put into bins as bin does, but keeps the start of the bin; bins without
a row get one. Rows come in the order of the field; those without it come last.`,
	Examples: []Example{{Search: "makecontinuous n span=10", In: "n,a\n10,x\n40,y", Out: "n,a\n10,x\n20,\n30,\n40,y"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field := "_time"
		if len(a.List) > 0 {
			var err error
			if field, err = oneField(b, a.List); err != nil {
				return nil, err
			}
		}
		n := &binning{from: field, to: field}
		if err := n.options(b, a.Opts); err != nil {
			return nil, err
		}
		if n.given && n.span.Kind == timefmt.LogSpan {
			return nil, lang.Errorf(b.Stage, a.Opts.Get("span").Span, lang.CodeBadOption, "A logarithmic span cannot be made continuous.")
		}
		return wholeTable(b, needAlso(field), func(_ context.Context, rt *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			span := n.span
			if !n.given {
				span = n.choose(rows.Columns(field))
			}
			out, err := n.fillSteps(b, rows.Table(), span, timefmt.NewZone(rt.Env.Zone))
			if err != nil {
				return nil, err
			}
			return column.Batches(out), nil
		}), nil
	},
})

// stepOf returns the start of the bin of v, and the next one.
func stepOf(v float64, span timefmt.Span, z *timefmt.Zone) (start, next float64) {
	if t, ok := span.ForTime(); ok && span.Kind == timefmt.TimeSpan {
		us := t.Floor(int64(math.Floor(v*1e6)), z)
		return float64(us) / 1e6, float64(t.Next(us, z)) / 1e6
	}
	start = value.Round(math.Floor(v/span.Width)*span.Width, 9)
	return start, value.Round(start+span.Width, 9)
}

func (n *binning) fillSteps(b *plan.Builder, table *column.Batch, span timefmt.Span, z *timefmt.Zone) (*column.Batch, error) {
	v := table.Col(n.from)
	rows := map[float64][]uint32{}
	var others []uint32
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range table.N {
		f, _, ok := v.At(i).Number()
		if !ok {
			others = append(others, uint32(i))
			continue
		}
		start, _ := stepOf(f, span, z)
		rows[start] = append(rows[start], uint32(i))
		lo, hi = math.Min(lo, start), math.Max(hi, start)
	}
	var picked []uint32 // row plus one, 0 for a row that is new
	col := column.NewTextBuilder()
	for at := lo; at <= hi; {
		if len(picked) > maxContinuous {
			return nil, lang.Errorf(b.Stage, lang.Span{}, "too-many-rows", "The span is so small that more than %d rows would be made.", maxContinuous)
		}
		found := rows[at]
		if len(found) == 0 {
			found = []uint32{math.MaxUint32}
		}
		for _, r := range found {
			picked = append(picked, r+1)
			col.AppendValue(value.OfNumber(at, value.Exact))
		}
		_, at = stepOf(at, span, z)
	}
	for _, r := range others {
		picked = append(picked, r+1)
		col.AppendValue(v.At(int(r)))
	}
	out := &column.Batch{N: len(picked), Ordered: table.Ordered}
	for i, name := range table.Names {
		c := column.Concat(column.AsText(column.Nulls(1)), column.AsText(table.Cols[i]))
		out.Set(name, column.Gather(c, picked))
	}
	if !slices.Contains(out.Names, n.from) {
		return out, nil
	}
	out.Set(n.from, col.Build())
	return out, nil
}
