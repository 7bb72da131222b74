package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var xyseries = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "xyseries", Aliases: []string{"maketable"}, Usage: `xyseries [grouped=<bool>] <x field> <name field> <data field>... [sep="<text>"] [format="<text>"]`,
		Options: []lang.Opt{
			{Name: "grouped", Type: lang.Bool, Default: "false", Doc: "No effect: all rows are read anyway."},
			{Name: "sep", Type: lang.Text, Default: ": ", Doc: "Between data field and name where there are several data fields."},
			{Name: "format", Type: lang.Text, Doc: "Column name made of $AGG$ (data field) and $VAL$ (name)."},
		}},
	Short: "Turn rows into a table by two fields.",
	Doc: `One row for each value of the first field, one column for each value of the second, both sorted; the
cells come from the data fields. Of several rows for one cell the last counts.`,
	Examples: []Example{{Search: "xyseries x y z", In: "x,y,z\na,u,1\na,v,2\nb,u,3", Out: "x,u,v\na,1,2\nb,3,"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) < 3 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least three fields are expected.")
		}
		names := a.List.Texts()
		s := &series{x: names[0], y: names[1], data: names[2:]}
		title := a.Opts.Text("format", "")
		if title == "" {
			title = "$AGG$" + a.Opts.Text("sep", ": ") + "$VAL$"
			if len(s.data) == 1 && !a.Opts.Has("sep") {
				title = "$VAL$"
			}
		}
		s.title = func(data, name string) string {
			return strings.NewReplacer("$AGG$", data, "$VAL$", name).Replace(title)
		}
		needs := func(column.FieldSet) column.FieldSet { return column.Fields(names...) }
		return folding(b, needs, func(_ *plan.Runtime, rows *op.Kept) fold {
			t := &seriesTable{series: s, titles: make([][]uint32, len(s.data)), cells: map[uint64]value.Value{}}
			add := func(b *column.Batch) error { return rows.Hold(t.add(b)) }
			return fold{add, func(context.Context) (column.Stream, error) {
				out, grown := t.table()
				return column.Batches(out), rows.Hold(grown)
			}}
		}), nil
	},
})

// series is the pivot of xyseries.
type series struct {
	x, y  string
	data  []string
	title func(data, name string) string
}

// seriesTable is the table as far as the rows are known.
type seriesTable struct {
	*series
	xs, ys, columns intern.Texts
	titles          [][]uint32             // by data field and number in ys: number in columns plus one
	cells           map[uint64]value.Value // by column and x
	bytes           int64                  // of titles and cells
}

// add takes in the selected rows of b and returns how many more bytes are held.
func (t *seriesTable) add(b *column.Batch) int64 {
	before := t.held()
	x, y, data := b.Col(t.x), b.Col(t.y), op.Cols(b, t.data)
	op.EachRow(b, func(i int) {
		if x.Null(i) || y.Null(i) {
			return
		}
		row := t.xs.Add(x.At(i).Text())
		for _, name := range y.At(i).List() {
			id := t.ys.Add(name)
			for k := range t.data {
				if !data[k].Null(i) {
					t.set(intern.Pair(t.column(k, id), row), data[k].At(i))
				}
			}
		}
	})
	return t.held() - before
}

func (t *seriesTable) held() int64 { return t.xs.Bytes() + t.ys.Bytes() + t.columns.Bytes() + t.bytes }

// column returns the number of the column of a data field and a name.
func (t *seriesTable) column(data int, name uint32) uint32 {
	for len(t.titles[data]) <= int(name) {
		t.titles[data] = append(t.titles[data], 0)
		t.bytes += 4
	}
	if t.titles[data][name] == 0 {
		t.titles[data][name] = t.columns.Add(t.title(t.data[data], t.ys.Text(name))) + 1
	}
	return t.titles[data][name] - 1
}

// cellBytes is about what an entry of the map of cells takes.
const cellBytes = 150

// set puts a copy of v into a cell: as it is it would keep its batch alive.
func (t *seriesTable) set(cell uint64, v value.Value) {
	list := slices.Clone(v.List())
	for i, s := range list {
		list[i] = strings.Clone(s)
		t.bytes += int64(len(s))
	}
	old, ok := t.cells[cell]
	if !ok {
		t.bytes += cellBytes
	}
	for _, s := range old.List() {
		t.bytes -= int64(len(s))
	}
	t.cells[cell] = value.OfList(list)
}

// table returns the table and how many bytes it takes.
func (t *seriesTable) table() (out *column.Batch, bytes int64) {
	xs, ys := sortedTexts(&t.xs), sortedTexts(&t.ys)
	out = column.NewBatch(len(xs))
	out.Ordered = true
	first := column.NewTextBuilder()
	for _, x := range xs {
		first.Append(t.xs.Text(x))
	}
	out.Set(t.x, first.Build())
	for k := range t.data {
		for _, y := range ys {
			id, col := t.column(k, y), column.NewTextBuilder()
			for _, x := range xs {
				col.AppendValue(t.cells[intern.Pair(id, x)])
			}
			bytes += columnBytes + col.Bytes()
			out.Set(strings.Clone(t.columns.Text(id)), col.Build())
		}
	}
	return out, bytes
}

// sortedTexts returns the numbers of all texts in the order of groups.
func sortedTexts(t *intern.Texts) []uint32 {
	out := make([]uint32, t.Len())
	for i := range out {
		out[i] = uint32(i)
	}
	slices.SortFunc(out, func(a, b uint32) int { return value.Compare(t.Text(a), t.Text(b)) })
	return out
}
