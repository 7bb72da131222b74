package store

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"
	"sync"

	"spl/exec/column"
)

// Memory keeps events in memory. The zero value is not usable; see NewMemory.
type Memory struct {
	limit int // rows of a block
	mu    sync.RWMutex
	seq   uint64
	byIdx map[string][]*block
}

// block is events of one index and sourcetype. It is immutable; a merge makes a new one.
type block struct {
	events
	first, last uint64 // appends it came from
}

// NewMemory returns an empty store in memory.
func NewMemory() *Memory { return NewMemoryBlocks(column.MaxRows) }

// NewMemoryBlocks returns an empty store in memory whose blocks, units and batches hold at most limit
// rows: tests use tiny ones.
func NewMemoryBlocks(limit int) *Memory {
	return &Memory{limit: limit, byIdx: map[string][]*block{}}
}

// Append adds events.
func (m *Memory) Append(ctx context.Context, b *column.Batch) error {
	if err := ctx.Err(); err != nil || b.Rows() == 0 {
		return err
	}
	e, err := checkEvents(b)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(e)
	return nil
}

// add takes checked events; the lock is held.
func (m *Memory) add(e events) {
	for _, p := range e.pieces(m.limit) {
		m.seq++
		m.byIdx[e.index] = appendBlock(m.byIdx[e.index], &block{p, m.seq, m.seq}, m.limit)
	}
}

// appendBlock adds a block and merges it with those before it while they are of like size, so that
// many small appends cost the logarithm of their number each. Only neighbours in the order of
// appending merge: the order of events of one moment rests on it. What the list held stays as it is for
// those who read it.
func appendBlock(list []*block, b *block, limit int) []*block {
	n := len(list)
	for n > 0 {
		p := list[n-1]
		if p.sourcetype != b.sourcetype || p.last+1 != b.first || p.N+b.N > limit || p.N > 2*b.N {
			break
		}
		b = mergeBlocks([]*block{p, b})
		n--
	}
	if n < len(list) {
		list = slices.Clip(list[:n])
	}
	return append(list, b)
}

// mergeBlocks makes one block of several, in their order.
func mergeBlocks(bs []*block) *block { return mergeWith(bs, mergeRows) }

func mergeWith(bs []*block, merge func([]*column.Batch, []rowRun) *column.Batch) *block {
	var parts []*column.Batch
	for _, b := range bs {
		parts = append(parts, b.Batch)
	}
	type key struct {
		t         int64
		part, row int32
	}
	total := 0
	for _, b := range bs {
		total += b.N
	}
	keys := make([]key, 0, total)
	for i, b := range bs {
		for r, t := range b.times {
			keys = append(keys, key{t, int32(i), int32(r)})
		}
	}
	older := func(a, b key) int { return cmp.Compare(a.t, b.t) }
	if !slices.IsSortedFunc(keys, older) {
		slices.SortStableFunc(keys, older)
	}
	var runs []rowRun
	for _, k := range keys {
		part, row := int(k.part), int(k.row)
		if n := len(runs); n > 0 && runs[n-1].part == part && runs[n-1].to+1 == row {
			runs[n-1].to++
			continue
		}
		runs = append(runs, rowRun{part, row, row})
	}
	out := *bs[0]
	out.last = bs[len(bs)-1].last
	out.Batch = merge(parts, runs)
	out.times = out.Col(FieldTime).(*column.Time).V
	return &out
}

// chunk describes the block to a scan.
func (b *block) chunk() *chunk {
	return &chunk{lo: b.times[0], hi: b.times[b.N-1], rows: b.N, seq: b.last,
		load: func(ctx context.Context, fields column.FieldSet) (*column.Batch, error) {
			return wanted(b.Batch, fields), ctx.Err()
		}}
}

// evidence tells which columns the block has.
func (b *block) evidence(field string) evidence {
	switch i := b.Index(field); {
	case i < 0:
		return evidence{}
	case field == FieldIndex:
		return evidence{present: true, all: true, values: []string{b.index}}
	case field == FieldSourcetype:
		return evidence{present: true, all: true, values: []string{b.sourcetype}}
	}
	return evidence{present: true}
}

