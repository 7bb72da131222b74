package commands

import (
	"cmp"
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

// maxContingency is the most values of a field that make rows or columns.
const maxContingency = 1000

var contingency = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "contingency", Aliases: []string{"counttable", "ctable"},
		Usage: "contingency [maxrows=<int>] [maxcols=<int>] [mincolcover=<num>] [minrowcover=<num>] [usetotal=<bool>] [totalstr=<text>] <field> <field>",
		Options: []lang.Opt{
			{Name: "maxrows", Type: lang.Int, Default: "0", Doc: "Most rows; 0: 1000."},
			{Name: "maxcols", Type: lang.Int, Default: "0", Doc: "Most columns; 0: 1000."},
			{Name: "mincolcover", Type: lang.Num, Default: "1.0", Doc: "Share of the rows of input that the columns must cover."},
			{Name: "minrowcover", Type: lang.Num, Default: "1.0", Doc: "Share of the rows of input that the rows must cover."},
			{Name: "usetotal", Type: lang.Bool, Default: "true", Doc: "Add a row and a column with totals."},
			{Name: "totalstr", Type: lang.Text, Default: "TOTAL", Doc: "Name of that row and column."},
		}},
	Short: "Count the combinations of two fields in a table.",
	Doc: `One row for each value of the first field, one column for each value of the second, both by falling
count. Rows of input that lack one of the fields do not count.`,
	Examples: []Example{{Search: "contingency a b", In: "a,b\nx,1\nx,2\ny,1\nx,1", Out: "a,1,2,TOTAL\nx,2,1,3\ny,1,0,1\nTOTAL,3,1,4"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) != 2 || a.List[0].Text == a.List[1].Text {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify valid and distinct row and column fields.")
		}
		for _, name := range []string{"maxrows", "maxcols"} {
			if o := a.Opts.Get(name); o != nil && a.Opts.Int(name, 0) > maxContingency {
				return nil, lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value of option '%s' must be <= %d.", name, maxContingency)
			}
		}
		c := &crossTable{row: a.List[0].Text, col: a.List[1].Text, total: a.Opts.Bool("usetotal", true), totalName: a.Opts.Text("totalstr", "TOTAL")}
		rows := axisLimit{a.Opts.Int("maxrows", 0), a.Opts.Num("minrowcover", 1)}
		cols := axisLimit{a.Opts.Int("maxcols", 0), a.Opts.Num("mincolcover", 1)}
		needs := func(column.FieldSet) column.FieldSet { return column.Fields(c.row, c.col) }
		return wholeTable(b, needs, func(_ context.Context, _ *plan.Runtime, in *op.Rows) (column.Stream, error) {
			defer in.Free()
			return column.Batches(c.table(in.Table(), rows, cols)), nil
		}), nil
	},
})

// crossTable counts pairs of values.
type crossTable struct {
	row, col  string
	total     bool
	totalName string
}

// axisLimit bounds the values of one side: a number, and the share of all rows that is enough.
type axisLimit struct {
	max   int
	cover float64
}

// pick returns the most frequent values.
func (l axisLimit) pick(counts map[string]int) []string {
	names := make([]string, 0, len(counts))
	all := 0
	for n, c := range counts {
		names = append(names, n)
		all += c
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return value.Compare(a, b)
	})
	most := l.max
	if most == 0 {
		most = maxContingency
	}
	seen := 0
	for i, n := range names {
		if i == most || l.cover < 1 && float64(seen) >= l.cover*float64(all) {
			return names[:i]
		}
		seen += counts[n]
	}
	return names
}

// emptyName stands for the empty text, which makes no name of a column.
const emptyName = "EMPTY_STR"

func (c *crossTable) table(b *column.Batch, rowLimit, colLimit axisLimit) *column.Batch {
	rows, cols := map[string]int{}, map[string]int{}
	cells := map[[2]string]int{}
	r, k := b.Col(c.row), b.Col(c.col)
	for i := range b.N {
		for _, x := range r.At(i).List() {
			x = cmp.Or(x, emptyName)
			for _, y := range k.At(i).List() {
				y = cmp.Or(y, emptyName)
				rows[x]++
				cols[y]++
				cells[[2]string{x, y}]++
			}
		}
	}
	names := rowLimit.pick(rows)
	first := column.NewTextBuilder()
	for _, n := range names {
		first.Append(n)
	}
	if c.total {
		first.Append(c.totalName)
	}
	out := &column.Batch{N: first.Len(), Ordered: true}
	out.Set(c.row, first.Build())
	sums := make([]int64, out.N)
	for _, y := range colLimit.pick(cols) {
		v := make([]int64, out.N)
		for i, x := range names {
			v[i] = int64(cells[[2]string{x, y}])
			sums[i] += v[i]
			if c.total {
				v[len(names)] += v[i]
				sums[len(names)] += v[i]
			}
		}
		out.Set(y, &column.Int{V: v})
	}
	if c.total {
		out.Set(c.totalName, &column.Int{V: sums})
	}
	return out
}
