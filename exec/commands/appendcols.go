package commands

import (
	"context"
	"io"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var appendcols = define(Spec[subArgs]{
	Grammar: lang.Grammar{Name: "appendcols", Sub: lang.SubRows, Usage: "appendcols [override=<bool>] [maxout=<int>] [<subsearch>]",
		Options: append([]lang.Opt{{Name: "override", Type: lang.Bool, Default: "false", Doc: "The subsearch's columns win."}}, subOptions...)},
	Short: "Put the columns of a subsearch beside the current ones.",
	Doc: `Row by row: the first row of the subsearch goes to the first row, and so on. Fields with a leading
underscore are not taken. Rows of the subsearch beyond the last current one are appended.`,
	Examples: []Example{{Search: `appendcols [| inputlookup SampleDataList | fields label]`, In: "a\n1\n2", Out: "a,label\n1,SFDC Data\n2,"}},
	Plan: func(b *plan.Builder, a *subArgs) (plan.Node, error) {
		sub, err := rowSubsearch(b, a.Sub)
		if err != nil {
			return nil, err
		}
		override := a.Opts.Bool("override", false)
		limit := a.Opts.Int("maxout", b.Env.Limits.AppendRows)
		n := allRows(b, needSame, func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) (column.Stream, error) {
			more, err := keepSub(ctx, rt, sub, limit)
			if err != nil {
				return nil, err
			}
			j := newSideBySide(rows, more, override)
			return op.Owning(column.StreamFunc(j.next, nil), more), nil
		})
		n.inputs = []plan.Pipeline{sub}
		return n, nil
	},
})

// sideBySide joins two lists of rows row by row.
type sideBySide struct {
	left, right side
	override    bool
	columns     op.Schema
	some        bool // a batch was handed out
}

func newSideBySide(left, right *op.Kept, override bool) *sideBySide {
	j := &sideBySide{left: side{rows: left, in: left.Stream()}, right: side{rows: right, in: right.Stream()}, override: override}
	names := right.Names()
	if !right.Ordered() {
		slices.Sort(names)
	}
	all := left.Arrange(&column.Batch{})
	all.Ordered = left.Ordered() || left.Len() == 0 && right.Ordered()
	for _, n := range names {
		if !column.Internal(n) {
			all.Set(n, column.Nulls(0))
		}
	}
	j.columns.Note(all)
	return j
}

// side is one of the lists with the batch at hand.
type side struct {
	rows *op.Kept
	in   column.Stream
	b    *column.Batch
	at   int
}

// left returns how many rows are at hand, 0 at the end.
func (s *side) left(ctx context.Context) (int, error) {
	for s.in != nil && (s.b == nil || s.at == s.b.N) {
		b, err := s.in.Next(ctx)
		if err == io.EOF {
			s.in, s.b, s.at = nil, nil, 0
			break
		}
		if err != nil {
			return 0, err
		}
		s.b, s.at = b, 0
	}
	if s.b == nil {
		return 0, nil
	}
	return s.b.N - s.at, nil
}

// take returns the next n rows, nil at the end.
func (s *side) take(n int) *column.Batch {
	if s.b == nil {
		return nil
	}
	from := s.at
	s.at += n
	if n == s.b.N {
		return s.b
	}
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(from + i)
	}
	return s.b.Pick(rows)
}

func (j *sideBySide) next(ctx context.Context) (*column.Batch, error) {
	n, err := j.left.left(ctx)
	if err != nil {
		return nil, err
	}
	m, err := j.right.left(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 && m == 0 && j.some {
		return nil, io.EOF
	}
	j.some = true
	if n == 0 || m != 0 && m < n {
		n = m
	}
	return j.join(j.left.take(n), j.right.take(n), n), nil
}

// join puts n rows of both sides together; a side that has ended is nil. Where both are, even a missing
// value counts.
func (j *sideBySide) join(left, right *column.Batch, n int) *column.Batch {
	out := j.columns.Arrange(&column.Batch{N: n})
	for i, name := range out.Names {
		inLeft := left != nil && j.left.rows.Has(name)
		inRight := right != nil && j.right.rows.Has(name) && !column.Internal(name)
		switch {
		case inRight && (j.override || !inLeft):
			out.Cols[i] = right.Col(name)
		case inLeft:
			out.Cols[i] = left.Col(name)
		}
	}
	return out
}
