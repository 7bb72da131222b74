package eval

import (
	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/pattern"
)

func init() {
	register("conditional",
		&Func{Name: "case", Min: 2, Max: -1, Usage: "case(<condition>, <value>, ...)", Pure: true, form: caseForm,
			Doc:      "The value after the first condition that is true; null if none is. End with true() for a default.",
			Examples: []Example{{`case(1==2, "a", true(), "b")`, "b"}, {`case(1==2, "a")`, ""}}},
		&Func{Name: "if", Min: 3, Max: 3, Usage: "if(<condition>, <value if true>, <value otherwise>)", Pure: true, form: ifForm,
			Doc:      "One of two values. A condition that is null counts as false.",
			Examples: []Example{{`if(1==1, "y", "n")`, "y"}, {`if(nosuch==1, "y", "n")`, "n"}}},
		&Func{Name: "validate", Min: 2, Max: -1, Usage: "validate(<condition>, <value>, ...)", Pure: true, form: caseForm,
			Doc:      "The value after the first condition that is not true; null if all are.",
			Examples: []Example{{`validate(1==1, "a", 1==2, "b")`, "b"}, {`validate(1==1, "a")`, ""}}},
		&Func{Name: "coalesce", Min: 1, Max: -1, Usage: "coalesce(<value>, ...)", Pure: true, form: coalesceForm,
			Doc:      "The first value that is not null. An empty text is not null.",
			Examples: []Example{{`coalesce(nosuch, "b")`, "b"}, {`coalesce("", "b")."."`, "."}}},
		&Func{Name: "ifnull", Min: 2, Max: 2, Usage: "ifnull(<value>, <value if null>)", Pure: true, form: coalesceForm,
			Doc: "coalesce() of two values.", Examples: []Example{{`ifnull(nosuch, 1)`, "1"}}},
		&Func{Name: "nullif", Min: 2, Max: 2, Usage: "nullif(<value>, <other>)", Pure: true, form: nullifForm,
			Doc:      "The first value, or null if both are equal.",
			Examples: []Example{{`nullif("a", "b")`, "a"}, {`nullif(1, 1)`, ""}, {`nullif("x", null())`, "x"}}},
		&Func{Name: "in", Min: 2, Max: -1, Usage: "in(<value>, <item>, ...)", Pure: true,
			Doc:  "True if the value equals one of the items, with regard to case and without wildcards. Also written <value> IN (...).",
			form: func(k *compiler, f *Func, e *lang.Call) *expr { return k.inList(e.Span, e.Args) },
			Examples: []Example{{`if(in("404", "4*"), "y", "n")`, "n"}, {`if("b" IN ("a", "b"), "y", "n")`, "y"},
				{`if(in("203.0.113.255", nosuch, "203.0.113.255"), "y", "n")`, "y"}}},
		&Func{Name: "null", Min: 0, Max: 0, Usage: "null()", Pure: true, result: NullLit, new: constant(value.Value{}),
			Doc: "No value. Assigning it removes a field.", Examples: []Example{{`null()`, ""}}},
		&Func{Name: "true", Min: 0, Max: 0, Usage: "true()", Pure: true, result: Boolean, new: constant(value.OfBool(true)),
			Doc: "The Boolean true, as the last condition of case().", Examples: []Example{{`if(true(), 1, 2)`, "1"}}},
		&Func{Name: "false", Min: 0, Max: 0, Usage: "false()", Pure: true, result: Boolean, new: constant(value.OfBool(false)),
			Doc: "The Boolean false.", Examples: []Example{{`if(false(), 1, 2)`, "2"}}},
		&Func{Name: "like", Min: 2, Max: 2, Usage: "like(<text>, <pattern>)", Pure: true, result: Boolean,
			args: []argKind{wordArg}, nulls: true, multi: multiAny, new: newLike,
			Doc: "True if the whole text matches: % is any run of characters, _ one character, all else itself, with regard to case.",
			Examples: []Example{{`if(like("cat", "c_t"), "y", "n")`, "y"}, {`if(like("Cat", "c%"), "y", "n")`, "n"},
				{`if("a.b" LIKE "a%", "y", "n")`, "y"}}},
		&Func{Name: "cidrmatch", Min: 2, Max: 2, Usage: "cidrmatch(<network>, <address>)", Pure: true, result: Boolean,
			args: []argKind{textArg}, nulls: true, multi: multiAny, new: newCIDR,
			Doc: "True if the IPv4 or IPv6 address lies in the network. What is no network or no address is false.",
			Examples: []Example{{`if(cidrmatch("192.0.2.0/24", "192.0.2.56"), "y", "n")`, "y"},
				{`if(cidrmatch("2001:db8::/32", "192.0.2.56"), "y", "n")`, "n"}}},
	)
}

