package op

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"spl/exec/column"
	"spl/exec/plan"
)

// Join adds the columns of matching rows, those of the right side, to the rows of a stream, the left side.
type Join struct {
	Fields, RightFields []string // that must be equal; none: those that both sides have
	Alias               string   // of the right side: its fields get it where names collide
	Max                 int      // matches of a row, 0: all
	Overwrite           bool     // the right side's values replace those of the row
	Outer               bool     // rows without a match stay
	UseTime, Earlier    bool     // only matches earlier, or later, than the row

	later, single bool // see SelfJoin
}

// SelfJoin is the join of rows with later rows that have the same values in the fields. With single, rows
// whose values occur once stay.
func SelfJoin(fields []string, most int, overwrite, single bool) *Join {
	return &Join{Fields: fields, RightFields: fields, Max: most, Overwrite: overwrite, later: true, single: single}
}

// Stream joins the rows of left with those of right, which is read first; SelfJoin has left nil. Both are
// closed with it. The right side is kept in memory; when the budget has no room for it, both sides are
// dealt to files by their keys and joined part by part, once left has ended.
func (j *Join) Stream(rt *plan.Runtime, left, right column.Stream) column.Stream {
	r := &joinRun{Join: *j, rt: rt, left: left, right: newJoinSide(rt)}
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if r.out == nil {
			if err := r.start(ctx, right); err != nil {
				return nil, err
			}
		}
		return r.out.Next(ctx)
	}, func() error { return errors.Join(right.Close(), r.close()) })
}

// joinRun is a join that runs.
type joinRun struct {
	Join
	rt    *plan.Runtime
	left  column.Stream
	right *joinSide
	table *joinTable // of all right rows, if there is room
	files *joinFiles // otherwise
	out   column.Stream
}

func (r *joinRun) start(ctx context.Context, right column.Stream) error {
	if err := Each(ctx, right, r.right.add); err != nil {
		return err
	}
	var left *Kept
	if len(r.Fields) == 0 { // which fields are common is known when all rows are there
		var err error
		if left, err = KeepRows(ctx, r.rt, r.left); err != nil {
			return err
		}
		r.left = left.Stream()
		for _, n := range left.Names() {
			if r.right.rows.Has(n) {
				r.Fields = append(r.Fields, n)
			}
		}
		r.RightFields = r.Fields
	}
	ok, err := r.makeTable(left)
	if err != nil {
		return err
	}
	if ok {
		r.out = r.inMemory()
		return nil
	}
	if left != nil {
		if _, err := left.makeRoom(); err != nil { // the memory is of use for writing
			return err
		}
	}
	r.files = &joinFiles{joinRun: r}
	r.out, err = r.files.stream(ctx)
	return err
}

// makeTable makes a table of all right rows if there is room, if need be that of the left rows.
func (r *joinRun) makeTable(left *Kept) (bool, error) {
	if r.right.rows.OnDisk() {
		return false, nil
	}
	var err error
	r.table, err = newJoinTable(&r.Join, r.rt.Mem, r.right.rows)
	if isFull(err) && left != nil {
		made, serr := left.makeRoom()
		if serr != nil {
			return false, serr
		}
		if made {
			r.table, err = newJoinTable(&r.Join, r.rt.Mem, r.right.rows)
		}
	}
	switch {
	case err == nil:
		return true, r.right.rows.Close() // the table has the rows now
	case isFull(err) && canSpill(r.rt):
		return false, nil
	}
	return false, err
}

// inMemory joins by the table of all right rows.
func (r *joinRun) inMemory() column.Stream {
	if r.later {
		r.left = column.Batches(r.table.rows)
	}
	return Mapped(r.left, func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		p, _ := r.table.pairs(&r.Join, b, r.table.find(b), 0, math.MaxInt)
		return r.merge(b.Pick(p.left), p.hit, func(name string) column.Vec {
			return column.Gather(r.table.rows.Col(name), p.right)
		}), nil
	})
}

