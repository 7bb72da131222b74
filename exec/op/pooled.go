package op

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spl/exec/plan"
)

// commuter is a reducer whose result may not depend on which rows come first, not even in the last digit of
// a sum. Its states belong to workers then, not to tasks, and fewer are merged.
type commuter interface{ Commutes() bool }

// Commutes reports whether the order in which rows are added cannot be told from the result.
func (g *Group) Commutes() bool {
	for _, a := range g.Aggs {
		if strings.Contains(a.Field, "*") {
			return false // names its columns in the order in which they are found
		}
		if !a.Func.Commutes && (!a.Func.Time || a.Field != "_time") { // rows of one time have the same value
			return false
		}
	}
	return true
}

// pooled reduces all units to one state: each worker adds those that it takes to its own, and these are
// merged at the end.
func (h *headRun) pooled(ctx context.Context) (plan.Partial, error) {
	n := len(h.units.Units)
	results := make([]unitResult, max(min(h.rt.Workers, n), 1))
	var next atomic.Int64
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for w := range results {
		fs, err := h.funcs()
		if err != nil {
			cancel()
			wg.Wait()
			dropAll(results)
			return nil, err
		}
		run := func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					results[w].err = err
					return
				}
				if results[w] = h.unit(ctx, i, fs, results[w]); results[w].err != nil {
					cancel()
					return
				}
			}
		}
		if len(results) == 1 {
			run()
		} else {
			wg.Go(run)
		}
	}
	wg.Wait()
	return h.mergeParts(results)
}

// mergeParts merges the states of workers. Of several failures that which stopped the others counts.
func (h *headRun) mergeParts(results []unitResult) (plan.Partial, error) {
	var failure error
	for _, r := range results {
		if r.err != nil && (failure == nil || errors.Is(failure, context.Canceled)) {
			failure = r.err
		}
	}
	if failure != nil {
		dropAll(results)
		return nil, failure
	}
	var total plan.Partial
	defer h.note(h.reduceStats, nil, time.Now())
	for i, r := range results {
		switch {
		case r.part == nil:
		case total == nil:
			total = r.part
		default:
			if err := total.Merge(r.part); err != nil {
				dropAll(append(results[i:], unitResult{part: total}))
				return nil, err
			}
		}
	}
	return total, nil
}

func dropAll(results []unitResult) {
	for _, r := range results {
		r.drop()
	}
}
