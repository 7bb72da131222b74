package eval

import (
	"fmt"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

func init() {
	register("conditional",
		&Func{Name: "searchmatch", Min: 1, Max: 1, Usage: `searchmatch("<search expression>")`, Pure: true, result: Boolean, form: searchForm,
			Doc:      "True if the row matches a search expression, by the rules of the search command.",
			Examples: []Example{{`if(searchmatch("*"), "y", "n")`, "y"}, {`if(searchmatch("nosuch=1 OR error"), "y", "n")`, "n"}}},
		&Func{Name: "lookup", Min: 3, Max: 3, Usage: `lookup(<table>, json_object(<column>, <value>, ...), json_array(<column>, ...))`, form: lookupForm,
			Doc:      "Looks values up in a lookup table. The result is a JSON object of the columns asked for; several matches make arrays.",
			Examples: []Example{{`lookup("users", json_object("user", nosuch), json_array("dept"))`, ""}}},
	)
}

func searchForm(k *compiler, f *Func, e *lang.Call) *expr {
	text, ok := e.Args[0].(*lang.String)
	if !ok || k.c.Parser == nil {
		k.badArgs(f, e)
		return nil
	}
	src := lang.NewSource("searchmatch()", text.Value)
	t, ds := k.c.Parser.ParseTerm(src)
	var filter *Filter
	if ds.Err() == nil {
		sub := *k.c
		sub.Src = src
		filter, ds = CompileSearch(t, &sub)
	}
	if ds.Err() != nil {
		k.report(lang.Diagnostic{Span: e.Span, Code: CodeBadArguments, Usage: f.Usage, Hint: ds.Error(),
			Msg: fmt.Sprintf("The arguments to the '%s' function are invalid.", e.Func)})
		return nil
	}
	return &expr{node: searchNode{filter.root}, typ: Boolean, fields: filter.fields.Names(), span: e.Span}
}

// searchNode is searchmatch.
type searchNode struct{ p pred }

func (x searchNode) eval(f *frame) column.Vec {
	return &column.Bool{Bits: x.p.match(f, column.FullBitmap(f.n)), N: f.n}
}

func lookupForm(k *compiler, f *Func, e *lang.Call) *expr {
	args, ok := k.exprs(e.Args)
	if !ok {
		return nil
	}
	if k.c.Lookup == nil {
		k.fail(e.Span, CodeBadArguments, "The 'lookup' function cannot be used here: there are no lookup tables.")
		return nil
	}
	if k.anyOf(NullLit, args...) || k.anyOf(Num, args...) || k.anyOf(Boolean, args...) {
		k.badArgs(f, e)
		return nil
	}
	return k.make(&lookupNode{args: args}, Unknown, e.Span, args...)
}

// lookupNode is lookup().
type lookupNode struct{ args []*expr }

func (x *lookupNode) eval(f *frame) column.Vec {
	cols := make([]column.Vec, len(x.args))
	for i, a := range x.args {
		cols[i] = a.eval(f)
	}
	out := newCollector(f.n, false)
	for i := range f.n {
		v, err := lookupOne(f.run.c, cols[0].At(i), cols[1].At(i), cols[2].At(i))
		if err != nil {
			f.run.fail(err)
		}
		out.add(v)
	}
	return out.vec()
}

func lookupOne(c *Ctx, table, in, outputs value.Value) (value.Value, error) {
	keys, ok := jsonOf(in)
	want, ok2 := jsonOf(outputs)
	if table.IsNull() || !ok || !ok2 || keys.kind != '{' || want.kind != '[' {
		return value.Value{}, nil
	}
	var values, names []string
	for _, v := range keys.vals {
		if v.kind == 'n' {
			return value.Value{}, nil
		}
		values = append(values, v.native().Text())
	}
	for _, v := range want.vals {
		names = append(names, v.native().Text())
	}
	rows, err := c.Lookup(table.Text(), keys.keys, values, names)
	if err != nil || len(rows) == 0 {
		return value.Value{}, err
	}
	out := &document{kind: '{'}
	for i, name := range names {
		column := &document{kind: '['}
		for _, r := range rows {
			column.vals = append(column.vals, &document{kind: '"', text: r[i]})
		}
		if len(rows) == 1 {
			column = column.vals[0]
		}
		out.setKey(name, column)
	}
	return value.OfString(out.String()), nil
}
