package op

import (
	"slices"

	"spl/exec/column"
)

// Schema is the columns of a stream's rows, all batches taken together. The zero Schema has seen none.
type Schema struct {
	names   []string
	has     map[string]bool // for every name: a row has it, or a command declared it
	some    bool
	unfixed bool // a batch has no order of its columns
}

// Note takes the columns of a batch in. One without rows and columns says nothing.
func (s *Schema) Note(b *column.Batch) {
	if len(b.Names) == 0 && b.Rows() == 0 {
		return
	}
	if s.has == nil {
		s.has = map[string]bool{}
	}
	for i, n := range b.Names {
		has, seen := s.has[n]
		if !seen {
			s.names = append(s.names, n)
		}
		if !has {
			s.has[n] = b.Ordered || Declared(b.Cols[i], b.Sel)
		}
	}
	s.some = true
	s.unfixed = s.unfixed || !b.Ordered
}

// merge takes in what the batches of o said, which follow.
func (s *Schema) merge(o *Schema) {
	if s.has == nil {
		s.has = map[string]bool{}
	}
	for _, n := range o.names {
		if _, seen := s.has[n]; !seen {
			s.names = append(s.names, n)
		}
		s.has[n] = s.has[n] || o.has[n]
	}
	s.some = s.some || o.some
	s.unfixed = s.unfixed || o.unfixed
}

// Names returns the columns in order of first appearance.
func (s *Schema) Names() []string { return slices.Clone(s.names) }

// Ordered reports whether every batch has a fixed column order.
func (s *Schema) Ordered() bool { return s.some && !s.unfixed }

// Has reports whether a batch has the column.
func (s *Schema) Has(name string) bool { _, ok := s.has[name]; return ok }

// HasValue reports whether a row has the field or a command has declared it.
func (s *Schema) HasValue(name string) bool { return s.has[name] }

// Arrange returns b with all columns in their order, nulls where it has none.
func (s *Schema) Arrange(b *column.Batch) *column.Batch {
	out := &column.Batch{N: b.N, Sel: b.Sel, Seq: b.Seq, Ordered: s.Ordered(), Names: s.Names()}
	if slices.Equal(b.Names, s.names) {
		out.Cols = slices.Clone(b.Cols)
		return out
	}
	for _, n := range s.names {
		out.Cols = append(out.Cols, b.Col(n))
	}
	return out
}

// Fields returns a batch without rows that has the columns with a value, for patterns to expand over.
func (s *Schema) Fields() *column.Batch {
	out := &column.Batch{Ordered: s.Ordered()}
	for _, n := range s.names {
		if s.has[n] {
			out.Set(n, column.Nulls(0))
		}
	}
	return out
}
