package commands

import (
	"context"
	"maps"
	"slices"
	"strings"

	"spl/exec/column"
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
		return wholeTable(b, needs, func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			return column.Batches(s.table(rows.Table())), nil
		}), nil
	},
})

// series is the pivot of xyseries.
type series struct {
	x, y  string
	data  []string
	title func(data, name string) string
}

func (s *series) table(b *column.Batch) *column.Batch {
	xs, ys := b.Col(s.x), b.Col(s.y)
	rowOf := map[string]int{}
	names := map[string]bool{}
	cells := map[string]map[string]value.Value{} // by column, by x
	for i := range b.N {
		if xs.Null(i) || ys.Null(i) {
			continue
		}
		x := xs.At(i).Text()
		rowOf[x] = 0
		for _, y := range ys.At(i).List() {
			names[y] = true
			for _, d := range s.data {
				v := b.Col(d).At(i)
				if v.IsNull() {
					continue
				}
				col := s.title(d, y)
				if cells[col] == nil {
					cells[col] = map[string]value.Value{}
				}
				cells[col][x] = v
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(rowOf), value.Compare)
	out := column.NewBatch(len(keys))
	out.Ordered = true
	first := column.NewTextBuilder()
	for _, k := range keys {
		first.Append(k)
	}
	out.Set(s.x, first.Build())
	for _, d := range s.data {
		for _, y := range slices.SortedFunc(maps.Keys(names), value.Compare) {
			col := column.NewTextBuilder()
			for _, k := range keys {
				col.AppendValue(cells[s.title(d, y)][k])
			}
			out.Set(s.title(d, y), col.Build())
		}
	}
	return out
}
