package op

import (
	"context"
	"io"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

// Table keeps the listed columns in the listed order. When no row has any of them there are no rows; so
// rows that lack all of them wait until one is seen.
type Table struct {
	plan.Base
	Names []string
	Text  string
}

// NewTable returns the node.
func NewTable(names []string, text string) *Table {
	return &Table{Base: plan.Base{C: plan.Transforming}, Names: names, Text: text}
}

// String returns the text.
func (t *Table) String() string { return t.Text }

// Needs returns the listed fields that are wanted. The fields not wanted may decide whether there are
// rows at all, so one list is read as a whole.
func (t *Table) Needs(column.FieldSet) column.FieldSet { return column.Fields(t.Names...) }

// Open returns the projected stream.
func (t *Table) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	s := &tableStream{Table: t, rt: rt, in: in}
	return column.StreamFunc(s.next, in.Close), nil
}

type tableStream struct {
	*Table
	rt    *plan.Runtime
	in    column.Stream
	seen  bool
	held  []*column.Batch // without any of the columns
	ready []*column.Batch
}

func (s *tableStream) next(ctx context.Context) (*column.Batch, error) {
	for len(s.ready) == 0 {
		b, err := s.in.Next(ctx)
		if err == io.EOF && len(s.held) > 0 {
			s.held = nil
			s.rt.Note(plan.Message{Severity: lang.Info, Text: "No matching fields exist."})
		}
		if err != nil {
			return nil, err
		}
		s.take(b)
	}
	b := s.ready[0]
	s.ready = s.ready[1:]
	return b, nil
}

func (s *tableStream) take(b *column.Batch) {
	if !s.seen {
		for _, n := range Expand(b, s.Names, false) {
			s.seen = s.seen || b.Ordered || Declared(b.Col(n), b.Sel)
		}
	}
	names := Expand(b, s.Names, true)
	out := Columns(b, names, s.Names)
	if !s.seen && b.Rows() > 0 {
		s.held = append(s.held, out)
		return
	}
	s.ready = append(append(s.ready, s.held...), out)
	s.held = nil
}

// Declared reports whether a column counts as there: a row has a value, or a command made the column and
// had nothing to put in, which leaves an empty dictionary.
func Declared(v column.Vec, sel column.Bitmap) bool {
	if d, ok := v.(*column.Dict); ok && d.D.Len() == 0 {
		return true
	}
	return !AllNull(v, sel)
}

// HasWildcard reports whether one of the names is a pattern.
func HasWildcard(names []string) bool {
	for _, n := range names {
		if strings.Contains(n, "*") {
			return true
		}
	}
	return false
}
