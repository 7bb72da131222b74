package store

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"sync"

	"spl/exec/column"
)

// chunk is rows in the order of their time (equal times: as appended), loaded at once.
type chunk struct {
	lo, hi int64 // of _time, both included
	rows   int
	seq    uint64 // place in the order of appending
	load   func(ctx context.Context, fields column.FieldSet) (*column.Batch, error)
	part   Part // nil: what load gives
}

// chunkUnit hands out a chunk as it is.
type chunkUnit struct {
	c      *chunk
	fields column.FieldSet
}

func (u chunkUnit) Rows() int { return u.c.rows }

func (u chunkUnit) Read(ctx context.Context) ([]*column.Batch, error) {
	b, err := u.c.load(ctx, u.fields)
	if err != nil {
		return nil, err
	}
	return []*column.Batch{b}, nil
}

// unorderedUnits gives a unit a chunk, newest first.
func unorderedUnits(chunks []*chunk, fields column.FieldSet) []Unit {
	slices.SortStableFunc(chunks, newer)
	out := make([]Unit, len(chunks))
	for i, c := range chunks {
		out[i] = chunkUnit{c, fields}
	}
	return out
}

func newer(a, b *chunk) int {
	return cmp.Or(cmp.Compare(b.hi, a.hi), cmp.Compare(b.seq, a.seq))
}

// shared is a chunk that several units read from: loaded by the first, dropped after the last.
type shared struct {
	*chunk
	mu   sync.Mutex
	uses int // units that will still read it
	b    *column.Batch
}

func (s *shared) get(ctx context.Context, fields column.FieldSet) (*column.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.b == nil {
		b, err := s.load(ctx, fields.With(FieldTime))
		if err != nil {
			return nil, err
		}
		s.b = b
	}
	return s.b, nil
}

// done gives a use back. A unit that is read again loads the chunk again.
func (s *shared) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uses--; s.uses <= 0 {
		s.b = nil
	}
}

// slice is the rows of some chunks whose time lies in span.
type slice struct {
	span   TimeRange
	chunks []*shared
	fields column.FieldSet
	rows   int // estimate
	limit  int // rows of a batch
}

// targetRows is the least a unit should hold, so that many small chunks do not make many small units.
const targetRows = 1 << 15

// orderedUnits cuts time at the starts of chunks, so that a unit holds some ten thousand rows and all
// of its time, and chunks which overlap are merged piece by piece instead of all at once.
func orderedUnits(chunks []*chunk, r TimeRange, fields column.FieldSet, limit int) []Unit {
	target := min(limit, targetRows)
	byLow := make([]*shared, len(chunks))
	for i, c := range chunks {
		byLow[i] = &shared{chunk: c}
	}
	byHigh := slices.Clone(byLow)
	slices.SortStableFunc(byLow, func(a, b *shared) int { return cmp.Compare(b.lo, a.lo) })
	slices.SortStableFunc(byHigh, func(a, b *shared) int { return cmp.Compare(b.hi, a.hi) })
	var out []Unit
	var active []*shared
	end := r.Latest
	for i, rows, h := 0, 0, 0; i < len(byLow); i++ {
		rows += byLow[i].rows
		cut := byLow[i].lo
		if i+1 < len(byLow) && (byLow[i+1].lo == cut || rows < target) {
			continue
		}
		for ; h < len(byHigh) && byHigh[h].hi >= cut; h++ {
			active = append(active, byHigh[h])
		}
		s := &slice{span: TimeRange{max(cut, r.Earliest), end}, fields: fields, limit: limit, chunks: slices.Clone(active)}
		for _, c := range active {
			c.uses++
			s.rows += c.share(s.span)
		}
		out = append(out, s)
		active = slices.DeleteFunc(active, func(c *shared) bool { return c.lo >= cut })
		rows, end = 0, cut
		if cut <= r.Earliest {
			break
		}
	}
	return out
}

// share estimates the rows inside r as if time were spread evenly.
func (s *shared) share(r TimeRange) int {
	lo, hi := max(s.lo, r.Earliest), min(s.hi, r.Latest-1)
	if hi < lo {
		return 0
	}
	if s.hi == s.lo {
		return s.rows
	}
	part := (float64(hi) - float64(lo) + 1) / (float64(s.hi) - float64(s.lo) + 1)
	return max(1, int(part*float64(s.rows)))
}

