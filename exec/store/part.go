package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"spl/exec/column"
)

// Part is rows that are stored together, of which columns are read as they are needed: a row group of a
// segment, or events in memory. Rows are in the order of their time, oldest first.
type Part interface {
	Rows() int
	// Times returns the least and the greatest _time.
	Times() (lo, hi int64)
	// Read returns the columns of fields that exist. Rows outside of sel (nil: all) may hold anything.
	Read(ctx context.Context, fields column.FieldSet, sel column.Bitmap) (*column.Batch, error)
	// FindRaw narrows sel to the rows whose _raw may match; sure tells that all of them do.
	FindRaw(ctx context.Context, q *column.TextQuery, sel column.Bitmap) (found column.Bitmap, sure bool, err error)
	// FirstMatches returns for the rows in sel texts in which the first match of q is that in _raw, null where
	// there is none; ok is false if that takes the raw texts.
	FirstMatches(ctx context.Context, q *column.TextQuery, sel column.Bitmap) (texts column.Vec, ok bool, err error)
}

// LoadFunc makes rows of a part: it may leave some out and add or drop columns, but keeps their order. It
// must hand out _time if fields has it.
type LoadFunc func(ctx context.Context, p Part, fields column.FieldSet) (*column.Batch, error)

// chunkPart is a chunk whose columns are read without any choice.
type chunkPart struct{ c *chunk }

func (p chunkPart) Rows() int             { return p.c.rows }
func (p chunkPart) Times() (lo, hi int64) { return p.c.lo, p.c.hi }

func (p chunkPart) Read(ctx context.Context, fields column.FieldSet, _ column.Bitmap) (*column.Batch, error) {
	return p.c.load(ctx, fields)
}

func (p chunkPart) FindRaw(_ context.Context, _ *column.TextQuery, sel column.Bitmap) (column.Bitmap, bool, error) {
	return sel, false, nil
}

func (p chunkPart) FirstMatches(context.Context, *column.TextQuery, column.Bitmap) (column.Vec, bool, error) {
	return nil, false, nil
}

// through returns the chunk with its rows taken through a LoadFunc.
func (c *chunk) through(load LoadFunc, ordered bool) *chunk {
	out := *c
	part := c.part
	if part == nil {
		part = chunkPart{c}
	}
	out.load = func(ctx context.Context, fields column.FieldSet) (*column.Batch, error) {
		b, err := load(ctx, part, fields)
		if f := (*fault)(nil); errors.As(err, &f) {
			return f.leaveOut(fields), nil
		}
		if err != nil || !ordered {
			return b, err
		}
		if b = b.Compact(); b.N == 0 {
			b = column.NewBatch(0)
			b.Set(FieldTime, &column.Time{})
		}
		return b, nil
	}
	return &out
}

// groupPart is a row group of a segment.
type groupPart struct {
	chunkPart
	store *Local
	file  *segmentFile
	group int
	first int // its first row in the file
	bytes *atomic.Int64
}

// Read makes raw text for the rows in sel only.
func (p groupPart) Read(ctx context.Context, fields column.FieldSet, sel column.Bitmap) (*column.Batch, error) {
	if p.deletions() {
		sel = nil // rows are numbered otherwise
	}
	b, err := p.file.read(ctx, p.group, p.first, fields, sel, p.bytes)
	if err != nil && ctx.Err() == nil {
		err = p.store.fault(err)
	}
	return b, err
}

func (p groupPart) deletions() bool {
	return countRange(p.file.deleted, p.first, p.file.file.Meta.Groups[p.group].Rows) > 0
}

// FindRaw looks at the values and shapes that texts are made of.
func (p groupPart) FindRaw(_ context.Context, q *column.TextQuery, sel column.Bitmap) (column.Bitmap, bool, error) {
	if p.deletions() {
		return sel, false, nil
	}
	found, sure, err := p.file.file.FindRaw(p.group, q, sel, p.bytes)
	return found, sure, p.fault(err)
}

// FirstMatches looks at the values behind the key that the query begins with.
func (p groupPart) FirstMatches(_ context.Context, q *column.TextQuery, sel column.Bitmap) (column.Vec, bool, error) {
	if p.deletions() {
		return nil, false, nil
	}
	texts, ok, err := p.file.file.FirstMatches(p.group, q, sel, p.bytes)
	return texts, ok, p.fault(err)
}

func (p groupPart) fault(err error) error {
	if err == nil {
		return nil
	}
	return p.store.fault(fmt.Errorf("segment %s, row group %d: %w", p.file.file.Path, p.group, err))
}
