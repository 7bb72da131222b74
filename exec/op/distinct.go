package op

import (
	"spl/exec/column"
)

// Distinct is a vector split into the different values of its selected rows and, for each row, which one
// it has. What a command computes once per value goes back to the rows through Spread.
type Distinct struct {
	// Codes holds per row the number of its value plus one; 0: null or not selected.
	Codes []uint32
	texts []string
	lists [][]string // nil while no row has several values
}

// DistinctOf splits v; sel nil means all rows. Rows with several values count as different from each
// other, others are told apart by text.
func DistinctOf(v column.Vec, sel column.Bitmap) *Distinct {
	switch v := column.AsText(v).(type) {
	case *column.Dict:
		return distinctDict(v, sel)
	case *column.List:
		return distinctList(v, sel)
	}
	return &Distinct{Codes: make([]uint32, v.Len())}
}

func distinctDict(v *column.Dict, sel column.Bitmap) *Distinct {
	d := &Distinct{Codes: make([]uint32, len(v.Codes))}
	if sel == nil && v.D.Len() <= len(v.Codes) {
		d.Codes = v.Codes
		d.texts = make([]string, v.D.Len())
		for k := range d.texts {
			d.texts[k] = v.D.Text(k)
		}
		return d
	}
	number := make([]uint32, v.D.Len()+1)
	each(sel, len(v.Codes), func(i int) {
		c := v.Codes[i]
		if c == 0 {
			return
		}
		if number[c] == 0 {
			d.texts = append(d.texts, v.D.Text(int(c-1)))
			number[c] = uint32(len(d.texts))
		}
		d.Codes[i] = number[c]
	})
	return d
}

func distinctList(v *column.List, sel column.Bitmap) *Distinct {
	d := &Distinct{Codes: make([]uint32, v.Len())}
	number := make([]uint32, v.Inner.D.Len()+1)
	each(sel, v.Len(), func(i int) {
		switch v.Offsets[i+1] - v.Offsets[i] {
		case 0:
		case 1:
			c := v.Inner.Codes[v.Offsets[i]]
			if number[c] == 0 {
				number[c] = d.add(v.Inner.Text(int(v.Offsets[i])), nil)
			}
			d.Codes[i] = number[c]
		default:
			d.Codes[i] = d.add("", v.Values(i, nil))
		}
	})
	return d
}

func (d *Distinct) add(text string, list []string) uint32 {
	if list != nil && d.lists == nil {
		d.lists = make([][]string, len(d.texts), len(d.texts)+8)
	}
	d.texts = append(d.texts, text)
	if d.lists != nil {
		d.lists = append(d.lists, list)
	}
	return uint32(len(d.texts))
}

// Len returns how many different values there are.
func (d *Distinct) Len() int { return len(d.texts) }

// Value returns value k: its text, or its list if it has several values.
func (d *Distinct) Value(k int) (text string, list []string) {
	if d.lists != nil && d.lists[k] != nil {
		return "", d.lists[k]
	}
	return d.texts[k], nil
}

// Each calls f for every single text of value k, in order.
func (d *Distinct) Each(k int, f func(text string)) {
	text, list := d.Value(k)
	if list == nil {
		f(text)
		return
	}
	for _, s := range list {
		f(s)
	}
}

// EachUsed calls f for every single text that a row has; a text may come more than once. There may be values
// that no row has any more.
func (d *Distinct) EachUsed(f func(text string)) {
	seen := column.NewBitmap(d.Len() + 1)
	for _, c := range d.Codes {
		if c != 0 && !seen.Get(int(c)) {
			seen.Set(int(c))
			d.Each(int(c-1), f)
		}
	}
}

// Spread returns the row-wise vector of results: built holds row 0 for null and row k+1 for value k.
func (d *Distinct) Spread(built *column.TextBuilder) column.Vec {
	return column.Spread(built.Build(), d.Codes)
}

