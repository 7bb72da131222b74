package op

import (
	"context"
	"math"

	"spl/exec/column"
)

// placeMerge puts the parts of a partitioned together again, in order of the rows' places. Rows of one
// place in several parts come in the parts' order.
type placeMerge struct{ runHeap[*placeRun] }

// placeRun is what is left of a part.
type placeRun struct {
	partReader
	part  int
	at    int
	batch int // of the rows in what is being taken, -1: not yet
}

func (r *placeRun) place() uint64 { return r.no[r.at] >> 1 }

// load reads the next section; false at the end.
func (r *placeRun) load(ctx context.Context) (bool, error) {
	if !r.more() {
		return false, nil
	}
	r.at, r.batch = 0, -1
	return true, r.next(ctx)
}

// merge starts reading all parts, which must be sealed.
func (p *partitioned) merge(ctx context.Context) (*placeMerge, error) {
	m := &placeMerge{runHeap[*placeRun]{less: lessPlace}}
	if p.file == nil {
		return m, nil
	}
	for k := range p.file.sections {
		r := &placeRun{partReader: *p.reader(k), part: k}
		ok, err := r.load(ctx)
		if err != nil {
			return nil, err
		}
		if ok {
			m.add(r)
		}
	}
	return m, nil
}

func lessPlace(a, b *placeRun) bool {
	if x, y := a.place(), b.place(); x != y {
		return x < y
	}
	return a.part < b.part
}

// placedRows are rows in order of their places.
type placedRows struct {
	rows *Rows
	refs []Ref
	no   []uint64
}

// frame returns the rows that belong to a frame.
func (m *placeMerge) frame(ctx context.Context, f frame) (placedRows, error) {
	return m.take(ctx, f.end(), math.MaxInt, false)
}

// some returns the next rows, none at the end. They have the same columns of numbers.
func (m *placeMerge) some(ctx context.Context) (placedRows, error) {
	return m.take(ctx, math.MaxUint64, runRows, true)
}

// take returns the next rows, at most so many, with places below end.
func (m *placeMerge) take(ctx context.Context, end uint64, most int, alike bool) (placedRows, error) {
	out := placedRows{rows: NewRows(nil)}
	for _, r := range m.runs {
		r.batch = -1
	}
	kinds := ""
	for len(m.runs) > 0 && len(out.refs) < most {
		r := m.runs[0]
		if r.place() >= end {
			break
		}
		if r.batch < 0 {
			k := numericColumns(r.rows)
			if alike && len(out.refs) > 0 && k != kinds {
				break
			}
			kinds = k
			r.batch = len(out.rows.batches)
			if err := out.rows.Add(r.rows); err != nil {
				return out, err
			}
		}
		out.refs, out.no = append(out.refs, MakeRef(r.batch, r.at)), append(out.no, r.no[r.at])
		if r.at++; r.at < r.rows.N {
			m.moved(true)
			continue
		}
		more, err := r.load(ctx)
		if err != nil {
			return out, err
		}
		m.moved(more)
	}
	return out, ctx.Err()
}

// batch returns the rows as they are in the file.
func (p placedRows) batch() *column.Batch { return p.rows.Take(p.refs) }
