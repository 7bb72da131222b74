package op

import (
	"context"
	"errors"
	"io"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/plan"
)

// Kept is the rows of a stream, in order, for operators that see all of them before they answer or go
// over them several times. They are in memory until the budget refuses them, and in a file from then on,
// all of them: what runs behind finds the memory free. One goroutine may use it at a time, and must close
// it.
type Kept struct {
	Schema
	dir   string // "" forbids the file
	parts []keptPart
	n     int
	file  *spillFile // nil: the rows are in memory
	bytes int64      // written to it, before they were packed
	meter meter
	held  *Hold // of the rows
	more  *Hold // of the caller
}

// keptPart is a batch, or where it is in the file.
type keptPart struct {
	batch *column.Batch
	sec   section
	rows  int
}

// NewKept returns no rows.
func NewKept(rt *plan.Runtime) *Kept {
	k := &Kept{meter: newMeter(), held: NewHold(rt.Mem), more: NewHold(rt.Mem)}
	if canSpill(rt) {
		k.dir = rt.Env.TempDir
	}
	return k
}

// KeepRows reads a stream to its end, closing it.
func KeepRows(ctx context.Context, rt *plan.Runtime, in column.Stream) (*Kept, error) {
	k := NewKept(rt)
	if err := Each(ctx, in, k.Add); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// Add takes the selected rows of b. A batch without rows still tells its columns.
func (k *Kept) Add(b *column.Batch) error {
	b = b.Compact()
	if b.N == 0 && len(b.Names) == 0 {
		return nil
	}
	if b.N == 0 {
		b = bare(b)
	}
	k.Note(b)
	k.n += b.N
	if k.file == nil {
		size := k.meter.add(b)
		err := k.held.takeSpillable(size)
		if err == nil {
			k.parts = append(k.parts, keptPart{batch: b, rows: b.N})
			return nil
		}
		k.meter.drop(b)
		if !isFull(err) || k.dir == "" {
			return err
		}
		if err := k.spill(); err != nil {
			return err
		}
	}
	return k.write(keptPart{batch: b, rows: b.N})
}

// Hold takes n bytes for what the caller needs beside the rows, which make room by going to the file.
// n < 0 gives bytes back; closing k gives back the rest.
func (k *Kept) Hold(n int64) error {
	err := k.more.Take(n)
	if !isFull(err) {
		return err
	}
	made, serr := k.makeRoom()
	switch {
	case serr != nil:
		return serr
	case !made:
		return err
	}
	return k.more.Take(n)
}

// makeRoom puts the rows that are in memory into the file, if there may be one, and reports whether it did.
func (k *Kept) makeRoom() (bool, error) {
	if k.file != nil || k.dir == "" {
		return false, nil
	}
	return true, k.spill()
}

// spill puts all rows into the file, if they are not there.
func (k *Kept) spill() error {
	if k.file != nil {
		return nil
	}
	f, err := newSpillFile(k.dir)
	if err != nil {
		return err
	}
	k.file = f
	parts := k.parts
	k.parts = nil
	for _, p := range parts {
		if p.batch == nil { // handed out for the last time
			k.parts = append(k.parts, p)
			continue
		}
		if err := k.write(p); err != nil {
			return err
		}
	}
	k.held.Free()
	k.meter = newMeter()
	return nil
}

// write appends a batch to the file.
func (k *Kept) write(p keptPart) error {
	var e codec.Encoder
	encodeBatch(&e, p.batch)
	sec, err := k.file.put(e.B)
	k.bytes += int64(len(e.B))
	k.parts = append(k.parts, keptPart{sec: sec, rows: p.rows})
	return err
}

// take appends the rows of o, which is unusable afterwards.
func (k *Kept) take(o *Kept) error {
	if o.file != nil && k.file == nil {
		if err := k.spill(); err != nil {
			return err
		}
	}
	parts := o.parts
	o.held.Free() // before the same is taken again
	for _, p := range parts {
		if p.batch != nil {
			if err := k.Add(p.batch); err != nil {
				return err
			}
			continue
		}
		sec, err := k.file.copy(o.file, p.sec)
		if err != nil {
			return err
		}
		k.parts = append(k.parts, keptPart{sec: sec, rows: p.rows})
		k.n += p.rows
	}
	k.bytes += o.bytes
	k.merge(&o.Schema)
	return o.Close()
}

// Len returns the number of rows.
func (k *Kept) Len() int { return k.n }

// OnDisk reports whether the rows are in a file. What is read from there belongs to nobody: a command that
// keeps a text of it copies it.
func (k *Kept) OnDisk() bool { return k.file != nil }

// Loaded returns the rows as a table as long as they are in memory; they still belong to k.
func (k *Kept) Loaded() *Rows {
	r := &Rows{n: k.n, ordered: k.Ordered()}
	for _, p := range k.parts {
		r.batches = append(r.batches, p.batch)
	}
	return r
}

// get returns batch i.
func (k *Kept) get(i int) (*column.Batch, error) {
	if b := k.parts[i].batch; b != nil {
		return b.Copy(), nil
	}
	data, err := k.file.read(k.parts[i].sec)
	if err != nil {
		return nil, err
	}
	return decodeBatch(&codec.Decoder{B: data})
}

// drop gives up batch i of the memory.
func (k *Kept) drop(i int) error {
	b := k.parts[i].batch
	if b == nil {
		return nil
	}
	k.parts[i].batch = nil
	return k.held.Take(-k.meter.drop(b))
}

// Each calls f for every batch in order. The rows stay.
func (k *Kept) Each(ctx context.Context, f func(b *column.Batch) error) error {
	return Each(ctx, k.Pass(), f)
}

// Pass streams the batches in order. The rows stay.
func (k *Kept) Pass() column.Stream {
	i := 0
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if i == len(k.parts) {
			return nil, io.EOF
		}
		i++
		return k.get(i - 1)
	}, nil)
}

