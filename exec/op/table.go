package op

import (
	"context"
	"errors"
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
	s := &tableStream{Table: t, rt: rt, in: in, held: NewKept(rt)}
	return column.StreamFunc(s.next, func() error { return errors.Join(in.Close(), s.held.Close()) }), nil
}

type tableStream struct {
	*Table
	rt   *plan.Runtime
	in   column.Stream
	seen bool
	held *Kept         // without any of the columns
	none *column.Batch // without rows, which tells the columns of no rows at all
	out  column.Stream // nil: none is seen yet
}

func (s *tableStream) next(ctx context.Context) (*column.Batch, error) {
	if s.out != nil {
		return s.out.Next(ctx)
	}
	for {
		b, err := s.in.Next(ctx)
		if err == io.EOF {
			return s.noMatch()
		}
		if err != nil {
			return nil, err
		}
		out := s.project(b)
		switch {
		case s.seen:
			live := Then(column.Batches(out), func(context.Context) (column.Stream, error) {
				return Mapped(s.in, func(_ context.Context, b *column.Batch) (*column.Batch, error) { return s.project(b), nil }), nil
			})
			s.out = Then(s.held.Stream(), func(context.Context) (column.Stream, error) { return live, nil })
			return s.out.Next(ctx)
		case b.Rows() == 0:
			s.none = out
			continue
		}
		if err := s.held.Add(out); err != nil {
			return nil, err
		}
	}
}

// noMatch ends a stream in which none of the columns was seen.
func (s *tableStream) noMatch() (*column.Batch, error) {
	s.out = column.Batches()
	if s.held.Len() == 0 && s.none != nil {
		return s.none, nil
	}
	if s.held.Len() > 0 {
		s.rt.Note(plan.Message{Severity: lang.Info, Text: "No matching fields exist."})
	}
	if err := s.held.Close(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// project returns the columns, and notes whether one of them is there.
func (s *tableStream) project(b *column.Batch) *column.Batch {
	if !s.seen {
		for _, n := range Expand(b, s.Names, false) {
			s.seen = s.seen || b.Ordered || Declared(b.Col(n), b.Sel)
		}
	}
	return Columns(b, Expand(b, s.Names, true), s.Names)
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
