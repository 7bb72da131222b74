package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"spl/exec/column"
	"spl/exec/store/segment"
)

// snapshot is what a scan works on: segments that stay on the disk until it is released.
type snapshot struct {
	store  *Local
	segs   []*segmentFile
	chunks []*chunk // of open events
	held   bool
	once   sync.Once
}

// take makes a snapshot of some indexes; nil means all.
func (l *Local) take(s Scan, pruned *Pruned) (*snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errors.New("the store is closed")
	}
	before := l.holds
	if err := l.hold(); err != nil {
		return nil, err
	}
	snap := &snapshot{store: l, held: l.holds > before}
	if err := l.refresh(); err != nil {
		if snap.held {
			err = errors.Join(err, l.unhold())
		}
		return nil, fmt.Errorf("read store: %w", err)
	}
	for _, m := range []*Memory{l.open, l.frozen} {
		if m != nil {
			snap.chunks = append(snap.chunks, m.chunks(s, pruned)...)
		}
	}
	in := map[string]bool{}
	for _, name := range s.Indexes {
		in[name] = true
	}
	for _, f := range l.segs {
		if s.Indexes == nil || in[f.Index] {
			f.refs++
			snap.segs = append(snap.segs, f)
		}
	}
	return snap, nil
}

// release gives a snapshot back, once.
func (s *snapshot) release() {
	s.once.Do(func() {
		l := s.store
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, f := range s.segs {
			f.refs--
		}
		if s.held {
			// A lock that cannot be given back goes with the process.
			_ = l.unhold()
		}
		// Files that cannot be deleted now are orphans, which the next writer finds.
		_ = l.sweep()
	})
}

// Scan finds the row groups and open events that may hold matches.
func (l *Local) Scan(ctx context.Context, s Scan) (*Units, error) {
	out := &Units{}
	if s.Indexes == nil {
		s.Indexes = []string{}
	}
	snap, err := l.take(s, &out.Pruned)
	if err != nil {
		return nil, err
	}
	out.Release = snap.release
	chunks := snap.chunks
	for _, f := range snap.segs {
		more, err := l.segmentChunks(f, s, &out.Pruned)
		if err != nil && l.opts.Damaged != nil {
			l.opts.Damaged(err)
			continue
		}
		if err != nil {
			snap.release()
			return nil, err
		}
		chunks = append(chunks, more...)
	}
	out.Units = unitsOf(chunks, s, l.opts.BatchRows)
	return out, ctx.Err()
}

// segmentChunks lists the row groups of a segment that a scan has to read.
func (l *Local) segmentChunks(f *segmentFile, s Scan, pruned *Pruned) ([]*chunk, error) {
	pruned.Segments++
	known := func(field string) evidence {
		switch field {
		case FieldIndex:
			return evidence{present: true, all: true, values: []string{f.Index}}
		case FieldSourcetype:
			return evidence{present: true, all: true, values: []string{f.Sourcetype}}
		}
		return evidence{unknown: true}
	}
	if !s.Time.Overlaps(f.Lo, f.Hi) || !s.mayMatch(&Origin{Sourcetype: f.Sourcetype}, known) {
		pruned.SegmentsSkipped.note(s.Time.Overlaps(f.Lo, f.Hi))
		return nil, nil
	}
	file, deleted, err := f.get(l.dir, l.cache)
	if err != nil {
		return nil, err
	}
	origin := &Origin{Sourcetype: f.Sourcetype}
	if s.Terms != nil {
		origin.Sources, origin.Hosts = listed(file.Meta.Sources), listed(file.Meta.Hosts)
	}
	var out []*chunk
	first := 0
	for g := range file.Meta.Groups {
		group := &file.Meta.Groups[g]
		pruned.Groups++
		look := func(field string) evidence { return groupEvidence(file, g, field) }
		if !s.Time.Overlaps(group.Earliest, group.Latest) || !s.mayMatch(origin, look) {
			pruned.GroupsSkipped.note(s.Time.Overlaps(group.Earliest, group.Latest))
		} else if live := group.Rows - countRange(deleted, first, group.Rows); live > 0 {
			pruned.Events += int64(live)
			c := &chunk{lo: group.Earliest, hi: group.Latest, rows: live, seq: f.ID<<16 | uint64(g), load: l.loader(f, g, first, s.Bytes)}
			c.part = groupPart{chunkPart{c}, l, f, g, first, s.Bytes}
			out = append(out, c)
		}
		first += group.Rows
	}
	return out, nil
}

