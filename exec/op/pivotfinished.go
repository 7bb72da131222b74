package op

import (
	"context"
	"io"
	"strconv"

	"spl/exec/column"
	"spl/exec/intern"
)

// finishedCells are the results of cells, in pieces by row.
type finishedCells struct {
	r      *pivotResult
	kept   *Kept
	pieces []pivotWindow
	kinds  []vecKind // by aggregation
	rows   int       // most rows of a piece
}

// pieceCells is about how many cells of the table, empty ones included, make a batch.
const pieceCells = 1 << 20

// pieceFilled is how many cells with something in them are read at once.
const pieceFilled = 1 << 16

func newFinishedCells(r *pivotResult) *finishedCells {
	return &finishedCells{r: r, kept: NewKept(r.rt), kinds: make([]vecKind, len(r.set.cols)),
		rows: min(max(pieceCells/(len(r.outs)*len(r.series.names)+1), 1), column.MaxRows)}
}

// add finishes the cells of rows lo to hi-1.
func (f *finishedCells) add(lo, hi int, c *pivotCells) error {
	starts := make([]int, hi-lo+1)
	for _, k := range c.pairs.Keys() {
		starts[int(k>>32)-lo+1]++
	}
	for i := range hi - lo {
		starts[i+1] += starts[i]
	}
	byRow, next := make([]uint32, c.pairs.Len()), append([]int(nil), starts...)
	for i, k := range c.pairs.Keys() {
		row := int(k>>32) - lo
		byRow[next[row]] = uint32(i)
		next[row]++
	}
	results := f.r.results(c)
	for i, v := range results {
		f.kinds[i] |= kindOf(v)
	}
	for from := lo; from < hi; {
		to := from + 1
		for to < hi && to-from < f.rows && starts[to-lo+1]-starts[from-lo] <= pieceFilled {
			to++
		}
		if err := f.keep(from, to, byRow[starts[from-lo]:starts[to-lo]], &c.pairs, results); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// keep stores the cells of a piece.
func (f *finishedCells) keep(lo, hi int, cells []uint32, pairs *intern.Pairs, results []column.Vec) error {
	b := column.NewBatch(len(cells))
	row, col := &column.Int{V: make([]int64, b.N)}, &column.Int{V: make([]int64, b.N)}
	for i, n := range cells {
		k := pairs.Key(n)
		row.V[i], col.V[i] = int64(k>>32), int64(uint32(k))
	}
	b.Set("row", row)
	b.Set("column", col)
	for i, v := range results {
		b.Set(strconv.Itoa(i), column.Gather(v, cells))
	}
	f.pieces = append(f.pieces, pivotWindow{lo: lo, hi: hi})
	return f.kept.Add(b)
}

// stream hands the table out.
func (f *finishedCells) stream() column.Stream {
	table := f.r.columns(func(at int) bool { return f.kinds[at] == 0 })
	next := 0
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if next == len(f.pieces) {
			return nil, io.EOF
		}
		b, err := f.kept.get(next)
		if err != nil {
			return nil, err
		}
		w := f.pieces[next]
		next++
		w.pairs = &intern.Pairs{}
		if b.N > 0 { // else the columns tell nothing
			rows, cols := b.Cols[0].(*column.Int), b.Cols[1].(*column.Int)
			for i := range b.N {
				w.pairs.Add(intern.Pair(uint32(rows.V[i]), uint32(cols.V[i])))
			}
		}
		results := make([]column.Vec, len(f.kinds))
		for i, k := range f.kinds {
			results[i] = k.like(b.Cols[2+i])
		}
		if w.values, err = f.r.values(results, w.pairs); err != nil {
			return nil, err
		}
		return w.batch(table), f.kept.drop(next - 1)
	}, f.kept.Close)
}

// vecKind is what vectors of results hold, several bits if they differ; 0: nothing.
type vecKind uint8

const (
	kindNumber vecKind = 1 << iota
	kindTime
	kindText
)

func kindOf(v column.Vec) vecKind {
	if AllNull(v, nil) {
		return 0
	}
	switch v.(type) {
	case *column.Int, *column.Float:
		return kindNumber
	case *column.Time:
		return kindTime
	}
	return kindText
}

// like makes v what it were as a part of one vector of all results: an expression sees a number that stands
// beside texts as the text that it prints.
func (k vecKind) like(v column.Vec) column.Vec {
	switch {
	case k&kindText != 0:
		return column.AsText(v)
	case k == kindNumber|kindTime:
		t, ok := v.(*column.Time)
		if !ok {
			return v
		}
		out := &column.Float{F: make([]float64, len(t.V)), Nulls: t.Nulls}
		for i, us := range t.V {
			out.F[i] = float64(us) / 1e6
		}
		return out
	}
	return v
}
