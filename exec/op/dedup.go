package op

import (
	"context"
	"errors"
	"io"
	"slices"

	"spl/exec/column"
	"spl/exec/plan"
)

// Dedup keeps the first rows of each combination of values of some fields.
type Dedup struct {
	Fields      []string
	Max         int  // rows of each
	KeepEvents  bool // repeats stay, without the fields
	KeepEmpty   bool // rows without one of the fields stay
	Consecutive bool // only rows one behind the other repeat
}

// rowVerdict is what is known of a row.
type rowVerdict byte

const (
	repeats rowVerdict = iota
	first
	lacking // one of the fields
	unknown // its combination is new, and the table is full
)

// stays reports whether a row is in the result.
func (d *Dedup) stays(v rowVerdict) bool {
	return v == first || d.KeepEvents || v == lacking && d.KeepEmpty
}

// narrow takes the rows that go, or their fields, from b.
func (d *Dedup) narrow(b *column.Batch, vs []rowVerdict) *column.Batch {
	if d.KeepEvents {
		return d.blank(b, func(i int) bool { return vs[i] != repeats })
	}
	sel := column.NewBitmap(b.N)
	EachRow(b, func(i int) {
		if d.stays(vs[i]) {
			sel.Set(i)
		}
	})
	b.Sel = sel
	return b
}

// blank takes the fields from the rows that are not whole.
func (d *Dedup) blank(b *column.Batch, whole func(i int) bool) *column.Batch {
	keep := column.NewBitmap(b.N)
	EachRow(b, func(i int) {
		if whole(i) {
			keep.Set(i)
		}
	})
	for _, f := range d.Fields {
		if b.Has(f) {
			b.Set(f, Where(keep, b.Col(f), column.Nulls(b.N)))
		}
	}
	return b
}

// Open returns the rows that stay. The combinations are kept in memory; when it is used up, rows with
// further ones go to files, and so do all rows behind them: the stream goes on when the input has ended.
func (d *Dedup) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	if d.Consecutive {
		return d.neighbours(in), nil
	}
	s := &dedupStream{d: d, in: in, pass: newDedupPass(d, rt, 0)}
	return column.StreamFunc(s.next, func() error { return errors.Join(in.Close(), s.pass.close()) }), nil
}

// neighbours compares each row with the one before; it keeps no more than that.
func (d *Dedup) neighbours(in column.Stream) column.Stream {
	var last *column.Batch // a row of the combination that goes on; nil: none
	run := 0
	return Mapped(in, func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		keys := NewKeys(d.Fields)
		before := uint32(0)
		if last != nil {
			before = keys.Number(last)[0]
		}
		vs := make([]rowVerdict, b.N)
		at := -1
		numbers := keys.Number(b)
		EachRow(b, func(i int) {
			n := numbers[i]
			if n != before {
				before, run = n, 0
			}
			at = i
			switch {
			case n == 0:
				vs[i] = lacking
			case run < d.Max:
				vs[i] = first
			}
			run++
		})
		switch {
		case before == 0:
			last = nil
		case at >= 0:
			last = d.combination(b, at)
		}
		return d.narrow(b, vs), nil
	})
}

// combination returns the fields of a row by themselves.
func (d *Dedup) combination(b *column.Batch, row int) *column.Batch {
	out := column.NewBatch(1)
	for _, f := range d.Fields {
		t := column.NewTextBuilder()
		t.AppendValue(b.Col(f).At(row))
		out.Set(f, t.Build())
	}
	return out
}

// dedupStream is the whole stream: the batches as they come, and those whose rows were in files.
type dedupStream struct {
	d      *Dedup
	in     column.Stream
	pass   *dedupPass
	frames frames
	rest   *placeMerge // of the frames, once the input has ended
}

func (s *dedupStream) next(ctx context.Context) (*column.Batch, error) {
	for s.rest == nil {
		b, err := s.in.Next(ctx)
		if err == io.EOF && s.pass.later != nil {
			if err = s.in.Close(); err == nil { // its memory is of use now
				s.rest, err = s.pass.finish(ctx)
			}
			if err != nil {
				return nil, err
			}
			break
		}
		if err != nil {
			return nil, err
		}
		b = b.Copy()
		vs, err := s.pass.decide(b)
		if err != nil {
			return nil, err
		}
		if !s.pass.diverts(vs) {
			return s.d.narrow(b, vs.of), nil
		}
		place := s.frames.note(b)
		if err := s.pass.divert(b, vs, func(i int) uint64 { return place + uint64(i) }); err != nil {
			return nil, err
		}
	}
	f, ok := s.frames.next()
	if !ok {
		return nil, io.EOF
	}
	rows, err := s.rest.frame(ctx, f)
	if err != nil {
		return nil, err
	}
	return s.rebuild(f, rows), nil
}

// rebuild puts the rows of a frame to where they were in their batch.
func (s *dedupStream) rebuild(f frame, p placedRows) *column.Batch {
	refs := p.refs
	sel, marked := column.NewBitmap(f.n), column.NewBitmap(f.n)
	if len(refs) > 0 {
		refs = slices.Repeat(refs[:1], f.n) // what stands in the other rows does not count
	}
	for k, no := range p.no {
		i := int(no>>1 - f.first)
		sel.Set(i)
		refs[i] = p.refs[k]
		if isMarked(no) {
			marked.Set(i)
		}
	}
	b := f.fill(p.rows, refs)
	b.Sel = sel[:(b.N+63)/64]
	if s.d.KeepEvents {
		return s.d.blank(b, func(i int) bool { return !marked.Get(i) })
	}
	return b
}
