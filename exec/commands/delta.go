package commands

import (
	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var delta = define(Spec[fieldAsArgs]{
	Grammar: lang.Grammar{Name: "delta", Clauses: []string{"as"}, Usage: "delta <field> [AS <field>] [p=<int>]",
		Options: []lang.Opt{{Name: "p", Type: lang.Int, Default: "1", Doc: "How many rows above the other value stands."}}},
	Short:    "Difference to the value some rows above.",
	Doc:      `Nothing is written where one of the two is no number. The default name is delta(field).`,
	Examples: []Example{{Search: "delta n AS d", In: "n\n1\n3\n6", Out: "n,d\n1,\n3,2\n6,3"}},
	Plan: func(b *plan.Builder, a *fieldAsArgs) (plan.Node, error) {
		from, to, err := a.names(b, func(f string) string { return "delta(" + f + ")" })
		if err != nil {
			return nil, err
		}
		p := a.Opts.Int("p", 1)
		if p < 1 {
			return nil, lang.Errorf(b.Stage, a.Opts.Get("p").Span, lang.CodeBadOption, "The value of p must be above zero.")
		}
		return inOrder(b, needAlso(from), func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			w := newWindow(p)
			return func(b *column.Batch) (*column.Batch, error) {
				perRow(b, from, to, func(v value.Value) value.Value {
					old := w.ago(p)
					w.push(v)
					x, px, ok := v.Number()
					y, py, ok2 := old.Number()
					if !ok || !ok2 {
						return value.Value{}
					}
					return value.OfNumber(x-y, value.AddPrec(x, px, y, py))
				})
				return b, nil
			}
		}), nil
	},
})

// window remembers the last values of a column.
type window struct {
	ring []value.Value
	n    int
}

func newWindow(size int) *window { return &window{ring: make([]value.Value, size)} }

func (w *window) push(v value.Value) {
	w.ring[w.n%len(w.ring)] = v
	w.n++
}

// ago returns the value pushed k pushes before the next one; null if there is none.
func (w *window) ago(k int) value.Value {
	if k > w.n || k > len(w.ring) {
		return value.Value{}
	}
	return w.ring[(w.n-k)%len(w.ring)]
}
