package op

import (
	"context"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
)

// FieldFormat says how a column is to be shown. It passes rows on as they are; who prints the results of
// a pipeline applies Shown to them.
type FieldFormat struct {
	plan.Base
	Field   string
	Program *eval.Program
	Text    string
}

// NewFieldFormat returns the node.
func NewFieldFormat(field string, p *eval.Program, text string) *FieldFormat {
	return &FieldFormat{Base: plan.Base{C: plan.Streaming}, Field: field, Program: p, Text: text}
}

// Needs adds what the format reads, if the field is wanted at all.
func (f *FieldFormat) Needs(out column.FieldSet) column.FieldSet {
	if !out.Has(f.Field) {
		return out
	}
	return out.Union(f.Program.FieldSet())
}

// String returns the text.
func (f *FieldFormat) String() string { return f.Text }

// Map passes batches on.
func (f *FieldFormat) Map(*plan.Runtime) (plan.MapFunc, error) {
	return func(_ context.Context, b *column.Batch) (*column.Batch, error) { return b, nil }, nil
}

// writer is a node that knows which fields it may change.
type writer interface {
	Writes() (fields column.FieldSet, known bool)
}

// Shown returns a batch of results of the pipeline as it is to be printed: with the formats of its
// fieldformat commands, the last one of each field, computed from the values themselves. A field that is
// made anew behind the command has none.
func Shown(p plan.Pipeline, b *column.Batch) (*column.Batch, error) {
	last := map[string]*FieldFormat{}
	for _, n := range p {
		switch n := n.(type) {
		case *FieldFormat:
			last[n.Field] = n
		case *Sort:
		case writer:
			fields, known := n.Writes()
			for f := range last {
				if known && fields.Has(f) {
					delete(last, f)
				}
			}
		case plan.Reducer:
			clear(last)
		}
	}
	if len(last) == 0 {
		return b, nil
	}
	out := b.Copy()
	for i, name := range b.Names {
		f := last[name]
		if f == nil {
			continue
		}
		v, err := f.Program.Eval(b)
		if err != nil {
			return nil, err
		}
		out.Cols[i] = column.Stored(v)
	}
	return out, nil
}
