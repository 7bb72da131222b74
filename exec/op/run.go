package op

import (
	"context"
	"fmt"
	"io"
	"time"

	"spl/exec/column"
	"spl/exec/plan"
)

// Run opens a pipeline: its row-local head runs on the source's units side by side, up to and into the
// first aggregation; the rest reads one ordered stream. in feeds a pipeline without a source
// (appendpipe) and is nil otherwise. The stream must be closed.
func Run(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, in column.Stream) (column.Stream, error) {
	if len(p) == 0 {
		return in, nil
	}
	var s column.Stream
	rest := p
	if src, ok := p[0].(plan.Source); ok {
		var err error
		if s, rest, err = runSource(ctx, rt, src, p[1:]); err != nil {
			return nil, err
		}
	} else {
		s = in
	}
	for _, n := range rest {
		next, err := openNode(rt, n, s)
		if err != nil {
			if s != nil {
				s.Close()
			}
			return nil, err
		}
		s = next
	}
	return s, nil
}

// openNode puts one node behind a stream.
func openNode(rt *plan.Runtime, n plan.Node, in column.Stream) (column.Stream, error) {
	st := rt.Stats.Stage(n)
	in = waited(st, in)
	switch n := n.(type) {
	case plan.Opener:
		s, err := n.Open(rt, in)
		if err != nil {
			return nil, err
		}
		return counted(st, s), nil
	case plan.Mapper:
		f, err := n.Map(rt)
		if err != nil {
			return nil, err
		}
		return counted(st, mapStream(f, in)), nil
	case plan.Reducer:
		part, err := n.NewPartial(rt)
		if err != nil {
			return nil, err
		}
		return counted(st, reduceStream(part, in)), nil
	}
	return nil, fmt.Errorf("%s has no way to run", n)
}

func mapStream(f plan.MapFunc, in column.Stream) column.Stream {
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		for {
			b, err := in.Next(ctx)
			if err != nil {
				return nil, err
			}
			b, err = f(ctx, b.Copy())
			if err != nil {
				return nil, err
			}
			if b != nil {
				return b, nil
			}
		}
	}, in.Close)
}

// reduceStream feeds a whole stream to one state and hands out its result.
func reduceStream(part plan.Partial, in column.Stream) column.Stream {
	var out column.Stream
	next := func(ctx context.Context) (*column.Batch, error) {
		if out == nil {
			if err := feed(ctx, part, in); err != nil {
				return nil, err
			}
			s, err := part.Result(ctx)
			if err != nil {
				return nil, err
			}
			out = s
		}
		return out.Next(ctx)
	}
	return column.StreamFunc(next, func() error {
		err := in.Close()
		if out != nil {
			out.Close()
		}
		if cerr := part.Close(); err == nil {
			err = cerr
		}
		return err
	})
}

func feed(ctx context.Context, part plan.Partial, in column.Stream) error {
	for {
		b, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := part.Add(ctx, b.Copy()); err != nil {
			return err
		}
	}
}

// waited takes the time that a stage waits for its input off its own.
func waited(st *plan.StageStats, s column.Stream) column.Stream {
	if st == nil || s == nil {
		return s
	}
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		t := time.Now()
		b, err := s.Next(ctx)
		st.Nanos.Add(-int64(time.Since(t)))
		return b, err
	}, s.Close)
}

// counted records the rows, batches and time of a stage.
func counted(st *plan.StageStats, s column.Stream) column.Stream {
	if st == nil {
		return s
	}
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		t := time.Now()
		b, err := s.Next(ctx)
		st.Nanos.Add(int64(time.Since(t)))
		if b != nil {
			st.Rows.Add(int64(b.Rows()))
			st.Batches.Add(1)
		}
		return b, err
	}, s.Close)
}
