package store

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"spl/exec/column"
	"spl/exec/store/flat"
	"spl/exec/value"
)

// events is appended rows as a store keeps them: ascending by time, columns of texts or times. Those of a bulk
// import have their order, and columns of few values their form (column.Values), until they are merged.
type events struct {
	*column.Batch
	times             []int64
	index, sourcetype string
}

// checkEvents brings a batch into the form that is kept and refuses what has no time, index or
// sourcetype.
func checkEvents(b *column.Batch) (events, error) {
	if b.Has(flat.ShapeField) {
		return events{}, errors.New("append: events whose texts were taken apart are for bulk imports")
	}
	e, err := checkBulk(b)
	if err != nil {
		return e, err
	}
	for i, c := range e.Cols {
		if _, ok := c.(*column.Values); ok {
			e.Cols[i] = column.AsText(c)
		}
	}
	e.sort()
	return e, nil
}

// checkBulk is checkEvents of events for a bulk import. Their texts may have been taken apart, and they
// are in order of time only if they have to be cut into pieces.
func checkBulk(b *column.Batch) (events, error) {
	b = b.Compact().Copy()
	b.Sel = nil
	t, ok := b.Col(FieldTime).(*column.Time)
	if !ok || t.Nulls.Any() {
		return events{}, errors.New("append: every event needs a time in _time")
	}
	e := events{Batch: b, times: t.V}
	var err error
	if e.index, err = constant(b, FieldIndex); err != nil {
		return e, err
	}
	if e.sourcetype, err = constant(b, FieldSourcetype); err != nil {
		return e, err
	}
	if it, ok := b.Col(FieldIndexTime).(*column.Time); !ok || it.Nulls.Any() {
		b.Set(FieldIndexTime, t) // indexed at an unknown time: its own is the best guess
	}
	for i, c := range b.Cols {
		switch c.(type) {
		case *column.Time, *column.Const, *column.Values:
		default:
			b.Cols[i] = column.AsText(c)
		}
	}
	return e, nil
}

// sort puts the events in the order of time; those of one moment stay as they were appended.
func (e *events) sort() {
	if slices.IsSorted(e.times) {
		return
	}
	rows := make([]uint32, e.N)
	for i := range rows {
		rows[i] = uint32(i)
	}
	sort.SliceStable(rows, func(i, j int) bool { return e.times[rows[i]] < e.times[rows[j]] })
	e.Batch = e.Pick(rows)
	e.times = e.Col(FieldTime).(*column.Time).V
}

// constant returns the one value that a column must have, and puts it there as a constant.
func constant(b *column.Batch, field string) (string, error) {
	c := b.Col(field)
	first := c.At(0)
	if first.IsNull() || first.Kind() == value.Multi {
		return "", fmt.Errorf("append: every event needs one value of %s", field)
	}
	if _, ok := c.(*column.Const); !ok {
		for i := 1; i < b.N; i++ {
			if v := c.At(i); v.IsNull() || v.Text() != first.Text() {
				return "", fmt.Errorf("append: a batch holds events of one %s, this one has %q and %q", field, first.Text(), v.Text())
			}
		}
	}
	b.Set(field, column.ConstText(first.Text(), b.N))
	return first.Text(), nil
}

// pieces cuts rows into parts of at most limit.
func (e events) pieces(limit int) []events {
	if e.N <= limit {
		return []events{e}
	}
	e.sort()
	var out []events
	for from := 0; from < e.N; from += limit {
		to := min(from+limit, e.N)
		part := e
		part.Batch = e.Batch.Copy()
		part.N = to - from
		for i, c := range part.Cols {
			part.Cols[i] = column.Slice(c, from, to)
		}
		part.times = part.Col(FieldTime).(*column.Time).V
		out = append(out, part)
	}
	return out
}

// wanted returns the columns of b that are in the set.
func wanted(b *column.Batch, fields column.FieldSet) *column.Batch {
	if fields.All() {
		return b.Copy()
	}
	out := column.NewBatch(b.N)
	for i, n := range b.Names {
		if fields.Has(n) {
			out.Names, out.Cols = append(out.Names, n), append(out.Cols, b.Cols[i])
		}
	}
	return out
}