// loader gives the function that reads a row group; first is its first row in the file.
func (l *Local) loader(f *segmentFile, group, first int, bytes *atomic.Int64) func(context.Context, column.FieldSet) (*column.Batch, error) {
	return func(ctx context.Context, fields column.FieldSet) (*column.Batch, error) {
		b, err := f.read(ctx, group, first, fields, nil, bytes)
		if err != nil && ctx.Err() == nil {
			err = l.fault(err)
		}
		if f := (*fault)(nil); errors.As(err, &f) {
			return f.leaveOut(fields), nil
		}
		return b, err
	}
}

// fault is damage that the store goes on without. It travels as an error to where a whole row group can
// be left out, so that no columns of different lengths meet.
type fault struct {
	error
	tell func(error)
}

// fault makes an error of reading one that leaves the row group out, if the store goes on without.
func (l *Local) fault(err error) error {
	if l.opts.Damaged == nil {
		return err
	}
	return &fault{err, l.opts.Damaged}
}

func (f *fault) Unwrap() error { return f.error }

// leaveOut tells of the damage and returns no rows.
func (f *fault) leaveOut(fields column.FieldSet) *column.Batch {
	f.tell(f.error)
	b := column.NewBatch(0)
	b.Set(FieldTime, &column.Time{})
	return wanted(b, fields)
}

// read reads the rows of a group that are not deleted. Columns that are the same in all rows are made,
// not read. With sel, raw text is made for those rows only; then none of the group may be deleted.
func (f *segmentFile) read(ctx context.Context, group, first int, fields column.FieldSet, sel column.Bitmap, bytes *atomic.Int64) (*column.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := f.file.Meta
	constant := map[string]string{FieldIndex: f.Index, FieldSourcetype: f.Sourcetype}
	for name, counts := range map[string]map[string]int64{FieldHost: m.Hosts, FieldSource: m.Sources} {
		for v, n := range counts {
			if n == m.Rows {
				constant[name] = v
			}
		}
	}
	b, err := f.file.ReadRows(group, func(name string) bool {
		_, known := constant[name]
		return !known && fields.Has(name)
	}, sel, bytes)
	if err != nil {
		return nil, err
	}
	for name, v := range constant {
		if fields.Has(name) {
			b.Set(name, column.ConstText(v, b.N))
		}
	}
	if countRange(f.deleted, first, b.N) == 0 {
		return b, nil
	}
	var rows []uint32
	for i := range b.N {
		if !f.deleted.Get(first + i) {
			rows = append(rows, uint32(i))
		}
	}
	return b.Pick(rows), nil
}

// get opens the segment, once.
func (f *segmentFile) get(dir string, cache *segment.Cache) (*segment.File, column.Bitmap, error) {
	f.load.Lock()
	defer f.load.Unlock()
	if f.file != nil {
		return f.file, f.deleted, nil
	}
	file, err := segment.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		return nil, nil, err
	}
	if file.Meta.Rows != f.Rows {
		return nil, nil, fmt.Errorf("segment %s has %d events, the catalogue knows %d", file.Path, file.Meta.Rows, f.Rows)
	}
	if f.record.Deleted != "" {
		if f.deleted, err = readBitmap(filepath.Join(dir, filepath.FromSlash(f.record.Deleted)), int(f.Rows)); err != nil {
			return nil, nil, err
		}
	}
	file.Cache = cache
	f.file = file
	return f.file, f.deleted, nil
}

// listed returns the counted values; nil if they are too many to be counted. Events without the field count
// as having "".
func listed(counts map[string]int64) []string {
	if counts == nil {
		return nil
	}
	return append(sortedKeys(counts), "")
}

