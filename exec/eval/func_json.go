package eval

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/exec/value"
)

func init() {
	register("json",
		jsonMaker("json_object", 0, "json_object(<key>, <value>, ...)", "A JSON object of keys and values. Texts that are JSON arrays or objects become parts of it.", makeObject,
			Example{`json_object("a", 1, "b", "x")`, `{"a":1,"b":"x"}`}, Example{`json_object("n", json_array("m", true()))`, `{"n":["m",true]}`}, Example{`json_object()`, `{}`}),
		jsonMaker("json_array", 0, "json_array(<value>, ...)", "A JSON array of the values.", makeArray,
			Example{`json_array("a", 1)`, `["a",1]`}, Example{`json_array(split("x,y", ","), nosuch)`, `[["x","y"],null]`}),
		jsonFunc("json", 1, 1, "json(<text>)", "The text if it is JSON, else null.", func(args []value.Value) value.Value {
			if _, ok := jsonOf(args[0]); ok {
				return args[0]
			}
			return value.Value{}
		}, Example{`json("{\"animal\":\"pony\"}")`, `{"animal":"pony"}`}, Example{`json("pony")`, ""}),
		jsonFunc("json_extract", 1, -1, "json_extract(<json>, <path>, ...)",
			"The value at a path such as a.b{0}.c; {} collects all elements in a JSON array. Several paths give an array of what they lead to.", jsonExtract,
			Example{`json_extract("{\"a\":{\"b\":[1,{\"c\":\"x\"}]}}", "a.b{1}.c")`, "x"}, Example{`json_extract("{\"a\":[1,2]}", "a{}")`, "[1,2]"},
			Example{`json_extract("{\"a\":1,\"b\":\"x\"}", "a", "b")`, `[1,"x"]`}, Example{`json_extract("notjson", "a")`, ""}),
		jsonFunc("json_extract_exact", 1, -1, "json_extract_exact(<json>, <key>, ...)", "The value of a top-level key, which may hold dots. Several keys give an array.", jsonExtractExact,
			Example{`json_extract_exact("{\"a.b\":1}", "a.b")`, "1"}),
		jsonFunc("json_keys", 1, 1, "json_keys(<json>)", "The keys of an object as a JSON array.", onObject(func(d *document) *document {
			out := &document{kind: '['}
			for _, k := range d.keys {
				out.vals = append(out.vals, &document{kind: '"', text: k})
			}
			return out
		}), Example{`json_keys("{\"a\":1,\"b\":2}")`, `["a","b"]`}, Example{`json_keys("[1]")`, ""}),
		jsonFunc("json_entries", 1, 1, "json_entries(<json>)", "The pairs of an object as an array of objects with key and value.", onObject(func(d *document) *document {
			out := &document{kind: '['}
			for i, k := range d.keys {
				out.vals = append(out.vals, &document{kind: '{', keys: []string{"key", "value"}, vals: []*document{{kind: '"', text: k}, d.vals[i]}})
			}
			return out
		}), Example{`json_entries("{\"a\": 1}")`, `[{"key":"a","value":1}]`}),
		&Func{Name: "json_has_key_exact", Min: 2, Max: 2, Usage: "json_has_key_exact(<json>, <key>)", Pure: true, result: Boolean, args: []argKind{textArg},
			Doc: "True if the object has the top-level key.", Examples: []Example{{`if(json_has_key_exact("{\"n\":1}", "n"), "y", "n")`, "y"}},
			new: rows(func(args []value.Value) value.Value {
				d, ok := jsonOf(args[0])
				if !ok {
					return value.Value{}
				}
				_, has := d.get(args[1].Text())
				return value.OfBool(has)
			})},
		&Func{Name: "json_valid", Min: 1, Max: 1, Usage: "json_valid(<text>)", Pure: true, result: Boolean, args: []argKind{wordArg}, nulls: true, multi: multiAny,
			Doc: "True if the text is JSON.", Examples: []Example{{`if(json_valid("[1]"), "y", "n")`, "y"}, {`if(json_valid(nosuch), "y", "n")`, "n"}},
			new: rows(func(args []value.Value) value.Value {
				_, ok := jsonOf(args[0])
				return value.OfBool(ok)
			})},
		jsonEdit("json_set", "Writes values at paths; missing keys on the way are made.", true, (*document).put,
			Example{`json_set("{\"a\":1}", "b", "x")`, `{"a":1,"b":"x"}`}, Example{`json_set(json_object(), "s.p", "/opt")`, `{"s":{"p":"/opt"}}`},
			Example{`json_set("{\"a\":[{\"n\":1},{\"n\":2}]}", "a{}.ok", true())`, `{"a":[{"n":1,"ok":true},{"n":2,"ok":true}]}`}),
		jsonEdit("json_set_exact", "Writes values of top-level keys, which may hold dots.", false, (*document).put,
			Example{`json_set_exact("{}", "a.b", 1)`, `{"a.b":1}`}),
		jsonEdit("json_append", "Appends values to the arrays at paths; what is no array becomes the first element of one.", true, addTo(false),
			Example{`json_append("{\"p\":[\"a\"]}", "p", json_array("b", "c"))`, `{"p":["a",["b","c"]]}`}, Example{`json_append("{\"p\":1}", "p", 2)`, `{"p":[1,2]}`}, Example{`json_append(json_array(), "", "a")`, `["a"]`}),
		jsonEdit("json_extend", "Appends values to the arrays at paths; the elements of an array are appended one by one.", true, addTo(true),
			Example{`json_extend("{\"p\":[\"a\"]}", "p", json_array("b", "c"))`, `{"p":["a","b","c"]}`}),
		jsonFunc("json_delete", 2, -1, "json_delete(<json>, <key>, ...)", "Removes keys, given with dots where they are nested.", jsonDelete,
			Example{`json_delete("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", "a", "b.c")`, `{"b":{"d":3}}`}),
	)
}

