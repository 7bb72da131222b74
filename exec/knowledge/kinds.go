package knowledge

import (
	"encoding/binary"
	"slices"

	"spl/exec/column"
)

// kinds numbers the rows of a batch by what they have in common, so that what follows from it is computed
// once per kind: there are few kinds of events.
type kinds struct {
	of   []uint32 // the kind of each row
	rows []int    // a row of each kind
}

// vec gives the rows what build adds for the row of each kind.
func (k *kinds) vec(add func(out *column.TextBuilder, row int)) column.Vec {
	out := column.NewTextBuilder()
	for _, row := range k.rows {
		add(out, row)
	}
	return column.Spread(out.Build(), k.of)
}

// numbers hands out numbers for keys.
type numbers[K comparable] struct {
	ids  map[K]uint32
	last K
	kinds
}

func newNumbers[K comparable](n int) *numbers[K] {
	return &numbers[K]{ids: map[K]uint32{}, kinds: kinds{of: make([]uint32, n)}}
}

func (x *numbers[K]) row(i int, key K) {
	if i > 0 && key == x.last {
		x.of[i] = x.of[i-1]
		return
	}
	x.last = key
	id, ok := x.ids[key]
	if !ok {
		id = uint32(len(x.rows))
		x.ids[key] = id
		x.rows = append(x.rows, i)
	}
	x.of[i] = id
}

// kinds tells the rows of a field apart by their values.
func (c *tagged) kinds(n int) *kinds {
	if c.offs == nil {
		x := newNumbers[uint32](n)
		for i := range n {
			x.row(i, c.codes[i])
		}
		return &x.kinds
	}
	x := newNumbers[uint64](n)
	lists := map[string]uint64{} // of several values, numbered above all codes
	var key []byte
	for i := range n {
		codes := c.codes[c.offs[i]:c.offs[i+1]]
		switch len(codes) {
		case 0:
			x.row(i, 0)
		case 1:
			x.row(i, uint64(codes[0]))
		default:
			key = key[:0]
			for _, k := range codes {
				key = binary.LittleEndian.AppendUint32(key, k)
			}
			id, ok := lists[string(key)]
			if !ok {
				id = 1<<32 + uint64(len(lists))
				lists[string(key)] = id
			}
			x.row(i, id)
		}
	}
	return &x.kinds
}

// and tells rows apart that differ in either of two ways.
func (k *kinds) and(o *kinds) *kinds {
	x := newNumbers[uint64](len(k.of))
	for i := range k.of {
		x.row(i, uint64(k.of[i])<<32|uint64(o.of[i]))
	}
	return &x.kinds
}

// namesOf lists the names whose bits are set, row by row.
func namesOf(hits map[string]column.Bitmap, n int) column.Vec {
	names := make([]string, 0, len(hits))
	for h := range hits {
		names = append(names, h)
	}
	slices.Sort(names)
	k := &kinds{of: make([]uint32, n), rows: []int{0}}
	if n == 0 || len(names) == 0 {
		return column.Nulls(n)
	}
	for from := 0; from < len(names); from += 64 {
		masks := make([]uint64, n)
		for bit, name := range names[from:min(from+64, len(names))] {
			hits[name].Each(func(i int) { masks[i] |= 1 << bit })
		}
		x := newNumbers[uint64](n)
		for i, m := range masks {
			x.row(i, m)
		}
		k = k.and(&x.kinds)
	}
	var row []string
	return k.vec(func(out *column.TextBuilder, i int) {
		row = row[:0]
		for _, h := range names {
			if hits[h].Get(i) {
				row = append(row, h)
			}
		}
		out.AppendList(row)
	})
}
