package op

import (
	"context"
	"slices"
	"strings"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
)

// Group is the aggregation of stats: a row per combination of values of the By fields with the finished
// aggregates, ordered by the fields.
type Group struct {
	plan.Base
	By    []string
	Aggs  []Agg
	Dedup bool // a value repeated in a multivalue By field counts once
	// Prepare, if set, is called once per partial state; what it returns readies each batch, setting
	// fields that By and Aggs name.
	Prepare func(rt *plan.Runtime) func(b *column.Batch) error
	// Partial gives rows of unfinished states (see PartialField) instead of results.
	Partial bool
	Text    string
	// Delim stands between the values of a multivalue result where a later command makes it one text.
	Delim string
	// Having, if set, keeps the results for which it holds, before they are put in order.
	Having *Filter

	splitAt int      // groups before the table is split; 0: the default
	arrival bool     // one table in memory; spilled groups and labels remember when they arrived
	exclude []string // fields that wildcards leave out beside By
}

// NewGroup returns the node.
func NewGroup(by []string, aggs []Agg, text string) *Group {
	return &Group{Base: plan.Base{C: plan.Transforming}, By: by, Aggs: aggs, Text: text}
}

// String returns the text, with that of the condition.
func (g *Group) String() string {
	if g.Having != nil {
		return g.Text + " | " + g.Having.Text
	}
	return g.Text
}

// Needs returns what the fields and aggregations read, whatever is wanted: which rows there are depends
// on all of it.
func (g *Group) Needs(column.FieldSet) column.FieldSet {
	return aggNeeds(g.Aggs).With(g.By...).Union(partialNeeds(g.Aggs))
}

// NeedsOrder reports whether an aggregation depends on the order of rows.
func (g *Group) NeedsOrder() bool {
	for _, a := range g.Aggs {
		if a.Func.Time && a.Field == "_time" {
			continue // rows of one time have the same value
		}
		if a.Func.Ordered || strings.Contains(a.Field, "*") {
			return true
		}
	}
	return false
}

// NewPartial returns the state of one part of the rows.
func (g *Group) NewPartial(rt *plan.Runtime) (plan.Partial, error) {
	return newGroupPartial(g, rt), nil
}

// splitDefault is the number of groups from which on the table is split, so that its parts stay in the
// processor's cache.
const splitDefault = 1 << 16

// splitTuples is that number for several fields, whose combinations are small: splitting them hashes
// their texts again, which costs more than the cache gives back.
const splitTuples = 1 << 20

type groupPartial struct {
	node    *Group
	rt      *plan.Runtime
	set     *aggSet
	parts   []*groupTable // one, or partitions
	prepare func(b *column.Batch) error
	rows    int64 // taken
	held    *Hold
	spill   *spillFile
	relief  func() error // of the steps that finish what was spilled
}

func newGroupPartial(g *Group, rt *plan.Runtime) *groupPartial {
	p := &groupPartial{node: g, rt: rt, set: newAggSet(g.Aggs, append(slices.Clone(g.By), g.exclude...)), held: holdOf(rt)}
	if g.Prepare != nil {
		p.prepare = g.Prepare(rt)
	}
	p.fresh(1)
	return p
}

// fresh starts n empty tables.
func (p *groupPartial) fresh(n int) {
	p.parts = make([]*groupTable, n)
	for i := range p.parts {
		p.parts[i] = newGroupTable(len(p.node.By))
		p.parts[i].states = p.set.states()
	}
}

func (p *groupPartial) Add(_ context.Context, b *column.Batch) error {
	if p.prepare != nil {
		if err := p.prepare(b); err != nil {
			return err
		}
	}
	if b.Has(PartialVersion) {
		return p.addPartials(b)
	}
	p.set.expand(b)
	p.align()
	args, err := p.set.args(b)
	if err != nil {
		return err
	}
	rows, keys, n := p.entries(b)
	p.rows += int64(n)
	if n == 0 {
		return nil
	}
	if p.manyKeys(keys, n) {
		p.partition()
	}
	if len(p.parts) == 1 {
		p.parts[0].add(keys, n, rows, args)
	} else {
		p.deal(keys, n, rows, args)
	}
	p.splitLarge()
	return p.account()
}

// entries returns what SplitKeys makes of a batch's By fields.
func (p *groupPartial) entries(b *column.Batch) (rows []uint32, keys []column.Vec, n int) {
	cols := make([]column.Vec, len(p.node.By))
	for i, f := range p.node.By {
		cols[i] = b.Col(f)
	}
	rows, keys = SplitKeys(cols, b.N, b.Sel, p.node.Dedup)
	if rows != nil {
		return rows, keys, len(rows)
	}
	return nil, keys, b.N
}

