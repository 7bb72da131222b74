package op

import (
	"context"

	"spl/exec/column"
	"spl/exec/plan"
)

// EventGroup is the aggregation of eventstats: rows stay as they are and get the results of their group.
type EventGroup struct {
	plan.Base
	By   []string
	Aggs []Agg
	Text string
}

// NewEventGroup returns the node.
func NewEventGroup(by []string, aggs []Agg, text string) *EventGroup {
	return &EventGroup{Base: plan.Base{C: plan.Transforming}, By: by, Aggs: aggs, Text: text}
}

// String returns the text.
func (g *EventGroup) String() string { return g.Text }

// Needs adds what the fields and aggregations read. A field that a result replaces may still show in
// rows without a result, so it stays.
func (g *EventGroup) Needs(out column.FieldSet) column.FieldSet {
	return out.Union(aggNeeds(g.Aggs)).With(g.By...)
}

// NeedsOrder is true: the rows keep their order.
func (g *EventGroup) NeedsOrder() bool { return true }

// NewPartial returns the state of one part of the rows.
func (g *EventGroup) NewPartial(rt *plan.Runtime) (plan.Partial, error) {
	p := &eventPartial{node: g, rt: rt, rows: NewKept(rt), set: newAggSet(g.Aggs, g.By), table: newGroupTable(len(g.By))}
	p.table.states = p.set.states()
	return p, nil
}

type eventPartial struct {
	node  *EventGroup
	rt    *plan.Runtime
	rows  *Kept
	ids   [][]uint32 // by batch and row; None: in no group
	set   *aggSet
	table *groupTable
	held  int64 // of the states and ids
}

func (p *eventPartial) Add(_ context.Context, b *column.Batch) error {
	b = b.Compact()
	if b.N == 0 && len(b.Names) == 0 {
		return nil
	}
	if err := p.rows.Add(b); err != nil {
		return err
	}
	p.set.expand(b)
	for i := len(p.table.states); i < len(p.set.cols); i++ {
		p.table.states = append(p.table.states, p.set.state(i))
	}
	args, err := p.set.args(b)
	if err != nil {
		return err
	}
	rows, keys, n := firstKeys(b, p.node.By)
	ids := make([]uint32, b.N)
	if n > 0 {
		p.table.add(keys, n, rows, args)
	}
	scatterGroups(ids, p.table.groups, rows, n, len(keys) == 0)
	p.ids = append(p.ids, ids)
	return p.account()
}

// firstKeys returns the rows that have all fields of by, with the first value of each as a key, and how many
// they are; rows is nil where all have.
func firstKeys(b *column.Batch, by []string) (rows []uint32, keys []column.Vec, n int) {
	cols := make([]column.Vec, len(by))
	for i, f := range by {
		cols[i] = firstValues(b.Col(f))
	}
	rows, keys = SplitKeys(cols, b.N, nil, false)
	if rows == nil {
		return nil, keys, b.N
	}
	return rows, keys, len(rows)
}

// scatterGroups writes the groups of entries to their rows; other rows get None.
func scatterGroups(ids, groups, rows []uint32, n int, one bool) {
	switch {
	case one:
		return
	case rows == nil:
		copy(ids, groups[:n])
		return
	}
	for i := range ids {
		ids[i] = None
	}
	for i, r := range rows {
		ids[r] = groups[i]
	}
}

// firstValues cuts multivalues to their first value.
func firstValues(v column.Vec) column.Vec {
	v = plainKeys([]column.Vec{v})[0]
	list, ok := v.(*column.List)
	if !ok {
		return v
	}
	out := &column.Dict{Codes: make([]uint32, list.Len()), D: list.Inner.D}
	for i := range out.Codes {
		if !list.Null(i) {
			out.Codes[i] = list.Inner.Codes[list.Offsets[i]]
		}
	}
	return out
}

// account takes the memory of states and ids, which cannot go to the disk; the rows can.
func (p *eventPartial) account() error {
	now := p.table.bytes()
	for _, ids := range p.ids {
		now += 4 * int64(len(ids))
	}
	if now <= p.held {
		return nil
	}
	err := p.rows.Hold(now - p.held)
	if err == nil {
		p.held = now
	}
	return err
}

func (p *eventPartial) Merge(next plan.Partial) error {
	o := next.(*eventPartial)
	from := p.set.adopt(o.set)
	for i := len(p.table.states); i < len(p.set.cols); i++ {
		p.table.states = append(p.table.states, p.set.state(i))
	}
	to := p.table.keys.Absorb(o.table.keys)
	for i, k := range from {
		if k >= 0 {
			p.table.states[i].Merge(o.table.states[k], to, p.table.keys.Len())
		}
	}
	for _, ids := range o.ids {
		for i, id := range ids {
			if id != None {
				ids[i] = to[id]
			}
		}
		p.ids = append(p.ids, ids)
	}
	if err := p.rows.take(o.rows); err != nil {
		return err
	}
	if err := o.Close(); err != nil {
		return err
	}
	return p.account()
}

// Close gives the memory back.
func (p *eventPartial) Close() error {
	p.ids = nil
	return p.rows.Close()
}

func (p *eventPartial) Result(context.Context) (column.Stream, error) {
	p.set.warn(p.rt, p.node.Text, p.table.states)
	var names []string
	var results []column.Vec
	for _, i := range p.set.order() {
		state := p.table.states[i]
		p.table.states[i] = nil // given up for its result
		v := column.Stored(state.Result(p.table.keys.Len()))
		if !AllNull(v, nil) { // a column without any value vanishes
			names, results = append(names, p.set.cols[i].name), append(results, v)
		}
	}
	next := 0
	return Mapped(p.rows.Stream(), func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		for i, name := range names {
			v := spreadGroups(results[i], p.ids[next])
			if b.Has(name) {
				v = Coalesce(v, b.Col(name))
			}
			b.Set(name, v)
		}
		next++
		return b, nil
	}), nil
}

// spreadGroups gives each row the result of its group, null where it has none.
func spreadGroups(v column.Vec, ids []uint32) column.Vec {
	some := false
	for _, id := range ids {
		if id == None {
			some = true
			break
		}
	}
	if !some {
		return column.Gather(v, ids)
	}
	rows := make([]uint32, len(ids))
	nulls := column.NewBitmap(len(ids))
	for i, id := range ids {
		if id == None {
			nulls.Set(i)
		} else {
			rows[i] = id
		}
	}
	if v.Len() == 0 {
		return column.Nulls(len(ids))
	}
	return maskNulls(column.Gather(v, rows), nulls)
}

// maskNulls makes the marked rows of a fresh vector null.
func maskNulls(v column.Vec, nulls column.Bitmap) column.Vec {
	either := func(own column.Bitmap) column.Bitmap {
		out := nulls.Clone()
		if own != nil {
			out.Or(own)
		}
		return out
	}
	switch v := v.(type) {
	case *column.Int:
		return &column.Int{V: v.V, Nulls: either(v.Nulls)}
	case *column.Float:
		return &column.Float{F: v.F, P: v.P, Prec: v.Prec, Nulls: either(v.Nulls)}
	case *column.Time:
		return &column.Time{V: v.V, Nulls: either(v.Nulls)}
	case *column.Dict:
		nulls.Each(func(i int) { v.Codes[i] = 0 })
		return v
	}
	return Where(nulls, column.Nulls(v.Len()), v)
}
