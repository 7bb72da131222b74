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

// mergeRows makes one batch of the runs, in their order. Columns are aligned by name; dictionaries are
// merged entry by entry, so that the work per row is one look-up of a code.
func mergeRows(parts []*column.Batch, runs []rowRun) *column.Batch {
	n := 0
	for _, r := range runs {
		n += r.len()
	}
	out := column.NewBatch(n)
	out.Names = allNames(parts)
	for _, name := range out.Names {
		cols := make([]column.Vec, len(parts))
		for i, q := range parts {
			cols[i] = q.Col(name)
		}
		out.Cols = append(out.Cols, mergeColumn(cols, runs, n))
	}
	return out
}

// mergeOwned is mergeRows on all processors, of parts that nobody else uses: their columns go as they are
// merged, so that there is hardly ever more than one copy of the values.
func mergeOwned(parts []*column.Batch, runs []rowRun) *column.Batch {
	n := 0
	for _, r := range runs {
		n += r.len()
	}
	out := column.NewBatch(n)
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
			out.Cols[k] = mergeColumn(cols, runs, n)
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

func mergeColumn(cols []column.Vec, runs []rowRun, n int) column.Vec {
	if v, ok := sameConst(cols); ok {
		return &column.Const{V: v, N: n}
	}
	if times := mergeTimes(cols, runs, n); times != nil {
		return times
	}
	parts := make([]textPart, len(cols))
	entries, lists := 0, false
	for i, c := range cols {
		parts[i] = textPartOf(c)
		entries += parts[i].dict.Len()
		lists = lists || parts[i].offs != nil
	}
	if entries > 2*n+64 {
		return mergeTexts(cols, runs)
	}
	d := mergeDictionaries(parts)
	if lists {
		return mergeLists(parts, runs, n, d)
	}
	codes := make([]uint32, 0, n)
	for _, r := range runs {
		p := &parts[r.part]
		r.each(func(row int) { codes = append(codes, p.remap[p.code(row)]) })
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
	remap []uint32 // code here → code in the merged dictionary
}

func (p *textPart) code(row int) uint32 {
	if p.codes == nil {
		return 1
	}
	return p.codes[row]
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

// mergeDictionaries returns a dictionary with the entries of all parts and fills their remaps.
func mergeDictionaries(parts []textPart) *column.Dictionary {
	same := true
	entries, values := 0, 0
	for i := range parts {
		same = same && parts[i].dict == parts[0].dict
		entries, values = entries+parts[i].dict.Len(), values+len(parts[i].codes)
	}
	if same {
		remap := make([]uint32, parts[0].dict.Len()+1)
		for k := range remap {
			remap[k] = uint32(k)
		}
		for i := range parts {
			parts[i].remap = remap
		}
		return parts[0].dict
	}
	if entries > 4096 && 4*entries > 3*values {
		return chainDictionaries(parts, entries)
	}
	b := column.NewDistinctBuilder()
	for i := range parts {
		for k := range parts[i].dict.Len() {
			b.Append(parts[i].dict.Text(k))
		}
	}
	merged := b.Build().(*column.Dict)
	at := 0
	for i := range parts {
		n := parts[i].dict.Len()
		parts[i].remap = append(make([]uint32, 1, n+1), merged.Codes[at:at+n]...)
		at += n
	}
	return merged.D
}

// chainDictionaries puts dictionaries one behind the other: hardly any text is there twice, so none is
// looked for.
func chainDictionaries(parts []textPart, entries int) *column.Dictionary {
	size := 0
	for i := range parts {
		size += len(parts[i].dict.Arena())
	}
	arena, offs := make([]byte, 0, size), make([]uint32, 1, entries+1)
	for i := range parts {
		d := parts[i].dict
		remap := make([]uint32, d.Len()+1)
		from := d.Offsets()[0]
		base := uint32(len(arena))
		for k, end := range d.Offsets()[1:] {
			offs = append(offs, base+end-from)
			remap[k+1] = uint32(len(offs) - 1)
		}
		arena = append(arena, d.Arena()[from:d.Offsets()[d.Len()]]...)
		parts[i].remap = remap
	}
	return column.NewDictionary(arena, offs)
}

func mergeLists(parts []textPart, runs []rowRun, n int, d *column.Dictionary) column.Vec {
	offs := make([]uint32, 1, n+1)
	var codes []uint32
	for _, r := range runs {
		p := &parts[r.part]
		r.each(func(row int) {
			if p.offs == nil {
				if c := p.remap[p.code(row)]; c != 0 {
					codes = append(codes, c)
				}
			} else {
				for _, c := range p.codes[p.offs[row]:p.offs[row+1]] {
					codes = append(codes, p.remap[c])
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
