package op

import (
	"context"
	"io"

	"spl/exec/column"
	"spl/exec/plan"
)

// Ref names a row of Rows.
type Ref uint64

// Rows is a table in memory for operators that must see all rows before they answer. Its memory counts
// against the budget of the search.
type Rows struct {
	held      *Hold
	meter     meter
	spillable bool // the caller writes the rows to the disk when they are refused
	batches   []*column.Batch
	n         int
	ordered   bool
}

// NewRows returns an empty table.
func NewRows(mem *plan.Budget) *Rows {
	return &Rows{held: NewHold(mem), meter: newMeter(), ordered: true}
}

// Add takes the selected rows of b. A batch without rows still tells its columns.
func (r *Rows) Add(b *column.Batch) error {
	b = b.Compact()
	if b.N == 0 && len(b.Names) == 0 {
		return nil
	}
	if b.N == 0 {
		b = bare(b)
	} else if err := r.take(b); err != nil {
		return err
	}
	r.batches = append(r.batches, b)
	r.n += b.N
	r.ordered = r.ordered && b.Ordered
	return nil
}

func (r *Rows) take(b *column.Batch) error {
	take := r.held.Take
	if r.spillable {
		take = r.held.takeSpillable
	}
	err := take(r.meter.add(b))
	if err != nil {
		r.meter.drop(b)
	}
	return err
}

// bare returns a batch without rows that says the same about columns and keeps no texts alive.
func bare(b *column.Batch) *column.Batch {
	b = b.Copy()
	for i, v := range b.Cols {
		declared := Declared(v, nil)
		b.Cols[i] = column.Nulls(0)
		if declared {
			b.Cols[i] = column.AsText(b.Cols[i])
		}
	}
	return b
}

// Free gives the memory back.
func (r *Rows) Free() {
	r.held.Free()
	r.batches, r.n = nil, 0
	r.meter = newMeter()
}

// Len returns the number of rows.
func (r *Rows) Len() int { return r.n }

// Batches returns the parts, without selections.
func (r *Rows) Batches() []*column.Batch { return r.batches }

// Ordered reports whether every part has a fixed column order.
func (r *Rows) Ordered() bool { return r.ordered && len(r.batches) > 0 }

// Names returns the columns in order of first appearance.
func (r *Rows) Names() []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range r.batches {
		for _, n := range b.Names {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out
}

// Columns returns the vectors of a field, one a batch; absent ones are all null.
func (r *Rows) Columns(name string) []column.Vec {
	out := make([]column.Vec, len(r.batches))
	for i, b := range r.batches {
		out[i] = b.Col(name)
	}
	return out
}

// Refs returns all rows in order.
func (r *Rows) Refs() []Ref {
	out := make([]Ref, 0, r.n)
	for k, b := range r.batches {
		for i := range b.N {
			out = append(out, MakeRef(k, i))
		}
	}
	return out
}

// MakeRef names row of the batch at place.
func MakeRef(place, row int) Ref { return Ref(uint64(place)<<32 | uint64(row)) }

// Split returns the batch's place and the row in it.
func (x Ref) Split() (place, row int) { return int(x >> 32), int(uint32(x)) }

// Table returns all rows as one batch.
func (r *Rows) Table() *column.Batch {
	if len(r.batches) == 0 {
		return &column.Batch{}
	}
	if len(r.batches) == 1 {
		return r.batches[0].Copy()
	}
	return r.Take(r.Refs())
}

// Take returns the named rows as one batch.
func (r *Rows) Take(refs []Ref) *column.Batch {
	out := &column.Batch{N: len(refs), Ordered: r.Ordered()}
	if len(r.batches) == 1 {
		rows := make([]uint32, len(refs))
		for i, x := range refs {
			rows[i] = uint32(x)
		}
		return r.batches[0].Pick(rows)
	}
	for _, n := range r.Names() {
		out.Names = append(out.Names, n)
		out.Cols = append(out.Cols, Gather(r.Columns(n), refs))
	}
	return out
}

// Stream hands out the named rows in batches.
func (r *Rows) Stream(refs []Ref) column.Stream {
	step := 4096 // a small first batch serves head, large ones after it are cheaper
	first := true
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(refs) == 0 && (!first || len(r.batches) == 0) {
			return nil, io.EOF
		}
		first = false
		n := min(step, len(refs))
		b := r.Take(refs[:n])
		refs = refs[n:]
		step = column.MaxRows
		return b, nil
	}, func() error { r.Free(); return nil })
}
