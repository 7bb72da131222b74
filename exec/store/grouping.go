package store

import (
	"slices"

	"spl/exec/column"
	"spl/exec/store/flat"
	"spl/exec/store/segment"
)

// grouping is a row group in the making: one goroutine takes its events' texts apart as they come, merges
// them when all are there, and makes the pages.
type grouping struct {
	in   chan *block
	rows int   // counted by who sends
	size int64 // of the columns' texts, likewise

	done     chan struct{}
	prepared *segment.Prepared // set when done; nil without events
	err      error
}

const (
	// groupAhead is how many blocks may wait for the goroutine.
	groupAhead = 2
	// smallRows: smaller blocks are merged first, so that many of them do not cost much each.
	smallRows = 4096
)

func newGrouping(opts segment.Options) *grouping {
	g := &grouping{in: make(chan *block, groupAhead), done: make(chan struct{})}
	go func() {
		defer close(g.done)
		g.run(opts)
	}()
	return g
}

// ready reports whether prepared and err are set.
func (g *grouping) ready() bool {
	select {
	case <-g.done:
		return true
	default:
		return false
	}
}

func (g *grouping) run(opts segment.Options) {
	var whole, small []*block
	rows := 0
	flush := func() {
		if len(small) > 1 {
			small = []*block{mergeBlocks(small)}
		}
		if len(small) == 1 {
			b := *small[0]
			b.Batch = b.Batch.Copy()
			if !opts.KeepRaw && !b.Has(flat.ShapeField) {
				for i, c := range b.Cols {
					if v, ok := c.(*column.Values); ok {
						b.Cols[i] = v.Dense()
					}
				}
				b.Batch = segment.Split(b.Batch)
			}
			whole = append(whole, &b)
		}
		small, rows = nil, 0
	}
	for b := range g.in {
		small = appendBlock(small, b, smallRows)
		if rows += b.N; rows >= smallRows {
			flush()
		}
	}
	flush()
	if len(whole) == 0 {
		return
	}
	all := mergeAll(whole)
	if v, ok := all.Col(flat.ShapeField).(*column.Values); ok {
		all.Set(flat.ShapeField, v.Dense())
	}
	g.prepared, g.err = segment.Prepare(all, opts)
}

// mergeAll makes one batch of blocks that nobody else uses.
func mergeAll(bs []*block) *column.Batch {
	if len(bs) == 1 && slices.IsSorted(bs[0].times) {
		return bs[0].Batch
	}
	return mergeWith(bs, mergeOwned).Batch
}
