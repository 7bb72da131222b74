package commands

import (
	"context"
	"math"
	"slices"
	"strconv"

	"spl/exec/column"
	"spl/exec/intern"
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
		return allRows(b, needs, func(ctx context.Context, _ *plan.Runtime, rows *op.Kept) (column.Stream, error) {
			out, err := summarize(ctx, rows, names, most)
			if err != nil {
				return nil, err
			}
			return column.Batches(out), nil
		}), nil
	},
})

var summaryColumns = []string{"field", "count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values"}

func summarize(ctx context.Context, rows *op.Kept, patterns []string, most int) (*column.Batch, error) {
	names := op.Expand(rows.Fields(), patterns, false)
	slices.Sort(names)
	summaries, err := inPasses(ctx, rows, names, func(string) *summary { return newSummary(most) })
	if err != nil {
		return nil, err
	}
	cols := make([]*column.TextBuilder, len(summaryColumns))
	for i := range cols {
		cols[i] = column.NewTextBuilder()
	}
	for k, n := range names {
		cols[0].Append(n)
		for i, v := range summaries[k].result {
			cols[i+1].AppendValue(v)
		}
	}
	out := column.NewBatch(len(names))
	out.Ordered = true
	for i, n := range summaryColumns {
		out.Set(n, cols[i].Build())
	}
	return out, nil
}

// summary is what is known of a field.
type summary struct {
	most          int // values to list
	values        intern.Texts
	counts        []int // by value
	rows, numbers int
	total         float64
	mean, m2      float64 // as Welford adds them up
	lo, hi        float64
	result        []value.Value // behind the name, in the order of summaryColumns
}

func newSummary(most int) *summary {
	return &summary{most: most, lo: math.Inf(1), hi: math.Inf(-1)}
}

func (s *summary) add(v column.Vec) int64 {
	before := s.bytes()
	for i := range v.Len() {
		if v.Null(i) {
			continue
		}
		s.rows++
		for _, text := range v.At(i).List() {
			id := s.values.Add(text)
			if int(id) == len(s.counts) {
				s.counts = append(s.counts, 0)
			}
			s.counts[id]++
			if f, _, ok := value.ParseNumber(text); ok {
				s.number(f)
			}
		}
	}
	return s.bytes() - before
}

func (s *summary) bytes() int64 { return s.values.Bytes() + 8*int64(cap(s.counts)) }

func (s *summary) number(f float64) {
	s.numbers++
	d := f - s.mean
	s.mean += d / float64(s.numbers)
	s.m2 += d * (f - s.mean)
	s.total += f
	s.lo, s.hi = math.Min(s.lo, f), math.Max(s.hi, f)
}

func (s *summary) finish() {
	number := func(f float64) value.Value {
		if s.numbers == 0 {
			return value.Value{}
		}
		return value.OfNumber(f, value.Exact)
	}
	n := float64(s.numbers)
	stdev := 0.0
	if s.numbers > 1 {
		stdev = math.Sqrt(s.m2 / (n - 1))
	}
	s.result = []value.Value{value.OfInt(int64(s.rows)), value.OfInt(int64(len(s.counts))), value.OfInt(1),
		number(s.hi), number(s.total / n), number(s.lo), value.OfInt(int64(s.numbers)),
		number(stdev), value.OfText(s.valuesJSON())}
	s.values, s.counts = intern.Texts{}, nil
}

// valuesJSON lists values by falling count, equal counts in order of appearance.
func (s *summary) valuesJSON() string {
	order := make([]uint32, len(s.counts))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return s.counts[b] - s.counts[a] })
	out := []byte{'['}
	for i, id := range order[:min(s.most, len(order))] {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, `{"value":`...), jsonString(s.values.Text(id))...), `,"count":`...)
		out = append(strconv.AppendInt(out, int64(s.counts[id]), 10), '}')
	}
	return string(append(out, ']'))
}
