package op

import (
	"context"
	"errors"
	"io"

	"spl/exec/column"
)

// Lazy is the stream that start gives when it is first read; start reads in, which Close closes too.
func Lazy(in column.Stream, start func(ctx context.Context) (column.Stream, error)) column.Stream {
	var s column.Stream
	next := func(ctx context.Context) (*column.Batch, error) {
		if s == nil {
			var err error
			if s, err = start(ctx); err != nil {
				return nil, err
			}
		}
		return s.Next(ctx)
	}
	return column.StreamFunc(next, func() error {
		var err error
		if in != nil {
			err = in.Close()
		}
		if s != nil {
			if serr := s.Close(); err == nil {
				err = serr
			}
		}
		return err
	})
}

// Owning is s; closing it also closes what it reads from.
func Owning(s column.Stream, from ...io.Closer) column.Stream {
	return column.StreamFunc(s.Next, func() error {
		errs := []error{s.Close()}
		for _, c := range from {
			errs = append(errs, c.Close())
		}
		return errors.Join(errs...)
	})
}

// Each calls f for every batch of a stream and closes it.
func Each(ctx context.Context, in column.Stream, f func(b *column.Batch) error) error {
	defer in.Close()
	for {
		b, err := in.Next(ctx)
		if err == io.EOF {
			return in.Close()
		}
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
}

// Then is the batches of first and after them those of rest, which opens when first has ended.
func Then(first column.Stream, rest func(ctx context.Context) (column.Stream, error)) column.Stream {
	var second column.Stream
	next := func(ctx context.Context) (*column.Batch, error) {
		if second == nil {
			b, err := first.Next(ctx)
			if err != io.EOF {
				return b, err
			}
			if second, err = rest(ctx); err != nil {
				return nil, err
			}
		}
		return second.Next(ctx)
	}
	return column.StreamFunc(next, func() error {
		err := first.Close()
		if second != nil {
			if serr := second.Close(); err == nil {
				err = serr
			}
		}
		return err
	})
}

// Mapped is in with f applied to every batch; nil batches are left out.
func Mapped(in column.Stream, f func(ctx context.Context, b *column.Batch) (*column.Batch, error)) column.Stream {
	return mapStream(f, in)
}
