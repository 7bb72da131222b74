package commands

import (
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

type optsArgs struct {
	Opts lang.Options `parser:"@@*"`
}

var rangemap = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "rangemap", AnyOption: true, Usage: "rangemap field=<field> (<name>=<number>-<number>)... [default=<text>]",
		Options: []lang.Opt{
			{Name: "field", Type: lang.FieldName, Doc: "Field with the number."},
			{Name: "default", Type: lang.Text, Default: "None", Doc: "Name for numbers in no range, and for what is no number."},
		}},
	Short:    "Name the range that a number lies in.",
	Doc:      `Sets the field range. Both ends of a range belong to it; several ranges that fit make a multivalue.`,
	Examples: []Example{{Search: `rangemap field=n low=-5-3 high=4-6`, In: "n\n-1\n4\nx", Out: "n,range\n-1,low\n4,high\nx,None"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		field := a.Opts.Text("field", "")
		if field == "" {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The field option is required.")
		}
		var ranges []namedRange
		for _, o := range a.Opts {
			if o.Name == "field" || o.Name == "default" {
				continue
			}
			r, ok := parseRange(o.Value)
			if !ok {
				return nil, lang.Errorf(b.Stage, o.Span, lang.CodeBadOption, "Invalid range '%s' for '%s'.", o.Value, o.Name)
			}
			r.name = o.Name
			ranges = append(ranges, r)
		}
		none := a.Opts.Text("default", "None")
		return changes(rowLocal(b, needInstead([]string{"range"}, field), func(b *column.Batch) (*column.Batch, error) {
			v := op.MapList(b.Col(field), b.Sel, func(values []string) []string {
				var out []string
				if f, _, ok := value.ParseNumber(values[0]); ok {
					for _, r := range ranges {
						if f >= r.lo && f <= r.hi {
							out = append(out, r.name)
						}
					}
				}
				if len(out) == 0 {
					return []string{none}
				}
				return out
			})
			b.Set("range", op.Fill(v, none))
			return b, nil
		}), "range"), nil
	},
})

type namedRange struct {
	name   string
	lo, hi float64
}

// parseRange reads low-high, both of which may be negative.
func parseRange(s string) (namedRange, bool) {
	i := strings.IndexByte(strings.TrimPrefix(s, "-"), '-')
	if i < 0 {
		return namedRange{}, false
	}
	i += len(s) - len(strings.TrimPrefix(s, "-"))
	lo, err1 := strconv.ParseFloat(s[:i], 64)
	hi, err2 := strconv.ParseFloat(s[i+1:], 64)
	return namedRange{lo: lo, hi: hi}, err1 == nil && err2 == nil && lo <= hi
}
