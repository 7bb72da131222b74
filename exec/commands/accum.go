package commands

import (
	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

// fieldAsArgs is options, one field and a name for the result.
type fieldAsArgs struct {
	Opts lang.Options `parser:"( @@"`
	As   *lang.Name   `parser:"| 'as' @@"`
	List lang.Fields  `parser:"| @@ )*"`
}

// names returns the field and the name of the result.
func (a *fieldAsArgs) names(b *plan.Builder, result func(field string) string) (from, to string, err error) {
	from, err = oneField(b, a.List)
	if a.As != nil {
		return from, a.As.Text, err
	}
	return from, result(from), err
}

var accum = define(Spec[fieldAsArgs]{
	Grammar:  lang.Grammar{Name: "accum", Clauses: []string{"as"}, Usage: "accum <field> [AS <field>]"},
	Short:    "Running sum of a field.",
	Doc:      `Rows without a number are passed over. Without AS the field itself becomes the sum.`,
	Examples: []Example{{Search: "accum n AS t", In: "n\n1\nx\n3", Out: "n,t\n1,1\nx,\n3,4"}},
	Plan: func(b *plan.Builder, a *fieldAsArgs) (plan.Node, error) {
		from, to, err := a.names(b, func(f string) string { return f })
		if err != nil {
			return nil, err
		}
		return inOrder(b, needAlso(from), func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			var s sum
			return func(b *column.Batch) (*column.Batch, error) {
				perRow(b, from, to, func(v value.Value) value.Value {
					if _, _, ok := v.Number(); !ok {
						return value.Value{}
					}
					s.add(v)
					return s.value()
				})
				return b, nil
			}
		}), nil
	},
})

// perRow stores what f makes of each row's value, in order; where that is null the target stays.
func perRow(b *column.Batch, from, to string, f func(v value.Value) value.Value) {
	v := b.Col(from)
	out := make([]value.Value, b.N)
	op.EachRow(b, func(i int) { out[i] = f(v.At(i)) })
	col := column.Stored(column.FromValues(out))
	if b.Has(to) {
		col = op.Coalesce(col, b.Col(to))
	}
	setField(b, to, col)
}
