package column

import (
	"hash/maphash"
	"slices"

	"spl/exec/value"
)

// plainCheck and plainShare: once so many values were added and more than that share of them is
// distinct, looking for repeats costs more than it saves and the rest is added as it comes.
const (
	plainCheck = 4096
	plainShare = 0.73
)

// TextBuilder makes a Dict, or a List once a row with several values was added. Append order is row
// order.
type TextBuilder struct {
	arena []byte
	offs  []uint32
	codes []uint32 // one per value; nulls are 0
	rows  []uint32 // nil while every row has at most one value: then row i is codes[i]
	table []uint64 // open addressing: the hash's low half and entry+1
	seed  maphash.Seed
	last  uint32
	plain bool
	exact bool // never plain
	str   bool
}

// NewTextBuilder returns an empty builder.
func NewTextBuilder() *TextBuilder {
	return &TextBuilder{offs: []uint32{0}, seed: maphash.MakeSeed()}
}

// NewStringBuilder returns a builder of string expression results (Dict.Str is set).
func NewStringBuilder() *TextBuilder {
	b := NewTextBuilder()
	b.str = true
	return b
}

// NewDistinctBuilder returns a builder whose dictionary holds no text twice, however few repeat.
func NewDistinctBuilder() *TextBuilder {
	b := NewTextBuilder()
	b.exact = true
	return b
}

// Grow makes room for values more values with entries more distinct texts of size bytes together, as
// far as they can be foreseen.
func (b *TextBuilder) Grow(values, entries, size int) {
	b.codes = slices.Grow(b.codes, values)
	b.offs = slices.Grow(b.offs, entries)
	b.arena = slices.Grow(b.arena, size)
}

// Len returns the number of rows added.
func (b *TextBuilder) Len() int {
	if b.rows != nil {
		return len(b.rows) - 1
	}
	return len(b.codes)
}

// Bytes returns the memory held.
func (b *TextBuilder) Bytes() int64 {
	return int64(cap(b.arena)) + 4*int64(cap(b.offs)+cap(b.codes)+cap(b.rows)+2*cap(b.table))
}

// Append adds a row with one value.
func (b *TextBuilder) Append(s string) {
	b.codes = append(b.codes, b.intern(s))
	b.endRow()
}

// AppendBytes adds a row with one value; s may be reused afterwards.
func (b *TextBuilder) AppendBytes(s []byte) { b.Append(unsafeString(s)) }

// AppendNull adds a null row.
func (b *TextBuilder) AppendNull() {
	if b.rows == nil {
		b.codes = append(b.codes, 0)
		return
	}
	b.endRow()
}

// AppendNulls adds n null rows.
func (b *TextBuilder) AppendNulls(n int) {
	if b.rows == nil {
		b.codes = append(b.codes, make([]uint32, max(0, n))...)
		return
	}
	for range n {
		b.AppendNull()
	}
}

// AppendList adds a row with all the values; none is null.
func (b *TextBuilder) AppendList(vs []string) {
	switch len(vs) {
	case 0:
		b.AppendNull()
		return
	case 1:
		b.Append(vs[0])
		return
	}
	b.toLists()
	for _, s := range vs {
		b.codes = append(b.codes, b.intern(s))
	}
	b.endRow()
}

// AppendMore adds a value to the last row, which must exist; on a null row it becomes the value.
func (b *TextBuilder) AppendMore(s string) {
	if b.rows == nil {
		if n := len(b.codes); b.codes[n-1] == 0 {
			b.codes[n-1] = b.intern(s)
			return
		}
		b.toLists()
	}
	b.codes = append(b.codes, b.intern(s))
	b.rows[len(b.rows)-1] = uint32(len(b.codes))
}

// AppendValue adds a row with any value, rendered as text.
func (b *TextBuilder) AppendValue(v value.Value) {
	switch v.Kind() {
	case value.Null:
		b.AppendNull()
	case value.Multi:
		b.AppendList(v.List())
	default:
		b.Append(v.Text())
	}
}

func (b *TextBuilder) endRow() {
	if b.rows != nil {
		b.rows = append(b.rows, uint32(len(b.codes)))
	}
}

// toLists turns the rows so far into ranges of values, dropping the nulls' codes.
func (b *TextBuilder) toLists() {
	if b.rows != nil {
		return
	}
	b.rows = make([]uint32, 1, len(b.codes)+1)
	kept := b.codes[:0]
	for _, c := range b.codes {
		if c != 0 {
			kept = append(kept, c)
		}
		b.rows = append(b.rows, uint32(len(kept)))
	}
	b.codes = kept
}

