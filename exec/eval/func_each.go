package eval

import (
	"spl/exec/column"
	"spl/lang"
)

func init() {
	register("multivalue",
		&Func{Name: "mvfilter", Min: 1, Max: 1, Usage: "mvfilter(<condition on one field>)", Pure: true, form: filterForm,
			Doc:      "The values of a multivalue field for which a condition is true. The condition names exactly one field.",
			Examples: []Example{{`mvfilter(nosuch=="x")`, ""}}},
		&Func{Name: "mvmap", Min: 2, Max: 2, Usage: "mvmap(<multivalue>, <expression>)", Pure: true, form: mapForm,
			Doc:      "Evaluates the expression once for each value, which stands in it under the name of the field; null results are dropped.",
			Examples: []Example{{`mvmap(nosuch, nosuch."x")`, ""}, {`mvmap(split("a,b", ","), 1)`, "1\n1"}}},
	)
}

func filterForm(k *compiler, f *Func, e *lang.Call) *expr {
	cond := k.expr(e.Args[0])
	if cond == nil {
		return nil
	}
	if len(cond.fields) != 1 || cond.typ != Boolean && cond.typ != Unknown {
		k.badArgs(f, e)
		return nil
	}
	lift(cond)
	return k.make(&filterNode{cond: cond, field: cond.fields[0]}, Unknown, e.Span, cond)
}

// filterNode is mvfilter.
type filterNode struct {
	cond  *expr
	field string
}

func (x *filterNode) eval(f *frame) column.Vec {
	list, ok := asLists(f.field(x.field))
	if !ok {
		v := column.AsText(column.Stored(f.field(x.field)))
		return keepWhere(v, truth(x.cond.eval(f), f.n), f.n)
	}
	g := &frame{n: len(list.Inner.Codes), up: f, rows: owners(list), run: f.run}
	g.bind(x.field, list.Inner)
	keep := truth(x.cond.eval(g), g.n)
	out := &column.List{Offsets: make([]uint32, 1, f.n+1), Inner: &column.Dict{D: list.Inner.D}}
	for i := range f.n {
		for j := list.Offsets[i]; j < list.Offsets[i+1]; j++ {
			if keep.Get(int(j)) {
				out.Inner.Codes = append(out.Inner.Codes, list.Inner.Codes[j])
			}
		}
		out.Offsets = append(out.Offsets, uint32(len(out.Inner.Codes)))
	}
	return out
}

// keepWhere makes the rows null whose bit is not set.
func keepWhere(v column.Vec, bits column.Bitmap, n int) column.Vec {
	if d, ok := v.(*column.Dict); ok {
		out := &column.Dict{Codes: make([]uint32, n), D: d.D, Str: d.Str}
		bits.Each(func(i int) { out.Codes[i] = d.Codes[i] })
		return out
	}
	choice := make([]uint16, n)
	bits.Each(func(i int) { choice[i] = 1 })
	return assemble(&frame{n: n}, []*expr{{node: vecNode{v}, cheap: true}}, choice, false)
}

// vecNode is a column that is there already.
type vecNode struct{ v column.Vec }

func (x vecNode) eval(*frame) column.Vec { return x.v }

// asLists returns a column of multivalues; false if every row has one value at most.
func asLists(v column.Vec) (*column.List, bool) {
	switch v.(type) {
	case *column.List, *column.Any, *column.Const:
		list, ok := column.AsText(v).(*column.List)
		return list, ok
	}
	return nil, false
}

// owners returns the row of each value of a list.
func owners(v *column.List) []uint32 {
	out := make([]uint32, 0, len(v.Inner.Codes))
	for i := range v.Len() {
		for range v.Offsets[i+1] - v.Offsets[i] {
			out = append(out, uint32(i))
		}
	}
	return out
}

func mapForm(k *compiler, f *Func, e *lang.Call) *expr {
	args, ok := k.exprs(e.Args)
	if !ok {
		return nil
	}
	if args[0].typ == NullLit || args[0].typ == Boolean {
		k.badArgs(f, e)
		return nil
	}
	loosen(args[1])
	args[1].node = storedNode{args[1].node}
	lift(args[1])
	return k.make(&mapNode{list: args[0], body: args[1], field: firstField(e.Args[0])}, Unknown, e.Span, args...)
}

// firstField returns the first field that an expression names: what mvmap binds.
func firstField(e lang.Expr) string {
	var parts []lang.Expr
	switch e := e.(type) {
	case *lang.Field:
		return e.Name
	case *lang.Call:
		parts = e.Args
	case *lang.Unary:
		parts = []lang.Expr{e.X}
	case *lang.Binary:
		parts = []lang.Expr{e.L, e.R}
	case *lang.InList:
		parts = append([]lang.Expr{e.X}, e.List...)
	}
	for _, p := range parts {
		if name := firstField(p); name != "" {
			return name
		}
	}
	return ""
}

// storedNode turns results into what they are as values of a field.
type storedNode struct{ x node }

func (s storedNode) eval(f *frame) column.Vec { return column.AsText(column.Stored(s.x.eval(f))) }

// mapNode is mvmap.
type mapNode struct {
	list, body *expr
	field      string
}

func (x *mapNode) eval(f *frame) column.Vec {
	v := x.list.eval(f)
	list, ok := asLists(v)
	if !ok {
		g := &frame{n: f.n, up: f, run: f.run}
		g.bind(x.field, v)
		none := nullsOf(v, f.n)
		out := x.body.eval(g)
		if none == nil {
			return out
		}
		return keepWhere(out, without(column.FullBitmap(f.n), none), f.n)
	}
	g := &frame{n: len(list.Inner.Codes), up: f, rows: owners(list), run: f.run}
	g.bind(x.field, list.Inner)
	return regroup(list.Offsets, x.body.eval(g))
}
