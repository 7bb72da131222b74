package exec

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/macros"
)

// Query is a prepared search. It runs once.
type Query struct {
	engine *Engine
	src    *lang.Source
	early  []plan.Pipeline // ran while the search was planned
	plan   plan.Pipeline
	rt     *plan.Runtime
}

// Plan returns the optimised pipeline.
func (q *Query) Plan() plan.Pipeline { return q.plan }

// Report is what is known about a search after it ran.
type Report struct {
	Messages []plan.Message
	Stats    *plan.Stats
	Peak     int64 // bytes of memory accounted at once
}

// Report returns messages and figures so far.
func (q *Query) Report() Report {
	return Report{Messages: q.rt.Messages(), Stats: q.rt.Stats, Peak: q.rt.Mem.Peak()}
}

// Run executes the search and hands out its rows. A failure is the last thing it yields.
func (q *Query) Run(ctx context.Context) iter.Seq2[*column.Batch, error] {
	return func(yield func(*column.Batch, error) bool) {
		s, err := op.Run(ctx, q.rt, q.plan, nil)
		if err != nil {
			yield(nil, err)
			return
		}
		defer s.Close()
		for {
			b, err := s.Next(ctx)
			if err == io.EOF {
				if err := s.Close(); err != nil {
					yield(nil, err)
				}
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if b, err = op.Shown(q.plan, b.Compact()); err != nil {
				yield(nil, err)
				return
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

// Collect runs the search to its end and returns all rows as one batch.
func (q *Query) Collect(ctx context.Context) (*column.Batch, error) {
	var bs []*column.Batch
	for b, err := range q.Run(ctx) {
		if err != nil {
			return nil, err
		}
		bs = append(bs, b)
	}
	if len(bs) == 0 {
		return column.NewBatch(0), nil
	}
	return column.Join(bs...), nil
}

// hook gives a runtime the ways back into the engine that nodes may need.
func (e *Engine) hook(rt *plan.Runtime) {
	rt.Run = func(ctx context.Context, p plan.Pipeline, in column.Stream) (column.Stream, error) {
		return op.Run(ctx, rt, p, in)
	}
	rt.Search = func(ctx context.Context, src *lang.Source) (column.Stream, error) {
		q, ds := e.Prepare(ctx, src, rt.Env)
		if err := ds.Err(); err != nil {
			return nil, err
		}
		for _, m := range q.rt.Messages() {
			rt.Note(m)
		}
		return op.Run(ctx, rt, q.plan, nil)
	}
}

// macroEval computes validations and eval-based macro definitions.
func (e *Engine) macroEval(env *Env) func(*lang.Source, map[string]string) (macros.Result, error) {
	return func(src *lang.Source, args map[string]string) (macros.Result, error) {
		x, ds := e.parser.ParseExpr(src)
		if err := ds.Err(); err != nil {
			return macros.Result{}, err
		}
		p, ds := eval.Compile(x, &eval.Ctx{Now: env.Now, Zone: env.Zone, Seed: env.Seed, Parser: e.parser, Src: src,
			Subject: "'EvalCommand'"})
		if err := ds.Err(); err != nil {
			return macros.Result{}, err
		}
		row := column.NewBatch(1)
		for name, text := range args {
			row.Set(name, column.ConstText(text, 1))
		}
		v, err := p.Eval(row)
		if err != nil {
			return macros.Result{}, err
		}
		return macroResult(v), nil
	}
}

// withTimeout is context.WithTimeout whose error says that the search took too long.
func withTimeout(ctx context.Context, d time.Duration) (context.Context, func()) {
	return context.WithTimeoutCause(ctx, d, errors.New("the search took longer than its time limit of "+d.String()))
}
