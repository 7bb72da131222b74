package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var outlier = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "outlier", Aliases: []string{"outlierfilter"}, Usage: "outlier [action=tf|rm] [param=<num>] [uselower=<bool>] [mark=<bool>] [<field>...]",
		Options: []lang.Opt{
			{Name: "action", Type: lang.Enum, Values: []string{"tf", "transform", "rm", "remove"}, Default: "tf", Doc: "Clip the value, or remove it."},
			{Name: "param", Type: lang.Num, Default: "2.5", Doc: "Distance in interquartile ranges."},
			{Name: "uselower", Type: lang.Bool, Default: "false", Doc: "Look below, too."},
			{Name: "mark", Type: lang.Bool, Default: "false", Doc: "Put 000 before a clipped value."},
		}},
	Short: "Clip or remove numbers far from the others.",
	Doc: `A number is an outlier when it lies more than param interquartile ranges above the third quartile, or
with uselower below the first. Without a list all fields are looked at but internal ones.`,
	Examples: []Example{{Search: "outlier action=rm n", In: "n,i\n1,a\n2,b\n3,c\n4,d\n100,e", Out: "n,i\n1,a\n2,b\n3,c\n4,d\n,e"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		o := &outliers{names: a.List.Texts(), param: a.Opts.Num("param", 2.5), lower: a.Opts.Bool("uselower", false), mark: a.Opts.Bool("mark", false),
			remove: strings.HasPrefix(strings.ToLower(a.Opts.Text("action", "tf")), "r")}
		if len(o.names) == 0 {
			o.names = []string{"*"}
		}
		return wholeTable(b, needAlso(o.names...), func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			table := rows.Table()
			for _, n := range op.Expand(table, o.names, false) {
				setField(table, n, o.column(table.Col(n)))
			}
			return column.Batches(table), nil
		}), nil
	},
})

type outliers struct {
	names               []string
	param               float64
	lower, mark, remove bool
}

func (o *outliers) column(v column.Vec) column.Vec {
	var all []float64
	for i := range v.Len() {
		if f, _, ok := v.At(i).Number(); ok {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return v
	}
	slices.Sort(all)
	q1, q3 := quantile(all, 0.25), quantile(all, 0.75)
	lo, hi := q1-o.param*(q3-q1), q3+o.param*(q3-q1)
	return op.MapText(v, nil, func(s string) (string, bool) {
		f, _, ok := value.ParseNumber(s)
		var bound float64
		switch {
		case !ok:
			return s, true
		case f > hi:
			bound = hi
		case o.lower && f < lo:
			bound = lo
		default:
			return s, true
		}
		text := value.FormatNumber(bound, value.Exact)
		if o.mark {
			text = "000" + text
		}
		return text, !o.remove
	})
}

// quantile interpolates in sorted numbers.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
