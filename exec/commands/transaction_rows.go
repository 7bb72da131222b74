package commands

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/value"
	"spl/lang"
)

// result streams a row for each transaction.
func (g *grouping) result(ctx context.Context) (column.Stream, error) {
	switch {
	case g.untimed:
		return nil, lang.Errorf(g.stage, lang.Span{}, "not-sorted", "Every event needs a _time.")
	case g.unsorted:
		return nil, lang.Errorf(g.stage, lang.Span{}, "not-sorted", "Events must come in descending order of time.")
	}
	g.finish()
	if !g.rows.OnDisk() {
		rows := g.rows.Loaded()
		return inRanges(g.ranges(0), func(r []*txn, _ int) (*column.Batch, error) { return g.table(r, rows), nil }), nil
	}
	return g.fromDisk(ctx)
}

// fromDisk builds the rows range by range, having put the events of each range together in a file.
func (g *grouping) fromDisk(ctx context.Context) (column.Stream, error) {
	ranges := g.ranges(g.rows.PartRows())
	parts := make([][]uint32, len(g.sizes))
	var size int64
	for i, n := range g.sizes {
		parts[i] = slices.Repeat([]uint32{op.None}, n)
		size += 4 * int64(n)
	}
	if err := g.rows.Hold(size); err != nil {
		return nil, err
	}
	for k, r := range ranges {
		for _, t := range r {
			for _, ref := range t.rows {
				place, row := ref.Split()
				parts[place][row] = uint32(k)
			}
		}
	}
	events, err := g.rows.Deal(ctx, parts)
	if err != nil {
		return nil, err
	}
	return op.Owning(inRanges(ranges, func(r []*txn, k int) (*column.Batch, error) {
		rows, err := events.Part(k)
		if err != nil {
			return nil, err
		}
		renumber(r, rows)
		return g.table(r, rows), nil
	}), events), nil
}

// ranges cuts the transactions into ranges of at most so many events (0: any number) and the rows of a
// batch; there is at least one range.
func (g *grouping) ranges(events int) [][]*txn {
	var out [][]*txn
	from, n := 0, 0
	for i, t := range g.done {
		if i > from && (events > 0 && n+len(t.rows) > events || i-from == column.MaxRows) {
			out = append(out, g.done[from:i])
			from, n = i, 0
		}
		n += len(t.rows)
	}
	return append(out, g.done[from:])
}

// inRanges streams what table makes of each range.
func inRanges(ranges [][]*txn, table func(r []*txn, number int) (*column.Batch, error)) column.Stream {
	k := 0
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if k == len(ranges) {
			return nil, io.EOF
		}
		r := ranges[k]
		k++
		return table(r, k-1)
	}, nil)
}

// renumber makes the rows of transactions name those of a table that holds just them, in their order.
func renumber(txns []*txn, rows *op.Rows) {
	var old []op.Ref
	for _, t := range txns {
		old = append(old, t.rows...)
	}
	slices.Sort(old)
	now := rows.Refs()
	for _, t := range txns {
		for i, ref := range t.rows {
			k, _ := slices.BinarySearch(old, ref)
			t.rows[i] = now[k]
		}
	}
}

// txnTable is the rows of some transactions in the making.
type txnTable struct {
	*grouping
	txns    []*txn
	rows    *op.Rows
	scratch []string
}

// table makes one row of each transaction out of its events.
func (g *grouping) table(txns []*txn, rows *op.Rows) *column.Batch {
	t := &txnTable{grouping: g, txns: txns, rows: rows}
	out := column.NewBatch(len(txns))
	times := &column.Time{V: make([]int64, len(txns))}
	for i, x := range txns {
		times.V[i] = x.oldest
	}
	out.Set("_time", times)
	raws := rows.Columns("_raw")
	if g.rows.Has("_raw") {
		out.Set("_raw", t.perTxn(func(x *txn) []string { return t.raw(raws, x) }))
	}
	for _, name := range g.rows.Names() {
		if name == "_time" || name == "_raw" || column.Internal(name) {
			continue
		}
		cols := rows.Columns(name)
		list := g.listAll || slices.Contains(g.listFields, name)
		out.Set(name, column.WithDelim(t.perTxn(func(x *txn) []string { return t.gathered(cols, x, list) }), g.delim))
	}
	out.Set("duration", t.perTxn(func(x *txn) []string {
		return append(t.scratch[:0], string(column.AppendTime(nil, x.newest-x.oldest)))
	}))
	out.Set("eventcount", t.count(func(x *txn) int { return len(x.rows) }))
	out.Set("field_match_sum", t.count(func(x *txn) int { return x.matched }))
	out.Set("closed_txn", t.count(func(x *txn) int {
		if x.complete {
			return 1
		}
		return 0
	}))
	out.Set("linecount", t.count(func(x *txn) int {
		n := 0
		for _, ref := range x.rows {
			n += 1 + strings.Count(textOf(raws, ref), "\n")
		}
		return n
	}))
	if g.orphans {
		out.Set("_txn_orphan", t.perTxn(func(x *txn) []string {
			if x.orphan {
				return []string{"1"}
			}
			return nil
		}))
	}
	return out
}

// perTxn makes a column of what f returns for each transaction, which may be scratch.
func (t *txnTable) perTxn(f func(x *txn) []string) column.Vec {
	col := column.NewTextBuilder()
	for _, x := range t.txns {
		list := f(x)
		col.AppendList(list)
		if list != nil {
			t.scratch = list
		}
	}
	return col.Build()
}

// count makes a column of numbers; orphans have none.
func (t *txnTable) count(f func(x *txn) int) column.Vec {
	return t.perTxn(func(x *txn) []string {
		if x.orphan {
			return nil
		}
		return append(t.scratch[:0], strconv.Itoa(f(x)))
	})
}

// textOf returns the text of a row, "" for null.
func textOf(cols []column.Vec, ref op.Ref) string {
	place, row := ref.Split()
	if d, ok := cols[place].(*column.Dict); ok {
		return d.Text(row)
	}
	return cols[place].At(row).Text()
}

// appendValues appends the values of a row.
func appendValues(dst []string, cols []column.Vec, ref op.Ref) []string {
	place, row := ref.Split()
	switch v := cols[place].(type) {
	case *column.Dict:
		if v.Codes[row] != 0 {
			dst = append(dst, v.Text(row))
		}
		return dst
	case *column.List:
		return v.Values(row, dst)
	}
	return append(dst, cols[place].At(row).List()...)
}

// raw returns the texts of the events, oldest first.
func (t *txnTable) raw(raws []column.Vec, x *txn) []string {
	out := t.scratch[:0]
	for _, ref := range slices.Backward(x.rows) {
		if place, row := ref.Split(); !raws[place].Null(row) {
			out = append(out, textOf(raws, ref))
		}
	}
	if t.mvRaw || len(out) < 2 {
		return out
	}
	return append(out[:0], strings.Join(out, "\n"))
}

// gathered returns the values of a field: the distinct ones in order, or one for each event, oldest first.
func (t *txnTable) gathered(cols []column.Vec, x *txn, list bool) []string {
	out := t.scratch[:0]
	for _, ref := range slices.Backward(x.rows) {
		n := len(out)
		if out = appendValues(out, cols, ref); list {
			if len(out) == n {
				out = append(out, t.null)
			}
			continue
		}
		if n > 0 && len(out) == n+1 && out[n] == out[n-1] { // neighbours mostly agree
			out = out[:n]
		}
	}
	if list {
		return out
	}
	slices.SortFunc(out, value.Compare)
	return slices.Compact(out)
}
