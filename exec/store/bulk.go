package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"spl/exec/column"
	"spl/exec/store/segment"
)

// Bulk takes many events straight into segments, without the write-ahead log. Nothing of it is in the
// store before Commit. Several workers may Add at once.
type Bulk struct {
	store *Local
	mu    sync.Mutex
	piles map[string]*pile
	done  []record
	marks []string
	seq   uint64
	ended bool
}

// pile is events of one index and sourcetype that wait for enough of them.
type pile struct {
	blocks []*block            // small ones, to be merged
	groups []*segment.Prepared // the others
	rows   int
	size   int64
}

// Bulk begins a bulk import.
func (l *Local) Bulk() (*Bulk, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.write(); err != nil {
		return nil, err
	}
	return &Bulk{store: l, piles: map[string]*pile{}}, nil
}

var errEnded = errors.New("bulk import has ended")

// Add takes a batch as Store.Append does. The worker that fills a segment writes it.
func (b *Bulk) Add(ctx context.Context, batch *column.Batch) error {
	if err := ctx.Err(); err != nil || batch.Rows() == 0 {
		return err
	}
	e, err := checkEvents(batch)
	if err == nil {
		err = checkIndex(e.index)
	}
	if err != nil {
		return err
	}
	groups, small, err := b.prepare(e)
	if err != nil {
		return err
	}
	b.mu.Lock()
	p, err := b.take(e, groups, small)
	b.mu.Unlock()
	if err != nil || p == nil {
		return err
	}
	return b.write(ctx, p)
}

// prepare makes row groups of the large pieces of a batch, in the worker that brings it.
func (b *Bulk) prepare(e events) (groups []*segment.Prepared, small []events, err error) {
	opts := b.store.opts
	for _, part := range e.pieces(opts.BatchRows) {
		if 2*part.N < opts.BatchRows {
			small = append(small, part)
			continue
		}
		g, err := segment.Prepare(part.Batch, segment.Options{KeepRaw: opts.KeepRaw})
		if err != nil {
			return nil, nil, err
		}
		groups = append(groups, g)
	}
	return groups, small, nil
}

// take puts events onto their pile, and gives the pile out when it is enough for a segment.
func (b *Bulk) take(e events, groups []*segment.Prepared, small []events) (*pile, error) {
	if b.ended {
		return nil, errEnded
	}
	key := e.index + "\x00" + e.sourcetype
	p := b.piles[key]
	if p == nil {
		p = &pile{}
		b.piles[key] = p
	}
	for _, part := range small {
		b.seq++
		p.blocks = append(p.blocks, &block{part, b.seq, b.seq})
		p.size += textBytes(part.Batch)
	}
	for _, g := range groups {
		p.groups = append(p.groups, g)
		p.size += g.Bytes
	}
	if p.rows += e.N; p.rows < b.store.opts.SegmentRows && p.size < b.store.opts.SegmentBytes {
		return nil, nil
	}
	delete(b.piles, key)
	return p, nil
}

// textBytes is the size of the columns' texts.
func textBytes(b *column.Batch) (n int64) {
	for _, c := range b.Cols {
		switch c := c.(type) {
		case *column.Dict:
			n += c.D.Bytes()
		case *column.List:
			n += c.Inner.D.Bytes()
		}
	}
	return n
}

func (b *Bulk) write(ctx context.Context, p *pile) error {
	groups, err := b.store.prepare(ctx, p.blocks)
	if err != nil {
		return err
	}
	recs, err := b.store.writeGroups(ctx, append(p.groups, groups...))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = append(b.done, recs...)
	return err
}

// Commit writes what waits and puts all segments into the store at once. After an error nothing is in
// the store, and Abort cleans up.
func (b *Bulk) Commit(ctx context.Context) error {
	b.mu.Lock()
	piles := b.piles
	b.piles = nil
	ended := b.ended
	b.ended = true
	b.mu.Unlock()
	if ended {
		return errEnded
	}
	for _, key := range sortedKeys(piles) {
		if err := b.write(ctx, piles[key]); err != nil {
			return err
		}
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
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.piles = true, nil
	err := b.store.discard(b.done, nil)
	b.done = nil
	return err
}
