package store

import (
	"runtime"
	"sync"

	"spl/exec/column"
	"spl/exec/value"
)

// rowRun is rows of one part of a merge: from down to to (both included, newest first), or up to it.
type rowRun struct{ part, from, to int }

// each calls f for the rows of a run in its order.
func (r rowRun) each(f func(row int)) {
	if r.from <= r.to {
		for i := r.from; i <= r.to; i++ {
			f(i)
		}
		return
	}
	for i := r.from; i >= r.to; i-- {
		f(i)
	}
}

func (r rowRun) len() int {
	if r.from <= r.to {
		return r.to - r.from + 1
	}
	return r.from - r.to + 1
}

// merging is the order of the rows of a merge.
type merging struct {
	runs  []rowRun
	sizes []int // rows of the parts
	n     int   // rows of the runs

	once  sync.Once
	place [][]uint32 // see moved
}

func newMerging(parts []*column.Batch, runs []rowRun) *merging {
	m := &merging{runs: runs}
	for _, r := range runs {
		m.n += r.len()
	}
	for _, p := range parts {
		m.sizes = append(m.sizes, p.N)
	}
	return m
}

// mergeRows makes one batch of the runs, in their order. Columns are aligned by name; dictionaries are
// merged entry by entry, so that the work per row is one look-up of a code.
func mergeRows(parts []*column.Batch, runs []rowRun) *column.Batch {
	m := newMerging(parts, runs)
	out := column.NewBatch(m.n)
	out.Names = allNames(parts)
	for _, name := range out.Names {
		cols := make([]column.Vec, len(parts))
		for i, q := range parts {
			cols[i] = q.Col(name)
		}
		out.Cols = append(out.Cols, m.column(cols))
	}
	return out
}

// mergeOwned is mergeRows on all processors, of parts that nobody else uses: their columns go as they are
// merged, so that there is hardly ever more than one copy of the values.
func mergeOwned(parts []*column.Batch, runs []rowRun) *column.Batch {
	m := newMerging(parts, runs)
	out := column.NewBatch(m.n)
	out.Names = allNames(parts)
	out.Cols = make([]column.Vec, len(out.Names))
	var work sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for k, name := range out.Names {
		cols := make([]column.Vec, len(parts))
		for i, q := range parts {
			at := q.Index(name)
			if at < 0 {
				cols[i] = column.Nulls(q.N)
				continue
			}
			cols[i], q.Cols[at] = q.Cols[at], nil
		}
		free <- struct{}{}
		work.Go(func() {
			out.Cols[k] = m.column(cols)
			<-free
		})
	}
	work.Wait()
	return out
}