// maxBranches bounds the branches of an expression; they are counted in 16 bits.
const maxBranches = 60000

func constant(v value.Value) func(*site) (kernel, error) {
	return rows(func([]value.Value) value.Value { return v })
}

// conditions compiles pairs of condition and value.
func (k *compiler) conditions(f *Func, e *lang.Call, es []lang.Expr) (*caseNode, []*expr) {
	args, ok := k.exprs(es)
	if !ok {
		return nil, nil
	}
	n := &caseNode{negate: f.Name == "validate"}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i].typ != Boolean && args[i].typ != Unknown {
			k.badArgs(f, e)
			return nil, nil
		}
		n.conds = append(n.conds, args[i])
		n.vals = append(n.vals, args[i+1])
	}
	return n, args
}

func caseForm(k *compiler, f *Func, e *lang.Call) *expr {
	if len(e.Args)%2 != 0 || len(e.Args) > maxBranches {
		k.badArgs(f, e)
		return nil
	}
	n, args := k.conditions(f, e, e.Args)
	if n == nil {
		return nil
	}
	return k.make(n, common(n.vals), e.Span, args...)
}

func ifForm(k *compiler, f *Func, e *lang.Call) *expr {
	n, args := k.conditions(f, e, e.Args[:2])
	other := k.expr(e.Args[2])
	if n == nil || other == nil {
		return nil
	}
	n.vals = append(n.vals, other)
	return k.make(n, common(n.vals), e.Span, append(args, other)...)
}

// common is Boolean if all values are: other branches say nothing, since one may be null.
func common(vals []*expr) Type {
	for _, v := range vals {
		if v.typ != Boolean {
			return Unknown
		}
	}
	return Boolean
}

func coalesceForm(k *compiler, f *Func, e *lang.Call) *expr {
	if len(e.Args) > maxBranches {
		k.badArgs(f, e)
		return nil
	}
	args, ok := k.exprs(e.Args)
	if !ok {
		return nil
	}
	out := k.make(&coalesceNode{args: args}, common(args), e.Span, args...)
	out.cheap = out.cheap || len(args) == 1
	return out
}

func nullifForm(k *compiler, f *Func, e *lang.Call) *expr {
	args, ok := k.exprs(e.Args)
	if !ok {
		return nil
	}
	return k.make(&nullifNode{args[0], args[1]}, args[0].typ, e.Span, args...)
}

// nullifNode is its first operand, or null where both are equal.
type nullifNode struct{ a, b *expr }

func (x *nullifNode) eval(f *frame) column.Vec {
	v := x.a.eval(f)
	same := truth(compareVec(lang.OpEq, v, x.b.eval(f), f.n), f.n)
	if !same.Any() {
		return v
	}
	out := newCollector(f.n, false)
	for i := range f.n {
		if same.Get(i) {
			out.add(value.Value{})
			continue
		}
		out.add(v.At(i))
	}
	return out.vec()
}

func newLike(s *site) (kernel, error) {
	if p, ok := s.konst(1); ok && p.Kind() != value.Multi && !p.IsNull() {
		return test1(0, pattern.CompileLike(p.Text()).Match), nil
	}
	cache := newCache(pattern.CompileLike)
	return kernel{row: func(args []value.Value) value.Value {
		if args[0].IsNull() || args[1].IsNull() {
			return value.OfBool(false)
		}
		return value.OfBool(cache.get(args[1].Text()).Match(args[0].Text()))
	}}, nil
}

func newCIDR(s *site) (kernel, error) {
	if p, ok := s.konst(0); ok && p.Kind() != value.Multi {
		net, ok := pattern.ParseCIDR(p.Text())
		return test1(1, func(s string) bool { return ok && net.Match(s) }), nil
	}
	return kernel{row: func(args []value.Value) value.Value {
		if args[0].IsNull() || args[1].IsNull() {
			return value.OfBool(false)
		}
		net, ok := pattern.ParseCIDR(args[0].Text())
		return value.OfBool(ok && net.Match(args[1].Text()))
	}}, nil
}
