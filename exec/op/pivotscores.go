package op

import (
	"context"
	"errors"

	"spl/exec/agg"
	"spl/exec/column"
)

// cellScores gathers the cells that columns are scored by. They are sorted by arrival, since a function such as
// first, and the last digit of a sum, depend on it.
type cellScores struct {
	rows   *sortPartial
	scorer *seriesScorer
	work   *workMemory
}

const (
	scoreOrder  = "order"
	scoreColumn = "column"
	scoreValue  = "value"
)

func newCellScores(r *pivotResult) (*cellScores, error) {
	rows, err := NewSort([]SortKey{{Field: scoreOrder, Type: KeyNum}}, 0).NewPartial(r.rt)
	if err != nil {
		return nil, err
	}
	return &cellScores{rows: rows.(*sortPartial), scorer: r.node.Series.scorer(len(r.labels.cols)), work: &workMemory{Hold: NewHold(r.rt.Mem)}}, nil
}

func (s *cellScores) add(ctx context.Context, order []int64, cols []uint32, cells agg.State) error {
	if len(order) == 0 {
		return nil
	}
	b := column.NewBatch(len(order))
	of := &column.Int{V: make([]int64, len(cols))}
	for i, c := range cols {
		of.V[i] = int64(c)
	}
	b.Set(scoreOrder, &column.Int{V: order})
	b.Set(scoreColumn, of)
	b.Set(scoreValue, cells.Result(len(order)))
	return s.rows.Add(ctx, b)
}

func (s *cellScores) finish(ctx context.Context) ([]float64, error) {
	defer s.work.Free()
	rows, err := s.rows.Result(ctx)
	if err != nil {
		return nil, err
	}
	err = Each(ctx, rows, func(b *column.Batch) error {
		if b.N == 0 { // its columns tell nothing
			return nil
		}
		cols := b.Col(scoreColumn).(*column.Int).V
		of := make([]uint32, len(cols))
		for i, c := range cols {
			of[i] = uint32(c)
		}
		s.scorer.add(b.Col(scoreValue), of)
		return s.work.hold(s.scorer.state.Bytes())
	})
	return s.scorer.scores(), errors.Join(err, s.rows.Close())
}
