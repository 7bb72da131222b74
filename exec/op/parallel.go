package op

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"spl/exec/column"
	"spl/exec/plan"
)

// runSource runs a source with the row-local nodes behind it, and the first aggregation if it comes
// next, on all workers. It returns the stream and the nodes that are left.
func runSource(ctx context.Context, rt *plan.Runtime, src plan.Source, rest plan.Pipeline) (column.Stream, plan.Pipeline, error) {
	head := &headRun{rt: rt, srcStats: rt.Stats.Stage(src)}
	for len(rest) > 0 {
		m, ok := rest[0].(plan.Mapper)
		if !ok {
			break
		}
		head.maps = append(head.maps, m)
		head.mapStats = append(head.mapStats, rt.Stats.Stage(m))
		rest = rest[1:]
	}
	if len(rest) > 0 {
		if r, ok := rest[0].(plan.Reducer); ok {
			head.reduce, head.reduceStats = r, rt.Stats.Stage(r)
			rest = rest[1:]
		}
	}
	units, err := src.Units(ctx, rt)
	if err != nil {
		return nil, nil, err
	}
	head.units = units
	if head.srcStats != nil {
		head.srcStats.Units.Add(int64(len(units.Units)))
	}
	if head.reduce != nil {
		return head.aggregate(), rest, nil
	}
	return head.gather(), rest, nil
}

// headRun is the part of a pipeline that runs per unit.
type headRun struct {
	rt          *plan.Runtime
	units       *plan.Units
	maps        []plan.Mapper
	reduce      plan.Reducer
	srcStats    *plan.StageStats
	mapStats    []*plan.StageStats
	reduceStats *plan.StageStats
}

// unitResult is what one unit gave: batches, or a partial state.
type unitResult struct {
	batches []*column.Batch
	part    plan.Partial
	err     error
}

// drop gives up a state that will not be merged.
func (r unitResult) drop() {
	if r.part != nil {
		_ = r.part.Close() // the search has failed or stopped already
	}
}

// funcs makes a worker's own copies of the row-local steps.
func (h *headRun) funcs() ([]plan.MapFunc, error) {
	out := make([]plan.MapFunc, len(h.maps))
	for i, m := range h.maps {
		f, err := m.Map(h.rt)
		if err != nil {
			return nil, err
		}
		out[i] = f
	}
	return out, nil
}

// tasks returns how many parts of the work there are, and of how many units each is. A state is merged once
// a task, and tasks do not depend on the number of workers, so that no result does.
func (h *headRun) tasks() (n, size int) {
	units := len(h.units.Units)
	if size = 1; h.reduce != nil {
		size = min(max(units/8, 2), 8)
	}
	return (units + size - 1) / size, size
}

// task runs the units of one task, one after the other.
func (h *headRun) task(ctx context.Context, t, size int, fs []plan.MapFunc) (res unitResult) {
	for i := t * size; i < min((t+1)*size, len(h.units.Units)) && res.err == nil; i++ {
		if err := ctx.Err(); err != nil {
			res.err = err
			break
		}
		res = h.unit(ctx, i, fs, res)
	}
	return res
}

// unit reads one unit and takes its batches through the steps, adding to what the units before it gave. A
// panic in an operator fails the search, not the process.
func (h *headRun) unit(ctx context.Context, i int, fs []plan.MapFunc, before unitResult) (res unitResult) {
	res = before
	defer func() {
		if r := recover(); r != nil {
			res.err = fmt.Errorf("internal error: %v\n%s", r, debug.Stack())
		}
	}()
	fail := func(err error) unitResult {
		res.err = err
		return res
	}
	t := time.Now()
	bs, err := h.units.Units[i].Read(ctx)
	if err != nil {
		return fail(err)
	}
	t = h.note(h.srcStats, bs, t)
	if h.srcStats != nil {
		h.srcStats.UnitsDone.Add(1)
	}
	for k, b := range bs {
		b = b.Copy()
		b.Seq = uint64(i)<<24 | uint64(k)
		for j, f := range fs {
			if b, err = f(ctx, b); err != nil {
				return fail(err)
			}
			if b == nil {
				break
			}
			t = h.note(h.mapStats[j], []*column.Batch{b}, t)
		}
		if b == nil || b.Rows() == 0 {
			continue
		}
		if h.reduce == nil {
			res.batches = append(res.batches, b)
			continue
		}
		if res.part == nil {
			if res.part, err = h.reduce.NewPartial(h.rt); err != nil {
				return fail(err)
			}
		}
		if err := res.part.Add(ctx, b); err != nil {
			return fail(err)
		}
		t = h.note(h.reduceStats, nil, t)
	}
	return res
}

// note books the time since t to a stage, with what it gave, and returns the new start.
func (h *headRun) note(st *plan.StageStats, bs []*column.Batch, t time.Time) time.Time {
	if st == nil {
		return t
	}
	now := time.Now()
	st.Nanos.Add(int64(now.Sub(t)))
	st.Batches.Add(int64(len(bs)))
	for _, b := range bs {
		st.Rows.Add(int64(b.Rows()))
	}
	return now
}

