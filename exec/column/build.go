package column

import (
	"slices"

	"spl/exec/value"
)

// TextBuilder makes a Dict, or a List once a row with several values was added. Append order is row
// order.
type TextBuilder struct {
	entries
	codes []uint32 // one per value; nulls are 0
	rows  []uint32 // nil while every row has at most one value: then row i is codes[i]
	str   bool
}

// NewTextBuilder returns an empty builder.
func NewTextBuilder() *TextBuilder {
	return &TextBuilder{entries: newEntries()}
}

// NewStringBuilder returns a builder of string expression results (Dict.Str is set).
func NewStringBuilder() *TextBuilder {
	b := NewTextBuilder()
	b.str = true
	return b
}

// Grow makes room for values more values with entries more distinct texts of size bytes together, as
// far as they can be foreseen.
func (b *TextBuilder) Grow(values, entries, size int) {
	b.codes = slices.Grow(b.codes, values)
	b.grow(entries, size)
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
	return b.entries.bytes() + 4*int64(cap(b.codes)+cap(b.rows))
}

// Append adds a row with one value.
func (b *TextBuilder) Append(s string) {
	b.codes = append(b.codes, b.code(s))
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
		b.codes = append(b.codes, b.code(s))
	}
	b.endRow()
}

// AppendMore adds a value to the last row, which must exist; on a null row it becomes the value.
func (b *TextBuilder) AppendMore(s string) {
	if b.rows == nil {
		if n := len(b.codes); b.codes[n-1] == 0 {
			b.codes[n-1] = b.code(s)
			return
		}
		b.toLists()
	}
	b.codes = append(b.codes, b.code(s))
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

// Build returns the vector and leaves the builder unusable.
func (b *TextBuilder) Build() Vec {
	d := &Dict{Codes: b.codes, D: b.dictionary(), Str: b.str}
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
