package commands

import (
	"math"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/lang"
)

// txn is a transaction; rows are newest first.
type txn struct {
	values         []string // of the fields, while it is open
	known          []bool
	rows           []op.Ref
	newest, oldest int64
	matched        int // field values seen
	complete       bool
	gone           bool // no longer open
	hasEnd         bool
	orphan         bool
}

// txnKey is a value of a field.
type txnKey struct {
	field int
	value string
}

// grouping is the state while events go by, newest first.
type grouping struct {
	*transactions
	stage *lang.Stage
	rows  *op.Kept
	sizes []int // rows of the batches before the one at hand

	last              int64 // time of the row before
	untimed, unsorted bool  // a row has no time; rows do not come newest first

	times        []int64       // of the batch at hand
	starts, ends column.Bitmap // nil: no such condition
	cols         []column.Vec
	values       []string // of the row at hand
	known        []bool

	open       map[txnKey][]*txn
	order      []*txn // open ones, longest unused first; may hold gone ones
	openCount  int
	openEvents int
	done       []*txn

	size, held int64 // bytes of all transactions, and how many are taken
}

// txnBytes is about what a transaction takes beside its rows, openBytes what each field adds while it is
// open, and valueBytes each value.
const (
	txnBytes   = 150
	openBytes  = 17
	valueBytes = 120
)

func newGrouping(t *transactions, st *lang.Stage, rows *op.Kept) *grouping {
	return &grouping{transactions: t, stage: st, rows: rows, last: math.MaxInt64, open: map[txnKey][]*txn{},
		values: make([]string, len(t.fields)), known: make([]bool, len(t.fields))}
}

// add takes the next older rows.
func (g *grouping) add(b *column.Batch) error {
	b = b.Compact()
	if b.N == 0 && len(b.Names) == 0 {
		return nil
	}
	if err := g.rows.Add(b); err != nil {
		return err
	}
	var err error
	if g.starts, err = marks(g.start, b); err != nil {
		return err
	}
	if g.ends, err = marks(g.end, b); err != nil {
		return err
	}
	var ok bool
	if g.times, ok = timesOf(b.Col("_time")); !ok {
		g.untimed = true
	}
	g.cols = op.Cols(b, g.fields)
	for i := 0; i < b.N && !g.untimed && !g.unsorted; i++ {
		g.unsorted = g.times[i] > g.last
		g.last = g.times[i]
		g.event(i)
	}
	g.sizes = append(g.sizes, b.N)
	grown := g.size - g.held
	g.held = g.size
	return g.rows.Hold(grown)
}

// event takes the next older row, which is row i of the batch.
func (g *grouping) event(i int) {
	if !g.valuesOf(i) && len(g.fields) > 0 {
		g.orphaned(i)
		return
	}
	isStart := g.starts != nil && g.starts.Get(i)
	isEnd := g.ends != nil && g.ends.Get(i)
	t := g.candidate(isStart)
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
		g.size += txnBytes + openBytes*int64(len(g.fields))
	}
	g.join(t, i)
	if isStart {
		g.close(t, true)
	}
	g.evict()
}

// ref names row i of the batch at hand among all rows.
func (g *grouping) ref(i int) op.Ref { return op.MakeRef(len(g.sizes), i) }

// valuesOf reads the fields of a row and reports whether it has one of them.
func (g *grouping) valuesOf(i int) (some bool) {
	for k, c := range g.cols {
		g.values[k], g.known[k] = "", !c.Null(i)
		if g.known[k] {
			g.values[k], some = c.At(i).Text(), true
		}
	}
	return some
}

// candidate returns the open transaction, last used first, that the values do not contradict.
func (g *grouping) candidate(isStart bool) *txn {
	shared := len(g.fields) > 0 && (g.connected || g.unify && isStart)
	if !shared {
		for _, t := range slices.Backward(g.order) {
			if !t.gone && t.agrees(g.values, g.known) {
				return t
			}
		}
		return nil
	}
	for k := range g.values {
		if !g.known[k] {
			continue
		}
		for _, t := range slices.Backward(g.open[txnKey{k, g.values[k]}]) {
			if !t.gone && t.agrees(g.values, g.known) {
				return t
			}
		}
	}
	return nil
}

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

func (g *grouping) join(t *txn, i int) {
	before := cap(t.rows)
	t.rows = append(t.rows, g.ref(i))
	g.size += 8 * int64(cap(t.rows)-before)
	t.oldest = g.times[i]
	g.openEvents++
	for k, known := range g.known {
		if !known {
			continue
		}
		t.matched++
		if !t.known[k] {
			t.values[k], t.known[k] = strings.Clone(g.values[k]), true // or it would keep its batch alive
			key := txnKey{k, t.values[k]}
			g.open[key] = append(slices.DeleteFunc(g.open[key], func(o *txn) bool { return o.gone }), t)
			g.size += valueBytes + int64(len(key.value))
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
	for k, known := range t.known {
		if !known {
			continue
		}
		key := txnKey{k, t.values[k]}
		if len(g.open[key]) == 1 { // longer lists lose it when they get longer
			delete(g.open, key)
		}
		g.size -= valueBytes + int64(len(key.value))
	}
	t.values, t.known = nil, nil
	g.size -= openBytes * int64(len(g.fields))
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
		g.done = append(g.done, &txn{rows: []op.Ref{g.ref(i)}, newest: g.times[i], oldest: g.times[i], orphan: true, gone: true})
		g.size += txnBytes
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
