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
	"runtime"
	"slices"
	"sort"
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
		groups, err := l.prepare(ctx, by[k])
		if err != nil {
			return out, err
		}
		recs, err := l.writeGroups(ctx, groups)
		out = append(out, recs...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// prepare makes row groups of blocks of one index and sourcetype.
func (l *Local) prepare(ctx context.Context, blocks []*block) ([]*segment.Prepared, error) {
	groups := rowGroups(blocks, l.opts.BatchRows)
	out := make([]*segment.Prepared, len(groups))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, g := range groups {
		work.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				out[i], err = segment.Prepare(g.Batch, segment.Options{KeepRaw: l.opts.KeepRaw})
			}
			return err
		})
	}
	return out, work.Wait()
}

// writeGroups writes row groups of one index and sourcetype to as many files as they need. What was
// written is returned with an error, too.
func (l *Local) writeGroups(ctx context.Context, groups []*segment.Prepared) ([]record, error) {
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
