package op

import (
	"context"
	"errors"
	"io"

	"spl/exec/column"
)

const (
	joinBits  = 5 // of the hash choose the part
	joinParts = 1 << joinBits

	pairRows = 4 * runRows // written at once

	// Beside the left row's columns, rows in a file have those of the right row under names that no field
	// has, and what tables before found of the row.
	rightPrefix = "\x00"
	foundField  = "\x01"
)

// joinFiles joins by way of files: both sides are dealt by the hash of their keys. Each part of the right
// side is read into tables, one after the other where it has no room in one, and the left part goes
// through each; what comes out is merged in the left rows' order.
type joinFiles struct {
	*joinRun
	rightRows *partitioned
	leftRows  *partitioned
	again     *partitioned // left rows of a part that have tables left to go through
	pairs     *partitioned // what comes out, a part for each table
	tables    int
	frames    frames // of the left side
	rest      *placeMerge
}

func (f *joinFiles) stream(ctx context.Context) (column.Stream, error) {
	if _, err := f.right.rows.makeRoom(); err != nil {
		return nil, err
	}
	f.rightRows = newPartitioned(f.rt, dealtRows, bufferSize(f.rt.Mem))
	f.leftRows = newPartitioned(f.rt, dealtRows, bufferSize(f.rt.Mem))
	f.pairs = newPartitioned(f.rt, runRows, runBuffer(f.rt.Mem))
	if err := f.dealRight(ctx); err != nil {
		return nil, err
	}
	if !f.later {
		if err := Each(ctx, f.left, f.dealLeft); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(f.rightRows.seal(), f.leftRows.seal()); err != nil {
		return nil, err
	}
	for k := range joinParts {
		if err := f.joinPart(ctx, k); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(f.rightRows.close(), f.leftRows.close(), f.pairs.seal()); err != nil {
		return nil, err
	}
	var err error
	f.rest, err = f.pairs.merge(ctx)
	return column.StreamFunc(f.next, nil), err
}

func (f *joinFiles) close() error {
	return errors.Join(f.rightRows.close(), f.leftRows.close(), f.again.close(), f.pairs.close())
}

// dealRight deals the right side, and with SelfJoin the same rows as the left side.
func (f *joinFiles) dealRight(ctx context.Context) error {
	place := uint64(0)
	return Each(ctx, f.right.rows.Stream(), func(b *column.Batch) error {
		b = f.right.alike(b, f.later)
		if f.later {
			if err := f.dealLeft(b); err != nil {
				return err
			}
		}
		rows, no, parts := dealByKey(b, f.RightFields, place)
		place += uint64(b.N)
		return f.rightRows.add(b, rows, no, parts)
	})
}

// dealLeft deals rows of the left side. Those without a key are through.
func (f *joinFiles) dealLeft(b *column.Batch) error {
	place := f.frames.note(b)
	rows, no, parts := dealByKey(b, f.Fields, place)
	if err := f.leftRows.add(b, rows, no, parts); err != nil || !f.Outer {
		return err
	}
	keyed := column.NewBitmap(b.N)
	for _, r := range rows {
		keyed.Set(int(r))
	}
	var lone []uint32
	var loneNo []uint64
	EachRow(b, func(i int) {
		if !keyed.Get(i) {
			lone, loneNo = append(lone, uint32(i)), append(loneNo, placeNumber(place+uint64(i), false))
		}
	})
	return f.pairs.addTo(0, b, lone, loneNo)
}

// dealByKey returns the rows of b that have a key, with their numbers and parts.
func dealByKey(b *column.Batch, fields []string, place uint64) (rows []uint32, no []uint64, parts []uint32) {
	if len(fields) == 0 {
		return nil, nil, nil
	}
	for i, h := range keyHashes(b, fields) {
		if h != 0 {
			rows, no = append(rows, uint32(i)), append(no, placeNumber(place+uint64(i), false))
			parts = append(parts, uint32(h>>(64-joinBits)))
		}
	}
	return rows, no, parts
}

// joinPart joins a part of both sides.
func (f *joinFiles) joinPart(ctx context.Context, k int) error {
	reader := &tableReader{partReader: f.rightRows.reader(k)}
	if !reader.more() && !f.Outer {
		return nil // without a row there is no match
	}
	left := f.leftRows
	for {
		t, err := reader.table(ctx, f.joinRun)
		if err != nil {
			return err
		}
		var again *partitioned
		if reader.more() {
			again = newPartitioned(f.rt, runRows, runBuffer(f.rt.Mem))
		}
		f.tables++
		err = left.each(ctx, k, func(b *column.Batch, no []uint64) error { return f.pairUp(t, b, no, again, k) })
		t.held.Free()
		err = errors.Join(err, f.again.close())
		f.again = again
		if err != nil || again == nil {
			return err
		}
		if err := again.seal(); err != nil {
			return err
		}
		left = again
	}
}

// tableReader reads a part of the right side in tables that the budget has room for.
type tableReader struct {
	*partReader
	ahead bool // the section that was read last had no room
}

func (r *tableReader) more() bool { return r.ahead || r.partReader.more() }

// table reads the next table; without rows if there are none at all. A section goes into one whatever the
// budget says.
func (r *tableReader) table(ctx context.Context, j *joinRun) (*joinTable, error) {
	t := &joinTable{held: NewHold(j.rt.Mem)}
	rows := NewRows(nil)
	size := int64(0)
	for r.more() {
		if !r.ahead {
			if err := r.next(ctx); err != nil {
				t.held.Free()
				return nil, err
			}
		}
		more := 2*bytesOf(r.rows) + t.indexSize(&j.Join, r.rows) // the rows, and the table of them
		if r.ahead = t.held.setSpillable(size+more) != nil && rows.Len() > 0; r.ahead {
			break
		}
		size += more
		if err := rows.Add(r.rows); err != nil {
			return nil, err
		}
		if j.later {
			t.no = append(t.no, r.no...)
		}
	}
	t.fill(&j.Join, rows)
	return t, nil
}

// pairUp takes left rows through a table. Those that may have matches in the next one go to again.
func (f *joinFiles) pairUp(t *joinTable, b *column.Batch, no []uint64, again *partitioned, part int) error {
	l := t.find(b)
	l.no, l.last = no, again == nil
	if v, ok := b.Col(foundField).(*column.Int); ok {
		l.found = v.V
		b.Drop(foundField)
	} else if again != nil {
		l.found = make([]int64, b.N)
	}
	for from := 0; from < b.N; {
		p, next := t.pairs(&f.Join, b, l, from, pairRows)
		from = next
		for len(p.left) > 0 { // one row may have many
			n := min(pairRows, len(p.left))
			if err := f.write(t, b, no, joinPairs{p.left[:n], p.right[:n], p.hit[:n]}); err != nil {
				return err
			}
			p = joinPairs{p.left[n:], p.right[n:], p.hit[n:]}
		}
	}
	if again == nil {
		return nil
	}
	var rows []uint32
	var numbers []uint64
	for i, x := range l.found {
		if f.Max <= 0 || int(x>>1) < f.Max {
			rows, numbers = append(rows, uint32(i)), append(numbers, no[i])
		}
	}
	b.Set(foundField, &column.Int{V: l.found})
	return again.addTo(part, b, rows, numbers)
}

// write writes pairs, marked where they are a hit.
func (f *joinFiles) write(t *joinTable, b *column.Batch, no []uint64, p joinPairs) error {
	out := b.Pick(p.left)
	if t.rows.N > 0 {
		for _, n := range f.added() {
			out.Set(rightPrefix+n, column.Gather(t.rows.Col(n), p.right))
		}
	}
	numbers := make([]uint64, len(p.left))
	for k, i := range p.left {
		numbers[k] = placeNumber(no[i]>>1, p.hit[k])
	}
	return f.pairs.addTo(f.tables, out, nil, numbers)
}

// next returns what became of the next batch of the left side.
func (f *joinFiles) next(ctx context.Context) (*column.Batch, error) {
	fr, ok := f.frames.next()
	if !ok {
		return nil, io.EOF
	}
	rows, err := f.rest.frame(ctx, fr)
	if err != nil {
		return nil, err
	}
	hit := make([]bool, len(rows.no))
	for i, no := range rows.no {
		hit[i] = isMarked(no)
	}
	return f.merge(fr.fill(rows.rows, rows.refs), hit, func(name string) column.Vec {
		return takeColumn(rows.rows, rightPrefix+name, rows.refs, f.right.columnShape(name))
	}), nil
}
