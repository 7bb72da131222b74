package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var transpose = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "transpose", Usage: "transpose [<count>] [column_name=<text>] [header_field=<field>] [include_empty=<bool>]",
		Options: []lang.Opt{
			{Name: "column_name", Type: lang.Text, Default: "column", Doc: "Name of the column that holds the old column names."},
			{Name: "header_field", Type: lang.FieldName, Doc: "Field whose values name the new columns."},
			{Name: "include_empty", Type: lang.Bool, Default: "true", Doc: "Keep fields without any value."},
		}},
	Short: "Turn rows into columns.",
	Doc: `Each column becomes a row, each of the first rows a column: 5 of them unless a count is given, 0 for
all. The columns are called row 1 and so on, or by the values of header_field.`,
	Examples: []Example{
		{Search: "transpose", In: "city,sun\noslo,3\nrome,8", Out: "column,row 1,row 2\ncity,oslo,rome\nsun,3,8"},
		{Search: "transpose header_field=city column_name=what", In: "city,sun\noslo,3\nrome,8", Out: "what,oslo,rome\nsun,3,8"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		n, err := countArg(b, a.List, 5)
		if err != nil {
			return nil, err
		}
		t := &transposing{count: n, name: a.Opts.Text("column_name", "column"), header: a.Opts.Text("header_field", ""),
			empty: a.Opts.Bool("include_empty", true)}
		return wholeTable(b, needAll, func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			out := t.table(rows)
			if out.N == 0 {
				return column.Batches(), nil
			}
			return column.Batches(out), nil
		}), nil
	},
})

type transposing struct {
	count        int
	name, header string
	empty        bool
}

func (t *transposing) table(rows *op.Rows) *column.Batch {
	in := rows.Table()
	n := in.N
	if t.count > 0 {
		n = min(n, t.count)
	}
	names := in.Names
	if !in.Ordered {
		names = slices.Sorted(slices.Values(names))
	}
	var kept []string
	for _, f := range names {
		shown := !column.Internal(f) || in.Ordered || f == "_time"
		if f != t.header && shown && rows.HasValue(f) && (t.empty || !op.AllNull(in.Col(f), nil)) {
			kept = append(kept, f)
		}
	}
	out := column.NewBatch(len(kept))
	out.Ordered = true
	first := column.NewTextBuilder()
	for _, f := range kept {
		first.Append(f)
	}
	out.Set(t.name, first.Build())
	for i := range n {
		title := "row " + strconv.Itoa(i+1)
		if t.header != "" {
			title = in.Col(t.header).At(i).Text()
			if title == "" {
				title = fmt.Sprintf("row %d", i+1)
			}
		}
		col := column.NewTextBuilder()
		for _, f := range kept {
			col.AppendValue(in.Col(f).At(i))
		}
		out.Set(title, col.Build())
	}
	return out
}
