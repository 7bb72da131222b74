package op

import (
	"context"
	"slices"
	"strings"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
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
}

func (p *topPartial) Merge(next plan.Partial) error {
	return p.groupPartial.Merge(next.(*topPartial).groupPartial)
}

func (p *topPartial) Result(ctx context.Context) (column.Stream, error) {
	s, err := p.groupPartial.Result(ctx)
	if err != nil {
		return nil, err
	}
	r := newTopResult(p.node)
	if err := Each(ctx, s, func(b *column.Batch) error { r.take(b); return nil }); err != nil {
		return nil, err
	}
	r.flush()
	if r.cut && p.rt != nil {
		p.rt.Warn("The results of '%s' were cut at %d rows.", p.node.Text, p.node.MaxRows)
	}
	return column.Batches(r.batch()), nil
}

// topEntry is one combination with its count.
type topEntry struct {
	values []string
	count  int64
}

// topResult picks the entries of each group; the groups come one after another.
type topResult struct {
	node  *Top
	by    []string // of the current group
	open  bool
	group []topEntry

	keys     []*column.TextBuilder
	counts   []int64
	percents []float64
	totals   []int64
	cut      bool
}

func newTopResult(t *Top) *topResult {
	r := &topResult{node: t}
	for range len(t.By) + len(t.Fields) {
		r.keys = append(r.keys, column.NewTextBuilder())
	}
	return r
}

func (r *topResult) take(b *column.Batch) {
	n := len(r.node.By)
	counts := b.Col(countColumn)
	for i := range b.N {
		row := make([]string, len(r.keys))
		for k := range row {
			row[k] = b.Cols[k].At(i).Text()
		}
		if !r.open || !slices.Equal(row[:n], r.by) {
			r.flush()
			r.by, r.open = row[:n], true
		}
		c, _, _ := counts.At(i).Number()
		r.group = append(r.group, topEntry{row[n:], int64(c)})
	}
}

// flush writes the chosen entries of the group. Equal counts go by the text of the values: top has the
// last first, rare the first.
func (r *topResult) flush() {
	slices.SortFunc(r.group, func(a, b topEntry) int {
		c := int(min(max(a.count-b.count, -1), 1))
		if c == 0 {
			c = slices.Compare(a.values, b.values)
		}
		if r.node.Rare {
			return c
		}
		return -c
	})
	total, shown := int64(0), int64(0)
	for _, e := range r.group {
		total += e.count
	}
	for i, e := range r.group {
		if r.node.Limit > 0 && i == r.node.Limit {
			break
		}
		shown += e.count
		r.add(e, total)
	}
	if r.node.Other != "" && shown < total {
		r.add(topEntry{slices.Repeat([]string{r.node.Other}, len(r.node.Fields)), total - shown}, total)
	}
	r.group = r.group[:0]
}

func (r *topResult) add(e topEntry, total int64) {
	if r.node.MaxRows > 0 && len(r.counts) == r.node.MaxRows {
		r.cut = true
		return
	}
	for k, s := range append(slices.Clone(r.by), e.values...) {
		r.keys[k].Append(strings.Clone(s))
	}
	r.counts = append(r.counts, e.count)
	r.percents = append(r.percents, 100*float64(e.count)/float64(total))
	r.totals = append(r.totals, total)
}

func (r *topResult) batch() *column.Batch {
	b := &column.Batch{N: len(r.counts), Ordered: true}
	for k, name := range append(slices.Clone(r.node.By), r.node.Fields...) {
		b.Set(name, r.keys[k].Build())
	}
	if r.node.ShowCount {
		b.Set(r.node.CountField, &column.Int{V: r.counts})
	}
	if r.node.ShowPercent {
		b.Set(r.node.PercentField, &column.Float{F: r.percents, Prec: value.Decimals(6)})
	}
	b.Set("_tc", &column.Int{V: r.totals})
	return b
}
