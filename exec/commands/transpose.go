package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		return folding(b, needAll, func(_ *plan.Runtime, rows *op.Kept) fold {
			r := &transposed{transposing: t, rows: rows, filled: map[string]bool{}}
			return fold{r.add, r.result}
		}), nil
	},
})

type transposing struct {
	count        int
	name, header string
	empty        bool
}

// transposed is a table that is being turned.
type transposed struct {
	*transposing
	rows   *op.Kept        // those that become columns
	filled map[string]bool // fields that some row has
}

// add takes in rows; those beyond the count only tell which fields there are.
func (t *transposed) add(b *column.Batch) error {
	for i, n := range b.Names {
		if !t.filled[n] {
			t.filled[n] = !op.AllNull(b.Cols[i], b.Sel)
		}
	}
	t.rows.Note(b)
	if t.count > 0 {
		left := t.count - t.rows.Len()
		if left == 0 {
			return nil
		}
		if left < b.Rows() {
			b = b.Copy()
			op.FirstRows(b, left)
		}
	}
	return t.rows.Add(b)
}

// kept returns the fields that become rows.
func (t *transposed) kept() []string {
	names := t.rows.Names()
	if !t.rows.Ordered() {
		slices.Sort(names)
	}
	return slices.DeleteFunc(names, func(f string) bool {
		shown := !column.Internal(f) || t.rows.Ordered() || f == "_time"
		return f == t.header || !shown || !t.rows.HasValue(f) || !t.empty && !t.filled[f]
	})
}

func (t *transposed) result(ctx context.Context) (column.Stream, error) {
	fields := t.kept()
	if len(fields) == 0 {
		return column.Batches(), nil
	}
	out := column.NewBatch(len(fields))
	out.Ordered = true
	first := column.NewTextBuilder()
	for _, f := range fields {
		first.Append(f)
	}
	out.Set(t.name, first.Build())
	n := 0
	err := t.rows.Each(ctx, func(b *column.Batch) error {
		cols, header := op.Cols(b, fields), b.Col(t.header)
		var grown int64
		for i := range b.N {
			n++
			title := fmt.Sprintf("row %d", n)
			if s := header.At(i).Text(); s != "" {
				title = strings.Clone(s)
			}
			col := column.NewTextBuilder()
			for _, c := range cols {
				col.AppendValue(c.At(i))
			}
			grown += columnBytes + int64(len(title)) + col.Bytes()
			out.Set(title, col.Build())
		}
		return t.rows.Hold(grown)
	})
	if err != nil {
		return nil, err
	}
	return column.Batches(out), nil
}

// columnBytes is about what a column of texts takes beside its texts.
const columnBytes = 200