// allNames returns the names of the columns, each once.
func allNames(parts []*column.Batch) (out []string) {
	seen := map[string]bool{}
	for _, p := range parts {
		for _, name := range p.Names {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}

// column merges a column, given by part.
func (m *merging) column(cols []column.Vec) column.Vec {
	n := m.n
	if v, ok := sameConst(cols); ok {
		return &column.Const{V: v, N: n}
	}
	if times := mergeTimes(cols, m.runs, n); times != nil {
		return times
	}
	if vs := m.allValues(cols); vs != nil {
		return m.values(vs)
	}
	parts := make([]textPart, len(cols))
	lists := false
	for i, c := range cols {
		parts[i] = textPartOf(c)
		lists = lists || parts[i].offs != nil
	}
	var all heads
	for i := range parts {
		parts[i].head = all.add(parts[i].dict, len(parts[i].codes))
	}
	if all.entries() > 2*n+64 {
		return mergeTexts(cols, m.runs)
	}
	d := all.merge()
	if lists {
		return mergeLists(parts, m.runs, n, d)
	}
	codes := make([]uint32, 0, n)
	for _, r := range m.runs {
		codes = parts[r.part].appendCodes(codes, r)
	}
	return &column.Dict{Codes: codes, D: d}
}

func sameConst(cols []column.Vec) (value.Value, bool) {
	var first value.Value
	for i, c := range cols {
		k, ok := c.(*column.Const)
		if !ok {
			return first, false
		}
		if i == 0 {
			first = k.V
		} else if !first.Equal(k.V) || first.Kind() != k.V.Kind() {
			return first, false
		}
	}
	return first, true
}

// mergeTimes merges columns of times; nil if one of them is of another kind.
func mergeTimes(cols []column.Vec, runs []rowRun, n int) column.Vec {
	ts := make([]*column.Time, len(cols))
	for i, c := range cols {
		t, ok := c.(*column.Time)
		if !ok {
			return nil
		}
		ts[i] = t
	}
	out := &column.Time{V: make([]int64, 0, n)}
	for _, r := range runs {
		t := ts[r.part]
		r.each(func(row int) {
			if t.Nulls.Get(row) {
				if out.Nulls == nil {
					out.Nulls = column.NewBitmap(n)
				}
				out.Nulls.Set(len(out.V))
			}
			out.V = append(out.V, t.V[row])
		})
	}
	return out
}

// textPart is a column of texts as codes: offs nil means one code a row, codes nil the same in all.
type textPart struct {
	dict  *column.Dictionary
	codes []uint32
	offs  []uint32
	head  *head
}

func (p *textPart) code(row int) uint32 {
	if p.codes == nil {
		return 1
	}
	return p.codes[row]
}

// merged returns the code that one has in the merged dictionary.
func (p *textPart) merged(c uint32) uint32 {
	if p.head.remap == nil {
		return c
	}
	return p.head.remap[c]
}

// appendCodes appends the merged codes of a run.
func (p *textPart) appendCodes(dst []uint32, r rowRun) []uint32 {
	switch {
	case p.codes == nil:
		c := p.merged(1)
		for range r.len() {
			dst = append(dst, c)
		}
	case r.from > r.to:
		for i := r.from; i >= r.to; i-- {
			dst = append(dst, p.merged(p.codes[i]))
		}
	case p.head.remap == nil:
		dst = append(dst, p.codes[r.from:r.to+1]...)
	default:
		remap := p.head.remap
		for _, c := range p.codes[r.from : r.to+1] {
			dst = append(dst, remap[c])
		}
	}
	return dst
}

func textPartOf(v column.Vec) textPart {
	switch v := v.(type) {
	case *column.Dict:
		return textPart{dict: v.D, codes: v.Codes}
	case *column.List:
		return textPart{dict: v.Inner.D, codes: v.Inner.Codes, offs: v.Offsets}
	case *column.Const:
		switch v.V.Kind() {
		case value.Null:
			return textPart{dict: column.DictionaryOf(), codes: make([]uint32, v.N)}
		case value.Multi:
		default:
			return textPart{dict: column.DictionaryOf(v.V.Text())}
		}
	}
	return textPartOf(column.AsText(v))
}

func mergeLists(parts []textPart, runs []rowRun, n int, d *column.Dictionary) column.Vec {
	offs := make([]uint32, 1, n+1)
	var codes []uint32
	for _, r := range runs {
		p := &parts[r.part]
		r.each(func(row int) {
			if p.offs == nil {
				if c := p.code(row); c != 0 {
					codes = append(codes, p.merged(c))
				}
			} else {
				for _, c := range p.codes[p.offs[row]:p.offs[row+1]] {
					codes = append(codes, p.merged(c))
				}
			}
			offs = append(offs, uint32(len(codes)))
		})
	}
	return &column.List{Offsets: offs, Inner: &column.Dict{Codes: codes, D: d}}
}

// mergeTexts is for few rows of large dictionaries: it looks at the rows' texts only.
func mergeTexts(cols []column.Vec, runs []rowRun) column.Vec {
	b := column.NewTextBuilder()
	for _, r := range runs {
		c := cols[r.part]
		r.each(func(row int) { b.AppendValue(c.At(row)) })
	}
	return b.Build()
}
