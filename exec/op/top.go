package op

import (
	"context"
	"errors"
	"slices"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
)

// Top is the count of combinations of values, the most frequent ones first; Rare turns the order round.
type Top struct {
	plan.Base
	By, Fields   []string
	Rare         bool
	Limit        int // rows per group; 0: all
	MaxRows      int // rows altogether; 0: no limit
	CountField   string
	PercentField string
	ShowCount    bool
	ShowPercent  bool
	Other        string // what stands for the rest; "" leaves it out
	Text         string

	counts *Group
}

// NewTop readies the node.
func NewTop(t Top) *Top {
	t.Base = plan.Base{C: plan.Transforming}
	t.counts = NewGroup(append(slices.Clone(t.By), t.Fields...), []Agg{countRows}, t.Text)
	return &t
}

// countColumn is a name that no counted field has.
const countColumn = "\x00count"

// countRows is the aggregation that top works on; sitop gives its partial states.
var countRows = Agg{Func: countFunc(), Name: countColumn, Key: "count"}

func countFunc() *agg.Func {
	f, _, _ := agg.Lookup("count")
	return f
}

// Partials returns the node that gives unfinished counts instead, for sitop and sirare.
func (t *Top) Partials() plan.Node {
	g := NewGroup(t.counts.By, t.counts.Aggs, t.Text)
	g.Partial = true
	return g
}

// String returns the text.
func (t *Top) String() string { return t.Text }

// Needs returns the fields that are counted.
func (t *Top) Needs(out column.FieldSet) column.FieldSet { return t.counts.Needs(out) }

// NeedsOrder is false: ties are broken by value.
func (t *Top) NeedsOrder() bool { return false }

// NewPartial returns the state of one part of the rows.
func (t *Top) NewPartial(rt *plan.Runtime) (plan.Partial, error) {
	return &topPartial{node: t, rt: rt, groupPartial: newGroupPartial(t.counts, rt)}, nil
}

type topPartial struct {
	*groupPartial
	node *Top
	rt   *plan.Runtime
	out  *topResult
}

func (p *topPartial) Merge(next plan.Partial) error {
	return p.groupPartial.Merge(next.(*topPartial).groupPartial)
}

func (p *topPartial) Result(ctx context.Context) (column.Stream, error) {
	s, err := p.groupPartial.Result(ctx)
	if err != nil {
		return nil, err
	}
	p.out = newTopResult(p.node, p.rt)
	if err := Each(ctx, s, func(b *column.Batch) error { return p.out.take(ctx, b) }); err != nil {
		return nil, err
	}
	if err := p.out.flush(ctx); err != nil {
		return nil, err
	}
	return p.out.stream()
}

// Close removes spilled files and gives the memory back.
func (p *topPartial) Close() error {
	var err error
	if p.out != nil {
		err = p.out.close()
	}
	return errors.Join(err, p.groupPartial.Close())
}
