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
		return folding(b, needInstead([]string{output}, start, duration), func(_ *plan.Runtime, rows *op.Kept) fold {
			c := &overlaps{}
			add := func(b *column.Batch) error {
				if err := rows.Hold(c.add(b, b.Col(start), b.Col(duration))); err != nil {
					return err
				}
				return rows.Add(b)
			}
			return fold{add, func(context.Context) (column.Stream, error) {
				c.sort()
				return arranged(rows, func(b *column.Batch) *column.Batch {
					if len(c.begins) == 0 {
						b.Drop(output)
					} else {
						b.Set(output, c.column(b.Col(start), b.Col(duration)))
					}
					return b
				}), nil
			}}
		}), nil
	},
})

// overlaps are the starts and ends of all rows.
type overlaps struct{ begins, ends []float64 }

// add takes in the selected rows of b and returns how many more bytes it holds.
func (o *overlaps) add(b *column.Batch, starts, lengths column.Vec) int64 {
	before := cap(o.begins) + cap(o.ends)
	both := startAndLength(starts, lengths)
	op.EachRow(b, func(i int) {
		if s, d, ok := both(i); ok {
			o.begins, o.ends = append(o.begins, s), append(o.ends, s+d)
		}
	})
	return 8 * int64(cap(o.begins)+cap(o.ends)-before)
}

func (o *overlaps) sort() {
	slices.Sort(o.begins)
	slices.Sort(o.ends)
}

func startAndLength(starts, lengths column.Vec) func(i int) (start, length float64, ok bool) {
	s, l := numbersOf(starts), numbersOf(lengths)
	return func(i int) (start, length float64, ok bool) {
		if start, ok = s(i); ok {
			length, ok = l(i)
		}
		return start, length, ok
	}
}

// column counts, for the start of every row, the rows that have begun and not ended.
func (o *overlaps) column(starts, lengths column.Vec) column.Vec {
	out := &column.Int{V: make([]int64, starts.Len())}
	both := startAndLength(starts, lengths)
	for i := range out.V {
		at, _, ok := both(i)
		if !ok {
			out.Nulls = out.Nulls.Marked(i, len(out.V))
			continue
		}
		out.V[i] = int64(max(1, upTo(o.begins, at)-upTo(o.ends, at)))
	}
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
