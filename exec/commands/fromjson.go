package commands

import (
	"encoding/json"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

var fromjson = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "fromjson", Usage: "fromjson <field> [prefix=<text>]",
		Options: []lang.Opt{{Name: "prefix", Type: lang.Text, Doc: "Put before the names of the fields."}}},
	Short: "Make fields of the members of a JSON object.",
	Doc: `Each top-level key becomes a field. An array of plain values becomes a multivalue, nested objects stay
JSON text, null gives no field. What is no JSON object changes nothing.`,
	Examples: []Example{{Search: `fromjson j prefix=x_ | fields - j`, In: "j\n\"{\"\"a\"\":1,\"\"b\"\":{\"\"c\"\":2}}\"", Out: "x_a,x_b\n1,\"{\"\"c\"\":2}\""}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		prefix := a.Opts.Text("prefix", "")
		return rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			extractFields(b, field, false, func(s string, sh *sheet) {
				if !json.Valid([]byte(s)) {
					return
				}
				o, _ := readObject(s)
				for _, m := range o.members {
					if list, ok := plainArray(m.text); ok {
						sh.all(prefix+m.name, list)
					} else {
						sh.first(prefix+m.name, m.text)
					}
				}
			})
			return b, nil
		}), nil
	},
})

// plainArray reads a JSON array without objects and arrays in it.
func plainArray(text string) ([]string, bool) {
	var raw []json.RawMessage
	if !strings.HasPrefix(text, "[") || json.Unmarshal([]byte(text), &raw) != nil {
		return nil, false
	}
	var out []string
	for _, r := range raw {
		if r[0] == '{' || r[0] == '[' {
			return nil, false
		}
		if s, ok := scalarText(r); ok {
			out = append(out, s)
		}
	}
	return out, true
}
