package op

import (
	"spl/exec/column"
	"spl/exec/plan"
)

// Nothing is a source without rows: what a search that starts with an aggregation reads, which is an old
// way to get one row (`| stats count`).
type Nothing struct{ plan.Base }

// NewNothing returns the node.
func NewNothing() *Nothing { return &Nothing{Base: plan.Base{C: plan.Generating}} }

// Needs returns nothing.
func (*Nothing) Needs(column.FieldSet) column.FieldSet { return column.FieldSet{} }

// String names the node in plans.
func (*Nothing) String() string { return "(no rows)" }

// Open returns an empty stream.
func (*Nothing) Open(*plan.Runtime, column.Stream) (column.Stream, error) {
	return column.Batches(), nil
}
