package commands

import (
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

type callsArgs struct {
	Calls []*lang.Call1 `parser:"@@*"`
}

var trendline = define(Spec[callsArgs]{
	Grammar: lang.Grammar{Name: "trendline", Clauses: []string{"as"}, Usage: "trendline (sma|ema|wma)<period>(<field>) [AS <field>]..."},
	Short:   "Moving averages.",
	Doc: `sma is the mean of the last values, wma weighs the newer ones more, ema is exponential. Rows before
the period is full get nothing. The default name is the call as written.`,
	Examples: []Example{{Search: "trendline sma2(n) AS s wma2(n) AS w", In: "n\n1\n3\n6", Out: "n,s,w\n1,,\n3,2,2.3333333333333335\n6,4.5,5"}},
	Plan: func(b *plan.Builder, a *callsArgs) (plan.Node, error) {
		if len(a.Calls) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one trend is expected.")
		}
		var trends []trend
		var read []string
		for _, c := range a.Calls {
			t, ok := parseTrend(c)
			if !ok {
				return nil, lang.Errorf(b.Stage, c.Span, lang.CodeBadArgument, "The argument '%s' is invalid: sma, ema or wma with a period from 2 to 10000 and one field is expected.", c.Func)
			}
			trends, read = append(trends, t), append(read, t.from)
		}
		return inOrder(b, needAlso(read...), func(*plan.Runtime) func(*column.Batch) (*column.Batch, error) {
			run := make([]func(value.Value) value.Value, len(trends))
			for i, t := range trends {
				run[i] = t.start()
			}
			return func(b *column.Batch) (*column.Batch, error) {
				for i, t := range trends {
					perRow(b, t.from, t.to, run[i])
				}
				return b, nil
			}
		}), nil
	},
})

type trend struct {
	kind     string
	period   int
	from, to string
}

func parseTrend(c *lang.Call1) (trend, bool) {
	if len(c.Func) < 4 || len(c.Args) != 1 {
		return trend{}, false
	}
	t := trend{kind: strings.ToLower(c.Func[:3]), from: c.Args[0].Text, to: c.Func + "(" + c.Args[0].Text + ")"}
	if c.As != nil {
		t.to = c.As.Text
	}
	n, err := strconv.Atoi(c.Func[3:])
	t.period = n
	return t, err == nil && n >= 2 && n <= maxLag && (t.kind == "sma" || t.kind == "ema" || t.kind == "wma")
}

// start returns the function that takes the values in order. What is no number is passed over.
func (t trend) start() func(value.Value) value.Value {
	var last []float64
	ema, warm := 0.0, false
	n := float64(t.period)
	return func(v value.Value) value.Value {
		x, _, ok := v.Number()
		if !ok {
			return value.Value{}
		}
		if warm {
			ema = (2*x + (n-1)*ema) / (n + 1)
			return value.OfNumber(ema, value.Exact)
		}
		last = append(last, x)
		if len(last) > t.period {
			last = last[1:]
		}
		if len(last) < t.period {
			return value.Value{}
		}
		total, weights := 0.0, 0.0
		for i, x := range last {
			w := 1.0
			if t.kind == "wma" {
				w = float64(i + 1)
			}
			total += w * x
			weights += w
		}
		if t.kind == "ema" {
			ema, warm = total/weights, true
		}
		return value.OfNumber(total/weights, value.Exact)
	}
}
