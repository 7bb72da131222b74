package commands

import (
	"slices"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/value"
)

// table makes one row of each transaction.
func (g *grouping) table() *column.Batch {
	out := column.NewBatch(len(g.done))
	times := &column.Time{V: make([]int64, len(g.done))}
	for i, t := range g.done {
		times.V[i] = t.oldest
	}
	out.Set("_time", times)
	if g.b.Has("_raw") {
		out.Set("_raw", g.perTxn(g.raw))
	}
	for k, name := range g.b.Names {
		if name == "_time" || name == "_raw" || column.Internal(name) {
			continue
		}
		v := g.b.Cols[k]
		list := g.listAll || slices.Contains(g.listFields, name)
		out.Set(name, column.WithDelim(g.perTxn(func(t *txn) []string { return g.gathered(v, t, list) }), g.delim))
	}
	out.Set("duration", g.perTxn(func(t *txn) []string {
		return []string{string(column.AppendTime(nil, t.newest-t.oldest))}
	}))
	out.Set("eventcount", g.count(func(t *txn) int { return len(t.rows) }))
	out.Set("field_match_sum", g.count(func(t *txn) int { return t.matched }))
	out.Set("closed_txn", g.count(func(t *txn) int {
		if t.complete {
			return 1
		}
		return 0
	}))
	raw := g.b.Col("_raw")
	out.Set("linecount", g.count(func(t *txn) int {
		n := 0
		for _, r := range t.rows {
			n += 1 + strings.Count(raw.At(r).Text(), "\n")
		}
		return n
	}))
	if g.orphans {
		out.Set("_txn_orphan", g.perTxn(func(t *txn) []string {
			if t.orphan {
				return []string{"1"}
			}
			return nil
		}))
	}
	return out
}

func (g *grouping) perTxn(f func(t *txn) []string) column.Vec {
	col := column.NewTextBuilder()
	for _, t := range g.done {
		col.AppendList(f(t))
	}
	return col.Build()
}

// count makes a column of numbers; orphans have none.
func (g *grouping) count(f func(t *txn) int) column.Vec {
	return g.perTxn(func(t *txn) []string {
		if t.orphan {
			return nil
		}
		return []string{strconv.Itoa(f(t))}
	})
}

// raw returns the texts of the events, oldest first.
func (g *grouping) raw(t *txn) []string {
	v := g.b.Col("_raw")
	var out []string
	for _, r := range slices.Backward(t.rows) {
		if !v.Null(r) {
			out = append(out, v.At(r).Text())
		}
	}
	if g.mvRaw || len(out) == 0 {
		return out
	}
	return []string{strings.Join(out, "\n")}
}

// gathered returns the values of a field: the distinct ones in order, or one for each event, oldest first.
func (g *grouping) gathered(v column.Vec, t *txn, list bool) []string {
	var out []string
	for _, r := range slices.Backward(t.rows) {
		vs := v.At(r).List()
		if len(vs) == 0 && list {
			vs = []string{g.null}
		}
		out = append(out, vs...)
	}
	if list {
		return out
	}
	slices.SortFunc(out, value.Compare)
	return slices.Compact(out)
}