func jsonFunc(name string, low, high int, usage, doc string, f func(args []value.Value) value.Value, ex ...Example) *Func {
	return &Func{Name: name, Min: low, Max: high, Usage: usage, Doc: doc, Pure: true, args: []argKind{wordArg}, Examples: ex, new: rows(f)}
}

func jsonMaker(name string, low int, usage, doc string, f func(args []value.Value) value.Value, ex ...Example) *Func {
	return &Func{Name: name, Min: low, Max: -1, Usage: usage, Doc: doc, Pure: true, result: Str, nulls: true, nullOK: true, multi: multiPass, Examples: ex,
		new: func(s *site) (kernel, error) {
			if name == "json_object" && len(s.args)%2 != 0 {
				return kernel{}, errArgs
			}
			return kernel{row: f}, nil
		}}
}

// jsonOf parses what a value holds.
func jsonOf(v value.Value) (*document, bool) {
	switch v.Kind() {
	case value.Null, value.Multi:
		return nil, false
	case value.Bool, value.Number:
		return toJSON(v), true
	}
	return parseJSON(v.Text())
}

// toJSON turns a value into a document: texts that are arrays or objects are taken as such, and a
// field's text that is a number as a number.
func toJSON(v value.Value) *document {
	switch v.Kind() {
	case value.Null:
		return &document{kind: 'n', text: "null"}
	case value.Bool:
		if v.True() {
			return &document{kind: 't', text: "true"}
		}
		return &document{kind: 'f', text: "false"}
	case value.Multi:
		out := &document{kind: '['}
		for _, s := range v.List() {
			out.vals = append(out.vals, toJSON(value.OfText(s)))
		}
		return out
	}
	s := v.Text()
	if v.Kind() != value.String || strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if d, ok := parseJSON(s); ok && (d.kind == '{' || d.kind == '[' || d.kind == '0') {
			return d
		}
	}
	if f, _, ok := v.Number(); ok && v.Kind() == value.Number && !math.IsInf(f, 0) {
		return &document{kind: '0', text: strconv.FormatFloat(f, 'f', -1, 64)}
	}
	return &document{kind: '"', text: s}
}

