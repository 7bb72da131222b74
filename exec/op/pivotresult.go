package op

import (
	"slices"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/plan"
	"spl/exec/value"
)

// pivotResult turns a table of groups into rows and columns.
type pivotResult struct {
	node  *Pivot
	rt    *plan.Runtime
	set   *aggSet
	table *groupTable

	rows   []string // labels, in order
	series series
	states []agg.State
	cells  intern.Pairs // (row, series) by number of the cell
	axis   *timeRows    // of timechart
	outs   []pivotOut
}

// pivotOut is a Cell, or one match of a wildcard Cell, with the place of its state.
type pivotOut struct {
	Cell
	at int
}

func (r *pivotResult) build() (*column.Batch, error) {
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
	keys := r.table.keys
	rowOf, err := r.labelRows(&keys.cols[0].texts)
	if err != nil {
		return nil, err
	}
	cols, colOf := []string{""}, []uint32{0}
	if r.node.Col != nil {
		cols, colOf = r.labels(&keys.cols[1].texts, r.node.Col)
	}
	r.regroup(r.table.states, keys.Len(), func(g uint32) (uint32, uint32) {
		c := uint32(0)
		if r.node.Col != nil {
			c = colOf[keys.id(g, 1)]
		}
		return rowOf[keys.id(g, 0)], c
	})
	r.series = series{names: []string{""}, of: []int{0}}
	if r.node.Col != nil {
		r.chooseSeries(cols)
		old := r.cells
		r.cells = intern.Pairs{}
		r.regroup(r.states, old.Len(), func(g uint32) (uint32, uint32) {
			k := old.Key(g)
			s := r.series.of[uint32(k)]
			if s < 0 {
				return uint32(k >> 32), None
			}
			return uint32(k >> 32), uint32(s)
		})
	}
	return r.batch()
}

// labels bins the values of an axis where that had to wait, and numbers the labels.
func (r *pivotResult) labels(texts *intern.Texts, a *Axis) (labels []string, of []uint32) {
	of = make([]uint32, texts.Len())
	b := column.NewTextBuilder()
	for id := range of {
		b.Append(texts.Text(uint32(id)))
	}
	values := b.Build()
	if a.Late != nil && len(of) > 0 {
		values = a.Late(r.rt, values)
	}
	var out intern.Texts
	for id := range of {
		of[id] = out.Add(values.At(id).Text())
	}
	for k := range out.Len() {
		labels = append(labels, string([]byte(out.Text(uint32(k)))))
	}
	return labels, of
}

// labelRows orders the rows, with those that fill gaps, and returns the row of each value.
func (r *pivotResult) labelRows(texts *intern.Texts) ([]uint32, error) {
	if r.node.Time != nil {
		return r.timeLabels(texts)
	}
	labels, of := r.labels(texts, &r.node.Row)
	r.rows = slices.Clone(labels)
	if r.node.Arrange != nil {
		r.rows = r.node.Arrange(r.rows)
	} else {
		slices.SortFunc(r.rows, value.Compare)
	}
	place := make(map[string]uint32, len(r.rows))
	for i, s := range r.rows {
		place[s] = uint32(i)
	}
	for id := range of {
		of[id] = place[labels[of[id]]]
	}
	return of, nil
}

func (r *pivotResult) timeLabels(texts *intern.Texts) ([]uint32, error) {
	times := make([]int64, texts.Len())
	for id := range times {
		times[id] = parseMicros(texts.Text(uint32(id)))
	}
	axis, err := r.node.Time.rows(r.rt, times)
	if err != nil {
		return nil, err
	}
	r.axis = axis
	r.rows = make([]string, len(axis.starts))
	of := make([]uint32, len(times))
	for id, t := range times {
		of[id] = axis.row(t)
	}
	return of, nil
}

// regroup merges states into cells; place tells row and series of each of n groups.
func (r *pivotResult) regroup(from []agg.State, n int, place func(g uint32) (row, series uint32)) {
	to := make([]uint32, n)
	for g := range to {
		row, s := place(uint32(g))
		if row == None || s == None {
			to[g] = None
			continue
		}
		to[g], _ = r.cells.Add(intern.Pair(row, s))
	}
	r.states = r.set.states()
	for i, s := range r.states {
		s.Merge(from[i], to, r.cells.Len())
	}
}

