package store

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"spl/exec/store/segment"
)

// Flush writes the open events to segments. Scans and appends go on meanwhile.
func (l *Local) Flush(ctx context.Context) error {
	l.flush.Lock()
	defer l.flush.Unlock()
	return l.flushOpen(ctx)
}

// flushOpen does what Flush says; the flush lock is held.
func (l *Local) flushOpen(ctx context.Context) error {
	l.mu.Lock()
	err := l.write()
	if err != nil || l.open.events() == 0 {
		l.mu.Unlock()
		return err
	}
	w := l.writer
	if w.log != nil {
		if err := w.log.close(); err != nil {
			l.mu.Unlock()
			return err
		}
	}
	w.log, w.number, w.size = nil, w.number+1, 0
	l.frozen, l.base = l.open, l.base+1<<40
	l.open = &Memory{limit: l.opts.BatchRows, byIdx: map[string][]*block{}, seq: l.base}
	live := w.number
	l.mu.Unlock()

	recs, err := l.writeBlocks(ctx, l.frozen.all())
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		err = l.change(change{Put: recs, Wal: live})
	}
	if err != nil {
		l.thaw()
		return l.discard(recs, err)
	}
	l.frozen = nil
	return errors.Join(l.dropLogs(), l.sweep())
}

// thaw makes the events whose segments could not be written open again; their logs still hold them.
func (l *Local) thaw() {
	for index, bs := range l.open.byIdx {
		l.frozen.byIdx[index] = append(l.frozen.byIdx[index], bs...)
	}
	l.frozen.seq = l.open.seq
	l.open, l.frozen = l.frozen, nil
}

// dropLogs deletes the logs whose events are in segments.
func (l *Local) dropLogs() error {
	numbers, err := walNumbers(l.dir)
	if err != nil {
		return err
	}
	var paths []string
	for _, n := range numbers {
		if n < l.cat.wal {
			paths = append(paths, walPath(l.dir, n))
		}
	}
	return l.deleteFiles(paths)
}

// all returns the blocks of all indexes.
func (m *Memory) all() []*block {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []*block
	for _, index := range sortedKeys(m.byIdx) {
		out = append(out, m.byIdx[index]...)
	}
	return out
}

// events counts the events.
func (m *Memory) events() (n int) {
	for _, b := range m.all() {
		n += b.N
	}
	return n
}

