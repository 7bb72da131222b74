package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/op"
	"spl/exec/plan"
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
		return folding(b, needs, func(_ *plan.Runtime, in *op.Kept) fold {
			n := &crossCounts{crossTable: c}
			add := func(b *column.Batch) error { return in.Hold(n.add(b)) }
			return fold{add, func(context.Context) (column.Stream, error) { return column.Batches(n.table(rows, cols)), nil }}
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

// pick returns the numbers of the most frequent values.
func (l axisLimit) pick(values *intern.Texts, counts []int) []uint32 {
	all := 0
	for _, c := range counts {
		all += c
	}
	names := sortedTexts(values)
	slices.SortStableFunc(names, func(a, b uint32) int { return counts[b] - counts[a] })
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

// crossCounts are the counts so far.
type crossCounts struct {
	*crossTable
	rows, cols         intern.Texts
	rowCount, colCount []int
	pairs              intern.Pairs // of a row and a column
	cells              []int64
}

// add takes in the selected rows of b and returns how many more bytes are held.
func (c *crossCounts) add(b *column.Batch) int64 {
	before := c.bytes()
	r, k := b.Col(c.row), b.Col(c.col)
	op.EachRow(b, func(i int) {
		ys := k.At(i).List()
		if len(ys) == 0 {
			return
		}
		for _, x := range r.At(i).List() {
			x := counted(&c.rows, &c.rowCount, x, len(ys))
			for _, y := range ys {
				cell, isNew := c.pairs.Add(intern.Pair(x, counted(&c.cols, &c.colCount, y, 1)))
				if isNew {
					c.cells = append(c.cells, 0)
				}
				c.cells[cell]++
			}
		}
	})
	return c.bytes() - before
}

// counted counts a value n times more and returns its number.
func counted(values *intern.Texts, counts *[]int, s string, n int) uint32 {
	id := values.Add(cmp.Or(s, emptyName))
	if int(id) == len(*counts) {
		*counts = append(*counts, 0)
	}
	(*counts)[id] += n
	return id
}

func (c *crossCounts) bytes() int64 {
	return c.rows.Bytes() + c.cols.Bytes() + c.pairs.Bytes() + 8*int64(cap(c.rowCount)+cap(c.colCount)+cap(c.cells))
}

// table makes at most a thousand rows and columns of the counts.
func (c *crossCounts) table(rowLimit, colLimit axisLimit) *column.Batch {
	names := rowLimit.pick(&c.rows, c.rowCount)
	first := column.NewTextBuilder()
	for _, n := range names {
		first.Append(c.rows.Text(n))
	}
	if c.total {
		first.Append(c.totalName)
	}
	out := &column.Batch{N: first.Len(), Ordered: true}
	out.Set(c.row, first.Build())
	sums := make([]int64, out.N)
	for _, y := range colLimit.pick(&c.cols, c.colCount) {
		v := make([]int64, out.N)
		for i, x := range names {
			if cell := c.pairs.Find(intern.Pair(x, y)); cell != intern.None {
				v[i] = c.cells[cell]
			}
			sums[i] += v[i]
			if c.total {
				v[len(names)] += v[i]
				sums[len(names)] += v[i]
			}
		}
		out.Set(strings.Clone(c.cols.Text(y)), &column.Int{V: v})
	}
	if c.total {
		out.Set(c.totalName, &column.Int{V: sums})
	}
	return out
}
