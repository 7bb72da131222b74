package eval

import (
	"slices"
	"time"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

// Type is what is known about an expression before any row is read.
type Type uint8

// The static types. A field is Unknown; NullLit is the call null().
const (
	Unknown Type = iota
	Num
	Str
	Boolean
	NullLit
)

// Ctx is what an expression needs to know about the search it stands in.
type Ctx struct {
	Now  time.Time
	Zone *time.Location
	Seed uint64
	// Clock is what time() reads; nil: Now, which makes runs repeatable.
	Clock func() time.Time
	// Parser reads the search texts of searchmatch() and commands().
	Parser *lang.Parser
	Src    *lang.Source
	// Subject is who raises the errors: "'EvalCommand'" or "'where' command".
	Subject string
	// Lookup answers lookup(): the rows of a table that match, each with the wanted columns as texts. Nil:
	// lookup() is refused.
	Lookup func(table string, keys, values []string, outputs []string) ([][]string, error)
	// Warn takes warnings, from several goroutines at once; nil drops them.
	Warn func(format string, args ...any)
}

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	root   *expr
	fields []string
	c      *Ctx
}

// Compile checks and compiles an expression.
func Compile(e lang.Expr, c *Ctx) (*Program, lang.Diagnostics) {
	k := newCompiler(c)
	root := k.expr(e)
	if err := k.diags.Err(); err != nil || root == nil {
		return nil, k.diags
	}
	loosen(root)
	lift(root)
	return &Program{root: root, fields: root.fields, c: k.c}, k.diags
}

// CompileField is Compile for an expression whose result goes into a field: it refuses one that is
// known to be Boolean.
func CompileField(e lang.Expr, c *Ctx) (*Program, lang.Diagnostics) {
	p, ds := Compile(e, c)
	if p != nil && p.Type() == Boolean {
		k := newCompiler(c)
		k.fail(e.Pos(), CodeBooleanResult,
			"Fields cannot be assigned a boolean result. Instead, try if([bool expr], [expr], [expr]).")
		return nil, append(ds, k.diags...)
	}
	return p, ds
}

// Type returns what is known about the result.
func (p *Program) Type() Type { return p.root.typ }

// Fields returns the fields it reads, sorted.
func (p *Program) Fields() []string { return p.fields }

// FieldSet returns Fields as a set.
func (p *Program) FieldSet() column.FieldSet { return column.Fields(p.fields...) }

// sparse is the share of rows below which evaluation gathers them first.
const sparse = 4

// Eval returns one value for each of the batch's rows; rows outside the selection may hold anything.
func (p *Program) Eval(b *column.Batch) (column.Vec, error) {
	if p.root.konst {
		return &column.Const{V: p.root.val, N: b.N}, nil
	}
	run := &run{c: p.c}
	f := &frame{n: b.N, batch: b, run: run}
	if b.Sel != nil {
		if n := b.Sel.Count(); n*sparse < b.N {
			return p.evalSparse(f, b.Sel.Rows(make([]uint32, 0, n)))
		}
	}
	v := p.root.eval(f)
	return v, run.err
}

// evalSparse evaluates the given rows and puts the results back in their places.
func (p *Program) evalSparse(f *frame, rows []uint32) (column.Vec, error) {
	if len(rows) == 0 {
		return column.Nulls(f.n), nil
	}
	v := p.root.eval(f.pick(rows))
	if c, ok := v.(*column.Const); ok {
		return &column.Const{V: c.V, N: f.n}, f.run.err
	}
	return scatter(v, rows, f.n), f.run.err
}

// scatter returns n rows of which those named by rows are v's, in order.
func scatter(v column.Vec, rows []uint32, n int) column.Vec {
	at := make([]uint32, n)
	for i, r := range rows {
		at[r] = uint32(i)
	}
	return column.Gather(v, at)
}

// run is one evaluation of a program.
type run struct {
	c   *Ctx
	err error
}

// fail keeps the first error; rows it concerns become null.
func (r *run) fail(err error) {
	if r == nil {
		return
	}
	if r.err == nil {
		r.err = err
	}
}

// frame is the rows an expression is evaluated over: a batch, some rows of another frame, or the
// entries of a dictionary.
type frame struct {
	n     int
	batch *column.Batch
	up    *frame
	rows  []uint32 // rows of up; nil: the same ones
	run   *run

	names []string // fields looked up so far, or bound
	cols  []column.Vec
}

// field returns a column of the frame; one that is not there is all null.
func (f *frame) field(name string) column.Vec {
	if i := slices.Index(f.names, name); i >= 0 {
		return f.cols[i]
	}
	var v column.Vec
	switch {
	case f.batch != nil:
		v = f.batch.Col(name)
	case f.up != nil:
		v = f.up.field(name)
		if f.rows != nil {
			v = column.Gather(v, f.rows)
		}
	default:
		v = column.Nulls(f.n)
	}
	f.bind(name, v)
	return v
}

func (f *frame) bind(name string, v column.Vec) {
	f.names = append(f.names, name)
	f.cols = append(f.cols, v)
}

// pick returns the frame of some of the rows.
func (f *frame) pick(rows []uint32) *frame {
	return &frame{n: len(rows), up: f, rows: rows, run: f.run}
}

// place returns the number of row i in the batch, for functions that differ by row.
func (f *frame) place(i int) (seq uint64, row uint64) {
	for f.batch == nil && f.up != nil {
		if f.rows != nil {
			i = int(f.rows[i])
		}
		f = f.up
	}
	if f.batch != nil {
		seq = f.batch.Seq
	}
	return seq, uint64(i)
}

// node is a compiled operation.
type node interface{ eval(f *frame) column.Vec }

// expr is a compiled subexpression with what is known about it.
type expr struct {
	node
	typ      Type
	fields   []string // sorted
	volatile bool     // differs from row to row by itself
	konst    bool     // val in every row
	literal  bool     // written as a literal
	cheap    bool     // evaluating costs no more than spreading a result
	val      value.Value
	span     lang.Span
}

// constNode gives one value to all rows.
type constNode struct{ v value.Value }

func (c constNode) eval(f *frame) column.Vec { return &column.Const{V: c.v, N: f.n} }

// fieldNode reads a field.
type fieldNode struct{ name string }

func (x fieldNode) eval(f *frame) column.Vec { return f.field(x.name) }
