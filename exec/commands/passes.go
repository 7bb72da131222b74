package commands

import (
	"cmp"
	"context"

	"spl/exec/column"
	"spl/exec/op"
)

// columnFold takes in one column of all rows.
type columnFold interface {
	add(v column.Vec) (grown int64) // bytes that it holds more
	finish()                        // keeps the result alone
}

// inPasses shows every named column to a fold of its own: all of them in one pass over the rows if memory
// has room for that, else as many as it has room for, and the others in further passes.
func inPasses[F columnFold](ctx context.Context, rows *op.Kept, names []string, start func(name string) F) ([]F, error) {
	var done []F
	for len(done) < len(names) {
		p := &pass[F]{rows: rows, names: names[len(done):]}
		for _, n := range p.names {
			p.folds = append(p.folds, start(n))
		}
		p.held = make([]int64, len(p.folds))
		err := rows.Each(ctx, p.batch)
		for i, f := range p.folds {
			f.finish()
			err = cmp.Or(err, rows.Hold(-p.held[i]))
		}
		if err != nil {
			return nil, err
		}
		done = append(done, p.folds...)
	}
	return done, nil
}

// pass is one pass over the rows.
type pass[F columnFold] struct {
	rows  *op.Kept
	names []string
	folds []F
	held  []int64 // bytes, by fold
}

func (p *pass[F]) batch(b *column.Batch) error {
	for i := 0; i < len(p.folds); i++ {
		at := b.Index(p.names[i])
		if at < 0 {
			continue
		}
		grown := p.folds[i].add(b.Cols[at])
		if err := p.hold(i, grown); err != nil {
			return err
		}
	}
	return nil
}

// hold takes memory for fold i. Folds at the end wait for the next pass to make room, maybe i itself.
func (p *pass[F]) hold(i int, grown int64) error {
	for {
		err := p.rows.Hold(grown)
		if err == nil {
			p.held[i] += grown
			return nil
		}
		last := len(p.folds) - 1
		if last == 0 {
			return err
		}
		if err := p.rows.Hold(-p.held[last]); err != nil {
			return err
		}
		p.folds = p.folds[:last]
		if i == last {
			return nil
		}
	}
}
