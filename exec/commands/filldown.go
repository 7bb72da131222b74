package commands

import (
	"maps"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var filldown = define(Spec[listArgs]{
	Grammar: lang.Grammar{Name: "filldown", Usage: "filldown [<field>...]"},
	Short:   "Fill missing values with the last one above.",
	Doc:     `Names may hold *; without a list all fields are filled. Missing values at the top stay missing.`,
	Examples: []Example{
		{Search: "filldown x", In: "x,n\n,1\nv,2\n,3", Out: "x,n\n,1\nv,2\nv,3"},
	},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		names := a.List.Texts()
		if len(names) == 0 {
			names = []string{"*"}
		}
		return inOrder(b, needAlso(names...), func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			last := map[string]value.Value{}
			return func(b *column.Batch) (*column.Batch, error) {
				for _, n := range op.Expand(b, names, false) {
					if _, seen := last[n]; !seen {
						last[n] = value.Value{}
					}
				}
				for _, n := range slices.Sorted(maps.Keys(last)) {
					last[n] = fillColumn(b, n, last[n])
				}
				return b, nil
			}
		}), nil
	},
})

// fillColumn carries values down and returns the last one.
func fillColumn(b *column.Batch, name string, last value.Value) value.Value {
	v := b.Col(name)
	out := column.NewTextBuilder()
	changed := false
	op.EachRow(b, func(i int) {
		out.AppendNulls(i - out.Len())
		if v.Null(i) {
			changed = changed || !last.IsNull()
		} else {
			last = v.At(i)
		}
		out.AppendValue(last)
	})
	out.AppendNulls(b.N - out.Len())
	if changed {
		b.Set(name, out.Build())
	}
	return last
}
