package commands

import (
	"context"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// rowNode is a row-local command.
type rowNode struct {
	plan.Base
	text  string
	needs func(out column.FieldSet) column.FieldSet
	start func(rt *plan.Runtime) (plan.MapFunc, error)

	writes column.FieldSet // with known: the fields that it may change, rows being kept
	known  bool

	raw *column.TextQuery // see op.RawReader
}

// RawQuery tells which raw texts the command can do anything with.
func (n *rowNode) RawQuery() *column.TextQuery { return n.raw }

// Writes tells the optimiser which filters may go in front of the command.
func (n *rowNode) Writes() (column.FieldSet, bool) { return n.writes, n.known }

// changes says of a row-local command that it keeps every row and changes these fields alone.
func changes(n plan.Node, fields ...string) plan.Node {
	if r, ok := n.(*rowNode); ok {
		r.writes, r.known = column.Fields(fields...), true
	}
	return n
}

func (n *rowNode) Needs(out column.FieldSet) column.FieldSet  { return n.needs(out) }
func (n *rowNode) String() string                             { return n.text }
func (n *rowNode) Map(rt *plan.Runtime) (plan.MapFunc, error) { return n.start(rt) }

// rowLocal returns a row-local node around a function that keeps nothing between batches.
func rowLocal(b *plan.Builder, needs func(column.FieldSet) column.FieldSet, f func(*column.Batch) (*column.Batch, error)) *rowNode {
	return &rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: needs,
		start: func(*plan.Runtime) (plan.MapFunc, error) {
			return func(_ context.Context, b *column.Batch) (*column.Batch, error) { return f(b) }, nil
		}}
}

// streamNode is a command that reads its whole input in order, or makes rows.
type streamNode struct {
	plan.Base
	text    string
	needs   func(out column.FieldSet) column.FieldSet
	wants   func(out column.FieldSet) column.FieldSet // of the inputs; nil: as of the node
	inputs  []plan.Pipeline
	effects bool
	open    func(rt *plan.Runtime, in column.Stream) (column.Stream, error)
}

func (n *streamNode) Needs(out column.FieldSet) column.FieldSet { return n.needs(out) }
func (n *streamNode) String() string                            { return n.text }
func (n *streamNode) Inputs() []plan.Pipeline                   { return n.inputs }
func (n *streamNode) Effects() bool                             { return n.effects }

func (n *streamNode) InputNeeds(out column.FieldSet) column.FieldSet {
	if n.wants != nil {
		return n.wants(out)
	}
	return out
}

func (n *streamNode) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	return n.open(rt, in)
}

// generating returns a node that makes rows when it is first read.
func generating(b *plan.Builder, rows func(ctx context.Context, rt *plan.Runtime) (column.Stream, error)) *streamNode {
	return &streamNode{Base: plan.Base{C: plan.Generating}, text: stageText(b.Stage), needs: needNothing,
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			return op.Lazy(in, func(ctx context.Context) (column.Stream, error) { return rows(ctx, rt) }), nil
		}}
}

// wholeTable returns a node that sees all rows at once.
func wholeTable(b *plan.Builder, needs func(column.FieldSet) column.FieldSet,
	f func(ctx context.Context, rt *plan.Runtime, rows *op.Rows) (column.Stream, error)) *streamNode {
	return &streamNode{Base: plan.Base{C: plan.Transforming}, text: stageText(b.Stage), needs: needs,
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
				rows, err := op.Collect(ctx, rt.Mem, in)
				if err != nil {
					return nil, err
				}
				return f(ctx, rt, rows)
			}), nil
		}}
}

// inOrder returns a node that carries something from row to row.
func inOrder(b *plan.Builder, needs func(column.FieldSet) column.FieldSet,
	start func(rt *plan.Runtime) func(*column.Batch) (*column.Batch, error)) *streamNode {
	return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needs,
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			f := start(rt)
			return op.Mapped(in, func(_ context.Context, b *column.Batch) (*column.Batch, error) { return f(b) }), nil
		}}
}

// needSame, needAll and needNothing are the answers of commands that read nothing of their own, that read
// every field, and that read no rows.
func needSame(out column.FieldSet) column.FieldSet { return out }
func needAll(column.FieldSet) column.FieldSet      { return column.AllFields() }
func needNothing(column.FieldSet) column.FieldSet  { return column.FieldSet{} }
func needAlso(names ...string) func(column.FieldSet) column.FieldSet {
	return func(out column.FieldSet) column.FieldSet { return out.With(names...) }
}

// needInstead is the answer of a command that makes the fields made from the fields read.
func needInstead(made []string, read ...string) func(column.FieldSet) column.FieldSet {
	return func(out column.FieldSet) column.FieldSet { return out.Without(made...).With(read...) }
}

// stageText is the stage as plans show it.
func stageText(st *lang.Stage) string {
	return strings.TrimSpace(st.Name + " " + strings.TrimSpace(st.Raw))
}

// exprCtx is what the expressions of a stage are compiled with.
func exprCtx(b *plan.Builder, subject string) *eval.Ctx {
	return &eval.Ctx{Now: b.Env.Now, Zone: b.Env.Zone, Seed: b.Env.Seed, Parser: b.Parser, Src: b.Stage.Src, Subject: subject,
		Lookup: lookupFunc(b), Warn: func(format string, args ...any) { b.Warn(b.Stage.Span, format, args...) }}
}

// passThrough is the node of a command that does nothing.
func passThrough(b *plan.Builder) plan.Node {
	return rowLocal(b, needSame, func(b *column.Batch) (*column.Batch, error) { return b, nil })
}

// invalidArgument refuses a word that has no place among the arguments.
func invalidArgument(b *plan.Builder, n lang.Name) error {
	return lang.Errorf(b.Stage, n.Span, lang.CodeBadArgument, "Invalid argument: '%s'", n.Text)
}
