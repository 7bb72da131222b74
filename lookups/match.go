package lookups

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/value"
)

// Result is what matching a batch gave, row by row. Outputs are in the order asked for; several matches
// in a row make a multivalue (one value per matching table row), no match null. Matched marks rows with
// at least one matching table row or a default, Tried those that have all the fields to match by: a row
// that lacks one is not looked up at all.
type Result struct {
	Outputs []column.Vec
	Matched column.Bitmap
	Tried   column.Bitmap
}

// Matcher looks rows up by some columns of a table. It is safe for concurrent use.
type Matcher struct {
	index    *index
	outputs  []output
	limit    int
	pad      int // default rows are added up to this many matches
	temporal *temporal

	mu    sync.Mutex
	known map[string][]uint32 // hits of keys that are costly to find
}

// maxKnown bounds what a Matcher remembers between batches.
const maxKnown = 100_000

// defaultHit stands for the default row among the hits, whose other numbers are table rows plus one.
const defaultHit = 0

// Matcher returns a matcher by the columns keys that gives the columns outputs; nil outputs are all
// columns but the keys and internal ones. The error is a ColumnError if the table lacks one. A table
// without any columns, such as a collection before its first write, has every column and no rows.
func (lk *Lookup) Matcher(keys, outputs []string) (*Matcher, error) {
	t := lk.Table
	if outputs == nil {
		outputs = lk.OutputColumns(keys)
	}
	if len(t.Columns) == 0 || t.Rows == 0 && lk.Def.IsCollection() && len(lk.Def.FieldsList) == 0 {
		t = t.reshape(slices.Concat(keys, outputs))
	}
	var cols []int
	for _, k := range keys {
		i := t.Index(k)
		if i < 0 {
			return nil, &ColumnError{Table: lk.Def.Name, Column: k}
		}
		cols = append(cols, i)
	}
	if len(cols) == 0 {
		return nil, errors.New("a lookup needs a field to match")
	}
	m := &Matcher{index: t.index(lk.Def, cols), limit: lk.Def.maxMatches(), pad: lk.Def.MinMatches}
	for _, o := range outputs {
		i := t.Index(o)
		if i < 0 {
			return nil, &ColumnError{Table: lk.Def.Name, Column: o, Output: true}
		}
		m.outputs = append(m.outputs, newOutput(t.Cols[i], lk.Def))
	}
	if lk.Def.TimeField != "" {
		var err error
		if m.temporal, err = lk.newTemporal(t); err != nil {
			return nil, err
		}
	}
	if m.index.lead != nil || len(m.index.checks) > 0 {
		m.known = map[string][]uint32{}
	}
	return m, nil
}

// OutputColumns returns what a lookup by keys gives when no outputs are named.
func (lk *Lookup) OutputColumns(keys []string) []string {
	out := []string{}
	for _, c := range lk.Table.Columns {
		if !slices.Contains(keys, c) && !column.Internal(c) {
			out = append(out, c)
		}
	}
	return out
}

// NeedsTime reports whether rows are found by the time of the event as well: then MatchAt is to be used.
func (m *Matcher) NeedsTime() bool { return m.temporal != nil }

// Match looks up n rows by the key vectors, given in the order of the keys.
func (m *Matcher) Match(keys []column.Vec, n int) (*Result, error) { return m.MatchAt(keys, nil, n) }

// MatchAt is Match for time-based lookups: times holds the time of each row.
func (m *Matcher) MatchAt(keys []column.Vec, times column.Vec, n int) (*Result, error) {
	if m.temporal != nil && times == nil {
		return nil, errors.New("a time-based lookup needs the time of the event")
	}
	run := &run{m: m, offs: []uint32{0, 0}, ids: make([]uint32, n), keys: make([]column.Vec, len(keys))}
	for i, k := range keys {
		run.keys[i] = column.AsText(k)
	}
	dicts := run.dicts()
	switch {
	case m.temporal != nil:
		run.byTime(times)
	case dicts != nil:
		run.byCode(dicts)
	default:
		run.byRow()
	}
	res := &Result{Matched: column.NewBitmap(n), Tried: column.NewBitmap(n)}
	for i, id := range run.ids {
		if id != 0 {
			res.Tried.Set(i)
		}
		if run.offs[id+1] > run.offs[id] {
			res.Matched.Set(i)
		}
	}
	for i := range m.outputs {
		res.Outputs = append(res.Outputs, m.outputs[i].build(run))
	}
	return res, nil
}

// run is the matching of one batch. Every distinct key has one list of hits; list 0 is empty.
type run struct {
	m    *Matcher
	keys []column.Vec
	hits []uint32
	offs []uint32 // list k is hits[offs[k]:offs[k+1]]
	ids  []uint32 // the list of each row; 0 for one that lacks a key
	rows []uint32 // scratch
}

