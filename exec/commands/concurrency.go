package commands

import (
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var concurrency = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "concurrency", Usage: "concurrency duration=<field> [start=<field>] [output=<field>]",
		Options: []lang.Opt{
			{Name: "duration", Type: lang.FieldName, Doc: "Field with the length."},
			{Name: "start", Type: lang.FieldName, Default: "_time", Doc: "Field with the start."},
			{Name: "output", Type: lang.FieldName, Default: "concurrency", Doc: "Field for the count."},
		}},
	Short:    "Count the rows that are going on when each one starts.",
	Doc:      `A row is going on from its start for its duration; it counts itself. Rows without both numbers get nothing.`,
	Examples: []Example{{Search: `concurrency duration=d start=s`, In: "s,d\n0,10\n5,1\n9,1\n10,1", Out: "s,d,concurrency\n0,10,1\n5,1,2\n9,1,2\n10,1,1"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		duration := a.Opts.Text("duration", "")
		if duration == "" {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The duration option is required.")
		}
		start, output := a.Opts.Text("start", "_time"), a.Opts.Text("output", "concurrency")
		return wholeTable(b, needInstead([]string{output}, start, duration), func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			table := rows.Table()
			setField(table, output, overlaps(table.Col(start), table.Col(duration)))
			return column.Batches(table), nil
		}), nil
	},
})

// overlaps counts, for the start of every row, the rows that have begun and not ended.
func overlaps(starts, lengths column.Vec) column.Vec {
	n := starts.Len()
	begins, ends := make([]float64, 0, n), make([]float64, 0, n)
	at := make([]float64, n)
	ok := column.NewBitmap(n)
	for i := range n {
		s, _, ok1 := starts.At(i).Number()
		d, _, ok2 := lengths.At(i).Number()
		if ok1 && ok2 {
			ok.Set(i)
			at[i] = s
			begins, ends = append(begins, s), append(ends, s+d)
		}
	}
	slices.Sort(begins)
	slices.Sort(ends)
	out := &column.Int{V: make([]int64, n), Nulls: column.FullBitmap(n)}
	ok.Each(func(i int) {
		begun := upTo(begins, at[i])
		ended := upTo(ends, at[i])
		out.V[i] = int64(max(1, begun-ended))
		out.Nulls.Clear(i)
	})
	return out
}

// upTo counts the sorted values that are not above x.
func upTo(sorted []float64, x float64) int {
	i, _ := slices.BinarySearchFunc(sorted, x, func(v, x float64) int {
		if v <= x {
			return -1
		}
		return 1
	})
	return i
}
