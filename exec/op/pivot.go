package op

import (
	"context"
	"math"

	"spl/exec/column"
	"spl/exec/plan"
)

// Pivot is the table of chart and timechart: a row per value of one field, and with a second field a
// column per value of that, the series.
type Pivot struct {
	plan.Base
	Row    Axis
	Col    *Axis // nil: no series
	Aggs   []Agg // what is aggregated
	Cells  []Cell
	Series SeriesRule
	Time   *TimeAxis // of timechart: how the rows, times, are spaced
	// Arrange orders the labels of rows and may add some; nil: numbers by size, then text.
	Arrange func(rows []string) []string
	Dedup   bool
	// Partial gives rows of unfinished states instead of the table.
	Partial bool
	Text    string
}

// Axis is a field whose values label rows or columns.
type Axis struct {
	Field string
	// Bin, if set, puts values into bins whose width is known; it is called once per partial state.
	Bin func(rt *plan.Runtime) func(v column.Vec, sel column.Bitmap) column.Vec
	// Late, if set, bins the different values when all of them are known.
	Late func(rt *plan.Runtime, values column.Vec) column.Vec
}

// Cell is one output per row and series: an aggregation, or an expression over several.
type Cell struct {
	Name string
	Agg  int  // index into Aggs
	Expr Expr // nil: the aggregation itself; else it reads the aggregations by their Names
	// Per divides by the width of the row's time bin in units of so many seconds; 0: not.
	Per float64
}

// The key columns of a Pivot in the table of groups; no field has such a name.
const (
	pivotRow = "\x00row"
	pivotCol = "\x00col"
	// nullSeries is the key of rows without the column field.
	nullSeries = "\x00null"
)

// String returns the text.
func (p *Pivot) String() string { return p.Text }

// Needs returns what fields and aggregations read.
func (p *Pivot) Needs(column.FieldSet) column.FieldSet {
	out := aggNeeds(p.Aggs).With(p.Row.Field).Union(partialNeeds(p.Aggs))
	if p.Col != nil {
		out = out.With(p.Col.Field)
	}
	return out
}

// NeedsOrder reports whether an aggregation depends on the order of rows.
func (p *Pivot) NeedsOrder() bool { return (&Group{Aggs: p.Aggs}).NeedsOrder() }

// group returns the aggregation below the table.
func (p *Pivot) group() *Group {
	g := NewGroup([]string{pivotRow}, p.Aggs, p.Text)
	g.exclude = []string{p.Row.Field}
	if p.Col != nil {
		g.By = append(g.By, pivotCol)
	}
	g.Dedup, g.Prepare, g.splitAt, g.arrival = p.Dedup, p.prepare, math.MaxInt, true
	return g
}

// prepare sets the key columns.
func (p *Pivot) prepare(rt *plan.Runtime) func(b *column.Batch) error {
	bins := make([]func(column.Vec, column.Bitmap) column.Vec, 2)
	for i, a := range []*Axis{&p.Row, p.Col} {
		if a != nil && a.Bin != nil {
			bins[i] = a.Bin(rt)
		}
	}
	return func(b *column.Batch) error {
		partial := b.Has(PartialVersion)
		row := b.Col(p.Row.Field)
		if bins[0] != nil && !partial {
			row = bins[0](row, b.Sel)
		}
		b.Set(pivotRow, row)
		if p.Col == nil {
			return nil
		}
		col := b.Col(p.Col.Field)
		if bins[1] != nil && !partial {
			col = bins[1](col, b.Sel)
		}
		if c, ok := col.(*column.Const); ok && c.V.IsNull() && p.Series.UseNull {
			col = column.ConstText(nullSeries, b.N)
		} else if p.Series.UseNull {
			col = Coalesce(col, column.ConstText(nullSeries, b.N))
		}
		b.Set(pivotCol, col)
		return nil
	}
}

// NewPartial returns the state of one part of the rows.
func (p *Pivot) NewPartial(rt *plan.Runtime) (plan.Partial, error) {
	return &pivotPartial{groupPartial: newGroupPartial(p.group(), rt), node: p, work: workMemory{Hold: holdOf(rt)}}, nil
}

type pivotPartial struct {
	*groupPartial
	node *Pivot
	work workMemory // for what the table needs beside its groups: labels, series, cells in memory
}

func (p *pivotPartial) Merge(next plan.Partial) error {
	return p.groupPartial.Merge(next.(*pivotPartial).groupPartial)
}

func (p *pivotPartial) Result(ctx context.Context) (column.Stream, error) {
	if p.node.Partial {
		return p.unfinished(ctx)
	}
	r := newPivotResult(p)
	if p.spill == nil {
		s, err := r.inMemory(p.parts[0])
		if !p.canSpill() || !isFull(err) {
			return s, err
		}
		p.work.Free() // there is room for the groups, but not for the table beside them
	}
	return r.fromFile(ctx)
}

// Close removes spilled files and gives the memory back.
func (p *pivotPartial) Close() error {
	p.work.Free()
	return p.groupPartial.Close()
}

// unfinished gives the states under the fields' own names.
func (p *pivotPartial) unfinished(ctx context.Context) (column.Stream, error) {
	node := *p.groupPartial.node
	node.Partial = true
	p.groupPartial.node = &node
	s, err := p.groupPartial.Result(ctx)
	if err != nil {
		return nil, err
	}
	return Mapped(s, func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		out := &column.Batch{N: b.N, Ordered: true}
		for i, n := range b.Names {
			v := b.Cols[i]
			switch n {
			case pivotRow:
				n = p.node.Row.Field
			case pivotCol:
				n = p.node.Col.Field
				v = MapText(v, nil, func(s string) (string, bool) { return s, s != nullSeries })
			}
			out.Set(n, v)
		}
		return out, nil
	}), nil
}