// chooseSeries scores the values of the column field by the cells they have now.
func (r *pivotResult) chooseSeries(cols []string) {
	of := make([]uint32, r.cells.Len())
	for i, k := range r.cells.Keys() {
		of[i] = uint32(k)
	}
	scored := r.node.Cells[0].Agg
	if len(r.node.Cells) > 1 || r.node.Cells[0].Expr != nil {
		scored = len(r.node.Aggs) - 1 // the frequency, which the plan adds
	}
	scores := r.node.Series.scores(r.states[scored].Result(len(of)), of, len(cols))
	r.series = r.node.Series.choose(cols, scores)
}

// batch writes the table.
func (r *pivotResult) batch() (*column.Batch, error) {
	b := &column.Batch{N: len(r.rows), Ordered: true}
	if r.axis != nil {
		b.Set(r.node.Row.Field, &column.Time{V: r.axis.starts})
	} else {
		labels := column.NewTextBuilder()
		for _, s := range r.rows {
			labels.Append(s)
		}
		b.Set(r.node.Row.Field, labels.Build())
	}
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	if len(r.rows) == 0 {
		return b, nil
	}
	for i, c := range r.outs {
		if c.Expr == nil && r.node.Aggs[c.Agg].onlyNumbers() && AllNull(values[i], nil) {
			continue
		}
		for s, name := range r.series.names {
			switch {
			case r.node.Col == nil:
				name = c.Name
			case len(r.outs) > 1:
				name = r.node.Series.Name(c.Name, name)
			}
			b.Set(name, r.column(values[i], uint32(s), c.Cell))
		}
	}
	if r.axis != nil {
		r.axis.addSpan(b)
	}
	return b, nil
}

// values returns the result of each output for all cells.
func (r *pivotResult) values() ([]column.Vec, error) {
	n := r.cells.Len()
	results := &column.Batch{N: n}
	for i, c := range r.set.cols {
		results.Names = append(results.Names, c.name)
		results.Cols = append(results.Cols, r.states[i].Result(n))
	}
	out := make([]column.Vec, len(r.outs))
	for i, c := range r.outs {
		if c.Expr == nil {
			out[i] = results.Cols[c.at]
			if c.Per == 0 {
				out[i] = column.Stored(out[i])
			}
			continue
		}
		v, err := c.Expr.Eval(r.withKeys(results))
		if err != nil {
			return nil, err
		}
		out[i] = column.Stored(v)
	}
	return out, nil
}

// withKeys adds the row and series of each cell, which expressions may read.
func (r *pivotResult) withKeys(results *column.Batch) *column.Batch {
	b := results.Copy()
	row, col := column.NewTextBuilder(), column.NewTextBuilder()
	for _, k := range r.cells.Keys() {
		if r.axis != nil {
			row.AppendBytes(column.AppendTime(nil, r.axis.starts[k>>32]))
		} else {
			row.Append(r.rows[k>>32])
		}
		col.Append(r.series.names[uint32(k)])
	}
	b.Set(r.node.Row.Field, row.Build())
	if r.node.Col != nil {
		b.Set(r.node.Col.Field, col.Build())
	}
	return b
}

// column picks the cells of one series, row by row; what is missing is 0 for counts and null otherwise.
func (r *pivotResult) column(values column.Vec, s uint32, c Cell) column.Vec {
	ids := make([]uint32, len(r.rows))
	for row := range ids {
		ids[row] = r.cells.Find(intern.Pair(uint32(row), s))
	}
	v := spreadGroups(values, ids)
	if c.Expr == nil && r.node.Aggs[c.Agg].Func.Zero {
		return zeroFilled(v)
	}
	if f, ok := v.(*column.Float); ok && c.Per > 0 && r.axis != nil {
		out := &column.Float{F: make([]float64, len(f.F)), Prec: value.Decimals(6), Nulls: f.Nulls}
		for i := range out.F {
			out.F[i] = f.F[i] / (r.axis.seconds(i) / c.Per)
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