// Stream streams the batches in order for the last time: the memory of each is free once it was handed
// out, and the file is gone at the end.
func (k *Kept) Stream() column.Stream {
	i := 0
	return k.last(func() (int, bool) { i++; return i - 1, i <= len(k.parts) }, func(b *column.Batch) *column.Batch { return b })
}

// Backwards streams the last limit rows for the last time, the last row first. All batches have all
// columns.
func (k *Kept) Backwards(limit int) column.Stream {
	i, left := len(k.parts), limit
	return k.last(func() (int, bool) { i--; return i, i >= 0 && (left > 0 || i == len(k.parts)-1) },
		func(b *column.Batch) *column.Batch {
			rows := make([]uint32, min(b.N, left))
			for j := range rows {
				rows[j] = uint32(b.N - 1 - j)
			}
			left -= len(rows)
			return k.Arrange(b).Pick(rows)
		})
}

// last streams the batches that next numbers, for the last time.
func (k *Kept) last(next func() (i int, ok bool), change func(*column.Batch) *column.Batch) column.Stream {
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		i, ok := next()
		if !ok {
			if err := k.closeRows(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
		b, err := k.get(i)
		if err != nil {
			return nil, err
		}
		return change(b), k.drop(i)
	}, k.Close)
}

// dropFirst gives up the first batch; what it said about columns stays said.
func (k *Kept) dropFirst() error {
	err := k.drop(0)
	k.n -= k.parts[0].rows
	k.parts = k.parts[1:]
	return err
}

// Close gives memory and file back. It may be called again.
func (k *Kept) Close() error {
	k.more.Free()
	return k.closeRows()
}

func (k *Kept) closeRows() error {
	k.held.Free()
	k.parts = nil
	if k.file == nil {
		return nil
	}
	f := k.file
	k.file = nil
	return f.close()
}
