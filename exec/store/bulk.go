package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"spl/exec/column"
	"spl/exec/store/segment"
)

// Bulk takes many events straight into segments, without the write-ahead log. Nothing of it is in the
// store before Commit. Several workers may Add at once.
type Bulk struct {
	store *Local
	slots chan struct{} // one for each full row group that is being merged and written

	mu      sync.Mutex
	piles   map[string]*pile
	events  map[string]int64 // taken, by index
	waiting int64            // bytes of the row groups that are not full
	marks   []string
	seq     uint64
	ended   bool

	writing sync.WaitGroup
	result  sync.Mutex
	done    []record
	err     error
}

// pile is the row groups of one index and sourcetype that wait for enough of them to make a segment.
type pile struct {
	open *grouping // takes more events
	full []*grouping
}

// maxWaiting bounds the text of events whose row groups are not full, over all piles, and that of a row
// group, so that offsets into its texts stay in 32 bits.
const maxWaiting = 256 << 20

// Bulk begins a bulk import.
func (l *Local) Bulk() (*Bulk, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.write(); err != nil {
		return nil, err
	}
	return &Bulk{store: l, piles: map[string]*pile{}, events: map[string]int64{}, slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}, nil
}

var errEnded = errors.New("bulk import has ended")

// Add takes a batch as Store.Append does, also one whose texts were taken apart (flat.Block.Shape). Others may merge and write it later; Add waits while they have
// enough to do.
func (b *Bulk) Add(ctx context.Context, batch *column.Batch) error {
	if err := ctx.Err(); err != nil || batch.Rows() == 0 {
		return err
	}
	e, err := checkBulk(batch)
	if err == nil {
		err = checkIndex(e.index)
	}
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, part := range e.pieces(b.store.opts.BatchRows) {
		if err := b.take(ctx, part); err != nil {
			return err
		}
	}
	return b.failed()
}

// take puts events into the open row group of their pile. The lock is held.
func (b *Bulk) take(ctx context.Context, e events) error {
	if b.ended {
		return errEnded
	}
	key := e.index + "\x00" + e.sourcetype
	p := b.piles[key]
	if p == nil {
		p = &pile{}
		b.piles[key] = p
	}
	size := textBytes(e.Batch)
	if g := p.open; g != nil && (g.rows+e.N > b.store.opts.BatchRows || g.size+size > maxWaiting) {
		if err := b.close(ctx, p); err != nil {
			return err
		}
	}
	if p.open == nil {
		p.open = newGrouping(b.store.segmentOptions(e.index, b.events[e.index]+int64(e.N)))
	}
	b.seq++
	b.events[e.index] += int64(e.N)
	p.open.rows, p.open.size, b.waiting = p.open.rows+e.N, p.open.size+size, b.waiting+size
	select {
	case p.open.in <- &block{e, b.seq, b.seq}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for b.waiting > maxWaiting {
		if err := b.close(ctx, b.largest()); err != nil {
			return err
		}
	}
	return nil
}

// largest returns the pile whose open row group holds most.
func (b *Bulk) largest() (out *pile) {
	for _, p := range b.piles {
		if p.open != nil && (out == nil || p.open.size > out.open.size) {
			out = p
		}
	}
	return out
}

// close ends the open row group of a pile; a worker makes its pages. The lock is held.
func (b *Bulk) close(ctx context.Context, p *pile) error {
	g := p.open
	select {
	case b.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	go func() {
		<-g.done
		<-b.slots
	}()
	close(g.in)
	b.waiting -= g.size
	p.open, p.full = nil, append(p.full, g)
	b.writeFull(ctx, p)
	return nil
}

// writeFull has the row groups that are enough for a segment written. The lock is held.
func (b *Bulk) writeFull(ctx context.Context, p *pile) {
	rows, size := 0, int64(0)
	for i, g := range p.full {
		if !g.ready() || g.err != nil {
			return
		}
		rows, size = rows+g.prepared.Rows, size+g.prepared.Bytes
		// The next row group, of which nothing is known yet, must not have fitted in.
		if rows+b.store.opts.BatchRows > b.store.opts.SegmentRows || size >= b.store.opts.SegmentBytes {
			b.write(ctx, slices.Clone(p.full[:i+1]))
			p.full = slices.Delete(p.full, 0, i+1)
			return
		}
	}
}

// write writes row groups to segments, beside the import.
func (b *Bulk) write(ctx context.Context, groups []*grouping) {
	b.writing.Go(func() {
		var ready []*segment.Prepared
		var err error
		for _, g := range groups {
			<-g.done
			if err = errors.Join(err, g.err); g.prepared != nil {
				ready = append(ready, g.prepared)
			}
		}
		var recs []record
		if err == nil {
			recs, err = b.store.writeGroups(ctx, ready)
		}
		b.result.Lock()
		defer b.result.Unlock()
		b.done, b.err = append(b.done, recs...), errors.Join(b.err, err)
	})
}

// failed returns what went wrong beside the import.
func (b *Bulk) failed() error {
	b.result.Lock()
	defer b.result.Unlock()
	return b.err
}

// textBytes is about the size of the columns' texts when those of the events are taken apart.
func textBytes(b *column.Batch) (n int64) {
	for i, c := range b.Cols {
		switch c := c.(type) {
		case *column.Dict:
			if size := c.D.Bytes(); b.Names[i] == FieldRaw {
				n += size / 4
			} else {
				n += size
			}
		case *column.List:
			n += c.Inner.D.Bytes()
		case *column.Values:
			n += c.D.Bytes()
		}
	}
	return n
}

// end stops the import and writes all that waits, or drops it.
func (b *Bulk) end(ctx context.Context, keep bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended && keep {
		return errEnded
	}
	b.ended = true
	for _, key := range sortedKeys(b.piles) {
		p := b.piles[key]
		if p.open != nil {
			if err := b.close(context.WithoutCancel(ctx), p); err != nil {
				return err
			}
		}
		if keep {
			b.write(ctx, p.full)
		}
	}
	b.piles = nil
	b.writing.Wait()
	return b.failed()
}

// Commit writes what waits and puts all segments into the store at once. After an error nothing is in
// the store, and Abort cleans up.
func (b *Bulk) Commit(ctx context.Context) error {
	if err := b.end(ctx, true); err != nil {
		return err
	}
	if len(b.done) == 0 && len(b.marks) == 0 {
		return nil
	}
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if b.store.closed {
		return errors.New("the store is closed")
	}
	err := b.store.change(change{Put: b.done, Mark: b.marks})
	if err == nil || errors.Is(err, errUncertain) {
		b.done = nil
	}
	return err
}

// Mark names something that the import holds, such as the digest of a file. Commit remembers it together
// with the events: either both are in the store or neither.
func (b *Bulk) Mark(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.marks = append(b.marks, name)
}

// Marked reports whether the import was given the mark.
func (b *Bulk) Marked(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Contains(b.marks, name)
}

// Marked reports whether an import with the mark was committed.
func (l *Local) Marked(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cat.marks[name]
}

// Abort ends the import and deletes what it wrote, unless it was committed.
func (b *Bulk) Abort() error {
	_ = b.end(context.Background(), false) // what failed is dropped, too
	b.result.Lock()
	defer b.result.Unlock()
	err := b.store.discard(b.done, nil)
	b.done = nil
	return err
}
