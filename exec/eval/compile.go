package eval

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"spl/exec/value"
	"spl/lang"
)

// The stable codes of this package's diagnostics.
const (
	CodeUnknownFunction = "unknown-function"
	CodeBadArguments    = "bad-arguments"
	CodeTypeCheck       = "type-check"
	CodeBooleanResult   = "boolean-result"
	CodeBadRegex        = "bad-regex"
	CodeBadTime         = "bad-time"
)

// Codes describes the codes.
var Codes = []lang.CodeDoc{
	{Code: CodeBadArguments, Doc: "a function gets the wrong number or kind of arguments"},
	{Code: CodeBadRegex, Doc: "a regular expression cannot be compiled"},
	{Code: CodeBadTime, Doc: "a time term cannot be read, or time bounds are the wrong way round"},
	{Code: CodeBooleanResult, Doc: "a field cannot hold a Boolean"},
	{Code: CodeTypeCheck, Doc: "an operator gets operands of types it cannot take"},
	{Code: CodeUnknownFunction, Doc: "no such eval function"},
}

// compiler turns syntax into nodes and collects what is wrong.
type compiler struct {
	c     *Ctx
	diags lang.Diagnostics
	sites int // calls of random() so far
}

func newCompiler(c *Ctx) *compiler {
	if c.Subject == "" {
		d := *c
		d.Subject = "'EvalCommand'"
		c = &d
	}
	return &compiler{c: c}
}

func (k *compiler) fail(span lang.Span, code, format string, args ...any) {
	k.report(lang.Diagnostic{Span: span, Code: code, Msg: fmt.Sprintf(format, args...)})
}

// report adds a problem; its message gets the subject.
func (k *compiler) report(d lang.Diagnostic) {
	d.Src = k.c.Src
	d.Msg = "Error in " + k.c.Subject + ": " + d.Msg
	k.diags = append(k.diags, d)
}

// expr compiles e; nil after an error.
func (k *compiler) expr(e lang.Expr) *expr {
	switch e := e.(type) {
	case *lang.Number:
		return k.literal(value.OfSpelled(e.Text), Num, e.Span)
	case *lang.String:
		return k.literal(value.OfString(e.Value), Str, e.Span)
	case *lang.Field:
		return &expr{node: fieldNode{e.Name}, fields: []string{e.Name}, cheap: true, span: e.Span}
	case *lang.Call:
		return k.call(e)
	case *lang.Unary:
		return k.unary(e)
	case *lang.Binary:
		return k.binary(e)
	case *lang.InList:
		return k.inList(e.Span, append([]lang.Expr{e.X}, e.List...))
	}
	k.fail(lang.Span{}, lang.CodeBadExpr, "The expression is malformed.")
	return nil
}

func (k *compiler) literal(v value.Value, t Type, span lang.Span) *expr {
	return &expr{node: constNode{v}, typ: t, konst: true, literal: true, cheap: true, val: v, span: span}
}

// exprs compiles a list; false if one of them failed.
func (k *compiler) exprs(es []lang.Expr) ([]*expr, bool) {
	out := make([]*expr, len(es))
	ok := true
	for i, e := range es {
		out[i] = k.expr(e)
		ok = ok && out[i] != nil
	}
	return out, ok
}

// make assembles a node of args: it folds constants, collects fields, and lifts the arguments that
// depend on less than the whole does.
func (k *compiler) make(n node, t Type, span lang.Span, args ...*expr) *expr {
	x := &expr{node: n, typ: t, span: span, konst: true}
	for _, a := range args {
		x.fields = union(x.fields, a.fields)
		x.volatile = x.volatile || a.volatile
		x.konst = x.konst && a.konst
	}
	if x.konst {
		k.fold(x)
		return x
	}
	for _, a := range args {
		if x.volatile || len(a.fields) != len(x.fields) {
			lift(a)
		}
	}
	return x
}

// fold evaluates a node whose arguments are constants.
func (k *compiler) fold(x *expr) {
	r := &run{c: k.c}
	v := x.eval(&frame{n: 1, run: r})
	if r.err != nil {
		x.konst = false
		return
	}
	x.val = v.At(0)
	x.node, x.konst, x.cheap = constNode{x.val}, true, true
}

func (k *compiler) unary(e *lang.Unary) *expr {
	x := k.expr(e.X)
	if x == nil {
		return nil
	}
	if e.Op == "NOT" {
		if !k.wantBool("NOT", e.Span, x) {
			return nil
		}
		return k.make(&notNode{x}, Boolean, e.Span, x)
	}
	if x.typ == Str || x.typ == NullLit || x.typ == Boolean {
		k.fail(e.Span, CodeTypeCheck, "Type checking failed. '%s' only takes numbers.", e.Op)
		return nil
	}
	out := k.make(&signNode{x: x, minus: e.Op == "-"}, Num, e.Span, x)
	out.literal = x.literal
	return out
}

