package commands

import (
	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var uniq = define(Spec[noArgs]{
	Grammar:  lang.Grammar{Name: "uniq", Usage: "uniq"},
	Short:    "Drop rows that equal the row before.",
	Doc:      `Two rows are equal when all their fields are, internal ones included.`,
	Examples: []Example{{Search: "uniq", In: "a,b\n1,x\n1,x\n1,y\n1,x", Out: "a,b\n1,x\n1,y\n1,x"}},
	Plan: func(b *plan.Builder, _ *noArgs) (plan.Node, error) {
		return inOrder(b, needAll, func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			var before *column.Batch
			last := 0
			return func(b *column.Batch) (*column.Batch, error) {
				sel := column.NewBitmap(b.N)
				op.EachRow(b, func(i int) {
					if before == nil || !op.SameRow(before, last, b, i) {
						sel.Set(i)
					}
					before, last = b, i
				})
				b = b.Copy()
				b.Sel = sel
				return b, nil
			}
		}), nil
	},
})
