package commands

import (
	"slices"

	"spl/exec/column"
)

// txn is a transaction; rows are newest first.
type txn struct {
	values         []string // of the fields
	known          []bool
	rows           []int
	newest, oldest int64
	matched        int // field values seen
	complete       bool
	gone           bool // no longer open
	hasEnd         bool
	orphan         bool
}

// grouping is the state while events go by, newest first.
type grouping struct {
	*transactions
	b            *column.Batch
	times        []int64
	starts, ends column.Bitmap // nil: no such condition
	cols         []column.Vec

	open       map[string][]*txn // by field and value; without fields under ""
	order      []*txn            // open ones, longest unused first; may hold gone ones
	openCount  int
	openEvents int
	done       []*txn
}

// event takes the next older row.
func (g *grouping) event(i int) {
	values, known, some := g.valuesOf(i)
	if !some && len(g.fields) > 0 {
		g.orphaned(i)
		return
	}
	isStart := g.starts != nil && g.starts.Get(i)
	isEnd := g.ends != nil && g.ends.Get(i)
	t := g.candidate(values, known, isStart)
	if t != nil && g.full(t, i) {
		g.close(t, true)
		t = nil
	}
	if isEnd && t != nil {
		g.close(t, g.starts == nil) // without startswith the next end completes the one before
		t = nil
	}
	if t == nil {
		if g.ends != nil && !isEnd {
			g.orphaned(i)
			return
		}
		t = &txn{values: make([]string, len(g.fields)), known: make([]bool, len(g.fields)), newest: g.times[i], hasEnd: isEnd}
		g.openCount++
	}
	g.join(t, i, values, known)
	if isStart {
		g.close(t, true)
	}
	g.evict()
}

func (g *grouping) valuesOf(i int) (values []string, known []bool, some bool) {
	values, known = make([]string, len(g.cols)), make([]bool, len(g.cols))
	for k, c := range g.cols {
		if !c.Null(i) {
			values[k], known[k], some = c.At(i).Text(), true, true
		}
	}
	return values, known, some
}

// candidate returns the open transaction, last used first, that the values do not contradict.
func (g *grouping) candidate(values []string, known []bool, isStart bool) *txn {
	shared := len(g.fields) > 0 && (g.connected || g.unify && isStart)
	if !shared {
		for _, t := range slices.Backward(g.order) {
			if !t.gone && t.agrees(values, known) {
				return t
			}
		}
		return nil
	}
	for k := range values {
		if !known[k] {
			continue
		}
		for _, t := range slices.Backward(g.open[g.key(k, values[k])]) {
			if !t.gone && t.agrees(values, known) {
				return t
			}
		}
	}
	return nil
}

func (g *grouping) key(field int, value string) string { return g.fields[field] + "\x00" + value }

func (t *txn) agrees(values []string, known []bool) bool {
	for k := range values {
		if known[k] && t.known[k] && t.values[k] != values[k] {
			return false
		}
	}
	return true
}

// full reports whether the event would break a limit of the transaction.
func (g *grouping) full(t *txn, i int) bool {
	return g.maxSpan >= 0 && t.newest-g.times[i] > g.maxSpan || g.maxPause >= 0 && t.oldest-g.times[i] > g.maxPause ||
		g.maxEvents > 0 && len(t.rows) >= g.maxEvents
}

func (g *grouping) join(t *txn, i int, values []string, known []bool) {
	t.rows = append(t.rows, i)
	t.oldest = g.times[i]
	g.openEvents++
	for k := range values {
		if !known[k] {
			continue
		}
		t.matched++
		if !t.known[k] {
			t.values[k], t.known[k] = values[k], true
			key := g.key(k, values[k])
			g.open[key] = append(slices.DeleteFunc(g.open[key], func(o *txn) bool { return o.gone }), t)
		}
	}
	if n := len(g.order); n == 0 || g.order[n-1] != t {
		g.order = append(g.order, t)
	}
	if len(g.order) > 4*g.openCount+64 {
		g.compact()
	}
}

// compact drops the transactions that are gone and all but the last mention of the others.
func (g *grouping) compact() {
	seen := map[*txn]bool{}
	var kept []*txn
	for _, t := range slices.Backward(g.order) {
		if !t.gone && !seen[t] {
			seen[t] = true
			kept = append(kept, t)
		}
	}
	slices.Reverse(kept)
	g.order = kept
}

func (g *grouping) close(t *txn, complete bool) {
	t.gone, t.complete = true, complete
	g.openCount--
	g.openEvents -= len(t.rows)
	g.done = append(g.done, t)
}

// evict closes the transactions longest unused while there are too many open.
func (g *grouping) evict() {
	if g.openCount <= g.maxOpen && g.openEvents <= g.maxOpenEvents {
		return
	}
	g.compact()
	for _, t := range g.order {
		if g.openCount <= g.maxOpen && g.openEvents <= g.maxOpenEvents {
			return
		}
		g.close(t, false)
	}
}

func (g *grouping) orphaned(i int) {
	if g.orphans {
		g.done = append(g.done, &txn{rows: []int{i}, newest: g.times[i], oldest: g.times[i], orphan: true, gone: true})
	}
}

// finish closes what is open at the end and drops what is not to be shown.
func (g *grouping) finish() {
	g.compact()
	for _, t := range g.order {
		if !t.gone {
			g.close(t, g.starts == nil && t.hasEnd)
		}
	}
	conditions := g.starts != nil || g.ends != nil
	g.done = slices.DeleteFunc(g.done, func(t *txn) bool { return conditions && !t.complete && !t.orphan && !g.evicted })
	slices.SortStableFunc(g.done, func(a, b *txn) int { return int(min(1, max(-1, b.oldest-a.oldest))) })
}
