package op

import (
	"slices"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/value"
)

// pivotWindow is rows lo to hi-1 of the table, with their cells.
type pivotWindow struct {
	lo, hi  int
	started bool
	pairs   *intern.Pairs // (row, series) by number of the cell
	values  []column.Vec  // by output, of all cells
}

// pivotColumn is a column of the table; what comes later under a name takes its place.
type pivotColumn struct {
	name string
	vec  func(w *pivotWindow) column.Vec
}

// columns lays the table out; null tells which aggregations have no result at all.
func (r *pivotResult) columns(null func(at int) bool) []pivotColumn {
	var out []pivotColumn
	place := map[string]int{}
	set := func(name string, vec func(w *pivotWindow) column.Vec) {
		if k, ok := place[name]; ok {
			out[k].vec = vec
			return
		}
		place[name] = len(out)
		out = append(out, pivotColumn{name, vec})
	}
	set(r.node.Row.Field, func(w *pivotWindow) column.Vec { return r.labels.column(w.lo, w.hi) })
	if r.labels.n == 0 {
		return out
	}
	for i, c := range r.outs {
		if c.Expr == nil && r.node.Aggs[c.Agg].onlyNumbers() && null(c.at) {
			continue
		}
		for s, name := range r.series.names {
			switch {
			case r.node.Col == nil:
				name = c.Name
			case len(r.outs) > 1:
				name = r.node.Series.Name(c.Name, name)
			}
			set(name, func(w *pivotWindow) column.Vec { return r.column(w, i, uint32(s)) })
		}
	}
	if axis := r.labels.time; axis != nil {
		set("_span", func(w *pivotWindow) column.Vec { return axis.spans(w.lo, w.hi) })
		if _, ok := axis.days(0); ok {
			set("_spandays", func(w *pivotWindow) column.Vec { v, _ := axis.days(w.hi - w.lo); return v })
		}
	}
	return out
}

// batch writes the rows of a window.
func (w *pivotWindow) batch(table []pivotColumn) *column.Batch {
	b := &column.Batch{N: w.hi - w.lo, Ordered: true}
	for _, c := range table {
		b.Names, b.Cols = append(b.Names, c.name), append(b.Cols, c.vec(w))
	}
	return b
}

// column picks the cells of one output and series, row by row; what is missing is 0 for counts and null
// otherwise.
func (r *pivotResult) column(w *pivotWindow, out int, s uint32) column.Vec {
	ids := make([]uint32, w.hi-w.lo)
	for i := range ids {
		ids[i] = w.pairs.Find(intern.Pair(uint32(w.lo+i), s))
	}
	c := r.outs[out]
	v := spreadGroups(w.values[out], ids)
	if c.Expr == nil && r.node.Aggs[c.Agg].Func.Zero {
		return zeroFilled(v)
	}
	if f, ok := v.(*column.Float); ok && c.Per > 0 && r.labels.time != nil {
		out := &column.Float{F: make([]float64, len(f.F)), Prec: value.Decimals(6), Nulls: f.Nulls}
		for i := range out.F {
			out.F[i] = f.F[i] / (r.labels.time.seconds(w.lo+i) / c.Per)
		}
		return out
	}
	return v
}

func zeroFilled(v column.Vec) column.Vec {
	switch v := v.(type) {
	case *column.Int:
		out := &column.Int{V: slices.Clone(v.V)}
		v.Nulls.Each(func(i int) { out.V[i] = 0 })
		return out
	case *column.Const:
		if v.V.IsNull() {
			return &column.Int{V: make([]int64, v.N)}
		}
	}
	return Coalesce(v, &column.Int{V: make([]int64, v.Len())})
}