// groupEvidence tells what a file knows of a column in a row group.
func groupEvidence(file *segment.File, group int, field string) evidence {
	m := file.Meta
	i := m.Find(field)
	if i < 0 {
		return evidence{}
	}
	c := &m.Groups[group].Chunks[i]
	e := evidence{present: c.Values > 0, all: c.All, numeric: c.Numeric, min: c.Min, max: c.Max}
	if c.BytesKnown {
		e.bytes = (*[4]uint64)(&c.Bytes)
	}
	e.mayEqual = func(literal string) bool { return file.MayEqual(group, i, literal) }
	switch {
	case field == FieldRaw && m.Groups[group].Shaped > 0:
		e.mayEqual = nil // the chunk has the stored texts only
		e.present, e.all, e.numeric = true, c.Values+m.Groups[group].Shaped == m.Groups[group].Rows, false
	case field == FieldIndex:
		e.values = []string{m.Index}
	case field == FieldSourcetype:
		e.values = []string{m.Sourcetype}
	case field == FieldHost && m.Hosts != nil:
		e.values = sortedKeys(m.Hosts)
	case field == FieldSource && m.Sources != nil:
		e.values = sortedKeys(m.Sources)
	case m.Columns[i].Type == segment.Time:
		e.unknown = true
	}
	return e
}

// countRange counts the bits among n from the first on.
func countRange(b column.Bitmap, first, n int) (count int) {
	for i := first; b != nil && i < first+n; i++ {
		if b.Get(i) {
			count++
		}
	}
	return count
}

// Indexes describes the indexes that hold events, sorted by name.
func (l *Local) Indexes(ctx context.Context) ([]IndexInfo, error) {
	snap, err := l.take(Scan{Time: AllTime}, &Pruned{})
	if err != nil {
		return nil, err
	}
	defer snap.release()
	infos := infoSet{}
	for _, f := range snap.segs {
		i := infos.add(f.Index, f.Sourcetype, f.Live, f.Lo, f.Hi)
		i.Segments++
		i.Bytes += f.Bytes
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range []*Memory{l.open, l.frozen} {
		if m == nil {
			continue
		}
		for _, b := range m.all() {
			infos.add(b.index, b.sourcetype, int64(b.N), b.times[0], b.times[b.N-1])
		}
	}
	return infos.sorted(), ctx.Err()
}

// Fields returns the names of the stored columns, sorted.
func (l *Local) Fields(ctx context.Context, indexes []string) ([]string, error) {
	s := Scan{Indexes: append([]string{}, indexes...), Time: AllTime}
	snap, err := l.take(s, &Pruned{})
	if err != nil {
		return nil, err
	}
	defer snap.release()
	seen := map[string]bool{}
	for _, f := range snap.segs {
		file, _, err := f.get(l.dir, l.cache)
		if err != nil && l.opts.Damaged != nil {
			l.opts.Damaged(err)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, c := range file.Meta.Fields() {
			seen[c] = true
		}
	}
	for _, c := range snap.chunks {
		b, err := c.load(ctx, column.AllFields())
		if err != nil {
			return nil, err
		}
		for _, n := range b.Names {
			seen[n] = true
		}
	}
	return sortedKeys(seen), ctx.Err()
}

// Verify reads every segment and returns the faults, each naming its file.
func (l *Local) Verify(ctx context.Context) ([]error, error) {
	snap, err := l.take(Scan{Time: AllTime}, &Pruned{})
	if err != nil {
		return nil, err
	}
	defer snap.release()
	var faults []error
	for _, f := range snap.segs {
		if err := ctx.Err(); err != nil {
			return faults, err
		}
		file, _, err := f.get(l.dir, l.cache)
		if errors.Is(err, os.ErrNotExist) {
			err = fmt.Errorf("segment %s is missing", filepath.Join(l.dir, filepath.FromSlash(f.Path)))
		}
		if err == nil {
			err = file.Verify()
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults, nil
}
