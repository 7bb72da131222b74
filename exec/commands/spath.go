package commands

import (
	"encoding/json"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/ingest"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// spathCutoff is how many characters of a document the automatic mode reads.
const spathCutoff = 5000

var spath = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "spath", Usage: "spath [input=<field>] [output=<field>] [path=<path> | <path>]",
		Options: []lang.Opt{
			{Name: "input", Type: lang.FieldName, Default: "_raw", Doc: "Field with the JSON or XML text."},
			{Name: "output", Type: lang.FieldName, Doc: "Field for the value; default: the path."},
			{Name: "path", Type: lang.Text, Doc: "Where the value is: a.b, a{}.b, a{0}, book{@id}."},
		}},
	Short: "Extract values from JSON or XML.",
	Doc: `With a path it takes the values there; several make a multivalue, an object or array gives its text.
Without a path all leaves within the first 5000 characters become fields, named after their paths. Text
that is neither JSON nor XML changes nothing.`,
	Examples: []Example{
		{Search: `spath input=j output=r path=d{}.e | mvexpand r | table r`, In: "j\n\"{\"\"d\"\":[{\"\"e\"\":\"\"x\"\"},{\"\"e\"\":\"\"y\"\"}]}\"", Out: "r\nx\ny"},
		{Search: `spath input=j | table a.b c{}`, In: "j\n\"{\"\"a\"\":{\"\"b\"\":7},\"\"c\"\":[1]}\"", Out: "a.b,c{}\n7,1"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		input, path := a.Opts.Text("input", "_raw"), a.Opts.Text("path", "")
		if len(a.List) > 0 {
			if path != "" || len(a.List) > 1 {
				return nil, invalidArgument(b, a.List[len(a.List)-1])
			}
			path = a.List[0].Text
		}
		if path == "" {
			if a.Opts.Has("output") {
				return nil, lang.Errorf(b.Stage, a.Opts.Get("output").Span, lang.CodeBadOption, "You must set a path if you specify an output field.")
			}
			return rowLocal(b, needAlso(input), func(b *column.Batch) (*column.Batch, error) {
				extractFields(b, input, false, func(s string, sh *sheet) { leaves(s, sh.more) })
				return b, nil
			}), nil
		}
		return spathNode(b, input, path, a.Opts.Text("output", path))
	},
})

// spathNode takes the value at a path as eval's spath() does.
func spathNode(b *plan.Builder, input, path, output string) (plan.Node, error) {
	call := &lang.Call{Func: "spath", Written: "spath", Args: []lang.Expr{&lang.Field{Name: input, Quoted: true}, &lang.String{Value: path}}}
	p, ds := eval.Compile(call, exprCtx(b, "'spath' command"))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return changes(rowLocal(b, needAlso(input), func(b *column.Batch) (*column.Batch, error) {
		v, err := p.Eval(b)
		if err != nil {
			return nil, err
		}
		if v = column.Stored(v); b.Has(output) {
			v = op.Coalesce(v, b.Col(output))
		}
		setField(b, output, v)
		return b, nil
	}), output), nil
}

// leaves calls f with the path and value of every leaf of a JSON or XML text.
func leaves(s string, f func(path, v string)) {
	if len(s) > spathCutoff {
		s = strings.ToValidUTF8(s[:spathCutoff], "")
	}
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "<"):
		ingest.WalkXML(s, f)
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		walkJSON(s, f)
	}
}

// walkJSON reports the leaves that are complete; a text that breaks off, or breaks the rules, ends there.
func walkJSON(s string, f func(path, v string)) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	walkValue(d, "", f)
}

// walkValue reads one value; false at the end of what is readable.
func walkValue(d *json.Decoder, path string, f func(path, v string)) bool {
	t, err := d.Token()
	if err != nil {
		return false
	}
	switch v := t.(type) {
	case json.Delim:
		for d.More() {
			inner := path + "{}"
			if v == '{' {
				key, err := d.Token()
				if err != nil {
					return false
				}
				name, _ := key.(string)
				inner = name
				if path != "" {
					inner = path + "." + name
				}
			}
			if !walkValue(d, inner, f) {
				return false
			}
		}
		_, err := d.Token()
		return err == nil
	case string:
		f(path, v)
	case json.Number:
		f(path, v.String())
	case bool:
		f(path, map[bool]string{true: "true", false: "false"}[v])
	case nil:
		f(path, "null")
	}
	return true
}
