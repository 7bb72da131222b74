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
		return allRows(b, needAlso(o.names...), func(ctx context.Context, _ *plan.Runtime, rows *op.Kept) (column.Stream, error) {
			names := op.Expand(rows.Arrange(&column.Batch{}), o.names, false)
			ranges, err := inPasses(ctx, rows, names, func(string) *usualRange { return &usualRange{outliers: o} })
			if err != nil {
				return nil, err
			}
			return arranged(rows, func(b *column.Batch) *column.Batch {
				for i, r := range ranges {
					switch {
					case r.empty:
						b.Drop(names[i])
					case r.known:
						b.Set(names[i], r.column(b.Col(names[i])))
					}
				}
				return b
			}), nil
		}), nil
	},
})

type outliers struct {
	names               []string
	param               float64
	lower, mark, remove bool
}

// usualRange is where the numbers of a field are no outliers.
type usualRange struct {
	*outliers
	all    []float64
	listed []float64 // numbers in lists, which do not count but may be removed
	texts  bool      // there are values that are no numbers
	known  bool      // there are numbers
	lo, hi float64
	empty  bool // no value is left
}

func (r *usualRange) add(v column.Vec) int64 {
	before := cap(r.all) + cap(r.listed)
	number := numbersOf(v)
	for i := range v.Len() {
		if f, ok := number(i); ok {
			r.all = append(r.all, f)
			continue
		}
		if v.Null(i) {
			continue
		}
		x := v.At(i)
		if x.Kind() != value.Multi {
			r.texts = true
			continue
		}
		for _, s := range x.List() {
			if f, _, ok := value.ParseNumber(s); ok {
				r.listed = append(r.listed, f)
			} else {
				r.texts = true
			}
		}
	}
	return 8 * int64(cap(r.all)+cap(r.listed)-before)
}

func (r *usualRange) finish() {
	r.known = len(r.all) > 0
	if r.known {
		slices.Sort(r.all)
		q1, q3 := quantile(r.all, 0.25), quantile(r.all, 0.75)
		r.lo, r.hi = q1-r.param*(q3-q1), q3+r.param*(q3-q1)
	}
	left := func(f float64) bool { return !r.known || !r.remove || !r.above(f) && !r.below(f) }
	r.empty = !r.texts && !slices.ContainsFunc(r.all, left) && !slices.ContainsFunc(r.listed, left)
	r.all, r.listed = nil, nil
}

func (r *usualRange) above(f float64) bool { return f > r.hi }
func (r *usualRange) below(f float64) bool { return r.lower && f < r.lo }

func (r *usualRange) column(v column.Vec) column.Vec {
	return op.MapText(v, nil, func(s string) (string, bool) {
		f, _, ok := value.ParseNumber(s)
		var bound float64
		switch {
		case !ok:
			return s, true
		case r.above(f):
			bound = r.hi
		case r.below(f):
			bound = r.lo
		default:
			return s, true
		}
		text := value.FormatNumber(bound, value.Exact)
		if r.mark {
			text = "000" + text
		}
		return text, !r.remove
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
