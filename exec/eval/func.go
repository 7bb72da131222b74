package eval

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

// Func is an eval function: what help shows about it and how it runs.
type Func struct {
	Name     string
	Min, Max int // number of arguments; Max -1: any
	Usage    string
	Doc      string
	Examples []Example
	Family   string
	Pure     bool // same arguments, same result

	result Type
	args   []argKind // the last one holds for all further arguments; none: any
	nulls  bool      // gets nulls; unset: a null argument makes null
	nullOK bool      // takes the literal null()
	multi  multiRule
	new    func(s *site) (kernel, error)
	form   func(k *compiler, f *Func, e *lang.Call) *expr // builds the node itself
}

// Example is an expression and the text of its result; "" stands for null.
type Example struct{ Expr, Want string }

// argKind says which literals an argument refuses.
type argKind uint8

const (
	anyArg       argKind = iota
	textArg              // no number, no Boolean
	wordArg              // no Boolean: a text that also takes numbers
	keptArg              // the same, for a function that tells numbers from texts
	numArg               // no text that is no number, no Boolean
	strictNumArg         // no text at all, no Boolean
	boolArg
)

// multiRule says what a multivalue argument does.
type multiRule uint8

const (
	multiNull multiRule = iota // result null
	multiAny                   // predicate: true if true for any value
	multiEach                  // maps over the values of the first argument
	multiPass                  // the function takes it
)

// kernel is a function made ready for one call: row for single values, vec (may be nil, may give nil
// to decline) for whole columns. Both are safe for concurrent use.
type kernel struct {
	row func(args []value.Value) value.Value
	vec func(args []column.Vec, n int) column.Vec
}

// site is a call under construction: what New may look at.
type site struct {
	c    *Ctx
	args []*expr
}

// konst returns the constant value of argument i.
func (s *site) konst(i int) (value.Value, bool) {
	if i < len(s.args) && s.args[i].konst {
		return s.args[i].val, true
	}
	return value.Value{}, false
}

var functions = map[string]*Func{}

// register adds the functions of a family to the table.
func register(family string, fs ...*Func) {
	for _, f := range fs {
		f.Family = family
		functions[f.Name] = f
	}
}