// Scan finds the blocks that may hold matches.
func (m *Memory) Scan(ctx context.Context, s Scan) (*Units, error) {
	out := &Units{Release: func() {}}
	chunks := m.chunks(s, &out.Pruned)
	out.Units = unitsOf(chunks, s, m.limit)
	return out, ctx.Err()
}

// unitsOf makes the units of a scan.
func unitsOf(chunks []*chunk, s Scan, limit int) []Unit {
	if s.Load != nil {
		for i, c := range chunks {
			chunks[i] = c.through(s.Load, s.Ordered)
		}
	}
	if s.Ordered {
		return orderedUnits(chunks, s.Time, s.Fields, limit)
	}
	return unorderedUnits(chunks, s.Fields)
}

func (m *Memory) chunks(s Scan, pruned *Pruned) []*chunk {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []*chunk
	for _, name := range distinct(s.Indexes) {
		for _, b := range m.byIdx[name] {
			pruned.Groups++
			if !s.Time.Overlaps(b.times[0], b.times[b.N-1]) || !s.mayMatch(&Origin{Sourcetype: b.sourcetype}, b.evidence) {
				pruned.GroupsSkipped.note(s.Time.Overlaps(b.times[0], b.times[b.N-1]))
				continue
			}
			pruned.Events += int64(b.N)
			out = append(out, b.chunk())
		}
	}
	return out
}

// distinct returns the names, each once.
func distinct(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out)
}

// Indexes describes the indexes that hold events, sorted by name.
func (m *Memory) Indexes(ctx context.Context) ([]IndexInfo, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	infos := infoSet{}
	for _, bs := range m.byIdx {
		for _, b := range bs {
			infos.add(b.index, b.sourcetype, int64(b.N), b.times[0], b.times[b.N-1])
		}
	}
	return infos.sorted(), ctx.Err()
}

// infoSet gathers descriptions of indexes.
type infoSet map[string]*IndexInfo

func (s infoSet) add(index, sourcetype string, n, lo, hi int64) *IndexInfo {
	i := s[index]
	if i == nil {
		i = &IndexInfo{Name: index, Earliest: math.MaxInt64, Latest: math.MinInt64, Sourcetypes: map[string]int64{}}
		s[index] = i
	}
	i.Events += n
	i.Earliest, i.Latest = min(i.Earliest, lo), max(i.Latest, hi)
	i.Sourcetypes[sourcetype] += n
	return i
}

func (s infoSet) sorted() []IndexInfo {
	out := make([]IndexInfo, 0, len(s))
	for _, i := range s {
		out = append(out, *i)
	}
	slices.SortFunc(out, func(a, b IndexInfo) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

// Fields returns the names of the stored columns, sorted.
func (m *Memory) Fields(ctx context.Context, indexes []string) ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	seen := map[string]bool{}
	for _, name := range indexes {
		for _, b := range m.byIdx[name] {
			for _, f := range b.Names {
				seen[f] = true
			}
		}
	}
	return sortedKeys(seen), ctx.Err()
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Delete removes the events of an index inside r.
func (m *Memory) Delete(ctx context.Context, index string, r TimeRange) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var kept []*block
	for _, b := range m.byIdx[index] {
		if b = b.without(r); b != nil {
			kept = append(kept, b)
		}
	}
	if m.byIdx[index] = kept; len(kept) == 0 {
		delete(m.byIdx, index)
	}
	return ctx.Err()
}

// without returns the block less the events in r, nil if none is left.
func (b *block) without(r TimeRange) *block {
	if !r.Overlaps(b.times[0], b.times[b.N-1]) {
		return b
	}
	var rows []uint32
	for i, t := range b.times {
		if t < r.Earliest || t >= r.Latest {
			rows = append(rows, uint32(i))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	out := *b
	out.Batch = b.Pick(rows)
	out.times = out.Col(FieldTime).(*column.Time).V
	return &out
}

// Close does nothing: the events go with the store.
func (m *Memory) Close() error { return nil }
