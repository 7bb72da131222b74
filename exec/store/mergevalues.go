package store

import (
	"slices"
	"sync"

	"spl/exec/column"
)

// allValues returns the columns as lists of values, an empty one where a part has none; nil if one of them
// is of another kind, or not all rows are merged.
func (m *merging) allValues(cols []column.Vec) []*column.Values {
	total := 0
	out := make([]*column.Values, len(cols))
	for i, c := range cols {
		total += m.sizes[i]
		switch c := c.(type) {
		case *column.Values:
			out[i] = c
		case *column.Const:
			if !c.V.IsNull() {
				return nil
			}
			out[i] = &column.Values{N: c.N, Rows: []uint32{}, D: column.DictionaryOf()}
		default:
			return nil
		}
	}
	if total != m.n {
		return nil
	}
	return out
}

// values merges columns of values.
func (m *merging) values(cols []*column.Values) *column.Values {
	out := &column.Values{N: m.n}
	var all heads
	of := make([]*head, len(cols))
	total, every := 0, true
	for i, c := range cols {
		of[i] = all.add(c.D, len(c.Codes))
		total += len(c.Codes)
		every = every && c.Rows == nil
		out.Multi = out.Multi || c.Multi
	}
	out.Codes, out.D = mergeCodes(cols, of, all, total)
	place := m.moved()
	if every && place == nil {
		return out
	}
	out.Rows = make([]uint32, 0, total)
	base := uint32(0)
	for i, c := range cols {
		for k := range c.Codes {
			r := uint32(k)
			if c.Rows != nil {
				r = c.Rows[k]
			}
			if place != nil {
				r = place[i][r]
			} else {
				r += base
			}
			out.Rows = append(out.Rows, r)
		}
		base += uint32(m.sizes[i])
	}
	switch {
	case place == nil:
	case every:
		inPlace(out)
	default:
		inOrder(out)
	}
	return out
}

// mergeCodes returns the codes of all parts, one behind the other, and their dictionary. It holds what they
// use: dictionaries of parts may hold much of the past.
func mergeCodes(cols []*column.Values, of []*head, all heads, total int) ([]uint32, *column.Dictionary) {
	codes := make([]uint32, 0, total)
	if all.distinct() {
		d := all.chain()
		for i, c := range cols {
			for _, k := range c.Codes {
				codes = append(codes, of[i].remap[k])
			}
		}
		return codes, d
	}
	b := column.NewDictionaryBuilder()
	add := b.Code
	if len(all) == 1 {
		add = b.Add
	}
	for _, h := range all {
		h.remap = make([]uint32, h.dict.Len()+1)
	}
	for i, c := range cols {
		remap := of[i].remap
		for _, k := range c.Codes {
			to := remap[k]
			if to == 0 {
				to = add(c.D.Text(int(k - 1)))
				remap[k] = to
			}
			codes = append(codes, to)
		}
	}
	return codes, b.Build()
}

// moved returns where the rows of each part go; nil if the parts come one after the other as they are.
func (m *merging) moved() [][]uint32 {
	m.once.Do(func() {
		whole := func(i int, r rowRun) bool { return r == rowRun{i, 0, m.sizes[i] - 1} }
		if len(m.runs) == len(m.sizes) && !slices.ContainsFunc(m.runs, func(r rowRun) bool { return !whole(r.part, r) }) &&
			slices.IsSortedFunc(m.runs, func(a, b rowRun) int { return a.part - b.part }) {
			return
		}
		m.place = make([][]uint32, len(m.sizes))
		for i, n := range m.sizes {
			m.place[i] = make([]uint32, n)
		}
		at := uint32(0)
		for _, r := range m.runs {
			r.each(func(row int) {
				m.place[r.part][row] = at
				at++
			})
		}
	})
	return m.place
}

// inPlace puts values, one of every row, in the order of their rows.
func inPlace(v *column.Values) {
	codes := make([]uint32, v.N)
	for i, r := range v.Rows {
		codes[r] = v.Codes[i]
	}
	v.Rows, v.Codes = nil, codes
}

// scratch is a code for each row, used again.
var scratch = sync.Pool{New: func() any { return new([]uint32) }}

// inOrder puts values in the order of their rows; those of one row stay in theirs.
func inOrder(v *column.Values) {
	if slices.IsSorted(v.Rows) {
		return
	}
	buf := scratch.Get().(*[]uint32)
	defer scratch.Put(buf)
	*buf = slices.Grow((*buf)[:0], v.N+1)[:v.N+1]
	if v.Multi {
		countSort(v, *buf)
		return
	}
	at := *buf
	bits := column.NewBitmap(v.N)
	for i, r := range v.Rows {
		bits.Set(int(r))
		at[r] = v.Codes[i]
	}
	n := 0
	bits.Each(func(r int) {
		v.Rows[n], v.Codes[n] = uint32(r), at[r]
		n++
	})
}

// countSort is inOrder where rows have several values; ends has a place more than there are rows.
func countSort(v *column.Values, ends []uint32) {
	clear(ends)
	for _, r := range v.Rows {
		ends[r+1]++
	}
	for i := range v.N {
		ends[i+1] += ends[i]
	}
	rows, codes := make([]uint32, len(v.Rows)), make([]uint32, len(v.Codes))
	for i, r := range v.Rows {
		to := ends[r]
		ends[r]++
		rows[to], codes[to] = r, v.Codes[i]
	}
	v.Rows, v.Codes = rows, codes
}
