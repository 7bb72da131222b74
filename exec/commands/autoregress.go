package commands

import (
	"fmt"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// maxLag and maxLags are the limits of autoregress.
const (
	maxLag  = 10000
	maxLags = 1000
)

var autoregress = define(Spec[fieldAsArgs]{
	Grammar: lang.Grammar{Name: "autoregress", Clauses: []string{"as"}, Usage: "autoregress <field> [AS <field>] [p=<int>|<int>-<int>]",
		Options: []lang.Opt{{Name: "p", Type: lang.Text, Default: "1", Doc: "How many rows above, or a range of that."}}},
	Short:    "Copy the values of rows above.",
	Doc:      `The default names are field_p1 and so on. A range of p makes one field each, and takes no AS.`,
	Examples: []Example{{Search: "autoregress n p=1-2", In: "n\n1\n3\n6", Out: "n,n_p1,n_p2\n1,,\n3,1,\n6,3,1"}},
	Plan: func(b *plan.Builder, a *fieldAsArgs) (plan.Node, error) {
		from, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		lo, hi, ok := lagRange(a.Opts.Text("p", "1"))
		if !ok || a.As != nil && lo != hi {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadOption, "Invalid value of p: '%s'.", a.Opts.Text("p", "1"))
		}
		return inOrder(b, needAlso(from), func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			w := newWindow(hi)
			return func(b *column.Batch) (*column.Batch, error) {
				v := b.Col(from)
				outs := make([]*column.TextBuilder, hi-lo+1)
				for k := range outs {
					outs[k] = column.NewTextBuilder()
				}
				op.EachRow(b, func(i int) {
					for k, out := range outs {
						out.AppendNulls(i - out.Len())
						out.AppendValue(w.ago(lo + k))
					}
					w.push(v.At(i))
				})
				for k, out := range outs {
					out.AppendNulls(b.N - out.Len())
					name := fmt.Sprintf("%s_p%d", from, lo+k)
					if a.As != nil {
						name = a.As.Text
					}
					setField(b, name, out.Build())
				}
				return b, nil
			}
		}), nil
	},
})

func lagRange(s string) (lo, hi int, ok bool) {
	first, last, isRange := strings.Cut(s, "-")
	lo, err := strconv.Atoi(first)
	hi = lo
	if err == nil && isRange {
		hi, err = strconv.Atoi(last)
	}
	return lo, hi, err == nil && lo >= 1 && hi >= lo && hi <= maxLag && hi-lo < maxLags
}
