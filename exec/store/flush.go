package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"time"

	"spl/exec/column"
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
		if err := w.log.f.Close(); err != nil {
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
	by := map[kind][]*block{}
	var kinds []kind
	for _, b := range blocks {
		k := kind{b.index, b.sourcetype}
		if by[k] == nil {
			kinds = append(kinds, k)
		}
		by[k] = append(by[k], b)
	}
	var out []record
	for _, k := range kinds {
		for _, groups := range l.segments(rowGroups(by[k], l.opts.BatchRows)) {
			r, err := l.writeSegment(ctx, groups)
			if err != nil {
				return out, err
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// rowGroups puts blocks in the order of their times and merges small neighbours.
func rowGroups(blocks []*block, limit int) []*block {
	blocks = slices.Clone(blocks)
	sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].times[0] < blocks[j].times[0] })
	var out, pile []*block
	rows := 0
	flush := func() {
		// Equal times stay in the order of appending.
		sort.SliceStable(pile, func(i, j int) bool { return pile[i].first < pile[j].first })
		if len(pile) == 1 {
			out = append(out, pile[0])
		} else if len(pile) > 1 {
			out = append(out, mergeBlocks(pile))
		}
		pile, rows = nil, 0
	}
	for _, b := range blocks {
		if rows+b.N > limit {
			flush()
		}
		pile, rows = append(pile, b), rows+b.N
	}
	flush()
	return out
}

// segments cuts row groups into files.
func (l *Local) segments(groups []*block) [][]*block {
	var out [][]*block
	rows, size := 0, int64(0)
	for _, g := range groups {
		n := textBytes(g.Batch)
		if len(out) == 0 || rows+g.N > l.opts.SegmentRows || size+n > l.opts.SegmentBytes {
			out, rows, size = append(out, nil), 0, 0
		}
		out[len(out)-1] = append(out[len(out)-1], g)
		rows, size = rows+g.N, size+n
	}
	return out
}

// textBytes is the size of the columns' texts other than _raw.
func textBytes(b *column.Batch) (n int64) {
	for i, c := range b.Cols {
		if b.Names[i] == FieldRaw {
			continue
		}
		switch c := c.(type) {
		case *column.Dict:
			n += c.D.Bytes()
		case *column.List:
			n += c.Inner.D.Bytes()
		}
	}
	return n
}

// writeSegment writes one file.
func (l *Local) writeSegment(ctx context.Context, groups []*block) (record, error) {
	if err := ctx.Err(); err != nil {
		return record{}, err
	}
	first := groups[0]
	day := time.UnixMicro(first.times[0]).UTC().Format("2006-01-02")
	id := l.writer.next.Add(1) - 1
	r := record{ID: id, Index: first.index, Sourcetype: first.sourcetype, Path: path.Join(first.index, day, fmt.Sprintf("%08x.parquet", id))}
	full := filepath.Join(l.dir, filepath.FromSlash(r.Path))
	if err := makeDirs(l.dir, filepath.Dir(full)); err != nil {
		return r, err
	}
	batches := make([]*column.Batch, len(groups))
	for i, g := range groups {
		batches[i] = g.Batch
	}
	err := writeFile(full, func(w io.Writer) error {
		counted := &countWriter{w: w}
		buf := bufio.NewWriterSize(counted, 1<<20)
		m, err := segment.Write(buf, batches, segment.Options{KeepRaw: l.opts.KeepRaw})
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