// align gives every table the states of columns that were found meanwhile.
func (p *groupPartial) align() {
	for _, t := range p.parts {
		for i := len(t.states); i < len(p.set.cols); i++ {
			t.states = append(t.states, p.set.state(i))
		}
	}
}

// deal adds entries to their partitions.
func (p *groupPartial) deal(keys []column.Vec, n int, rows []uint32, args *aggArgs) {
	for i, v := range keys {
		switch v.(type) {
		case *column.Time, *column.Int, *column.Const:
		default:
			keys[i] = column.AsText(v)
		}
	}
	entries, starts := dealRows(hashRows(keys, n))
	for k, t := range p.parts {
		mine := entries[starts[k]:starts[k+1]]
		if len(mine) > 0 {
			t.add(gatherAll(keys, mine), len(mine), picked(rows, mine), args)
		}
	}
}

func (p *groupPartial) splitLarge() {
	limit := p.node.splitAt
	if limit == 0 {
		limit = splitDefault
	}
	if len(p.parts) > 1 || len(p.node.By) == 0 {
		return
	}
	k := p.parts[0].keys
	if len(p.node.By) > 1 && p.node.splitAt == 0 {
		limit = splitTuples
	}
	// combinations that an array still finds have nothing to win from parts
	if k.Len() > limit && (k.dense == nil || p.node.splitAt > 0) {
		p.partition()
	}
}

// manyKeys reports whether the first rows have so many different keys that splitting will not wait long.
func (p *groupPartial) manyKeys(keys []column.Vec, n int) bool {
	if len(p.parts) > 1 || p.parts[0].keys.Len() > 0 || p.node.splitAt > 0 || n < splitDefault/2 {
		return false
	}
	for _, v := range keys {
		if d, ok := v.(*column.Dict); ok && d.D.Len() > splitDefault/2 {
			return true
		}
	}
	return false
}

func (p *groupPartial) partition() {
	if len(p.parts) == 1 {
		p.parts = p.partsOf(p.parts[0])
	}
}

// partsOf splits a table.
func (p *groupPartial) partsOf(t *groupTable) []*groupTable {
	out := make([]*groupTable, 0, partitions)
	_ = t.split(0, len(p.node.By), p.set.states, func(_ int, part *groupTable) error {
		out = append(out, part)
		return nil
	})
	return out
}

func (p *groupPartial) Merge(next plan.Partial) error {
	o := next.(*groupPartial)
	if p.rows == 0 && p.spill == nil {
		p.set, p.parts, p.rows, p.spill = o.set, o.parts, o.rows, o.spill
		p.held, o.held = o.held, p.held
		o.held.Free()
		o.parts, o.spill = nil, nil
		return nil
	}
	p.rows += o.rows
	from := p.set.adopt(o.set)
	p.align()
	if err := p.mergeSpilled(o, from); err != nil {
		return err
	}
	for _, t := range o.parts {
		t.states = p.realigned(t.states, from)
	}
	if len(p.parts) != len(o.parts) {
		p.partition()
		if len(o.parts) == 1 {
			o.parts = p.partsOf(o.parts[0])
		}
	}
	for k, t := range p.parts {
		t.absorb(o.parts[k])
	}
	o.parts = nil
	o.held.Free()
	p.splitLarge()
	return p.account()
}

// realigned brings the states of another set's columns into the order here.
func (p *groupPartial) realigned(states []agg.State, from []int) []agg.State {
	out := make([]agg.State, len(from))
	for i, k := range from {
		if k >= 0 && k < len(states) {
			out[i] = states[k]
		} else {
			out[i] = p.set.state(i)
		}
	}
	return out
}

func (p *groupPartial) workers() int {
	if p.rt == nil {
		return 1
	}
	return max(p.rt.Workers, 1)
}

// Close removes the spilled file and gives the memory back.
func (p *groupPartial) Close() error {
	p.held.Free()
	p.parts = nil
	if p.spill != nil {
		return p.spill.close()
	}
	return nil
}

// warn tells of results that are not complete. The unfinished cells of a table are silent: the command that
// finishes them will tell.
func (p *groupPartial) warn(t *groupTable) {
	if !p.node.arrival || !p.node.Partial {
		p.set.warn(p.rt, p.node.Text, t.states)
	}
}

func (p *groupPartial) Result(ctx context.Context) (column.Stream, error) {
	if p.spill != nil {
		return p.spilledResult(ctx)
	}
	for _, t := range p.parts {
		p.warn(t)
	}
	r, err := newGroupResult(p.node, p.set, p.parts, p.workers(), nil)
	if err != nil {
		return nil, err
	}
	return r.stream(p.rows), nil
}
