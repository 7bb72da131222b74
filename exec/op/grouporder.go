package op

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/value"
)

// groupRef names a group of one of several tables.
type groupRef struct {
	part  uint32
	group uint32
}

// rankEntry is one distinct value of a field: numbers first by size, then text by bytes.
type rankEntry struct {
	key  uint64 // order among numbers, or the first bytes of a text behind the common prefix
	word bool
	part uint32
	id   uint32
}

// orderGroups sorts the groups of all tables by their fields, first field first. kept are those of each
// table that count, nil for all.
func orderGroups(tables []*KeyTable, kept []column.Bitmap, workers int) []groupRef {
	fields := len(tables[0].cols)
	if fields == 0 {
		return []groupRef{{0, 0}}
	}
	if fields == 1 {
		es := sortedEntries(tables, 0, kept, workers)
		out := make([]groupRef, len(es))
		for i, e := range es {
			out[i] = groupRef{e.part, e.id}
		}
		return out
	}
	return orderTuples(tables, fields, kept, workers)
}

// tupleEntry is a group with the ranks of its first two fields.
type tupleEntry struct {
	key uint64
	groupRef
}

func orderTuples(tables []*KeyTable, fields int, kept []column.Bitmap, workers int) []groupRef {
	ranks := make([][][]uint32, fields) // by field, table, id
	for f := range fields {
		ranks[f] = rankField(tables, f, workers)
	}
	var es []tupleEntry
	for p, t := range tables {
		for g := range uint32(t.Len()) {
			if kept != nil && !kept[p].Get(int(g)) {
				continue
			}
			tuple := t.tuples.At(g)
			key := uint64(ranks[0][p][tuple[0]])<<32 | uint64(ranks[1][p][tuple[1]])
			es = append(es, tupleEntry{key, groupRef{uint32(p), g}})
		}
	}
	sortParallel(es, workers, func(a, b tupleEntry) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		ta, tb := tables[a.part].tuples.At(a.group), tables[b.part].tuples.At(b.group)
		for f := 2; f < fields; f++ {
			if c := cmp.Compare(ranks[f][a.part][ta[f]], ranks[f][b.part][tb[f]]); c != 0 {
				return c
			}
		}
		return 0
	})
	out := make([]groupRef, len(es))
	for i, e := range es {
		out[i] = e.groupRef
	}
	return out
}

// rankField numbers the values of a field in order; equal texts of several tables get one rank.
func rankField(tables []*KeyTable, field, workers int) [][]uint32 {
	out := make([][]uint32, len(tables))
	for p, t := range tables {
		out[p] = make([]uint32, t.cols[field].texts.Len())
	}
	es := sortedEntries(tables, field, nil, workers)
	rank := uint32(0)
	for i, e := range es {
		if i > 0 && tables[e.part].cols[field].texts.Text(e.id) != tables[es[i-1].part].cols[field].texts.Text(es[i-1].id) {
			rank++
		}
		out[e.part][e.id] = rank
	}
	return out
}

// sortedEntries sorts the values of a field over all tables as value.Compare does. kept are the values of
// each table that count, nil for all.
func sortedEntries(tables []*KeyTable, field int, kept []column.Bitmap, workers int) []rankEntry {
	n := 0
	for p, t := range tables {
		if kept != nil {
			n += kept[p].Count()
		} else {
			n += t.cols[field].texts.Len()
		}
	}
	es := make([]rankEntry, 0, n)
	timed := onlyTimes(tables, field)
	prefix, first := "", true
	for p, t := range tables {
		texts := &t.cols[field].texts
		for id := range uint32(texts.Len()) {
			if kept != nil && !kept[p].Get(int(id)) {
				continue
			}
			e := rankEntry{part: uint32(p), id: id}
			s := texts.Text(id)
			if timed {
				e.key = uint64(parseMicros(s)) ^ 1<<63
			} else if f, _, ok := value.ParseNumber(s); ok {
				e.key = orderedBits(f)
			} else {
				e.word = true
				if first {
					prefix, first = strings.Clone(s), false
				}
				prefix = prefix[:common(prefix, s)]
			}
			es = append(es, e)
		}
	}
	text := func(e *rankEntry) string { return tables[e.part].cols[field].texts.Text(e.id) }
	for i := range es {
		if e := &es[i]; e.word {
			e.key = firstBytes(text(e)[len(prefix):])
		}
	}
	sortParallel(es, workers, func(a, b rankEntry) int {
		switch {
		case a.word != b.word:
			if b.word {
				return -1
			}
			return 1
		case a.key != b.key:
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(text(&a), text(&b))
	})
	return es
}

func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// firstBytes is the first eight bytes as a number of the same order.
func firstBytes(s string) uint64 {
	var b [8]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:])
}

// onlyTimes reports whether all values of a field came from vectors of times.
func onlyTimes(tables []*KeyTable, field int) bool {
	some := false
	for _, t := range tables {
		if c := &t.cols[field]; c.texts.Len() > 0 {
			if !c.timed || c.mixed {
				return false
			}
			some = true
		}
	}
	return some
}

// keyVec returns field i of the groups, in their order.
func keyVec(tables []*KeyTable, refs []groupRef, field int) column.Vec {
	if onlyTimes(tables, field) {
		return timeKeys(tables, refs, field)
	}
	if len(tables[0].cols) > 1 {
		b := column.NewTextBuilder()
		for _, r := range refs {
			b.Append(tables[r.part].Text(r.group, field))
		}
		return b.Build()
	}
	// a single field's values are all different: no need to look for repeats
	var arena []byte
	offs := make([]uint32, 1, len(refs)+1)
	codes := make([]uint32, len(refs))
	for i, r := range refs {
		arena = append(arena, tables[r.part].Text(r.group, field)...)
		offs = append(offs, uint32(len(arena)))
		codes[i] = uint32(i + 1)
	}
	return &column.Dict{Codes: codes, D: column.NewDictionary(arena, offs)}
}

// timeKeys gives back times that were grouped as text.
func timeKeys(tables []*KeyTable, refs []groupRef, field int) column.Vec {
	out := &column.Time{V: make([]int64, len(refs))}
	for i, r := range refs {
		out.V[i] = parseMicros(tables[r.part].Text(r.group, field))
	}
	return out
}

// parseMicros reads what column.AppendTime wrote.
func parseMicros(s string) int64 {
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	n := int64(0)
	for _, c := range whole {
		n = n*10 + int64(c-'0')
	}
	for i := range 6 {
		n *= 10
		if i < len(frac) {
			n += int64(frac[i] - '0')
		}
	}
	if neg {
		return -n
	}
	return n
}

// parallelFrom is the length from which on a list is worth sorting by several workers.
const parallelFrom = 1 << 16

// sortParallel sorts parts side by side and merges them; no two elements may be equal.
func sortParallel[T any](es []T, workers int, compare func(a, b T) int) {
	if workers < 2 || len(es) < parallelFrom {
		slices.SortFunc(es, compare)
		return
	}
	half := len(es) / 2
	left, right := slices.Clone(es[:half]), es[half:]
	var wg sync.WaitGroup
	wg.Go(func() { sortParallel(left, workers/2, compare) })
	sortParallel(right, workers-workers/2, compare)
	wg.Wait()
	for i, j := 0, 0; i < len(left); { // what is left of right stands in its place already
		if j < len(right) && compare(right[j], left[i]) < 0 {
			es[i+j] = right[j]
			j++
		} else {
			es[i+j] = left[i]
			i++
		}
	}
}
