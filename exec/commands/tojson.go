package commands

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

type tojsonArgs struct {
	Opts  lang.Options `parser:"( @@"`
	Items []*typedList `parser:"| @@ )*"`
}

// typedList is type(fields) or a field.
type typedList struct {
	Call *lang.Call1 `parser:"  @@"`
	Name *lang.Name  `parser:"| @@"`
}

var jsonTypes = []string{"auto", "bool", "json", "none", "num", "str"}

var tojson = define(Spec[tojsonArgs]{
	Grammar: lang.Grammar{Name: "tojson", Usage: "tojson [auto|bool|json|none|num|str(<field>)]... [<field>]... [default_type=<type>] [fill_null=<bool>] [include_internal=<bool>] [output_field=<field>]",
		Options: []lang.Opt{
			{Name: "default_type", Type: lang.Enum, Values: jsonTypes, Default: "none", Doc: "Type of the fields without one."},
			{Name: "fill_null", Type: lang.Bool, Default: "false", Doc: "Write null for what does not fit or is missing."},
			{Name: "include_internal", Type: lang.Bool, Default: "false", Doc: "Take internal fields, too."},
			{Name: "output_field", Type: lang.FieldName, Default: "_raw", Doc: "Field for the JSON text."},
		}},
	Short: "Write each row as a JSON object.",
	Doc: `Without a list all fields are written, sorted by name, internal ones left out. Types: none writes
numbers as numbers and the rest as texts, auto also knows true, false, null and JSON, str only texts; num,
bool and json leave out what does not fit. Multivalues become arrays.`,
	Examples: []Example{{Search: `tojson output_field=o | table o`, In: "a,b\n1,x", Out: "o\n\"{\"\"a\"\":1,\"\"b\"\":\"\"x\"\"}\""}},
	Plan: func(b *plan.Builder, a *tojsonArgs) (plan.Node, error) {
		j := &jsonWriter{fill: a.Opts.Bool("fill_null", false), internal: a.Opts.Bool("include_internal", false)}
		def := strings.ToLower(a.Opts.Text("default_type", "none"))
		for _, it := range a.Items {
			if it.Name != nil {
				j.fields = append(j.fields, jsonField{it.Name.Text, def})
				continue
			}
			typ := strings.ToLower(it.Call.Func)
			if !slices.Contains(jsonTypes, typ) || it.Call.As != nil {
				return nil, lang.Errorf(b.Stage, it.Call.Span, lang.CodeBadArgument, "The JSON type '%s' is invalid.", it.Call.Func)
			}
			for _, n := range it.Call.Args {
				j.fields = append(j.fields, jsonField{n.Text, typ})
			}
		}
		if len(j.fields) == 0 {
			j.fields = []jsonField{{"*", def}}
			if j.internal {
				j.fields = append(j.fields, jsonField{"_*", def})
			}
		}
		var names []string
		for _, f := range j.fields {
			names = append(names, f.pattern)
		}
		output := a.Opts.Text("output_field", "_raw")
		return rowLocal(b, needInstead([]string{output}, names...), func(b *column.Batch) (*column.Batch, error) {
			b.Set(output, j.column(b))
			return b, nil
		}), nil
	},
})

type jsonField struct{ pattern, typ string }

type jsonWriter struct {
	fields         []jsonField
	fill, internal bool
}

func (j *jsonWriter) column(b *column.Batch) column.Vec {
	types := map[string]string{}
	for _, f := range j.fields {
		for _, n := range op.Expand(b, []string{f.pattern}, j.fill) {
			if _, ok := types[n]; !ok {
				types[n] = f.typ
			}
		}
	}
	names := make([]string, 0, len(types))
	for n := range types {
		names = append(names, n)
	}
	slices.Sort(names)
	cols := op.Cols(b, names)
	out := column.NewTextBuilder()
	var text []byte
	for i := range b.N {
		text = append(text[:0], '{')
		for k, n := range names {
			v, ok := jsonValue(cols[k].At(i), types[n])
			if !ok {
				if !j.fill {
					continue
				}
				v = []byte("null")
			}
			if len(text) > 1 {
				text = append(text, ',')
			}
			text = append(append(append(text, jsonString(n)...), ':'), v...)
		}
		out.AppendBytes(append(text, '}'))
	}
	return out.Build()
}

// jsonValue writes a cell; false: there is nothing that fits the type.
func jsonValue(v value.Value, typ string) ([]byte, bool) {
	list := v.List()
	if len(list) == 1 {
		return jsonScalar(list[0], typ)
	}
	out := []byte{'['}
	for _, s := range list {
		x, ok := jsonScalar(s, typ)
		if !ok {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, x...)
	}
	return append(out, ']'), len(list) > 0
}

func jsonScalar(s, typ string) ([]byte, bool) {
	_, _, isNumber := value.ParseNumber(s)
	isNumber = isNumber && json.Valid([]byte(s)) // not 007
	switch typ {
	case "str":
		return jsonString(s), true
	case "num":
		return []byte(s), isNumber
	case "json":
		return []byte(s), json.Valid([]byte(s))
	case "bool":
		return jsonBool(s)
	case "auto":
		if json.Valid([]byte(s)) {
			return []byte(compactJSON(s)), true
		}
		return jsonString(s), true
	}
	if isNumber {
		return []byte(s), true
	}
	return jsonString(s), true
}

func jsonBool(s string) ([]byte, bool) {
	switch strings.ToLower(s) {
	case "false", "f", "no":
		return []byte("false"), true
	case "true", "t", "yes":
		return []byte("true"), true
	}
	f, _, ok := value.ParseNumber(s)
	if f == 0 {
		return []byte("false"), ok
	}
	return []byte("true"), ok
}

func jsonString(s string) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return []byte(`""`)
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}
