package op

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
)

// topEntry is one combination with its count.
type topEntry struct {
	values []string
	count  int64
}

// size is the memory that an entry holds in bytes.
func (e *topEntry) size() int64 {
	n := int64(32 + 16*len(e.values))
	for _, s := range e.values {
		n += int64(len(s))
	}
	return n
}

// topResult picks the entries of each group; the groups come one after another.
type topResult struct {
	node *Top
	rt   *plan.Runtime

	by    []string // of the current group
	open  bool
	total int64      // count of all its entries
	n     int64      // how many those are
	group []topEntry // the best of them, or some when sorted holds more
	worst *topEntry  // nothing behind it will be shown; nil: not known
	room  int        // most entries that will be shown
	size  int64      // of group, in bytes
	work  workMemory
	// values is scratch for those of a row.
	values []string
	// sorted takes the entries that memory has no room for.
	sorted plan.Partial

	written int
	rows    topRows
	kept    *Kept
	cut     bool
}

// topRows are rows on their way to a batch.
type topRows struct {
	keys     []*column.TextBuilder
	counts   []int64
	percents []float64
	totals   []int64
}

func newTopResult(t *Top, rt *plan.Runtime) *topResult {
	r := &topResult{node: t, rt: rt, kept: NewKept(rt), work: workMemory{Hold: NewHold(rt.Mem)}}
	r.fresh()
	return r
}

func (r *topResult) fresh() {
	r.rows = topRows{}
	for range len(r.node.By) + len(r.node.Fields) {
		r.rows.keys = append(r.rows.keys, column.NewTextBuilder())
	}
}