// MapText applies f to every text of the selected rows, each different text once where it can; values
// for which f says no vanish. Rows that are not selected become null.
func MapText(v column.Vec, sel column.Bitmap, f func(text string) (string, bool)) column.Vec {
	d := DistinctOf(v, sel)
	out := column.NewTextBuilder()
	out.AppendNull()
	var scratch []string
	for k := range d.Len() {
		text, list := d.Value(k)
		if list == nil {
			if s, ok := f(text); ok {
				out.Append(s)
			} else {
				out.AppendNull()
			}
			continue
		}
		scratch = scratch[:0]
		for _, s := range list {
			if t, ok := f(s); ok {
				scratch = append(scratch, t)
			}
		}
		out.AppendList(scratch)
	}
	return d.Spread(out)
}

// MapList applies f to all texts of a row together and stores the list it returns; none is null.
func MapList(v column.Vec, sel column.Bitmap, f func(values []string) []string) column.Vec {
	d := DistinctOf(v, sel)
	out := column.NewTextBuilder()
	out.AppendNull()
	one := make([]string, 1)
	for k := range d.Len() {
		text, list := d.Value(k)
		if list == nil {
			one[0] = text
			list = one
		}
		out.AppendList(f(list))
	}
	return d.Spread(out)
}

// Keep narrows the selection of b to the rows whose field has a value for which keep is true; absent
// is the verdict on rows without the field.
func Keep(b *column.Batch, field string, absent bool, keep func(values []string) bool) {
	d := DistinctOf(b.Col(field), b.Sel)
	verdict := make([]bool, d.Len()+1)
	verdict[0] = absent
	one := make([]string, 1)
	for k := range d.Len() {
		text, list := d.Value(k)
		if list == nil {
			one[0] = text
			list = one
		}
		verdict[k+1] = keep(list)
	}
	out := column.NewBitmap(b.N)
	each(b.Sel, b.N, func(i int) {
		if verdict[d.Codes[i]] {
			out.Set(i)
		}
	})
	b.Sel = out
}

// each calls f for the selected rows, ascending.
func each(sel column.Bitmap, n int, f func(i int)) {
	if sel != nil {
		sel.Each(f)
		return
	}
	for i := range n {
		f(i)
	}
}

// EachRow calls f for the selected rows of b, ascending.
func EachRow(b *column.Batch, f func(i int)) { each(b.Sel, b.N, f) }

// Where returns a where the row is marked in pick, else b. Both have one length.
func Where(pick column.Bitmap, a, b column.Vec) column.Vec {
	out := column.NewTextBuilder()
	for i := range b.Len() {
		if pick.Get(i) {
			out.AppendValue(a.At(i))
		} else {
			out.AppendValue(b.At(i))
		}
	}
	return out.Build()
}

// Coalesce returns a's values, and those of b where a is null.
func Coalesce(a, b column.Vec) column.Vec {
	some := false
	pick := column.NewBitmap(a.Len())
	for i := range a.Len() {
		if !a.Null(i) {
			pick.Set(i)
		} else if !some {
			some = !b.Null(i)
		}
	}
	if !some {
		return a
	}
	return Where(pick, a, b)
}

// AllNull reports whether no selected row of v has a value.
func AllNull(v column.Vec, sel column.Bitmap) bool {
	if c, ok := v.(*column.Const); ok {
		return c.V.IsNull()
	}
	if sel == nil {
		for i := range v.Len() {
			if !v.Null(i) {
				return false
			}
		}
		return true
	}
	for w, x := range sel {
		for k := 0; x != 0; k++ {
			if x&1 != 0 && !v.Null(w<<6+k) {
				return false
			}
			x >>= 1
		}
	}
	return true
}

// Dense returns b without its unselected rows when they are most of it, so that per-row work is not
// wasted on them.
func Dense(b *column.Batch) *column.Batch {
	if b.Sel != nil && b.Rows()*4 < b.N {
		return b.Compact()
	}
	return b
}
