package eval

import (
	"slices"

	"spl/exec/column"
	"spl/lang"
)

// Filter is a compiled condition on rows: where or a search expression. It is safe for concurrent use.
type Filter struct {
	root   pred
	fields column.FieldSet
	c      *Ctx
	steady bool
}

// CompileFilter compiles the condition of where: rows are kept where it is true, so neither false nor
// null keeps them.
func CompileFilter(e lang.Expr, c *Ctx) (*Filter, lang.Diagnostics) {
	k := newCompiler(c)
	root := k.expr(e)
	if root != nil && root.typ != Boolean && root.typ != Unknown {
		k.fail(e.Pos(), CodeTypeCheck, "Type checking failed. The condition must be a boolean expression.")
	}
	if err := k.diags.Err(); err != nil || root == nil {
		return nil, k.diags
	}
	lift(root)
	return &Filter{root: conjuncts(root), fields: column.Fields(root.fields...), c: k.c, steady: !root.volatile}, k.diags
}

// Fields returns the fields the condition reads, _raw included if bare terms look at it.
func (f *Filter) Fields() column.FieldSet { return f.fields }

// Steady reports whether the condition depends on a row's fields alone, and not on which row it is.
func (f *Filter) Steady() bool { return f.steady }

// Apply narrows b's selection to the rows for which the condition holds.
func (f *Filter) Apply(b *column.Batch) error {
	run := &run{c: f.c}
	sel := b.Sel
	if sel == nil {
		sel = column.FullBitmap(b.N)
	}
	got := f.root.match(&frame{n: b.N, batch: b, run: run}, sel)
	if b.Sel != nil || got.Count() < b.N {
		b.Sel = got
	}
	return run.err
}

// pred is a condition over the rows of a frame.
type pred interface {
	// match returns the rows of sel for which the condition holds. It does not change sel, and may return it.
	match(f *frame, sel column.Bitmap) column.Bitmap
	// cost is about how long one row takes.
	cost() int
}

// exprPred is a Boolean expression.
type exprPred struct{ x *expr }

func (p exprPred) match(f *frame, sel column.Bitmap) column.Bitmap { return within(p.x, f, sel) }
func (p exprPred) cost() int                                       { return 10 * (1 + len(p.x.fields)) }

// conjuncts splits an expression at AND, so that each part sees only rows that passed the ones before.
func conjuncts(x *expr) pred {
	var parts []pred
	var split func(x *expr)
	split = func(x *expr) {
		if l := splittable(x); l != nil {
			split(l.l)
			split(l.r)
			return
		}
		parts = append(parts, exprPred{x})
	}
	split(x)
	return newAnd(parts)
}

// splittable returns the AND at the top of an expression whose parts have been lifted one by one,
// which is the case unless all of it depends on one field.
func splittable(x *expr) *logicNode {
	n := x.node
	if up, ok := n.(*liftNode); ok && len(x.fields) > 1 {
		n = up.inner
	}
	if l, ok := n.(*logicNode); ok && l.op == 'A' {
		return l
	}
	return nil
}

// allPred holds for every row, nonePred for none.
type allPred struct{}
type nonePred struct{}

func (allPred) match(_ *frame, sel column.Bitmap) column.Bitmap { return sel }
func (allPred) cost() int                                       { return 0 }
func (nonePred) match(f *frame, _ column.Bitmap) column.Bitmap  { return column.NewBitmap(f.n) }
func (nonePred) cost() int                                      { return 0 }

// notPred holds where its part does not.
type notPred struct{ x pred }

func (p *notPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	return without(sel, p.x.match(f, sel))
}
func (p *notPred) cost() int { return p.x.cost() }

// andPred holds where all parts do; the cheapest comes first.
type andPred struct {
	parts []pred
	sum   int
}

// orPred holds where a part does.
type orPred struct {
	parts []pred
	sum   int
}

func (p *andPred) cost() int { return p.sum }
func (p *orPred) cost() int  { return p.sum }

func byCost(a, b pred) int { return a.cost() - b.cost() }

func costOf(parts []pred) int {
	n := 0
	for _, p := range parts {
		n += p.cost()
	}
	return n
}

func newAnd(parts []pred) pred {
	switch len(parts) {
	case 0:
		return allPred{}
	case 1:
		return parts[0]
	}
	slices.SortStableFunc(parts, byCost)
	return &andPred{parts, costOf(parts)}
}

func newOr(parts []pred) pred {
	switch len(parts) {
	case 0:
		return nonePred{}
	case 1:
		return parts[0]
	}
	slices.SortStableFunc(parts, byCost)
	return &orPred{parts, costOf(parts)}
}

func (p *andPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	for _, x := range p.parts {
		if sel = x.match(f, sel); !sel.Any() {
			break
		}
	}
	return sel
}

func (p *orPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	left := sel
	for _, x := range p.parts {
		if left = without(left, x.match(f, left)); !left.Any() {
			return sel
		}
	}
	return without(sel, left)
}
