package column

import (
	"slices"
	"sort"
	"unsafe"

	"spl/exec/value"
)

// Values is texts as a list of those that are there, with their rows: columns of a block on its way into a
// store, most of which have few values. Commands never see it.
type Values struct {
	N     int
	Rows  []uint32 // ascending; a row that is there twice has several values. nil: value i is that of row i
	Codes []uint32 // none is 0
	D     *Dictionary
	Multi bool // a row has several values
}

// ValuesOf returns the codes of rows, 0 where there is none, as a list of values. It uses them up.
func ValuesOf(codes []uint32, d *Dictionary) *Values {
	v := &Values{N: len(codes), D: d}
	if !slices.Contains(codes, 0) {
		v.Codes = codes
		return v
	}
	v.Rows, v.Codes = []uint32{}, codes[:0]
	for i, c := range codes {
		if c != 0 {
			v.Rows, v.Codes = append(v.Rows, uint32(i)), append(v.Codes, c)
		}
	}
	return v
}

// Len returns the number of rows.
func (v *Values) Len() int { return v.N }

// Null reports whether row i is null.
func (v *Values) Null(i int) bool {
	from, to := v.row(i)
	return from == to
}

// At returns row i.
func (v *Values) At(i int) value.Value {
	from, to := v.row(i)
	vs := make([]string, 0, to-from)
	for _, c := range v.Codes[from:to] {
		vs = append(vs, v.D.Text(int(c-1)))
	}
	return value.OfList(vs)
}

// row returns where the values of a row are.
func (v *Values) row(i int) (from, to int) {
	if v.Rows == nil {
		return i, i + 1
	}
	from = sort.Search(len(v.Rows), func(k int) bool { return v.Rows[k] >= uint32(i) })
	for to = from; to < len(v.Rows) && v.Rows[to] == uint32(i); to++ {
		continue
	}
	return from, to
}

// Dense returns the column as a Dict or, with Multi, a List.
func (v *Values) Dense() Vec {
	switch {
	case v.Rows == nil:
		return &Dict{Codes: v.Codes, D: v.D}
	case v.Multi:
		offs := make([]uint32, v.N+1)
		for _, r := range v.Rows {
			offs[r+1]++
		}
		for i := range v.N {
			offs[i+1] += offs[i]
		}
		return &List{Offsets: offs, Inner: &Dict{Codes: v.Codes, D: v.D}}
	}
	codes := make([]uint32, v.N)
	for i, r := range v.Rows {
		codes[r] = v.Codes[i]
	}
	return &Dict{Codes: codes, D: v.D}
}

// Cell is a value that waits to be added to a column: its row, and its text, which must stay as it is.
type Cell struct {
	text *byte
	size uint32
	Row  uint32
}

// CellOf returns a cell.
func CellOf(row int, text []byte) Cell {
	return Cell{unsafe.SliceData(text), uint32(len(text)), uint32(row)}
}

// Text returns the value.
func (c *Cell) Text() string { return unsafe.String(c.text, c.size) }

// ValuesBuilder makes Values.
type ValuesBuilder struct {
	entries
	rows  []uint32 // nil: value i is that of row i
	codes []uint32
	multi bool

	room, entryRoom, textRoom int // what the column may need, as the one before
}

// NewValuesBuilder returns an empty builder.
func NewValuesBuilder() *ValuesBuilder { return &ValuesBuilder{} }

// Add adds the values of cells, which are in the order of their rows. It takes many at a time, so that a
// column's dictionary is found in the processor's cache.
func (b *ValuesBuilder) Add(cells []Cell) {
	if b.codes == nil {
		b.codes = make([]uint32, 0, max(b.room, len(cells)))
		if b.offs == nil {
			b.offs, b.arena = make([]uint32, 1, b.entryRoom+1), make([]byte, 0, b.textRoom)
		}
	}
	for i := range cells {
		c := &cells[i]
		switch n := len(b.codes); {
		case b.rows != nil:
			b.multi = b.multi || b.rows[n-1] == c.Row
			b.rows = append(b.rows, c.Row)
		case int(c.Row) != n:
			b.rows = make([]uint32, n, max(cap(b.codes), n+len(cells)-i))
			for k := range b.rows {
				b.rows[k] = uint32(k)
			}
			b.multi = int(c.Row) == n-1
			b.rows = append(b.rows, c.Row)
		}
		b.codes = append(b.codes, b.code(c.Text()))
	}
}

// Bytes returns the memory held.
func (b *ValuesBuilder) Bytes() int64 { return b.entries.bytes() + 4*int64(cap(b.codes)+cap(b.rows)) }

// Take returns the column of n rows that was added and begins the next one. With keep it goes on with the
// dictionary: it begins with that of the column taken (Dictionary.Begins), and texts are not looked up
// anew.
func (b *ValuesBuilder) Take(n int, keep bool) *Values {
	v := &Values{N: n, Rows: b.rows, Codes: b.codes, Multi: b.multi}
	if v.Rows == nil && len(v.Codes) < n {
		v.Rows = make([]uint32, len(v.Codes))
		for i := range v.Rows {
			v.Rows[i] = uint32(i)
		}
	}
	next := ValuesBuilder{room: len(v.Codes) + len(v.Codes)/8}
	if keep && !b.plain {
		v.D = b.shared()
		next.entries = b.entries
	} else {
		v.D = b.dictionary()
		next.entries = entries{plain: keep && b.plain}
		next.entryRoom, next.textRoom = v.D.Len()+v.D.Len()/8, len(v.D.arena)+len(v.D.arena)/8
	}
	*b = next
	return v
}