// Rows estimates the number of rows.
func (s *slice) Rows() int { return s.rows }

// Read merges the chunks' rows, newest first.
func (s *slice) Read(ctx context.Context) ([]*column.Batch, error) {
	var parts []*column.Batch
	var cursors []*cursor
	for _, c := range s.chunks {
		b, err := c.get(ctx, s.fields)
		if err != nil {
			return nil, err
		}
		t := b.Col(FieldTime).(*column.Time).V
		from := sort.Search(len(t), func(i int) bool { return t[i] >= s.span.Earliest })
		to := sort.Search(len(t), func(i int) bool { return t[i] >= s.span.Latest })
		c.done()
		if from == to {
			continue
		}
		if !s.fields.Has(FieldTime) {
			b = b.Copy()
			b.Drop(FieldTime)
		}
		cursors = append(cursors, &cursor{times: t, at: to - 1, end: from, seq: c.seq, part: len(parts)})
		parts = append(parts, b)
	}
	runs := mergeRuns(cursors)
	if len(runs) == 0 {
		return nil, nil
	}
	return s.assemble(parts, runs), nil
}

// longRun: runs of that many rows are handed out by themselves, sharing their dictionaries.
const longRun = 1024

func (s *slice) assemble(parts []*column.Batch, runs []rowRun) []*column.Batch {
	var out []*column.Batch
	var short []rowRun
	total := 0
	flush := func() {
		if len(short) > 0 {
			out = append(out, mergeUsed(parts, short))
		}
		short, total = nil, 0
	}
	for _, r := range runs {
		if r.len() >= longRun {
			flush() // a few rows of other chunks must not cost it its dictionaries
		}
		for n := r.len(); n > 0; n = r.len() {
			take := r
			if n > s.limit-total {
				take.to = r.from - (s.limit - total) + 1
			}
			short, total = append(short, take), total+take.len()
			if total >= s.limit || len(short) == 1 && total >= longRun && len(runs) > 1 {
				flush()
			}
			if take.to == r.to {
				break
			}
			r.from = take.to - 1
		}
	}
	flush()
	return out
}

// mergeUsed merges runs over the parts that occur in them; one part keeps its dictionaries.
func mergeUsed(parts []*column.Batch, runs []rowRun) *column.Batch {
	place := make([]int, len(parts))
	var used []*column.Batch
	total := 0
	for i, r := range runs {
		if place[r.part] == 0 {
			used = append(used, parts[r.part])
			place[r.part] = len(used)
		}
		runs[i].part = place[r.part] - 1
		total += r.len()
	}
	if len(used) > 1 {
		return mergeRows(used, runs)
	}
	rows := make([]uint32, 0, total)
	for _, r := range runs {
		r.each(func(row int) { rows = append(rows, uint32(row)) })
	}
	return used[0].Pick(rows)
}

// cursor walks a chunk from its newest row of a slice to its oldest.
type cursor struct {
	times   []int64
	at, end int
	seq     uint64
	part    int
}

// before reports whether a's row comes before b's in the result.
func (a *cursor) before(b *cursor) bool {
	if ta, tb := a.times[a.at], b.times[b.at]; ta != tb {
		return ta > tb
	}
	return a.seq > b.seq
}

// mergeRuns orders the rows of all cursors, newest first, as runs of rows of one part.
func mergeRuns(cs []*cursor) []rowRun {
	slices.SortFunc(cs, func(a, b *cursor) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	var out []rowRun
	for len(cs) > 0 {
		c := cs[0]
		from := c.at
		if len(cs) == 1 {
			return append(out, rowRun{c.part, from, c.end})
		}
		c.at--
		for c.at >= c.end && c.before(cs[1]) {
			c.at--
		}
		out = append(out, rowRun{c.part, from, c.at + 1})
		if c.at < c.end {
			cs = cs[1:]
			continue
		}
		i := 1
		for ; i < len(cs) && cs[i].before(c); i++ {
			cs[i-1] = cs[i]
		}
		cs[i-1] = c
	}
	return out
}
