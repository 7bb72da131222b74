package commands

import (
	"context"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type returnArgs struct {
	Items []*returnItem `parser:"@@*"`
}

// returnItem is alias=field, field or $field.
type returnItem struct {
	Opt  *lang.Option `parser:"  @@"`
	Name *lang.Name   `parser:"| @@"`
}

var returnCmd = define(Spec[returnArgs]{
	Grammar: lang.Grammar{Name: "return", AnyOption: true, Usage: "return [<count>] [<alias>=<field> | <field> | $<field>]..."},
	Short:   "Turn the first rows into the text of a search.",
	Doc: `Takes the first row, or as many as the count says. field gives field="value", alias=field gives
alias="value", $field the value alone. Several rows are joined by OR, each in parentheses. Meant for the
end of a subsearch.`,
	Examples: []Example{
		{Search: `return 2 user ip=src`, In: "user,src\nal,1\nbo,2", Out: "search\n\"(user=\"\"al\"\" ip=\"\"1\"\") OR (user=\"\"bo\"\" ip=\"\"2\"\")\""},
		{Search: `return $src`, In: "user,src\nal,1\nbo,2", Out: "search\n1"},
	},
	Plan: func(b *plan.Builder, a *returnArgs) (plan.Node, error) {
		r := &returning{count: 1}
		for i, it := range a.Items {
			switch {
			case it.Opt != nil:
				r.items = append(r.items, returned{alias: it.Opt.Name, field: it.Opt.Value})
			case i == 0 && !it.Name.Quoted && digitsOnly(it.Name.Text):
				n, err := strconv.Atoi(it.Name.Text)
				if err != nil {
					return nil, invalidArgument(b, *it.Name)
				}
				r.count = n
			case strings.HasPrefix(it.Name.Text, "$"):
				r.items = append(r.items, returned{field: it.Name.Text[1:]})
			default:
				r.items = append(r.items, returned{alias: it.Name.Text, field: it.Name.Text})
			}
		}
		var names []string
		for _, it := range r.items {
			names = append(names, it.field)
		}
		needs := func(column.FieldSet) column.FieldSet { return column.Fields(names...) }
		return folding(b, needs, func(_ *plan.Runtime, rows *op.Kept) fold {
			var texts []string // of the first rows
			add := func(b *column.Batch) error {
				var grown int64
				op.EachRow(b, func(i int) {
					if len(texts) < r.count {
						texts = append(texts, r.text(b, i))
						grown += 16 + 3*int64(len(texts[len(texts)-1])) // the text is copied on its way out
					}
				})
				return rows.Hold(grown)
			}
			return fold{add, func(context.Context) (column.Stream, error) { return oneText(r.joined(texts)), nil }}
		}), nil
	},
})

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// returned is one argument; no alias: the value alone.
type returned struct{ alias, field string }

type returning struct {
	count int
	items []returned
}

// text returns what row i of b stands for.
func (r *returning) text(b *column.Batch, i int) string {
	var parts []string
	for _, it := range r.items {
		var alts []string
		for _, v := range b.Col(it.field).At(i).List() {
			if it.alias != "" {
				v = fieldName(it.alias) + "=" + quoted(v)
			}
			alts = append(alts, v)
		}
		switch {
		case len(alts) == 1:
			parts = append(parts, alts[0])
		case len(alts) > 1:
			parts = append(parts, "("+strings.Join(alts, " OR ")+")")
		}
	}
	return strings.Clone(strings.Join(parts, " ")) // or a single value would keep its batch alive
}

func (r *returning) joined(texts []string) string {
	if r.count == 1 {
		return strings.Join(texts, "")
	}
	for i, s := range texts {
		texts[i] = "(" + s + ")"
	}
	return strings.Join(texts, " OR ")
}