// Functions returns all functions, sorted by name.
func Functions() []*Func {
	out := make([]*Func, 0, len(functions))
	for _, f := range functions {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Func) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// apply makes the node of a call of f on compiled arguments.
func (k *compiler) apply(f *Func, e *lang.Call, args []*expr) *expr {
	if !k.checkArgs(f, args) {
		k.badArgs(f, e)
		return nil
	}
	kern, err := f.new(&site{c: k.c, args: args})
	if err != nil {
		if err == errArgs {
			k.badArgs(f, e)
		} else {
			k.fail(e.Span, CodeBadRegex, "Regex: %s", err)
		}
		return nil
	}
	c := &callNode{f: f, k: kern, args: args}
	n := node(c)
	if p := pieceOf(c); p != nil {
		n = p
	}
	x := k.make(n, f.result, e.Span, args...)
	if !f.Pure {
		x.volatile, x.konst = true, false
	}
	return x
}

// checkArgs applies the static rules about literals and converts literal texts that are numbers.
func (k *compiler) checkArgs(f *Func, args []*expr) bool {
	for i, a := range args {
		kind := anyArg
		if len(f.args) > 0 {
			kind = f.args[min(i, len(f.args)-1)]
		}
		switch {
		case a.typ == NullLit:
			if !f.nullOK {
				return false
			}
		case a.typ == Boolean && kind != anyArg && kind != boolArg:
			return false
		case kind == textArg:
			if a.literal && a.typ == Num {
				return false
			}
			loosen(a)
		case kind == wordArg:
			loosen(a)
		case kind == strictNumArg && a.literal && a.typ == Str:
			return false
		case kind == boolArg && a.typ != Unknown && a.typ != Boolean:
			return false
		case kind == numArg && a.literal && a.typ == Str:
			if _, _, ok := value.ParseNumber(a.val.Text()); !ok {
				return false
			}
			args[i] = k.literal(value.OfSpelled(a.val.Text()), Num, a.span)
		}
	}
	return true
}

// callNode is a call of an ordinary function.
type callNode struct {
	f     *Func
	k     kernel
	args  []*expr
	loose bool
}

func (c *callNode) eval(f *frame) column.Vec {
	vecs := make([]column.Vec, len(c.args))
	for i, a := range c.args {
		vecs[i] = a.eval(f)
	}
	return c.apply(vecs, f.n)
}

// apply runs the function over columns.
func (c *callNode) apply(vecs []column.Vec, n int) column.Vec {
	if c.k.vec != nil {
		if v := c.k.vec(vecs, n); v != nil {
			return v
		}
	}
	if c.f.multi == multiAny || c.f.multi == multiEach {
		if v := c.overList(vecs, n); v != nil {
			return v
		}
	}
	out := newCollector(n, c.loose)
	args := make([]value.Value, len(vecs))
	for i := range n {
		for j, v := range vecs {
			args[j] = v.At(i)
		}
		out.add(c.one(args))
	}
	return out.vec()
}

// one applies the rules about nulls and multivalues and the function to one row.
func (c *callNode) one(args []value.Value) value.Value {
	for i, a := range args {
		switch a.Kind() {
		case value.Null:
			if !c.f.nulls {
				return value.Value{}
			}
		case value.Multi:
			switch c.f.multi {
			case multiNull:
				return value.Value{}
			case multiAny:
				return c.anyOf(args, i)
			case multiEach:
				return c.each(args, i)
			}
		}
	}
	return c.k.row(args)
}

// anyOf is true if the predicate is true for any value of argument i.
func (c *callNode) anyOf(args []value.Value, i int) value.Value {
	single := slices.Clone(args)
	for _, s := range args[i].List() {
		single[i] = value.OfText(s)
		if c.one(single).True() {
			return value.OfBool(true)
		}
	}
	return value.OfBool(false)
}

func (c *callNode) each(args []value.Value, i int) value.Value {
	single := slices.Clone(args)
	var out []string
	for _, s := range args[i].List() {
		single[i] = value.OfText(s)
		if r := c.one(single); !r.IsNull() {
			out = append(out, r.Text())
		}
	}
	return value.OfList(out)
}

// overList runs a predicate or a mapping over the distinct values of the one multivalue argument; nil
// if the arguments are of another shape.
func (c *callNode) overList(vecs []column.Vec, n int) column.Vec {
	at := -1
	for i, v := range vecs {
		switch v := v.(type) {
		case *column.Const:
			if v.V.Kind() == value.Multi || v.V.IsNull() && !c.f.nulls {
				return nil
			}
		case *column.List:
			if at >= 0 {
				return nil
			}
			at = i
		default:
			return nil
		}
	}
	if at < 0 {
		return nil
	}
	list := vecs[at].(*column.List)
	if c.f.multi == multiEach && !c.loose && hasSingles(list) {
		return nil // results of single values are no part of a multivalue and of another kind
	}
	flat := overDict(list.Inner, func(d *column.Dict) column.Vec {
		args := make([]column.Vec, len(vecs))
		for i, v := range vecs {
			if k, ok := v.(*column.Const); ok {
				args[i] = &column.Const{V: k.V, N: len(d.Codes)}
			}
		}
		args[at] = d
		return c.apply(args, len(d.Codes))
	})
	if c.f.multi == multiAny {
		return c.anyRow(list, flat, n)
	}
	return regroup(list.Offsets, flat)
}

// hasSingles reports whether a row has exactly one value.
func hasSingles(v *column.List) bool {
	for i := range v.Len() {
		if v.Offsets[i+1]-v.Offsets[i] == 1 {
			return true
		}
	}
	return false
}

// anyRow ors the verdicts of each row's values. A row without values is null, or what the predicate
// says of null.
func (c *callNode) anyRow(list *column.List, flat column.Vec, n int) column.Vec {
	verdict := truth(flat, len(list.Inner.Codes))
	out := &column.Bool{Bits: column.NewBitmap(n), N: n}
	for i := range n {
		from, to := list.Offsets[i], list.Offsets[i+1]
		if from == to && !c.f.nulls {
			out.Nulls = out.Nulls.Marked(i, n)
		}
		for j := from; j < to; j++ {
			if verdict.Get(int(j)) {
				out.Bits.Set(i)
				break
			}
		}
	}
	return out
}
