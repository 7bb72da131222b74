package op

import (
	"context"
	"errors"

	"spl/exec/column"
	"spl/exec/intern"
)

// fromFile makes the table of groups that were spilled. What is in memory all the time are the labels of rows
// and columns, and the scores of columns. The groups are read twice: as they were spilled, to put each together
// and to deal them out over ranges of rows, and then range by range, since all cells of a row must meet to
// become series. The finished cells wait for the last range, in a file if need be: only then it is known
// which columns there are.
func (r *pivotResult) fromFile(ctx context.Context) (_ column.Stream, err error) {
	if err := r.p.spillTables(); err != nil {
		return nil, err
	}
	if err := r.readLabels(ctx); err != nil {
		return nil, err
	}
	var scores *cellScores
	if r.node.Col != nil && r.mustScore() {
		if scores, err = newCellScores(r); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, scores.rows.Close()) }()
		r.p.relief = scores.rows.spillRun
	}
	ranges, err := newRowRanges(r.rt.Env.TempDir, 0, r.labels.n)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ranges.close()) }()
	if err := r.deal(ctx, ranges, scores); err != nil {
		return nil, err
	}
	if err := r.p.spill.close(); err != nil {
		return nil, err
	}
	if r.labels.n == 0 {
		return column.Batches((&pivotWindow{}).batch(r.columns(nil))), nil
	}
	if r.node.Col != nil {
		if err := r.chooseSpilled(ctx, ranges, scores); err != nil {
			return nil, err
		}
	}
	inSeries := func(f func(lo, hi int, c *pivotCells) error) error {
		return ranges.each(ctx, r.p.groupPartial, func(lo, hi int, c *pivotCells) error {
			if r.node.Col != nil {
				c = r.inSeries(c)
			}
			return f(lo, hi, c)
		})
	}
	if r.set.hasReach() {
		err := inSeries(func(_, _ int, c *pivotCells) error { r.set.widen(c.states); return nil })
		if err != nil {
			return nil, err
		}
	}
	cells := newFinishedCells(r)
	r.p.relief = cells.kept.spill
	err = inSeries(cells.add)
	if err != nil {
		return nil, errors.Join(err, cells.kept.Close())
	}
	return cells.stream(), nil
}

// readLabels reads the values of both fields.
func (r *pivotResult) readLabels(ctx context.Context) error {
	r.texts = nil
	for range r.p.groupPartial.node.By {
		r.texts = append(r.texts, &intern.Texts{})
	}
	held := int64(0)
	err := r.p.spill.each(labelPart, func(data []byte) error {
		if err := errors.Join(ctx.Err(), decodeLabels(data, r.texts)); err != nil {
			return err
		}
		held = 0
		for _, t := range r.texts {
			held += t.Bytes()
		}
		return r.p.work.hold(held)
	})
	if err == nil {
		err = r.label()
	}
	if err != nil {
		return err
	}
	return r.p.work.hold(held + r.labels.bytes())
}

// deal puts the spilled groups together and deals them out over ranges of rows. Groups that share no labels are
// cells already and are scored on the way.
func (r *pivotResult) deal(ctx context.Context, ranges *rowRange, scores *cellScores) error {
	return r.p.eachWhole(ctx, func(t *groupTable, _ int) error {
		r.p.warn(t)
		c := &cellGroups{order: t.order, states: t.states}
		c.rows, c.cols = r.places(t)
		for _, row := range c.rows {
			if row == None {
				c = c.pick(r.set, func(g int) bool { return c.rows[g] != None })
				break
			}
		}
		if scores != nil && !r.labels.pooled {
			if err := scores.add(ctx, c.order, c.cols, c.states[r.scored()]); err != nil {
				return err
			}
		}
		return ranges.add(r.set, c)
	})
}

func (r *pivotResult) chooseSpilled(ctx context.Context, ranges *rowRange, scores *cellScores) error {
	if scores == nil {
		r.choose(nil)
		return nil
	}
	if r.labels.pooled {
		err := ranges.each(ctx, r.p.groupPartial, func(_, _ int, c *pivotCells) error {
			return scores.add(ctx, c.order, columnsOf(&c.pairs), c.states[r.scored()])
		})
		if err != nil {
			return err
		}
	}
	s, err := scores.finish(ctx)
	if err == nil {
		r.choose(s)
	}
	return err
}