// intern returns the code of s.
func (b *TextBuilder) intern(s string) uint32 {
	if b.last != 0 && b.text(b.last-1) == s {
		return b.last
	}
	n := uint32(len(b.offs) - 1)
	if !b.plain && !b.exact && n >= plainCheck && float64(n) > plainShare*float64(len(b.codes)) && len(b.codes) <= 2*plainCheck {
		b.plain, b.table = true, nil
	}
	if b.plain {
		return b.add(s)
	}
	if 2*(int(n)+1) > len(b.table) {
		b.grow()
	}
	mask := uint32(len(b.table) - 1)
	hash := uint32(maphash.String(b.seed, s))
	h := hash & mask
	for ; b.table[h] != 0; h = (h + 1) & mask {
		if e := b.table[h]; uint32(e>>32) == hash && b.text(uint32(e)-1) == s {
			b.last = uint32(e)
			return b.last
		}
	}
	b.table[h] = uint64(hash)<<32 | uint64(n+1)
	return b.add(s)
}

func (b *TextBuilder) add(s string) uint32 {
	if need := len(b.arena) + len(s); need > cap(b.arena) {
		// Twice as much: append grows large arenas by a quarter, and copies them over and over.
		b.arena = slices.Grow(b.arena, max(len(b.arena), len(s)))
	}
	b.arena = append(b.arena, s...)
	b.offs = append(b.offs, uint32(len(b.arena)))
	b.last = uint32(len(b.offs) - 1)
	return b.last
}

func (b *TextBuilder) text(k uint32) string { return unsafeString(b.arena[b.offs[k]:b.offs[k+1]]) }

func (b *TextBuilder) grow() {
	table := make([]uint64, max(64, 2*len(b.table)))
	mask := uint32(len(table) - 1)
	for _, e := range b.table {
		if e == 0 {
			continue
		}
		h := uint32(e>>32) & mask
		for table[h] != 0 {
			h = (h + 1) & mask
		}
		table[h] = e
	}
	b.table = table
}

// Build returns the vector and leaves the builder unusable.
func (b *TextBuilder) Build() Vec {
	d := &Dict{Codes: b.codes, D: NewDictionary(b.arena, b.offs), Str: b.str}
	if b.rows == nil {
		return d
	}
	d.Str = false
	return &List{Offsets: b.rows, Inner: d}
}

// FromValues returns the tightest vector for values of any kinds.
func FromValues(vs []value.Value) Vec {
	var kinds [value.Multi + 1]int
	for _, v := range vs {
		kinds[v.Kind()]++
	}
	n := len(vs)
	switch n - kinds[value.Null] {
	case 0:
		return Nulls(n)
	case kinds[value.Bool]:
		return boolsOf(vs)
	case kinds[value.Number]:
		return floatsOf(vs)
	case kinds[value.String]:
		return textsOf(NewStringBuilder(), vs)
	case kinds[value.Text], kinds[value.Text] + kinds[value.Multi]:
		return textsOf(NewTextBuilder(), vs)
	}
	return &Any{V: vs}
}

func textsOf(b *TextBuilder, vs []value.Value) Vec {
	for _, v := range vs {
		b.AppendValue(v)
	}
	return b.Build()
}

func boolsOf(vs []value.Value) Vec {
	out := &Bool{Bits: NewBitmap(len(vs)), N: len(vs)}
	for i, v := range vs {
		switch {
		case v.IsNull():
			out.Nulls = setNull(out.Nulls, i, len(vs))
		case v.True():
			out.Bits.Set(i)
		}
	}
	return out
}

// floatsOf keeps spellings by falling back to Any where a number still has one that its double and
// precision would not reproduce.
func floatsOf(vs []value.Value) Vec {
	out := &Float{F: make([]float64, len(vs)), P: make([]value.Prec, len(vs))}
	for i, v := range vs {
		f, p, ok := v.Number()
		if !ok {
			out.Nulls = setNull(out.Nulls, i, len(vs))
			continue
		}
		if value.FormatNumber(f, p) != v.Text() {
			return &Any{V: vs}
		}
		out.F[i], out.P[i] = f, p
	}
	return out
}

func setNull(b Bitmap, i, n int) Bitmap {
	if b == nil {
		b = NewBitmap(n)
	}
	b.Set(i)
	return b
}
