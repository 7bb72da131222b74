package op

import (
	"context"
	"io"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/value"
)

// groupResult hands out the finished groups of some tables, in order.
type groupResult struct {
	node    *Group
	set     *aggSet
	tables  []*groupTable
	keys    []*KeyTable
	columns []int          // of set, in output order
	values  [][]column.Vec // by column, by table
	refs    []groupRef
	found   []bool // by column of set, if other tables follow: it has a value so far
}

// newGroupResult finishes tables. With found they are some of several: columns stay, and those that have a
// value are marked.
func newGroupResult(node *Group, set *aggSet, tables []*groupTable, workers int, found []bool) (*groupResult, error) {
	r := &groupResult{node: node, set: set, tables: tables, columns: set.order(), found: found}
	for _, t := range tables {
		r.keys = append(r.keys, t.keys)
	}
	if !node.Partial {
		r.finish()
	}
	kept, err := r.having()
	if err != nil {
		return nil, err
	}
	r.refs = orderGroups(r.keys, kept, workers)
	return r, nil
}

// having returns the groups of each table that the condition keeps; nil without one.
func (r *groupResult) having() ([]column.Bitmap, error) {
	if r.node.Having == nil {
		return nil, nil
	}
	fields := r.node.Having.F.Fields()
	kept := make([]column.Bitmap, len(r.tables))
	for p, t := range r.tables {
		b := column.NewBatch(t.keys.Len())
		for f, name := range r.node.By {
			if fields.Has(name) {
				b.Set(name, keyVec(r.keys, allGroups(p, b.N), f))
			}
		}
		for k, i := range r.columns {
			if name := r.set.cols[i].name; fields.Has(name) {
				b.Set(name, column.WithDelim(r.values[k][p], r.node.Delim))
			}
		}
		if err := r.node.Having.F.Apply(b); err != nil {
			return nil, err
		}
		if kept[p] = b.Sel; b.Sel == nil {
			kept[p] = column.FullBitmap(b.N)
		}
	}
	return kept, nil
}

func allGroups(part, n int) []groupRef {
	out := make([]groupRef, n)
	for g := range out {
		out[g] = groupRef{uint32(part), uint32(g)}
	}
	return out
}

// finish computes the results. A column of a wildcard over numbers that found none is left out, once that
// is known.
func (r *groupResult) finish() {
	kept := r.columns[:0]
	for _, i := range r.columns {
		vs := make([]column.Vec, len(r.tables))
		states := make([]agg.State, len(r.tables))
		for k, t := range r.tables {
			states[k], t.states[i] = t.states[i], nil // given up for its result
		}
		r.set.tell(i, states...)
		null := true
		for k, t := range r.tables {
			vs[k] = column.Stored(states[k].Result(t.keys.Len()))
			states[k] = nil
			null = null && AllNull(vs[k], nil)
		}
		switch {
		case r.found != nil:
			r.found[i] = r.found[i] || !null
		case null && r.set.onlyNumbers(i):
			continue
		}
		kept = append(kept, i)
		r.values = append(r.values, vs)
	}
	r.columns = kept
}

// stream hands out the rows. rows is how many were aggregated: without By fields none still give a row,
// if there is something to count.
func (r *groupResult) stream(rows int64) column.Stream {
	if len(r.node.By) == 0 && r.blank(rows) {
		r.refs = nil
	}
	started := false
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(r.refs) == 0 && started {
			return nil, io.EOF
		}
		started = true
		n := min(len(r.refs), column.MaxRows)
		b := r.batch(r.refs[:n])
		r.refs = r.refs[n:]
		return b, nil
	}, nil)
}

// blank reports whether the one row of an aggregation without By fields has no value at all.
func (r *groupResult) blank(rows int64) bool {
	if r.node.Partial {
		return rows == 0
	}
	for _, vs := range r.values {
		if !vs[0].Null(0) {
			return false
		}
	}
	return true
}

func (r *groupResult) batch(refs []groupRef) *column.Batch {
	b := &column.Batch{N: len(refs), Ordered: true}
	for f, name := range r.node.By {
		b.Set(name, keyVec(r.keys, refs, f))
	}
	if r.node.Partial {
		r.partials(b, refs)
		return b
	}
	for k, i := range r.columns {
		b.Set(r.set.cols[i].name, column.WithDelim(pickGroups(r.values[k], refs), r.node.Delim))
	}
	return b
}

// pickGroups picks groups from results, one vector a table.
func pickGroups(parts []column.Vec, refs []groupRef) column.Vec {
	if len(parts) == 1 {
		rows := make([]uint32, len(refs))
		for i, r := range refs {
			rows[i] = r.group
		}
		return column.Gather(parts[0], rows)
	}
	if out := pickFloats(parts, refs); out != nil {
		return out
	}
	xs := make([]Ref, len(refs))
	for i, r := range refs {
		xs[i] = MakeRef(int(r.part), int(r.group))
	}
	return Gather(parts, xs)
}

func pickFloats(parts []column.Vec, refs []groupRef) column.Vec {
	fs := make([]*column.Float, len(parts))
	for i, p := range parts {
		f, ok := p.(*column.Float)
		if !ok {
			return nil
		}
		fs[i] = f
	}
	out := &column.Float{F: make([]float64, len(refs)), P: make([]value.Prec, len(refs))}
	for i, r := range refs {
		out.F[i], out.P[i] = fs[r.part].F[r.group], fs[r.part].PrecAt(int(r.group))
		if fs[r.part].Nulls.Get(int(r.group)) {
			out.Nulls = out.Nulls.Marked(i, len(refs))
		}
	}
	return out
}
