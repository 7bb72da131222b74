package commands

import (
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var appendcols = define(Spec[subArgs]{
	Grammar: lang.Grammar{Name: "appendcols", Sub: lang.SubRows, Usage: "appendcols [override=<bool>] [maxout=<int>] [<subsearch>]",
		Options: append([]lang.Opt{{Name: "override", Type: lang.Bool, Default: "false", Doc: "The subsearch's columns win."}}, subOptions...)},
	Short: "Put the columns of a subsearch beside the current ones.",
	Doc: `Row by row: the first row of the subsearch goes to the first row, and so on. Fields with a leading
underscore are not taken. Rows of the subsearch beyond the last current one are appended.`,
	Examples: []Example{{Search: `appendcols [| inputlookup SampleDataList | fields label]`, In: "a\n1\n2", Out: "a,label\n1,SFDC Data\n2,"}},
	Plan: func(b *plan.Builder, a *subArgs) (plan.Node, error) {
		sub, err := rowSubsearch(b, a.Sub)
		if err != nil {
			return nil, err
		}
		override := a.Opts.Bool("override", false)
		limit := a.Opts.Int("maxout", b.Env.Limits.AppendRows)
		n := wholeTable(b, needSame, func(ctx context.Context, rt *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			more, err := runSub(ctx, rt, sub, limit)
			if err != nil {
				return nil, err
			}
			defer more.Free()
			return column.Batches(beside(rows.Table(), more.Table(), override)), nil
		})
		n.inputs = []plan.Pipeline{sub}
		return n, nil
	},
})

// beside joins two tables row by row.
func beside(main, more *column.Batch, override bool) *column.Batch {
	n := max(main.N, more.N)
	out := &column.Batch{N: n, Ordered: main.Ordered || main.N == 0 && more.Ordered}
	for i, name := range main.Names {
		out.Set(name, padded(main.Cols[i], n))
	}
	names := more.Names
	if !more.Ordered {
		names = slices.Sorted(slices.Values(names))
	}
	for _, name := range names {
		v := padded(more.Col(name), n)
		switch {
		case column.Internal(name):
			continue
		case !out.Has(name):
		case override:
			v = overlay(v, out.Col(name), more.N)
		default:
			v = overlay(out.Col(name), v, main.N)
		}
		out.Set(name, v)
	}
	return out
}

// overlay takes the first n rows from a and the others from b.
func overlay(a, b column.Vec, n int) column.Vec {
	if n >= a.Len() {
		return a
	}
	pick := column.NewBitmap(a.Len())
	for i := range n {
		pick.Set(i)
	}
	return op.Where(pick, a, b)
}

// padded lengthens a column with nulls.
func padded(v column.Vec, n int) column.Vec {
	if v.Len() == n {
		return v
	}
	return column.Concat(v, column.AsText(column.Nulls(n-v.Len())))
}
