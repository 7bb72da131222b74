package commands

import (
	"context"
	"math"
	"slices"
	"strconv"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var fieldsummary = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "fieldsummary", Usage: "fieldsummary [maxvals=<int>] [<field>...]",
		Options: []lang.Opt{{Name: "maxvals", Type: lang.Int, Default: "100", Doc: "Most distinct values to list."}}},
	Short: "Describe each field.",
	Doc: `One row per field, sorted by name: how many rows have it, how many values differ, how many are numbers,
their smallest, largest, mean and standard deviation, and the most frequent values as a JSON array.`,
	Examples: []Example{{Search: `fieldsummary n | table field count distinct_count max mean`, In: "k,n\na,5\nb,10\na,15", Out: "field,count,distinct_count,max,mean\nn,3,3,15,10"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		names := a.List.Texts()
		if len(names) == 0 {
			names = []string{"*"}
		}
		most := a.Opts.Int("maxvals", 100)
		needs := func(column.FieldSet) column.FieldSet { return column.Fields(names...) }
		return wholeTable(b, needs, func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			return column.Batches(summarize(rows, names, most)), nil
		}), nil
	},
})

var summaryColumns = []string{"field", "count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values"}

func summarize(rows *op.Rows, patterns []string, most int) *column.Batch {
	have := &column.Batch{}
	for _, n := range rows.Names() {
		if rows.HasValue(n) {
			have.Set(n, column.Nulls(0))
		}
	}
	names := op.Expand(have, patterns, false)
	slices.Sort(names)
	cols := make([]*column.TextBuilder, len(summaryColumns))
	for i := range cols {
		cols[i] = column.NewTextBuilder()
	}
	for _, n := range names {
		for i, v := range summarizeField(n, rows.Columns(n), most) {
			cols[i].AppendValue(v)
		}
	}
	out := column.NewBatch(len(names))
	out.Ordered = true
	for i, n := range summaryColumns {
		out.Set(n, cols[i].Build())
	}
	return out
}

// summarizeField returns the row of one field, in the order of summaryColumns.
func summarizeField(name string, parts []column.Vec, most int) []value.Value {
	counts := map[string]int{}
	var order []string
	rows, numbers := 0, 0
	var total, mean, m2 float64
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range parts {
		for i := range v.Len() {
			if v.Null(i) {
				continue
			}
			rows++
			for _, s := range v.At(i).List() {
				if counts[s] == 0 {
					order = append(order, s)
				}
				counts[s]++
				if f, _, ok := value.ParseNumber(s); ok {
					numbers++
					d := f - mean
					mean += d / float64(numbers)
					m2 += d * (f - mean)
					total += f
					lo, hi = math.Min(lo, f), math.Max(hi, f)
				}
			}
		}
	}
	number := func(ok bool, f float64) value.Value {
		if !ok {
			return value.Value{}
		}
		return value.OfNumber(f, value.Exact)
	}
	n := float64(numbers)
	stdev := 0.0
	if numbers > 1 {
		stdev = math.Sqrt(m2 / (n - 1))
	}
	return []value.Value{value.OfText(name), value.OfInt(int64(rows)), value.OfInt(int64(len(order))), value.OfInt(1),
		number(numbers > 0, hi), number(numbers > 0, total/n), number(numbers > 0, lo), value.OfInt(int64(numbers)),
		number(numbers > 0, stdev), value.OfText(valuesJSON(order, counts, most))}
}

// valuesJSON lists values by falling count, equal counts in order of appearance.
func valuesJSON(order []string, counts map[string]int, most int) string {
	slices.SortStableFunc(order, func(a, b string) int { return counts[b] - counts[a] })
	out := []byte{'['}
	for i, s := range order[:min(most, len(order))] {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, `{"value":`...), jsonString(s)...), `,"count":`...)
		out = append(strconv.AppendInt(out, int64(counts[s]), 10), '}')
	}
	return string(append(out, ']'))
}
