package knowledge

import (
	"errors"

	"spl/exec/column"
	"spl/lang/pattern"
)

// work is a batch on its way through the steps.
type work struct {
	b       *column.Batch // fields so far
	auto    *column.Batch // stored fields of automatic extraction, until its turn comes; nil: none
	pending []assigned
}

type assigned struct {
	name string
	v    column.Vec
}

func (w *work) col(name string) column.Vec { return w.b.Col(name) }

func (w *work) put(name string, v column.Vec) { w.b.Set(name, v) }

// putSome is put for a column that is left out if it holds nothing.
func (w *work) putSome(name string, v column.Vec) {
	if !allNull(v) {
		w.put(name, v)
	}
}

// settle assigns what the calculated fields gave.
func (w *work) settle() {
	for _, a := range w.pending {
		w.put(a.name, a.v)
	}
	w.pending = nil
}

// limitReached lets an expression that gives up on a text count as no match.
func limitReached(err error) error {
	if errors.Is(err, pattern.ErrMatchLimit) {
		return nil
	}
	return err
}

// sheet collects the fields that a rule finds, row by row of a dictionary.
type sheet struct {
	names []string
	cols  []*column.TextBuilder
	index map[string]int
	row   int
}

func (s *sheet) at(name string) *column.TextBuilder {
	i, ok := s.index[name]
	if !ok {
		i = len(s.cols)
		s.index[name] = i
		s.names = append(s.names, name)
		s.cols = append(s.cols, column.NewTextBuilder())
	}
	return s.cols[i]
}

// first sets a field of the row unless it has a value.
func (s *sheet) first(name, v string) {
	c := s.at(name)
	if c.Len() > s.row {
		return
	}
	c.AppendNulls(s.row - c.Len())
	c.Append(v)
}

// more adds a value to a field of the row.
func (s *sheet) more(name, v string) {
	c := s.at(name)
	if c.Len() > s.row {
		c.AppendMore(v)
		return
	}
	c.AppendNulls(s.row - c.Len())
	c.Append(v)
}

// extract runs f once per distinct text of a field among the selected rows and adds what it finds to
// the batch; fields that have a value keep it.
func (w *work) extract(field string, f func(text string, sh *sheet) error) error {
	sh, codes, err := w.sheet(field, f)
	if err != nil || sh == nil {
		return err
	}
	for i, n := range sh.names {
		w.put(n, firstOf(w.col(n), column.Spread(sh.cols[i].Build(), codes)))
	}
	return nil
}

// sheet runs f over the texts of a field; row 0 of the result stands for null.
func (w *work) sheet(field string, f func(text string, sh *sheet) error) (*sheet, []uint32, error) {
	v := texts(w.col(field))
	if v == nil {
		return nil, nil, nil
	}
	used := usedEntries(v, w.b.Sel)
	sh := &sheet{index: map[string]int{}}
	for k := range v.D.Len() {
		if !used.Get(k) {
			continue
		}
		sh.row = k + 1
		if err := f(v.D.Text(k), sh); err != nil {
			return nil, nil, err
		}
	}
	for _, c := range sh.cols {
		c.AppendNulls(v.D.Len() + 1 - c.Len())
	}
	return sh, v.Codes, nil
}

// texts returns a field as one text a row, nil if it has none at all. Values of a multivalue are
// joined by line breaks.
func texts(v column.Vec) *column.Dict {
	if c, ok := v.(*column.Const); ok && c.V.IsNull() {
		return nil
	}
	t := column.AsText(v)
	if d, ok := t.(*column.Dict); ok {
		return d
	}
	b := column.NewTextBuilder()
	for i := range t.Len() {
		if t.Null(i) {
			b.AppendNull()
		} else {
			b.Append(t.At(i).Text())
		}
	}
	d, _ := b.Build().(*column.Dict)
	return d
}

// usedEntries marks the dictionary entries of selected rows.
func usedEntries(v *column.Dict, sel column.Bitmap) column.Bitmap {
	used := column.NewBitmap(v.D.Len())
	mark := func(i int) {
		if c := v.Codes[i]; c != 0 {
			used.Set(int(c - 1))
		}
	}
	if sel != nil {
		sel.Each(mark)
		return used
	}
	for i := range v.Codes {
		mark(i)
	}
	return used
}

// allNull reports whether a column is known to hold nothing.
func allNull(v column.Vec) bool {
	switch v := v.(type) {
	case *column.Const:
		return v.V.IsNull()
	case *column.Dict:
		return v.D.Len() == 0
	case *column.List:
		return len(v.Inner.Codes) == 0
	}
	return false
}

// firstOf returns a where it has a value, else b.
func firstOf(a, b column.Vec) column.Vec {
	if allNull(b) {
		return a
	}
	if allNull(a) {
		return b
	}
	full := true
	for i := range a.Len() {
		if a.Null(i) {
			full = false
			break
		}
	}
	if full {
		return a
	}
	out := column.NewTextBuilder()
	for i := range a.Len() {
		if a.Null(i) {
			out.AppendValue(b.At(i))
		} else {
			out.AppendValue(a.At(i))
		}
	}
	return out.Build()
}

// only returns v in the rows of keep, null elsewhere.
func only(v column.Vec, keep column.Bitmap) column.Vec {
	out := column.NewTextBuilder()
	for i := range v.Len() {
		if keep.Get(i) {
			out.AppendValue(v.At(i))
		} else {
			out.AppendNull()
		}
	}
	return out.Build()
}
