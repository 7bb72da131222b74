package eval

import (
	"strings"

	"spl/exec/column"
)

// tuplesPred holds where the values of some fields together are one of many tuples, compared without
// regard to case. It is an automaton: after each field the state says which tuples are still possible.
type tuplesPred struct {
	fields []string
	ids    []map[string]uint32 // per field: the number of each value, from 1
	next   map[uint64]uint32   // state and value number to state; the start is 1
	states uint32
}

func newTuples(fields []string) *tuplesPred {
	t := &tuplesPred{fields: fields, next: map[uint64]uint32{}, states: 1}
	for range fields {
		t.ids = append(t.ids, map[string]uint32{})
	}
	return t
}

// add adds a tuple.
func (t *tuplesPred) add(values []string) {
	state := uint32(1)
	for i, v := range values {
		v = strings.ToLower(v)
		id, ok := t.ids[i][v]
		if !ok {
			id = uint32(len(t.ids[i]) + 1)
			t.ids[i][v] = id
		}
		key := step(state, id)
		to, ok := t.next[key]
		if !ok {
			t.states++
			to = t.states
			t.next[key] = to
		}
		state = to
	}
}

func step(state, id uint32) uint64 { return uint64(state)<<32 | uint64(id) }

func (t *tuplesPred) cost() int { return 4 * len(t.fields) }

func (t *tuplesPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	cols := make([]func(row int) []uint32, len(t.fields))
	for i, name := range t.fields {
		cols[i] = t.numbered(i, f.field(name))
	}
	out := column.NewBitmap(f.n)
	sel.Each(func(row int) {
		if t.walk(cols, 1, row) {
			out.Set(row)
		}
	})
	return out
}

// walk reports whether some choice of values of a row leads from state to the end.
func (t *tuplesPred) walk(cols []func(int) []uint32, state uint32, row int) bool {
	if len(cols) == 0 {
		return true
	}
	for _, id := range cols[0](row) {
		if id == 0 {
			continue
		}
		if to, ok := t.next[step(state, id)]; ok && t.walk(cols[1:], to, row) {
			return true
		}
	}
	return false
}

// numbered returns the numbers of the values of a row of field i; 0 for a value of no tuple.
func (t *tuplesPred) numbered(i int, v column.Vec) func(row int) []uint32 {
	id := func(s string) uint32 { return t.ids[i][strings.ToLower(s)] }
	switch v := v.(type) {
	case *column.Dict:
		known := entryNumbers(v.D, id)
		return func(row int) []uint32 { return known(v.Codes[row : row+1]) }
	case *column.List:
		known := entryNumbers(v.Inner.D, id)
		return func(row int) []uint32 { return known(v.Inner.Codes[v.Offsets[row]:v.Offsets[row+1]]) }
	}
	var buf []uint32
	return func(row int) []uint32 {
		buf = buf[:0]
		for _, s := range v.At(row).List() {
			buf = append(buf, id(s))
		}
		return buf
	}
}

// entryNumbers returns the numbers of codes, looking each entry up once.
func entryNumbers(d *column.Dictionary, id func(string) uint32) func(codes []uint32) []uint32 {
	const unknown = ^uint32(0)
	known := make([]uint32, d.Len()+1)
	for k := 1; k < len(known); k++ {
		known[k] = unknown
	}
	var buf []uint32
	return func(codes []uint32) []uint32 {
		buf = buf[:0]
		for _, c := range codes {
			if known[c] == unknown {
				known[c] = id(d.Text(int(c - 1)))
			}
			buf = append(buf, known[c])
		}
		return buf
	}
}