// close gives memory and files back.
func (r *joinRun) close() error {
	err := r.right.rows.Close()
	if r.left != nil {
		err = errors.Join(err, r.left.Close())
	}
	if r.table != nil {
		r.table.held.Free()
	}
	if r.files != nil {
		err = errors.Join(err, r.files.close())
	}
	return err
}

// merge adds the right rows' columns, where there is a hit.
func (r *joinRun) merge(out *column.Batch, hit []bool, right func(name string) column.Vec) *column.Batch {
	if r.right.rows.Len() == 0 {
		return out
	}
	matched := column.NewBitmap(len(hit))
	all := true
	for i, h := range hit {
		if h {
			matched.Set(i)
		}
		all = all && h
	}
	for _, n := range r.added() {
		v := right(n)
		if !all {
			v = Where(matched, v, column.Nulls(len(hit)))
		}
		switch {
		case !out.Has(n):
		case r.Alias != "":
			n = r.Alias + "." + n
		case r.Overwrite:
			v = Coalesce(v, out.Col(n)) // a missing value does not replace one
		default:
			v = Coalesce(out.Col(n), v)
		}
		out.Set(n, v)
	}
	return out
}

// added returns the columns of the right side that rows get, in order.
func (r *joinRun) added() []string {
	names := r.right.rows.Names()
	if !r.right.rows.Ordered() {
		slices.Sort(names)
	}
	return slices.DeleteFunc(names, func(n string) bool {
		k := slices.Index(r.RightFields, n)
		return k >= 0 && r.Fields[k] == n
	})
}

// joinSide is all rows of the right side.
type joinSide struct {
	rows    *Kept
	batches int
	shape   *column.Batch // of the last one, see shapeOf
	columns map[string]*joinColumn
}

// joinColumn is what the batches have of a column.
type joinColumn struct {
	some        bool   // a value
	delim       string // of multivalues, the first there is
	times, ints int    // in how many it is times, or whole numbers
}

func newJoinSide(rt *plan.Runtime) *joinSide {
	return &joinSide{rows: NewKept(rt), columns: map[string]*joinColumn{}}
}

func (s *joinSide) add(b *column.Batch) error {
	b = b.Compact()
	if b.N == 0 && len(b.Names) == 0 {
		return nil
	}
	s.batches++
	s.shape = shapeOf(b)
	for i, n := range b.Names {
		c := s.columns[n]
		if c == nil {
			c = &joinColumn{}
			s.columns[n] = c
		}
		switch v := b.Cols[i].(type) {
		case *column.Time:
			c.times++
		case *column.Int:
			c.ints++
		case *column.List:
			c.delim = cmp.Or(c.delim, v.Delim)
		}
		c.some = c.some || !AllNull(b.Cols[i], nil)
	}
	return s.rows.Add(b)
}

// alike is b with its columns as they are in a table of all rows: one is of numbers only where it is so in
// every batch. With whole it has all columns of the side.
func (s *joinSide) alike(b *column.Batch, whole bool) *column.Batch {
	if s.batches == 1 {
		return b
	}
	names := b.Names
	if whole {
		names = s.rows.Names()
	}
	out := &column.Batch{N: b.N, Ordered: s.rows.Ordered(), Seq: b.Seq}
	for _, n := range names {
		v := b.Col(n)
		switch {
		case s.numbers(n):
		case !s.columns[n].some:
			v = noTexts(b.N)
		case AllNull(v, nil):
			v = column.Nulls(b.N)
		default:
			v = column.WithDelim(column.AsText(v), s.columns[n].delim)
		}
		out.Set(n, v)
	}
	return out
}

// numbers reports whether a column is of numbers of one kind in every batch.
func (s *joinSide) numbers(name string) bool {
	c := s.columns[name]
	return c.times == s.batches || c.ints == s.batches
}

// columnShape is what shapeOf tells of a column in a table of all rows.
func (s *joinSide) columnShape(name string) column.Vec {
	switch {
	case s.batches == 1:
		return s.shape.Col(name)
	case s.numbers(name):
		return column.Nulls(0)
	case s.columns[name].some:
		return noLists(s.columns[name].delim)
	}
	return noTexts(0) // which is what columns without a value become when they are put together
}
