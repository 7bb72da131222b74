package op

import (
	"context"
	"io"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/plan"
)

// pivotResult turns groups into rows and columns.
type pivotResult struct {
	p      *pivotPartial
	node   *Pivot
	rt     *plan.Runtime
	set    *aggSet
	texts  []*intern.Texts // the values of the row and of the column field
	labels *pivotLabels
	series series
	outs   []pivotOut
}

// pivotOut is a Cell, or one match of a wildcard Cell, with the place of its state.
type pivotOut struct {
	Cell
	at int
}

func newPivotResult(p *pivotPartial) *pivotResult {
	r := &pivotResult{p: p, node: p.node, rt: p.rt, set: p.set, series: series{names: []string{""}, of: []int{0}}}
	for _, c := range r.node.Cells {
		for at, col := range r.set.cols {
			if c.Expr == nil && col.spec == c.Agg {
				out := c
				if r.node.Aggs[c.Agg].wildcard() {
					out.Name = col.name
				}
				r.outs = append(r.outs, pivotOut{out, at})
			}
		}
		if c.Expr != nil {
			r.outs = append(r.outs, pivotOut{c, -1})
		}
	}
	return r
}

// inMemory makes the table of groups that are in memory.
func (r *pivotResult) inMemory(t *groupTable) (column.Stream, error) {
	for i := range t.keys.cols {
		r.texts = append(r.texts, &t.keys.cols[i].texts)
	}
	if err := r.label(); err != nil {
		return nil, err
	}
	size := r.labels.bytes() + cellBytes*int64(t.keys.Len())
	for _, s := range t.states {
		size += s.Bytes() // the states of cells come beside those of groups
	}
	if err := r.p.work.hold(size); err != nil {
		return nil, err
	}
	r.p.warn(t)
	rows, cols := r.places(t)
	cells := r.set.regrouped(t.states, len(rows), func(g uint32) (row, col uint32) { return rows[g], cols[g] })
	if r.node.Col != nil {
		var scores []float64
		if r.mustScore() {
			s := r.node.Series.scorer(len(r.labels.cols))
			s.add(cells.states[r.scored()].Result(cells.pairs.Len()), columnsOf(&cells.pairs))
			scores = s.scores()
		}
		r.choose(scores)
		cells = r.inSeries(cells)
	}
	results := r.results(cells)
	w := &pivotWindow{pairs: &cells.pairs}
	var err error
	if w.values, err = r.values(results, w.pairs); err != nil {
		return nil, err
	}
	table := r.columns(func(at int) bool { return AllNull(results[at], nil) })
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if w.lo = w.hi; w.lo == r.labels.n && w.started {
			return nil, io.EOF
		}
		w.hi, w.started = min(w.lo+column.MaxRows, r.labels.n), true
		return w.batch(table), nil
	}, nil), nil
}

func (r *pivotResult) label() (err error) {
	var cols *intern.Texts
	if r.node.Col != nil {
		cols = r.texts[1]
	}
	r.labels, err = newPivotLabels(r.node, r.rt, r.texts[0], cols)
	return err
}

// places returns the row and the column of each group.
func (r *pivotResult) places(t *groupTable) (rows, cols []uint32) {
	find := func(field int, of []uint32) []uint32 {
		texts := &t.keys.cols[field].texts
		byID := make([]uint32, texts.Len())
		for id := range byID {
			byID[id] = of[r.texts[field].Find(texts.Text(uint32(id)))]
		}
		out := make([]uint32, t.keys.Len())
		for g := range out {
			out[g] = byID[t.keys.id(uint32(g), field)]
		}
		return out
	}
	rows = find(0, r.labels.rowOf)
	if r.node.Col == nil {
		return rows, make([]uint32, len(rows))
	}
	return rows, find(1, r.labels.colOf)
}

func columnsOf(pairs *intern.Pairs) []uint32 {
	out := make([]uint32, pairs.Len())
	for i, k := range pairs.Keys() {
		out[i] = uint32(k)
	}
	return out
}

// mustScore reports whether the series depend on the cells.
func (r *pivotResult) mustScore() bool { return !r.node.Series.all(r.labels.cols) }

// scored is the aggregation by which series are chosen.
func (r *pivotResult) scored() int {
	if len(r.node.Cells) > 1 || r.node.Cells[0].Expr != nil {
		return len(r.node.Aggs) - 1 // the frequency, which the plan adds
	}
	return r.node.Cells[0].Agg
}

// choose sets the series; scores is nil where they do not matter.
func (r *pivotResult) choose(scores []float64) {
	if scores == nil {
		scores = make([]float64, len(r.labels.cols))
	}
	r.series = r.node.Series.choose(r.labels.cols, scores)
}

// inSeries merges cells of columns into those of series.
func (r *pivotResult) inSeries(c *pivotCells) *pivotCells {
	return r.set.regrouped(c.states, c.pairs.Len(), func(g uint32) (row, col uint32) {
		k := c.pairs.Key(g)
		s := r.series.of[uint32(k)]
		if s < 0 {
			return uint32(k >> 32), None
		}
		return uint32(k >> 32), uint32(s)
	})
}

// results finishes the aggregations of all cells; each state is given up for its result.
func (r *pivotResult) results(c *pivotCells) []column.Vec {
	out := make([]column.Vec, len(c.states))
	for i, s := range c.states {
		r.set.tell(i, s)
		out[i] = s.Result(c.pairs.Len())
		c.states[i] = nil
	}
	return out
}

// values returns the result of each output for all cells.
func (r *pivotResult) values(results []column.Vec, pairs *intern.Pairs) ([]column.Vec, error) {
	b := &column.Batch{N: pairs.Len(), Cols: results}
	for _, c := range r.set.cols {
		b.Names = append(b.Names, c.name)
	}
	out := make([]column.Vec, len(r.outs))
	for i, c := range r.outs {
		if c.Expr == nil {
			out[i] = results[c.at]
			if c.Per == 0 {
				out[i] = column.Stored(out[i])
			}
			continue
		}
		v, err := c.Expr.Eval(r.withKeys(b, pairs))
		if err != nil {
			return nil, err
		}
		out[i] = column.Stored(v)
	}
	return out, nil
}

// withKeys adds the row and series of each cell, which expressions may read.
func (r *pivotResult) withKeys(results *column.Batch, pairs *intern.Pairs) *column.Batch {
	b := results.Copy()
	row, col := column.NewTextBuilder(), column.NewTextBuilder()
	for _, k := range pairs.Keys() {
		row.Append(r.labels.text(int(k >> 32)))
		col.Append(r.series.names[uint32(k)])
	}
	b.Set(r.node.Row.Field, row.Build())
	if r.node.Col != nil {
		b.Set(r.node.Col.Field, col.Build())
	}
	return b
}
