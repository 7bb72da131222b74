package commands

import (
	"context"
	"slices"

	"spl/exec/column"
	"spl/exec/intern"
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
		return allRows(b, needAll, func(ctx context.Context, _ *plan.Runtime, rows *op.Kept) (column.Stream, error) {
			if !rows.Has(field) {
				return rows.Stream(), nil
			}
			c := combining{distinctRows: distinctRows{rows: rows}, field: field, delim: delim}
			return c.run(ctx)
		}), nil
	},
})

// combining puts the values of rows together that agree in all other fields.
type combining struct {
	distinctRows
	field, delim string
	texts        intern.Texts
	values       [][]uint32 // numbers of texts, by group
	bytes        int64      // of values
}

func (c *combining) run(ctx context.Context) (column.Stream, error) {
	others := slices.DeleteFunc(c.rows.Names(), func(n string) bool { return n == c.field })
	var v column.Vec
	err := c.each(ctx, func(b *column.Batch) []column.Vec {
		v = b.Col(c.field)
		return op.Cols(b, others)
	}, func(_, i, group int) {
		c.add(group, v.At(i).List())
	}, func() int64 { return c.texts.Bytes() + c.bytes })
	if err != nil {
		return nil, err
	}
	left := c.values
	return op.Mapped(picked(c.rows, c.first), func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		col := column.NewTextBuilder()
		var list []string
		for _, ids := range left[:b.N] {
			list = list[:0]
			for _, id := range ids {
				list = append(list, c.texts.Text(id))
			}
			col.AppendList(list)
		}
		left = left[b.N:]
		b.Set(c.field, column.WithDelim(col.Build(), c.delim))
		return b, nil
	}), nil
}

// add takes in the values of a row.
func (c *combining) add(group int, vs []string) {
	if group == len(c.values) {
		c.values = append(c.values, nil)
		c.bytes += 24
	}
	before := cap(c.values[group])
	for _, s := range vs {
		c.values[group] = append(c.values[group], c.texts.Add(s))
	}
	c.bytes += 4 * int64(cap(c.values[group])-before)
}