// end closes the list of the hits appended last and returns its number.
func (r *run) end() uint32 {
	r.offs = append(r.offs, uint32(len(r.hits)))
	return uint32(len(r.offs) - 2)
}

// dicts returns the keys if none of them has multivalues.
func (r *run) dicts() []*column.Dict {
	var out []*column.Dict
	for _, k := range r.keys {
		d, ok := k.(*column.Dict)
		if !ok {
			return nil
		}
		out = append(out, d)
	}
	return out
}

// byCode searches once for every combination of dictionary entries that a row has.
func (r *run) byCode(dicts []*column.Dict) {
	codes, last := dicts[0].Codes, dicts[0].D.Len()
	for _, d := range dicts[1:] {
		codes, last = combine(codes, d.Codes)
	}
	lists := make([]uint32, last+1) // number of the list plus one
	tuple := make([]string, len(dicts))
	for i, c := range codes {
		if c == 0 {
			continue
		}
		if lists[c] == 0 {
			for k, d := range dicts {
				tuple[k] = d.Text(i)
			}
			r.search(tuple)
			lists[c] = r.end() + 1
		}
		r.ids[i] = lists[c] - 1
	}
}

// combine numbers the pairs of codes from 1 in order of appearance; a pair with a null is 0.
func combine(a, b []uint32) (codes []uint32, last int) {
	seen := map[uint64]uint32{}
	codes = make([]uint32, len(a))
	for i := range a {
		if a[i] == 0 || b[i] == 0 {
			continue
		}
		pair := uint64(a[i])<<32 | uint64(b[i])
		c, ok := seen[pair]
		if !ok {
			c = uint32(len(seen) + 1)
			seen[pair] = c
		}
		codes[i] = c
	}
	return codes, len(seen)
}

// byRow matches multivalues: every combination of a row's values is looked up, in order, and the hits
// follow each other.
func (r *run) byRow() {
	lists := map[string]uint32{}
	texts := make([][]string, len(r.keys))
	var buf []byte
	for i := range r.ids {
		buf = buf[:0]
		if !r.texts(texts, i) {
			continue
		}
		for _, vs := range texts {
			for _, s := range vs {
				buf = append(append(buf, s...), 0xff)
			}
			buf = append(buf, 0xfe) // neither byte occurs in UTF-8
		}
		id, ok := lists[string(buf)]
		if !ok {
			each(texts, r.search)
			id = r.end()
			lists[string(buf)] = id
		}
		r.ids[i] = id
	}
}

// texts puts the values of row i into dst, one list a key, and reports whether no key is null.
func (r *run) texts(dst [][]string, i int) bool {
	ok := true
	for k, v := range r.keys {
		dst[k] = appendTexts(dst[k][:0], v, i)
		ok = ok && len(dst[k]) > 0
	}
	return ok
}

// byTime matches each row by itself.
func (r *run) byTime(times column.Vec) {
	texts := make([][]string, len(r.keys))
	for i := range r.ids {
		at, ok := micros(times, i)
		if !ok || !r.texts(texts, i) {
			continue
		}
		each(texts, func(tuple []string) {
			r.rows = r.m.index.find(r.rows[:0], tuple, 0)
			r.add(r.m.temporal.pick(r.rows, at, r.m.limit))
		})
		r.ids[i] = r.end()
	}
}

// search appends the hits of a tuple of texts.
func (r *run) search(tuple []string) {
	if r.m.known == nil {
		r.rows = r.m.index.find(r.rows[:0], tuple, r.m.limit)
		r.add(r.rows)
		return
	}
	key := strings.Join(tuple, "\xff")
	r.m.mu.Lock()
	rows, ok := r.m.known[key]
	r.m.mu.Unlock()
	if !ok {
		rows = r.m.index.find(nil, tuple, r.m.limit)
		r.m.mu.Lock()
		if len(r.m.known) < maxKnown {
			r.m.known[strings.Clone(key)] = rows // the text may be part of a whole dictionary
		}
		r.m.mu.Unlock()
	}
	r.add(rows)
}

// add appends the hits of one key and the default rows that are still missing.
func (r *run) add(rows []uint32) {
	for _, row := range rows {
		r.hits = append(r.hits, row+1)
	}
	for range r.m.pad - len(rows) {
		r.hits = append(r.hits, defaultHit)
	}
}

// Find returns what one key gives, row by row of the table: a value for each output, null where the
// cell is. Unlike the multivalues of Match the rows stay apart.
func (m *Matcher) Find(key []string) ([][]value.Value, error) {
	if m.temporal != nil {
		return nil, errors.New("a time-based lookup needs the time of the event")
	}
	r := &run{m: m}
	r.search(key)
	var out [][]value.Value
	for _, h := range r.hits {
		row := make([]value.Value, len(m.outputs))
		for i := range m.outputs {
			row[i] = m.outputs[i].value(h)
		}
		out = append(out, row)
	}
	return out, nil
}
