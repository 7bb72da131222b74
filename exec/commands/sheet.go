package commands

import (
	"spl/exec/column"
	"spl/exec/op"
)

// sheet collects the fields found in the distinct values of a column, whose names are not known before.
type sheet struct {
	names []string
	cols  map[string]*column.TextBuilder
	row   int // 0 stands for rows without a value
}

// first sets a field of the current value unless it has one.
func (s *sheet) first(name, v string) {
	if col := s.at(name); col.Len() == s.row {
		col.Append(v)
	}
}

// all sets a field of the current value to a list, unless it has one.
func (s *sheet) all(name string, vs []string) {
	if col := s.at(name); col.Len() == s.row {
		col.AppendList(vs)
	}
}

// more adds a value to a field of the current value.
func (s *sheet) more(name, v string) {
	col := s.at(name)
	if col.Len() == s.row {
		col.Append(v)
		return
	}
	col.AppendMore(v)
}

func (s *sheet) at(name string) *column.TextBuilder {
	col := s.cols[name]
	if col == nil {
		col = column.NewTextBuilder()
		s.cols[name] = col
		s.names = append(s.names, name)
	}
	col.AppendNulls(s.row - col.Len())
	return col
}

// extractFields calls f for each distinct text of a field and stores what it finds. With keep, values that
// are there already stay.
func extractFields(b *column.Batch, field string, keep bool, f func(text string, s *sheet)) {
	if !b.Has(field) {
		return
	}
	d := op.DistinctOf(b.Col(field), b.Sel)
	s := &sheet{cols: map[string]*column.TextBuilder{}}
	for k := range d.Len() {
		s.row = k + 1
		text, list := d.Value(k)
		if list != nil {
			text = list[0]
		}
		f(text, s)
	}
	for _, n := range s.names {
		col := s.cols[n]
		col.AppendNulls(d.Len() + 1 - col.Len())
		v := d.Spread(col)
		if b.Has(n) {
			if keep {
				v = op.Coalesce(b.Col(n), v)
			} else {
				v = op.Coalesce(v, b.Col(n))
			}
		}
		setField(b, n, v)
	}
}