func makeObject(args []value.Value) value.Value {
	d := &document{kind: '{'}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i].IsNull() || args[i].Kind() == value.Multi {
			return value.Value{}
		}
		d.setKey(args[i].Text(), toJSON(args[i+1]))
	}
	return value.OfString(d.String())
}

func makeArray(args []value.Value) value.Value {
	d := &document{kind: '['}
	for _, a := range args {
		d.vals = append(d.vals, toJSON(a))
	}
	return value.OfString(d.String())
}

// onObject makes a function of an object; other input is null.
func onObject(f func(d *document) *document) func(args []value.Value) value.Value {
	return func(args []value.Value) value.Value {
		d, ok := jsonOf(args[0])
		if !ok || d.kind != '{' {
			return value.Value{}
		}
		return value.OfString(f(d).String())
	}
}

// single is what found documents are together: the one, or an array if the path asked for many.
func single(found []*document, many bool) *document {
	switch {
	case len(found) == 0:
		return nil
	case many:
		return &document{kind: '[', vals: found}
	}
	return found[0]
}

func jsonExtract(args []value.Value) value.Value {
	return extract(args, func(d *document, path string) *document {
		steps, ok := parsePath(path)
		if !ok {
			return nil
		}
		return single(d.find(steps))
	})
}

func jsonExtractExact(args []value.Value) value.Value {
	return extract(args, func(d *document, key string) *document {
		v, _ := d.get(key)
		return v
	})
}

// extract looks up one path, or several whose results make an array.
func extract(args []value.Value, get func(d *document, path string) *document) value.Value {
	d, ok := jsonOf(args[0])
	if !ok {
		return value.Value{}
	}
	if len(args) == 1 {
		return d.native()
	}
	out := &document{kind: '['}
	for _, a := range args[1:] {
		v := get(d, a.Text())
		if v == nil {
			v = &document{kind: 'n', text: "null"}
		}
		out.vals = append(out.vals, v)
	}
	if len(args) == 2 {
		return out.vals[0].native()
	}
	return value.OfString(out.String())
}

func jsonDelete(args []value.Value) value.Value {
	d, ok := jsonOf(args[0])
	if !ok {
		return value.Value{}
	}
	for _, a := range args[1:] {
		if path, ok := parsePath(a.Text()); ok && len(path) > 0 {
			d.remove(path)
		}
	}
	return value.OfString(d.String())
}

// jsonEdit declares a function of pairs of path and value.
func jsonEdit(name, doc string, paths bool, edit func(d *document, path []pathStep, v *document), ex ...Example) *Func {
	return &Func{Name: name, Min: 3, Max: -1, Usage: name + "(<json>, <path>, <value>, ...)", Doc: doc, Pure: true, result: Str, nulls: true, multi: multiPass, Examples: ex,
		new: func(s *site) (kernel, error) {
			if len(s.args)%2 == 0 {
				return kernel{}, errArgs
			}
			return kernel{row: func(args []value.Value) value.Value {
				d, ok := jsonOf(args[0])
				if !ok {
					return value.Value{}
				}
				for i := 1; i+1 < len(args); i += 2 {
					path, ok := []pathStep{{key: args[i].Text(), index: keyStep}}, true
					if paths {
						path, ok = parsePath(args[i].Text())
					}
					if args[i].IsNull() || !ok {
						return value.Value{}
					}
					edit(d, path, toJSON(args[i+1]))
				}
				return value.OfString(d.String())
			}}, nil
		}}
}

// addTo makes the edit of json_append and, with flat, of json_extend.
func addTo(flat bool) func(d *document, path []pathStep, v *document) {
	return func(d *document, path []pathStep, v *document) {
		add := []*document{v}
		if flat && v.kind == '[' {
			add = v.vals
		}
		found, _ := d.find(path)
		for _, x := range found {
			if x.kind != '[' {
				old := *x
				*x = document{kind: '[', vals: []*document{&old}}
			}
			x.vals = slices.Concat(x.vals, add)
		}
	}
}
