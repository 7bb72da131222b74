package column

import (
	"context"
	"io"
	"slices"
	"strings"
)

// MaxRows is the most rows a batch holds: one row group of a segment.
const MaxRows = 131072

// Batch is rows of a result: N rows of the named columns. Sel marks the rows that survive (nil: all);
// rows outside of it are to be ignored.
type Batch struct {
	N     int
	Names []string
	Cols  []Vec
	Sel   Bitmap
	// Ordered: a command (table, stats, fields …) fixed the order of Names. Unset, columns show in
	// order of their names.
	Ordered bool
	// Seq is the place of the batch in its stream; a row's place is (Seq, row).
	Seq uint64
}

// NewBatch returns n rows without columns.
func NewBatch(n int) *Batch { return &Batch{N: n} }

// Index returns the position of a column, -1 if there is none.
func (b *Batch) Index(name string) int { return slices.Index(b.Names, name) }

// Col returns a column; one that is not there is all null.
func (b *Batch) Col(name string) Vec {
	if i := b.Index(name); i >= 0 {
		return b.Cols[i]
	}
	return Nulls(b.N)
}

// Has reports whether the batch has the column.
func (b *Batch) Has(name string) bool { return b.Index(name) >= 0 }

// Set replaces a column or adds it at the end.
func (b *Batch) Set(name string, v Vec) {
	if i := b.Index(name); i >= 0 {
		b.Cols[i] = v
		return
	}
	b.Names = append(b.Names, name)
	b.Cols = append(b.Cols, v)
}

// Drop removes a column if it is there.
func (b *Batch) Drop(name string) {
	if i := b.Index(name); i >= 0 {
		b.Names = slices.Delete(b.Names, i, i+1)
		b.Cols = slices.Delete(b.Cols, i, i+1)
	}
}

// Copy returns a batch with its own lists of columns, sharing the vectors and the selection.
func (b *Batch) Copy() *Batch {
	c := *b
	c.Names, c.Cols = slices.Clone(b.Names), slices.Clone(b.Cols)
	return &c
}

// Rows returns the number of selected rows.
func (b *Batch) Rows() int {
	if b.Sel == nil {
		return b.N
	}
	return b.Sel.Count()
}

// Selected reports whether row i survives.
func (b *Batch) Selected(i int) bool { return b.Sel == nil || b.Sel.Get(i) }

// Pick returns the rows named by rows, in that order, without a selection.
func (b *Batch) Pick(rows []uint32) *Batch {
	out := &Batch{N: len(rows), Names: slices.Clone(b.Names), Cols: make([]Vec, len(b.Cols)), Ordered: b.Ordered, Seq: b.Seq}
	for i, c := range b.Cols {
		out.Cols[i] = Gather(c, rows)
	}
	return out
}

// Compact returns the batch with its selected rows only.
func (b *Batch) Compact() *Batch {
	if b.Sel == nil {
		return b
	}
	if b.Sel.Count() == b.N {
		c := b.Copy()
		c.Sel = nil
		return c
	}
	return b.Pick(b.Sel.Rows(nil))
}

// Internal reports whether a field is hidden from wildcards and default output.
func Internal(name string) bool { return strings.HasPrefix(name, "_") }

// Stream hands out batches. Next gives io.EOF at the end; Close may be called early and stops the
// input.
type Stream interface {
	Next(ctx context.Context) (*Batch, error)
	Close() error
}

// Batches returns a stream of the given batches.
func Batches(bs ...*Batch) Stream { return &sliceStream{bs: bs} }

type sliceStream struct{ bs []*Batch }

func (s *sliceStream) Next(context.Context) (*Batch, error) {
	if len(s.bs) == 0 {
		return nil, io.EOF
	}
	b := s.bs[0]
	s.bs = s.bs[1:]
	return b, nil
}

func (s *sliceStream) Close() error { s.bs = nil; return nil }

// StreamFunc makes a stream of a Next function; close may be nil.
func StreamFunc(next func(context.Context) (*Batch, error), closeFn func() error) Stream {
	return &funcStream{next, closeFn}
}

type funcStream struct {
	next  func(context.Context) (*Batch, error)
	close func() error
}

func (s *funcStream) Next(ctx context.Context) (*Batch, error) { return s.next(ctx) }

func (s *funcStream) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Drain reads a stream to its end, closes it, and returns its non-empty batches, compacted.
func Drain(ctx context.Context, s Stream) ([]*Batch, error) {
	defer s.Close()
	var out []*Batch
	for {
		b, err := s.Next(ctx)
		if err == io.EOF {
			return out, s.Close()
		}
		if err != nil {
			return nil, err
		}
		if b = b.Compact(); b.N > 0 || len(b.Names) > 0 {
			out = append(out, b)
		}
	}
}

// Join puts batches together into one; columns are aligned by name, missing ones are null. The order
// of columns is that of first appearance, Ordered if all parts are.
func Join(bs ...*Batch) *Batch {
	if len(bs) == 1 {
		return bs[0].Compact()
	}
	out := &Batch{Ordered: true}
	parts := make([]*Batch, len(bs))
	seen := map[string]bool{}
	for i, b := range bs {
		parts[i] = b.Compact()
		out.N += parts[i].N
		out.Ordered = out.Ordered && b.Ordered
		for _, n := range b.Names {
			if !seen[n] {
				seen[n] = true
				out.Names = append(out.Names, n)
			}
		}
	}
	for _, n := range out.Names {
		cols := make([]Vec, len(parts))
		for i, p := range parts {
			cols[i] = p.Col(n)
		}
		out.Cols = append(out.Cols, Concat(cols...))
	}
	return out
}