func (k *compiler) binary(e *lang.Binary) *expr {
	l, r := k.expr(e.L), k.expr(e.R)
	if l == nil || r == nil {
		return nil
	}
	switch e.Op {
	case "AND", "OR", "XOR":
		if !k.wantBool(e.Op, e.Span, l, r) {
			return nil
		}
		return k.make(&logicNode{op: e.Op[0], l: l, r: r}, Boolean, e.Span, l, r)
	case "LIKE":
		return k.apply(functions["like"], &lang.Call{Span: e.Span, Func: "like", Args: []lang.Expr{e.L, e.R}}, []*expr{l, r})
	case "=", "==", "!=", "<", "<=", ">", ">=":
		return k.comparison(e, l, r)
	case "+":
		return k.plus(e, l, r)
	case ".":
		if k.anyOf(NullLit, l, r) || k.anyOf(Boolean, l, r) {
			k.fail(e.Span, CodeTypeCheck, "Type checking failed. The '.' operator only takes strings and numbers.")
			return nil
		}
		return k.concat(e, l, r)
	case "-", "*", "/", "%":
		if k.anyOf(Str, l, r) || k.anyOf(NullLit, l, r) || k.anyOf(Boolean, l, r) {
			k.fail(e.Span, CodeTypeCheck, "Type checking failed. '%s' only takes numbers.", e.Op)
			return nil
		}
		return k.make(&arithNode{op: e.Op[0], l: l, r: r}, Num, e.Span, l, r)
	}
	k.fail(e.OpSpan, lang.CodeBadExpr, "The expression is malformed.")
	return nil
}

func (k *compiler) concat(e *lang.Binary, l, r *expr) *expr {
	n := &concatNode{}
	// A chain a.b.c becomes one node, so that no part of the text is copied twice.
	if c, ok := l.node.(*concatNode); ok {
		c.parts = append(c.parts, r)
		n.parts = c.parts
	} else {
		loosen(l)
		n.parts = []*expr{l, r}
	}
	loosen(r)
	return k.make(n, Str, e.Span, l, r)
}

func (k *compiler) plus(e *lang.Binary, l, r *expr) *expr {
	bad := k.anyOf(NullLit, l, r) || k.anyOf(Boolean, l, r)
	if bad || k.anyOf(Str, l, r) && k.anyOf(Num, l, r) {
		k.fail(e.Span, CodeTypeCheck, "Type checking failed. '+' only takes two strings or two numbers.")
		return nil
	}
	switch {
	case k.anyOf(Str, l, r):
		return k.concat(e, l, r)
	case k.anyOf(Num, l, r):
		return k.make(&arithNode{op: '+', l: l, r: r}, Num, e.Span, l, r)
	}
	return k.make(&plusNode{l, r}, Unknown, e.Span, l, r)
}

func (k *compiler) comparison(e *lang.Binary, l, r *expr) *expr {
	op := lang.CompareOp(e.Op)
	if op == "==" {
		op = lang.OpEq
	}
	if l.typ != Unknown && r.typ != Unknown && (l.typ != r.typ || l.typ == NullLit) {
		k.fail(e.Span, CodeTypeCheck, "Type checking failed. The '%s' operator received different types.", e.Op)
		return nil
	}
	return k.make(&compareNode{op: op, l: l, r: r}, Boolean, e.Span, l, r)
}

func (k *compiler) anyOf(t Type, xs ...*expr) bool {
	return slices.ContainsFunc(xs, func(x *expr) bool { return x.typ == t })
}

// wantBool refuses operands that are known not to be Boolean.
func (k *compiler) wantBool(op string, span lang.Span, xs ...*expr) bool {
	for _, x := range xs {
		if x.typ != Boolean && x.typ != Unknown {
			k.fail(span, CodeTypeCheck, "Type checking failed. '%s' only takes boolean arguments.", op)
			return false
		}
	}
	return true
}

func (k *compiler) call(e *lang.Call) *expr {
	f, ok := functions[e.Func]
	if !ok {
		d := lang.Diagnostic{Span: e.FuncSpan, Code: CodeUnknownFunction}
		d.Msg = fmt.Sprintf("The '%s' function is unsupported or undefined.", e.Func)
		d.Hint = unknownHint(e.Func)
		k.report(d)
		return nil
	}
	if len(e.Args) < f.Min || f.Max >= 0 && len(e.Args) > f.Max {
		k.badArgs(f, e)
		return nil
	}
	if f.form != nil {
		return f.form(k, f, e)
	}
	args, ok := k.exprs(e.Args)
	if !ok {
		return nil
	}
	return k.apply(f, e, args)
}

// badArgs reports that a call's arguments do not fit.
func (k *compiler) badArgs(f *Func, e *lang.Call) {
	k.report(lang.Diagnostic{Span: e.Span, Code: CodeBadArguments, Usage: f.Usage,
		Msg: fmt.Sprintf("The arguments to the '%s' function are invalid.", e.Func)})
}

// spl2Only are functions of SPL2 with the way to write them here.
var spl2Only = map[string]string{
	"array_to_object": "", "object_to_array": "json_entries()", "csv_to_object": "", "array_to_csv": "mvjoin()", "cluster": "",
	"getfields": "", "urlencode": "", "flatten": "mvappend()", "any": "mvfind() or a comparison with a multivalue field",
	"all": "mvfilter() and mvcount()", "filter": "mvfilter()", "map": "mvmap()", "reduce": "sum(), max() or mvjoin()",
}

func unknownHint(name string) string {
	if use, ok := spl2Only[name]; ok {
		if use == "" {
			return "this function exists in SPL2 only"
		}
		return "this function exists in SPL2 only; use " + use
	}
	if s := lang.Suggest(name, maps.Keys(functions)); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return ""
}

// union merges two sorted lists of names.
func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 {
		return b
	}
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, strings.Compare)
	return slices.Compact(out)
}
