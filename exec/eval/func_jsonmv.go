package eval

import (
	"spl/exec/value"
)

func init() {
	register("json",
		&Func{Name: "json_array_to_mv", Min: 1, Max: 2, Usage: "json_array_to_mv(<json>[, <keep quotes>])", Pure: true, args: []argKind{wordArg, boolArg},
			Doc:      "The elements of a JSON array as values; texts lose their quotes unless the second argument is true().",
			Examples: []Example{{`json_array_to_mv("[\"a\",1]")`, "a\n1"}, {`json_array_to_mv("[\"a\"]", true())`, `"a"`}, {`json_array_to_mv("x")`, ""}},
			new: rows(func(args []value.Value) value.Value {
				d, ok := jsonOf(args[0])
				if !ok || d.kind != '[' {
					return value.Value{}
				}
				return elements(d, len(args) == 2 && args[1].True())
			})},
		&Func{Name: "mv_to_json_array", Min: 1, Max: 2, Usage: "mv_to_json_array(<multivalue>[, <infer types>])", Pure: true, result: Str,
			args: []argKind{anyArg, boolArg}, multi: multiPass,
			Doc:      "A JSON array of the values as texts, or with true() of what each value is as JSON.",
			Examples: []Example{{`mv_to_json_array(split("1,true,x", ","))`, `["1","true","x"]`}, {`mv_to_json_array(split("1,true,x", ","), true())`, `[1,true,null]`}},
			new: rows(func(args []value.Value) value.Value {
				return value.OfString(arrayOf(args[0].List(), len(args) == 2 && args[1].True()).String())
			})},
	)
	register("conversion",
		&Func{Name: "tomv", Min: 1, Max: 1, Usage: "tomv(<value>)", Pure: true, multi: multiPass,
			Doc:      "The elements of a JSON array as values, texts with their quotes; other values as they are.",
			Examples: []Example{{`tomv(json_array("a", "b"))`, "\"a\"\n\"b\""}, {`tomv("x")`, "x"}},
			new: rows(func(args []value.Value) value.Value {
				if d, ok := jsonOf(args[0]); ok && d.kind == '[' {
					return elements(d, true)
				}
				return args[0]
			})},
		&Func{Name: "toarray", Min: 1, Max: 1, Usage: "toarray(<value>)", Pure: true, result: Str, multi: multiPass,
			Doc:      "A JSON array: of its text, or of a multivalue; null for anything else.",
			Examples: []Example{{`toarray("[\"carrots\", 1.00]")`, `["carrots",1]`}, {`toarray("x")`, ""}},
			new: rows(func(args []value.Value) value.Value {
				if args[0].Kind() == value.Multi {
					return value.OfString(arrayOf(args[0].List(), true).String())
				}
				return containerText(args[0], '[')
			})},
		&Func{Name: "toobject", Min: 1, Max: 1, Usage: "toobject(<text>)", Pure: true, result: Str,
			Doc: "A JSON object without blanks; null for anything else.", Examples: []Example{{`toobject("{\"a\": 1.50}")`, `{"a":1.5}`}, {`toobject("maria")`, ""}},
			new: rows(func(args []value.Value) value.Value { return containerText(args[0], '{') })},
	)
}

// elements returns the elements of an array as values.
func elements(d *document, quotes bool) value.Value {
	out := make([]string, len(d.vals))
	for i, v := range d.vals {
		if v.kind == '"' && !quotes {
			out[i] = v.text
			continue
		}
		out[i] = v.String()
	}
	return value.OfList(out)
}

// arrayOf makes an array of texts, or of what they are as JSON; what is none is null.
func arrayOf(vs []string, infer bool) *document {
	out := &document{kind: '['}
	for _, s := range vs {
		d := &document{kind: '"', text: s}
		if infer {
			var ok bool
			if d, ok = parseJSON(s); !ok {
				d = &document{kind: 'n', text: "null"}
			}
		}
		out.vals = append(out.vals, d)
	}
	return out
}

// containerText returns the JSON text of a container of the given kind with plain numbers.
func containerText(v value.Value, kind byte) value.Value {
	d, ok := jsonOf(v)
	if !ok || d.kind != kind {
		return value.Value{}
	}
	d.plainNumbers()
	return value.OfString(d.String())
}

// plainNumbers writes the numbers of a document without needless digits.
func (d *document) plainNumbers() {
	if d.kind == '0' {
		if f, _, ok := value.ParseNumber(d.text); ok {
			d.text = value.FormatNumber(f, value.Exact)
		}
	}
	for _, v := range d.vals {
		v.plainNumbers()
	}
}
