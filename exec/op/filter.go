package op

import (
	"context"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
)

// Filter keeps the rows for which a condition holds.
type Filter struct {
	plan.Base
	F    *eval.Filter
	Text string
}

// NewFilter returns the node; text is how plans show it.
func NewFilter(f *eval.Filter, text string) *Filter {
	return &Filter{Base: plan.Base{C: plan.Streaming}, F: f, Text: text}
}

// Needs adds the fields the condition reads.
func (f *Filter) Needs(out column.FieldSet) column.FieldSet { return out.Union(f.F.Fields()) }

// String returns the text.
func (f *Filter) String() string { return f.Text }

// Map returns the filtering function.
func (f *Filter) Map(*plan.Runtime) (plan.MapFunc, error) {
	return func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		if err := f.F.Apply(b); err != nil {
			return nil, err
		}
		return b, nil
	}, nil
}
