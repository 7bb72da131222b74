package commands

import (
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var untable = define(Spec[listArgs]{
	Grammar:  lang.Grammar{Name: "untable", Usage: "untable <x field> <name field> <data field>"},
	Short:    "Turn each cell of a table into a row.",
	Doc:      `The first field stays; every other column gives a row with its name and its value. Missing cells give none.`,
	Examples: []Example{{Search: "untable c k v", In: "c,a,b\nx,1,2\ny,3,", Out: "c,k,v\nx,a,1\nx,b,2\ny,a,3"}},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		if len(a.List) != 3 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Three fields are expected.")
		}
		x, name, data := a.List[0].Text, a.List[1].Text, a.List[2].Text
		return rowLocal(b, needAll, func(b *column.Batch) (*column.Batch, error) {
			names := b.Names
			if !b.Ordered {
				names = slices.Sorted(slices.Values(names))
			}
			var rows []uint32
			ks, vs := column.NewTextBuilder(), column.NewTextBuilder()
			key := b.Col(x)
			op.EachRow(b, func(i int) {
				if key.Null(i) {
					return
				}
				for _, n := range names {
					if v := b.Col(n); n != x && !column.Internal(n) && !v.Null(i) {
						rows = append(rows, uint32(i))
						ks.Append(n)
						vs.AppendValue(v.At(i))
					}
				}
			})
			out := &column.Batch{N: len(rows), Ordered: true, Seq: b.Seq}
			out.Set(x, column.Gather(key, rows))
			out.Set(name, ks.Build())
			out.Set(data, vs.Build())
			return out, nil
		}), nil
	},
})
