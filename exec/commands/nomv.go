package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var nomv = define(Spec[listArgs]{
	Grammar:  lang.Grammar{Name: "nomv", Usage: "nomv <field>"},
	Short:    "Join several values into one text.",
	Doc:      `Between the values stands the delimiter that makemv or mvcombine left, else a newline.`,
	Examples: []Example{{Search: `makemv delim=";" x | nomv x`, In: "x\na;b", Out: "x\na;b"}},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		return changes(rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			l, ok := column.AsText(b.Col(field)).(*column.List)
			if !ok {
				return b, nil
			}
			delim := l.Delim
			if delim == "" {
				delim = "\n"
			}
			one := make([]string, 1)
			b.Set(field, op.MapList(l, b.Sel, func(values []string) []string {
				one[0] = strings.Join(values, delim)
				return one
			}))
			return b, nil
		}), field), nil
	},
})
