// Package plan is what a search becomes between its text and its rows: nodes in a pipeline, with what
// the optimiser must know about each, and what they need to run.
//
//	p := plan.Pipeline{scan, filter, stats}
//	need := p.Needs(column.AllFields())     // fields to read, from the end backwards
//	fmt.Println(p)                          // SPL-like text for explain and goldens
//
// A node implements exactly one of Source, Mapper, Reducer and Opener beside Node: that is how it runs.
// Start with Node and Pipeline.
package plan

import (
	"context"
	"strings"

	"spl/exec/column"
)

// Class says what a node does with row order and row independence.
type Class uint8

// The classes.
const (
	Generating   Class = iota // makes rows; first of its pipeline
	Streaming                 // row-local: any worker, any order
	Ordered                   // depends on the order of rows (head, dedup, streamstats)
	Transforming              // needs all rows
)

// Node is one step of a pipeline.
type Node interface {
	Class() Class
	// Needs returns the input fields required to produce the fields out. A Source gets asked too and
	// remembers the answer's argument through its own Want.
	Needs(out column.FieldSet) column.FieldSet
	// Effects reports whether the node writes something; such a node is never dropped, moved or repeated.
	Effects() bool
	Inputs() []Pipeline // other pipelines it reads: append, join, union
	String() string     // SPL-like
}

// Source is a generating node whose rows come in units that workers read side by side.
type Source interface {
	Node
	// Want tells the source which fields the rest of the pipeline reads and whether the order of rows
	// matters to it. Called once, before Units.
	Want(fields column.FieldSet, ordered bool)
	Units(ctx context.Context, rt *Runtime) (*Units, error)
}

// Units are the parts of a Source, in stream order.
type Units struct {
	Units []Unit
	Close func()
}

// Unit is one part: Read returns its rows.
type Unit interface {
	Read(ctx context.Context) ([]*column.Batch, error)
}

// Mapper is a row-local node. Map is called once per worker; the function may keep scratch space. It
// may change the batch it is given (its lists and selection, not its vectors) and may return nil for
// "no rows".
type Mapper interface {
	Node
	Map(rt *Runtime) (MapFunc, error)
}

// MapFunc processes one batch.
type MapFunc func(ctx context.Context, b *column.Batch) (*column.Batch, error)

// Reducer is a node whose work splits into partial states that merge in stream order.
type Reducer interface {
	Node
	NewPartial(rt *Runtime) (Partial, error)
	// NeedsOrder reports whether the order of rows changes the result (first, last, list).
	NeedsOrder() bool
}

// Partial is the state of a Reducer over a part of the rows.
type Partial interface {
	Add(ctx context.Context, b *column.Batch) error
	// Merge adds the state of the rows that follow; next is unusable afterwards.
	Merge(next Partial) error
	Result(ctx context.Context) (column.Stream, error)
	Close() error // removes spilled files; called also after Result's stream is closed
}

// Opener is a node that reads its whole input as one stream, in order. in is nil for a generating node.
type Opener interface {
	Node
	Open(rt *Runtime, in column.Stream) (column.Stream, error)
}

// Pipeline is nodes in order; the first one generates, except in the pipeline of appendpipe.
type Pipeline []Node

// Needs returns the fields the first node must provide so that the last one can produce out.
func (p Pipeline) Needs(out column.FieldSet) column.FieldSet {
	for i := len(p) - 1; i >= 0; i-- {
		out = p[i].Needs(out)
	}
	return out
}

// String joins the nodes by pipes.
func (p Pipeline) String() string {
	parts := make([]string, len(p))
	for i, n := range p {
		parts[i] = n.String()
	}
	return strings.Join(parts, " | ")
}

// Base gives a node without effects and inputs; embed it and set C.
type Base struct{ C Class }

// Class returns C.
func (b Base) Class() Class { return b.C }

// Effects reports false.
func (b Base) Effects() bool { return false }

// Inputs returns none.
func (b Base) Inputs() []Pipeline { return nil }
