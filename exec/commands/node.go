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

// fold is a command that takes its whole input in, batch by batch, before it answers.
type fold struct {
	add    func(b *column.Batch) error
	result func(ctx context.Context) (column.Stream, error)
}

// folding returns the node of a fold. rows is there for what the command keeps: rows, which go to the disk
// when they are many, and memory. It is closed with the stream.
func folding(b *plan.Builder, needs func(column.FieldSet) column.FieldSet, start func(rt *plan.Runtime, rows *op.Kept) fold) *streamNode {
	return &streamNode{Base: plan.Base{C: plan.Transforming}, text: stageText(b.Stage), needs: needs,
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			rows := op.NewKept(rt)
			return op.Owning(op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
				f := start(rt, rows)
				if err := op.Each(ctx, in, f.add); err != nil {
					return nil, err
				}
				return f.result(ctx)
			}), rows), nil
		}}
}

// allRows returns a node that goes over its rows when it has seen them all.
func allRows(b *plan.Builder, needs func(column.FieldSet) column.FieldSet,
	f func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) (column.Stream, error)) *streamNode {
	return folding(b, needs, func(rt *plan.Runtime, rows *op.Kept) fold {
		return fold{rows.Add, func(ctx context.Context) (column.Stream, error) { return f(ctx, rt, rows) }}
	})
}

// mapped streams rows for the last time with f applied to every batch.
func mapped(rows *op.Kept, f func(b *column.Batch)) column.Stream {
	return op.Mapped(rows.Stream(), func(_ context.Context, b *column.Batch) (*column.Batch, error) { f(b); return b, nil })
}

// arranged is mapped over batches that all have the columns of all rows.
func arranged(rows *op.Kept, f func(b *column.Batch) *column.Batch) column.Stream {
	return op.Mapped(rows.Stream(), func(_ context.Context, b *column.Batch) (*column.Batch, error) { return f(rows.Arrange(b)), nil })
}

// picked streams the rows with these numbers, which ascend, for the last time.
func picked(rows *op.Kept, numbers []int) column.Stream {
	from := 0
	return arranged(rows, func(b *column.Batch) *column.Batch {
		var here []uint32
		for ; len(numbers) > 0 && numbers[0] < from+b.N; numbers = numbers[1:] {
			here = append(here, uint32(numbers[0]-from))
		}
		from += b.N
		return b.Pick(here)
	})
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