// ordered runs all units and calls out in their order. One unit, or one worker, runs in place.
func (h *headRun) ordered(ctx context.Context, out func(unitResult) error) error {
	n, size := h.tasks()
	workers := min(h.rt.Workers, n)
	if workers <= 1 {
		fs, err := h.funcs()
		if err != nil {
			return err
		}
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := out(h.task(ctx, i, size, fs)); err != nil {
				return err
			}
		}
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]chan unitResult, n)
	for i := range results {
		results[i] = make(chan unitResult, 1)
	}
	// window bounds how many units are ahead of the one that is handed out
	window := make(chan struct{}, 2*workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	defer func() { // what was not handed out
		for _, c := range results {
			select {
			case r := <-c:
				r.drop()
			default:
			}
		}
	}()
	defer wg.Wait()
	defer cancel()
	for range workers {
		fs, err := h.funcs()
		if err != nil {
			return err
		}
		wg.Go(func() {
			for {
				select {
				case window <- struct{}{}:
				case <-ctx.Done():
					return
				}
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				results[i] <- h.task(ctx, i, size, fs)
			}
		})
	}
	for i := range n {
		select {
		case r := <-results[i]:
			<-window
			if err := out(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// aggregate merges the units' states in order and streams the result.
func (h *headRun) aggregate() column.Stream {
	var total plan.Partial
	var out column.Stream
	run := func(ctx context.Context) error {
		var err error
		if c, ok := h.reduce.(commuter); ok && c.Commutes() {
			total, err = h.pooled(ctx)
		} else {
			err = h.ordered(ctx, func(r unitResult) error {
				if r.err != nil {
					r.drop()
					return r.err
				}
				if r.part == nil {
					return nil
				}
				if total == nil {
					total = r.part
					return nil
				}
				defer h.note(h.reduceStats, nil, time.Now())
				err := total.Merge(r.part)
				if err != nil {
					r.drop()
				}
				return err
			})
		}
		if err != nil {
			return err
		}
		if total == nil {
			if total, err = h.reduce.NewPartial(h.rt); err != nil {
				return err
			}
		}
		defer h.note(h.reduceStats, nil, time.Now())
		out, err = total.Result(ctx)
		return err
	}
	s := column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if out == nil {
			if err := run(ctx); err != nil {
				return nil, err
			}
		}
		t := time.Now()
		b, err := out.Next(ctx)
		if b != nil {
			h.note(h.reduceStats, []*column.Batch{b}, t)
		}
		return b, err
	}, func() error {
		var err error
		if out != nil {
			err = out.Close()
		}
		if total != nil {
			if cerr := total.Close(); err == nil {
				err = cerr
			}
		}
		h.close()
		return err
	})
	return s
}

// gather streams the units' batches in order; closing it stops the workers.
func (h *headRun) gather() column.Stream {
	if min(h.rt.Workers, len(h.units.Units)) <= 1 {
		return h.serial()
	}
	type item struct {
		b   *column.Batch
		err error
	}
	items := make(chan item)
	stop := make(chan struct{})
	var once sync.Once
	var cancel context.CancelFunc
	var done chan struct{}
	start := func(ctx context.Context) {
		ctx, cancel = context.WithCancel(ctx)
		done = make(chan struct{})
		go func() {
			defer close(done)
			defer close(items)
			err := h.ordered(ctx, func(r unitResult) error {
				if r.err != nil {
					return r.err
				}
				for _, b := range r.batches {
					select {
					case items <- item{b: b}:
					case <-stop:
						return io.EOF
					}
				}
				return nil
			})
			if err != nil && err != io.EOF {
				select {
				case items <- item{err: err}:
				case <-stop:
				}
			}
		}()
	}
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		once.Do(func() { start(ctx) })
		it, ok := <-items
		if !ok {
			return nil, io.EOF
		}
		return it.b, it.err
	}, func() error {
		once.Do(func() {})
		select {
		case <-stop:
			return nil
		default:
		}
		close(stop)
		if cancel != nil {
			cancel()
			<-done
		}
		h.close()
		return nil
	})
}

// serial reads unit after unit in place.
func (h *headRun) serial() column.Stream {
	var fs []plan.MapFunc
	var ready []*column.Batch
	i := 0
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		for len(ready) == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if i == len(h.units.Units) {
				return nil, io.EOF
			}
			if fs == nil {
				var err error
				if fs, err = h.funcs(); err != nil {
					return nil, err
				}
			}
			r := h.unit(ctx, i, fs, unitResult{})
			if r.err != nil {
				return nil, r.err
			}
			i++
			ready = r.batches
		}
		b := ready[0]
		ready = ready[1:]
		return b, nil
	}, func() error { h.close(); return nil })
}

func (h *headRun) close() {
	if h.units.Close != nil {
		h.units.Close()
		h.units.Close = nil
	}
}
