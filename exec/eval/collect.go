package eval

import (
	"spl/exec/column"
	"spl/exec/value"
)

// collector gathers values row by row into the tightest vector.
type collector struct {
	n     int // rows expected
	loose bool
	count int
	kind  value.Kind // of the values so far; Null: none yet, Multi: mixed

	text  *column.TextBuilder
	f     []float64
	p     []value.Prec
	nulls column.Bitmap
	bits  column.Bitmap
	mixed []value.Value
}

// newCollector returns a collector of n rows. loose says that only the texts matter to whoever reads
// the result, so that values of different kinds may become text.
func newCollector(n int, loose bool) *collector { return &collector{n: n, loose: loose} }

// add appends a row.
func (c *collector) add(v value.Value) {
	k := v.Kind()
	if k == value.Multi && c.kind != value.Multi {
		// A list is a text column's business as long as no other kind is there.
		k = value.Text
	}
	if k == value.Number && v.Spelled() {
		f, p, _ := v.Number()
		if value.FormatNumber(f, p) != v.Text() {
			k = value.Multi
		}
	}
	if k != value.Null && k != c.kind {
		c.turn(k)
	}
	switch c.kind {
	case value.Null:
	case value.Text, value.String:
		c.text.AppendValue(v)
	case value.Number:
		c.addNumber(v)
	case value.Bool:
		switch {
		case v.IsNull():
			c.nulls = c.nulls.Marked(c.count, c.n)
		case v.True():
			c.bits.Set(c.count)
		}
	default:
		c.mixed = append(c.mixed, v)
	}
	c.count++
}

func (c *collector) addNumber(v value.Value) {
	f, p, ok := v.Number()
	if !ok {
		c.nulls = c.nulls.Marked(c.count, c.n)
	}
	c.f = append(c.f, f)
	c.p = append(c.p, p)
}

// turn prepares for values of kind k after rows of another kind.
func (c *collector) turn(k value.Kind) value.Kind {
	if c.kind == value.Multi {
		return c.kind
	}
	if c.kind != value.Null || k == value.Multi {
		if c.loose {
			c.toText()
			return c.kind
		}
		before := c.vec()
		c.kind = value.Multi
		c.mixed = make([]value.Value, c.count, c.n)
		for i := range c.count {
			c.mixed[i] = before.At(i)
		}
		return c.kind
	}
	c.kind = k
	switch k {
	case value.Text:
		c.text = column.NewTextBuilder()
		c.text.AppendNulls(c.count)
	case value.String:
		c.text = column.NewStringBuilder()
		c.text.AppendNulls(c.count)
	case value.Number:
		c.f, c.p = make([]float64, c.count, c.n), make([]value.Prec, c.count, c.n)
		c.markBefore()
	case value.Bool:
		c.bits = column.NewBitmap(c.n)
		c.markBefore()
	}
	return k
}

func (c *collector) markBefore() {
	for i := range c.count {
		c.nulls = c.nulls.Marked(i, c.n)
	}
}

// toText turns what there is into texts.
func (c *collector) toText() {
	if c.kind == value.Text {
		return
	}
	b := column.NewTextBuilder()
	if c.kind == value.Null {
		b.AppendNulls(c.count)
	} else {
		before := c.vec()
		for i := range c.count {
			b.AppendValue(before.At(i))
		}
	}
	c.kind, c.text = value.Text, b
}

// vec returns the rows.
func (c *collector) vec() column.Vec {
	switch c.kind {
	case value.Null:
		return column.Nulls(c.count)
	case value.Text, value.String:
		return c.text.Build()
	case value.Number:
		return packed(&column.Float{F: c.f, P: c.p, Nulls: c.nulls})
	case value.Bool:
		return &column.Bool{Bits: c.bits, Nulls: c.nulls, N: c.count}
	}
	return &column.Any{V: c.mixed}
}

// packed drops the precisions of rows if all are alike.
func packed(v *column.Float) *column.Float {
	if len(v.P) == 0 {
		return v
	}
	for _, p := range v.P {
		if p != v.P[0] {
			return v
		}
	}
	return &column.Float{F: v.F, Prec: v.P[0], Nulls: v.Nulls}
}

// regroup makes multivalues of flat values by the offsets they came from; nulls are dropped.
func regroup(offsets []uint32, flat column.Vec) column.Vec {
	if d, ok := column.AsText(flat).(*column.Dict); ok {
		out := &column.List{Offsets: make([]uint32, 1, len(offsets)), Inner: &column.Dict{Codes: make([]uint32, 0, len(d.Codes)), D: d.D}}
		for i := range len(offsets) - 1 {
			for _, c := range d.Codes[offsets[i]:offsets[i+1]] {
				if c != 0 {
					out.Inner.Codes = append(out.Inner.Codes, c)
				}
			}
			out.Offsets = append(out.Offsets, uint32(len(out.Inner.Codes)))
		}
		return out
	}
	b := column.NewTextBuilder()
	var row []string
	for i := range len(offsets) - 1 {
		row = row[:0]
		for j := offsets[i]; j < offsets[i+1]; j++ {
			row = append(row, flat.At(int(j)).List()...)
		}
		b.AppendList(row)
	}
	return b.Build()
}