// writeBlocks writes blocks to segments, one index and sourcetype each, which no catalogue knows yet.
func (l *Local) writeBlocks(ctx context.Context, blocks []*block) ([]record, error) {
	type kind struct{ index, sourcetype string }
	by := map[kind][]waiting{}
	var kinds []kind
	for _, b := range blocks {
		k := kind{b.index, b.sourcetype}
		if by[k] == nil {
			kinds = append(kinds, k)
		}
		by[k] = append(by[k], waiting{b.times[0], b.N, textBytes(b.Batch), b.first, func() (*block, error) { return b, nil }})
	}
	var out []record
	for _, k := range kinds {
		recs, err := l.writeWaiting(ctx, by[k])
		out = append(out, recs...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// waiting is a block that is to be written, loaded when its turn comes.
type waiting struct {
	lo    int64 // of its times
	rows  int
	size  int64 // of its texts
	first uint64
	load  func() (*block, error)
}

// writeWaiting writes blocks of one index and sourcetype to segments.
func (l *Local) writeWaiting(ctx context.Context, blocks []waiting) ([]record, error) {
	piles := rowGroups(blocks, l.opts.BatchRows)
	groups := make([]*segment.Prepared, len(piles))
	var work errgroup.Group
	work.SetLimit(max(1, runtime.GOMAXPROCS(0)/2)) // each uses several processors, and much memory
	for i, pile := range piles {
		work.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				groups[i], err = l.prepare(pile)
			}
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return l.writeGroups(ctx, slices.DeleteFunc(groups, func(g *segment.Prepared) bool { return g == nil }))
}

// prepare makes a row group of blocks.
func (l *Local) prepare(pile []waiting) (*segment.Prepared, error) {
	var blocks []*block
	for _, w := range pile {
		b, err := w.load()
		if err != nil {
			return nil, err
		}
		if b == nil {
			continue // all of it was deleted
		}
		own := *b
		if own.Batch = b.Batch.Copy(); !l.opts.KeepRaw {
			own.Batch = segment.Split(own.Batch)
		}
		blocks = append(blocks, &own)
	}
	if len(blocks) == 0 {
		return nil, nil
	}
	return segment.Prepare(mergeAll(blocks), l.segmentOptions(blocks[0].index, 0))
}

// writeGroups writes row groups of one index and sourcetype to as many files as they need. What was
// written is returned with an error, too.
func (l *Local) writeGroups(ctx context.Context, groups []*segment.Prepared) ([]record, error) {
	slices.SortStableFunc(groups, func(a, b *segment.Prepared) int { return cmp.Compare(a.Earliest, b.Earliest) })
	var out []record
	for len(groups) > 0 {
		n, rows, size := 0, 0, int64(0)
		for n < len(groups) && (n == 0 || rows+groups[n].Rows <= l.opts.SegmentRows && size+groups[n].Bytes <= l.opts.SegmentBytes) {
			rows, size = rows+groups[n].Rows, size+groups[n].Bytes
			n++
		}
		r, err := l.writeSegment(ctx, groups[:n])
		if err != nil {
			return out, err
		}
		out, groups = append(out, r), groups[n:]
	}
	return out, nil
}

// rowGroups puts blocks in the order of their times and neighbours together, as many as make a row
// group. Equal times stay in the order of appending.
func rowGroups(blocks []waiting, limit int) [][]waiting {
	slices.SortStableFunc(blocks, func(a, b waiting) int { return cmp.Compare(a.lo, b.lo) })
	var out [][]waiting
	var pile []waiting
	rows, size := 0, int64(0)
	flush := func() {
		slices.SortStableFunc(pile, func(a, b waiting) int { return cmp.Compare(a.first, b.first) })
		if len(pile) > 0 {
			out = append(out, pile)
		}
		pile, rows, size = nil, 0, 0
	}
	for _, b := range blocks {
		if rows+b.rows > limit || size+b.size > maxWaiting {
			flush()
		}
		pile, rows, size = append(pile, b), rows+b.rows, size+b.size
	}
	flush()
	return out
}

// writeSegment writes one file.
func (l *Local) writeSegment(ctx context.Context, groups []*segment.Prepared) (record, error) {
	if err := ctx.Err(); err != nil {
		return record{}, err
	}
	first := groups[0]
	day := time.UnixMicro(first.Earliest).UTC().Format("2006-01-02")
	id := l.writer.next.Add(1) - 1
	r := record{ID: id, Index: first.Index, Sourcetype: first.Sourcetype, Path: path.Join(first.Index, day, fmt.Sprintf("%08x.parquet", id))}
	full := filepath.Join(l.dir, filepath.FromSlash(r.Path))
	if err := makeDirs(l.dir, filepath.Dir(full)); err != nil {
		return r, err
	}
	err := writeFile(full, func(w io.Writer) error {
		counted := &countWriter{w: w}
		buf := bufio.NewWriterSize(counted, 1<<20)
		m, err := segment.Write(buf, groups)
		if err == nil {
			err = buf.Flush()
		}
		if err != nil {
			return err
		}
		r.Rows, r.Live, r.Lo, r.Hi, r.Bytes = m.Rows, m.Rows, m.Earliest, m.Latest, counted.n
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("write segment %s: %w", r.Path, err)
	}
	return r, nil
}

// countWriter counts what goes through it.
type countWriter struct {
	w io.Writer
	n int64
}

func (c *countWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// discard deletes segments that were written but, because of err, not committed.
func (l *Local) discard(recs []record, err error) error {
	if errors.Is(err, errUncertain) {
		return err
	}
	for _, r := range recs {
		if e := os.Remove(filepath.Join(l.dir, filepath.FromSlash(r.Path))); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// segmentOptions is how row groups of an index are written, to which more events are on their way.
func (l *Local) segmentOptions(index string, more int64) segment.Options {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.segs {
		if f.Index == index {
			more += f.Live
		}
	}
	return segment.Options{KeepRaw: l.opts.KeepRaw, Blooms: l.opts.BloomEvents >= 0 && more >= l.opts.BloomEvents}
}
