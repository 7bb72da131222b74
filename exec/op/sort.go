package op

import (
	"context"
	"fmt"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
)

// Sort orders all rows, ties by their place in the stream.
type Sort struct {
	plan.Base
	Keys  []SortKey
	Limit int // rows kept, 0: all
	// Cut is called when Limit drops rows; nil: silently.
	Cut func(rt *plan.Runtime)
}

// NewSort returns the node.
func NewSort(keys []SortKey, limit int) *Sort {
	return &Sort{Base: plan.Base{C: plan.Transforming}, Keys: keys, Limit: limit}
}

// Needs adds the sort fields.
func (s *Sort) Needs(out column.FieldSet) column.FieldSet {
	for _, k := range s.Keys {
		out = out.With(k.Field)
	}
	return out
}

// NeedsOrder is true: rows with equal keys stay in order.
func (s *Sort) NeedsOrder() bool { return true }

// String spells the node.
func (s *Sort) String() string {
	parts := make([]string, len(s.Keys))
	for i, k := range s.Keys {
		parts[i] = k.String()
	}
	return fmt.Sprintf("sort %d %s", s.Limit, strings.Join(parts, " "))
}

// NewPartial returns the state of one part of the rows.
func (s *Sort) NewPartial(rt *plan.Runtime) (plan.Partial, error) {
	p := &sortPartial{node: s, rt: rt}
	p.fresh()
	return p, nil
}

type sortPartial struct {
	node *Sort
	rt   *plan.Runtime
	rows *Rows
	cut  bool

	spill   *spillFile // sorted runs that the budget had no room for
	runs    int
	spilled int    // rows in them
	columns Schema // of the runs
}

// fresh starts with no rows in memory.
func (p *sortPartial) fresh() {
	p.rows = NewRows(p.rt.Mem)
	p.rows.spillable = canSpill(p.rt)
}

// pruneAt is how many rows beyond the limit are gathered before the worst are dropped.
const pruneAt = 32768

func (p *sortPartial) Add(_ context.Context, b *column.Batch) error {
	if err := p.add(b); err != nil {
		return err
	}
	return p.prune()
}

// add keeps rows, on the disk if the budget has no room.
func (p *sortPartial) add(b *column.Batch) error {
	err := p.rows.Add(b)
	if err == nil || !canSpill(p.rt) {
		return err
	}
	return p.addSpilling(b)
}

// prune keeps the best rows when a limit makes the others superfluous. What is kept goes on in sorted
// order, so ties stay in stream order.
func (p *sortPartial) prune() error {
	limit := p.node.Limit
	if limit == 0 || p.rows.Len() <= 2*limit || p.rows.Len() < limit+pruneAt {
		return nil
	}
	p.cut = true
	best := p.rows.Take(SortRefs(p.rows, p.node.Keys, limit))
	p.rows.Free()
	p.fresh()
	return p.add(best)
}

func (p *sortPartial) Merge(next plan.Partial) error {
	o := next.(*sortPartial)
	p.cut = p.cut || o.cut
	p.spilled += o.spilled
	if err := p.takeRuns(o); err != nil {
		return err
	}
	batches := o.rows.Batches()
	o.rows.Free()
	for _, b := range batches {
		if err := p.add(b); err != nil {
			return err
		}
	}
	return p.prune()
}

func (p *sortPartial) Result(context.Context) (column.Stream, error) {
	limit := p.node.Limit
	if p.spill != nil {
		if (p.cut || limit > 0 && p.spilled+p.rows.Len() > limit) && p.node.Cut != nil {
			p.node.Cut(p.rt)
		}
		if err := p.spillRun(); err != nil {
			return nil, err
		}
		return p.mergeRuns()
	}
	refs := SortRefs(p.rows, p.node.Keys, limit)
	if (p.cut || limit > 0 && p.rows.Len() > limit) && p.node.Cut != nil {
		p.node.Cut(p.rt)
	}
	return p.rows.Stream(refs), nil
}

func (p *sortPartial) Close() error {
	p.rows.Free()
	if p.spill == nil {
		return nil
	}
	f := p.spill
	p.spill = nil
	return f.close()
}
