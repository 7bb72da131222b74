package commands

import (
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var mvcombine = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "mvcombine", Usage: `mvcombine [delim="<text>"] <field>`,
		Options: []lang.Opt{{Name: "delim", Type: lang.Text, Default: " ", Doc: "What nomv puts between the values."}}},
	Short: "Combine rows that differ in one field only.",
	Doc: `They become one row, at the place of the first, whose field holds all the values. All other fields must
agree, internal ones such as _time and _raw included; missing equals missing.`,
	Examples: []Example{{Search: `mvcombine delim="," n | nomv n`, In: "g,n\na,1\nb,2\na,3", Out: "g,n\na,\"1,3\"\nb,2"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		delim := a.Opts.Text("delim", " ")
		return wholeTable(b, needAll, func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			all := rows.Table()
			if !all.Has(field) {
				return column.Batches(all), nil
			}
			return column.Batches(combineRows(all, field, delim)), nil
		}), nil
	},
})

func combineRows(b *column.Batch, field, delim string) *column.Batch {
	others := slices.DeleteFunc(slices.Clone(b.Names), func(n string) bool { return n == field })
	cols := op.Cols(b, others)
	v := b.Col(field)
	groups := map[string]int{}
	var first []uint32
	var values [][]string
	var key []byte
	for i := range b.N {
		key = op.RowKey(key[:0], cols, i)
		g, ok := groups[string(key)]
		if !ok {
			g = len(first)
			groups[string(key)] = g
			first, values = append(first, uint32(i)), append(values, nil)
		}
		values[g] = append(values[g], v.At(i).List()...)
	}
	out := b.Pick(first)
	col := column.NewTextBuilder()
	for _, vs := range values {
		col.AppendList(vs)
	}
	out.Set(field, column.WithDelim(col.Build(), delim))
	return out
}