// take reads counted groups, which are in order of the By fields.
func (r *topResult) take(ctx context.Context, b *column.Batch) error {
	n := len(r.node.By)
	counts := b.Col(countColumn)
	for i := range b.N {
		if !r.open || !r.sameGroup(b, i) {
			if err := r.flush(ctx); err != nil {
				return err
			}
			r.start(b, i)
		}
		count, _, _ := counts.At(i).Number()
		c := int64(count)
		r.total += c
		r.n++
		if r.room == 0 {
			continue
		}
		e := topEntry{r.values[:0], c}
		for k := range r.node.Fields {
			e.values = append(e.values, b.Cols[n+k].At(i).Text())
		}
		r.values = e.values
		if r.worst != nil && r.node.compare(e, *r.worst) > 0 {
			continue
		}
		e.values = slices.Clone(e.values)
		for k, s := range e.values {
			e.values[k] = strings.Clone(s) // the batch goes
		}
		if err := r.add(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (r *topResult) sameGroup(b *column.Batch, i int) bool {
	for k, s := range r.by {
		if b.Cols[k].At(i).Text() != s {
			return false
		}
	}
	return true
}

// start begins the group of a row.
func (r *topResult) start(b *column.Batch, i int) {
	r.open, r.total, r.n, r.worst = true, 0, 0, nil
	r.by = r.by[:0]
	for k := range r.node.By {
		r.by = append(r.by, strings.Clone(b.Cols[k].At(i).Text()))
	}
	r.room = allEntries
	if r.node.Limit > 0 {
		r.room = r.node.Limit
	}
	if r.node.MaxRows > 0 {
		r.room = min(r.room, r.node.MaxRows-r.written)
	}
}

// allEntries is the room of a group whose entries are all shown.
const allEntries = math.MaxInt / 4

// compare puts the entries that are shown first in front. Equal counts go by the text of the values: top has
// the last first, rare the first.
func (t *Top) compare(a, b topEntry) int {
	c := cmp.Compare(a.count, b.count)
	if c == 0 {
		c = slices.Compare(a.values, b.values)
	}
	if t.Rare {
		return c
	}
	return -c
}

// pruneTop is how many entries beyond those that will be shown are gathered before they are dropped.
const pruneTop = 1024

// add keeps an entry while it is among the best.
func (r *topResult) add(ctx context.Context, e topEntry) error {
	r.group = append(r.group, e)
	r.size += e.size()
	if len(r.group) >= 2*r.room+pruneTop {
		slices.SortFunc(r.group, r.node.compare)
		clear(r.group[r.room:])
		r.group = r.group[:r.room]
		r.size = 0
		for i := range r.group {
			r.size += r.group[i].size()
		}
		if r.worst = nil; r.room > 0 {
			last := r.group[r.room-1]
			r.worst = &last
		}
	}
	err := r.work.hold(r.size)
	if err == nil || r.rt.Env == nil || r.rt.Env.TempDir == "" {
		return err
	}
	return r.toSorted(ctx)
}

// toSorted hands the entries in memory to a sort that may use the disk.
func (r *topResult) toSorted(ctx context.Context) error {
	if r.sorted == nil {
		keys := []SortKey{{Field: countColumn, Type: KeyNum, Desc: !r.node.Rare}}
		for _, f := range r.node.Fields {
			keys = append(keys, SortKey{Field: f, Type: KeyStr, Desc: !r.node.Rare})
		}
		limit := 0
		if r.room < allEntries {
			limit = r.room
		}
		var err error
		if r.sorted, err = NewSort(keys, limit).NewPartial(r.rt); err != nil {
			return err
		}
	}
	b := column.NewBatch(len(r.group))
	counts := &column.Int{V: make([]int64, b.N)}
	for k, f := range r.node.Fields {
		texts := column.NewTextBuilder()
		for i, e := range r.group {
			texts.Append(e.values[k])
			counts.V[i] = e.count
		}
		b.Set(f, texts.Build())
	}
	b.Set(countColumn, counts)
	r.drop()
	return r.sorted.Add(ctx, b)
}

// drop forgets the entries in memory.
func (r *topResult) drop() {
	clear(r.group)
	r.group, r.size = r.group[:0], 0
	r.work.Free()
}

// flush writes the chosen entries of the group.
func (r *topResult) flush(ctx context.Context) error {
	if !r.open {
		return nil
	}
	r.open = false
	n, shown := int64(0), int64(0)
	show := func(e topEntry) error {
		n++
		shown += e.count
		return r.write(e)
	}
	err := r.best(ctx, func(e topEntry) (err error) {
		if n < int64(r.room) {
			err = show(e)
		}
		return err
	})
	if err != nil {
		return err
	}
	if n < r.n && (r.node.Limit == 0 || n < int64(r.node.Limit)) { // the bound of rows altogether cuts
		r.cut = true
		return nil
	}
	if r.node.Other != "" && shown < r.total {
		return r.write(topEntry{slices.Repeat([]string{r.node.Other}, len(r.node.Fields)), r.total - shown})
	}
	return nil
}

// best calls f for the entries of the group in order, for as many as are shown at least.
func (r *topResult) best(ctx context.Context, f func(e topEntry) error) error {
	if r.sorted == nil {
		slices.SortFunc(r.group, r.node.compare)
		for _, e := range r.group {
			if err := f(e); err != nil {
				return err
			}
		}
		r.drop()
		return nil
	}
	if err := r.toSorted(ctx); err != nil {
		return err
	}
	s, err := r.sorted.Result(ctx)
	if err != nil {
		return err
	}
	err = Each(ctx, s, func(b *column.Batch) error {
		for i := range b.N {
			count, _, _ := b.Col(countColumn).At(i).Number()
			e := topEntry{count: int64(count)}
			for _, name := range r.node.Fields {
				e.values = append(e.values, b.Col(name).At(i).Text())
			}
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, r.sorted.Close())
	r.sorted = nil
	return err
}

// topBatch is how many rows are written at once.
const topBatch = 1 << 14

func (r *topResult) write(e topEntry) error {
	if r.node.MaxRows > 0 && r.written == r.node.MaxRows {
		r.cut = true
		return nil
	}
	r.written++
	for k, s := range r.by {
		r.rows.keys[k].Append(s)
	}
	for k, s := range e.values {
		r.rows.keys[len(r.by)+k].Append(s)
	}
	r.rows.counts = append(r.rows.counts, e.count)
	r.rows.percents = append(r.rows.percents, 100*float64(e.count)/float64(r.total))
	r.rows.totals = append(r.rows.totals, r.total)
	if len(r.rows.counts) < topBatch {
		return nil
	}
	return r.keep()
}

// keep puts the rows written so far to those that are done.
func (r *topResult) keep() error {
	b := &column.Batch{N: len(r.rows.counts), Ordered: true}
	for k, name := range slices.Concat(r.node.By, r.node.Fields) {
		b.Set(name, r.rows.keys[k].Build())
	}
	if r.node.ShowCount {
		b.Set(r.node.CountField, &column.Int{V: r.rows.counts})
	}
	if r.node.ShowPercent {
		b.Set(r.node.PercentField, &column.Float{F: r.rows.percents, Prec: value.Decimals(6)})
	}
	b.Set("_tc", &column.Int{V: r.rows.totals})
	r.fresh()
	return r.kept.Add(b)
}

// stream hands the rows out, and tells if some are missing.
func (r *topResult) stream() (column.Stream, error) {
	if len(r.rows.counts) > 0 || len(r.kept.parts) == 0 {
		if err := r.keep(); err != nil {
			return nil, err
		}
	}
	if r.cut {
		r.rt.Warn("The results of '%s' were cut at %d rows.", r.node.Text, r.node.MaxRows)
	}
	return column.StreamFunc(r.kept.Stream().Next, r.close), nil
}

// close removes files and gives the memory back.
func (r *topResult) close() error {
	r.work.Free()
	var err error
	if r.sorted != nil {
		err = r.sorted.Close()
		r.sorted = nil
	}
	return errors.Join(err, r.kept.Close())
}
