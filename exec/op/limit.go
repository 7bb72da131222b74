package op

import (
	"context"
	"fmt"
	"io"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
)

// Head keeps the first rows, and stops its input as soon as it has them.
type Head struct {
	plan.Base
	Limit    int           // rows kept
	NoLimit  bool          // there is only a condition
	While    *eval.Program // rows are kept until it is false; nil: no condition
	NullGoes bool          // a null condition goes on
	KeepLast bool          // the row that ended it is kept
	Text     string
}

// Class says that the order of rows matters.
func (h *Head) Class() plan.Class { return plan.Ordered }

// String returns the text.
func (h *Head) String() string { return h.Text }

// Needs adds the fields of the condition.
func (h *Head) Needs(out column.FieldSet) column.FieldSet {
	if h.While != nil {
		return out.Union(h.While.FieldSet())
	}
	return out
}

// Open returns the shortened stream.
func (h *Head) Open(_ *plan.Runtime, in column.Stream) (column.Stream, error) {
	left, done := h.Limit, !h.NoLimit && h.Limit == 0
	next := func(ctx context.Context) (*column.Batch, error) {
		if done {
			return nil, io.EOF
		}
		b, err := in.Next(ctx)
		if err != nil {
			return nil, err
		}
		b = b.Copy()
		if h.While != nil {
			if done, err = h.stop(b); err != nil {
				return nil, err
			}
		}
		if !h.NoLimit {
			if n := b.Rows(); n >= left {
				FirstRows(b, left)
				done = true
			} else {
				left -= n
			}
		}
		if done {
			return b, in.Close()
		}
		return b, nil
	}
	return column.StreamFunc(next, in.Close), nil
}

// stop cuts b at the first row whose condition does not hold and reports whether there was one.
func (h *Head) stop(b *column.Batch) (bool, error) {
	v, err := h.While.Eval(b)
	if err != nil {
		return false, err
	}
	keep := 0
	stopped := false
	EachRow(b, func(i int) {
		if stopped {
			return
		}
		if v.Null(i) && h.NullGoes || v.At(i).True() {
			keep++
			return
		}
		stopped = true
		if h.KeepLast {
			keep++
		}
	})
	if stopped {
		FirstRows(b, keep)
	}
	return stopped, nil
}

// FirstRows narrows the selection of b to its first n selected rows.
func FirstRows(b *column.Batch, n int) {
	sel := column.NewBitmap(b.N)
	EachRow(b, func(i int) {
		if n > 0 {
			sel.Set(i)
			n--
		}
	})
	b.Sel = sel
}

// Tail keeps the last rows, the last one first.
type Tail struct {
	plan.Base
	Limit int
}

// Class says that the order of rows matters.
func (t *Tail) Class() plan.Class { return plan.Transforming }

// Needs returns out.
func (t *Tail) Needs(out column.FieldSet) column.FieldSet { return out }

// String spells the node.
func (t *Tail) String() string { return fmt.Sprintf("tail %d", t.Limit) }

// Open reads all of in.
func (t *Tail) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	rows := NewKept(rt)
	return Owning(Lazy(in, func(ctx context.Context) (column.Stream, error) {
		if err := Each(ctx, in, func(b *column.Batch) error { return t.add(rows, b) }); err != nil {
			return nil, err
		}
		rows.Schema = Schema{} // rows that are gone have no say in the order of columns
		if err := rows.Each(ctx, func(b *column.Batch) error { rows.Note(b); return nil }); err != nil {
			return nil, err
		}
		return rows.Backwards(t.Limit), nil
	}), rows), nil
}

// add takes the last rows of b and gives up the batches that no longer count.
func (t *Tail) add(rows *Kept, b *column.Batch) error {
	n := b.Rows()
	if n == 0 {
		return nil
	}
	if n > t.Limit {
		b = b.Copy()
		LastRows(b, t.Limit)
		n = t.Limit
	}
	for len(rows.parts) > 0 && rows.Len()+n-rows.parts[0].rows >= t.Limit {
		if err := rows.dropFirst(); err != nil {
			return err
		}
	}
	return rows.Add(b)
}

// LastRows narrows the selection of b to its last n selected rows.
func LastRows(b *column.Batch, n int) {
	skip := b.Rows() - n
	sel := column.NewBitmap(b.N)
	EachRow(b, func(i int) {
		if skip--; skip < 0 {
			sel.Set(i)
		}
	})
	b.Sel = sel
}

// Reverse turns the order of rows around.
type Reverse struct{ plan.Base }

// Class says that all rows are needed.
func (r *Reverse) Class() plan.Class { return plan.Transforming }

// Needs returns out.
func (r *Reverse) Needs(out column.FieldSet) column.FieldSet { return out }

// String spells the node.
func (r *Reverse) String() string { return "reverse" }

// Open reads all of in.
func (r *Reverse) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	return Lazy(in, func(ctx context.Context) (column.Stream, error) {
		rows, err := KeepRows(ctx, rt, in)
		if err != nil {
			return nil, err
		}
		return rows.Backwards(rows.Len()), nil
	}), nil
}
