package op

import (
	"errors"
	"slices"
	"time"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/value"
	"spl/lang/timefmt"
)

var errOrder = errors.New("rows are not in time order")

// windows are the rows that each window holds, oldest first; with a global window there is one.
type windows struct {
	all    []uint32
	groups map[uint32][]uint32
}

// list returns the rows of the window that group g looks at.
func (w *windows) list(n *StreamGroup, g uint32) []uint32 {
	if n.Global || len(n.By) == 0 {
		return w.all
	}
	return w.groups[g]
}

func (w *windows) set(n *StreamGroup, g uint32, rows []uint32) {
	if n.Global || len(n.By) == 0 {
		w.all = rows
		return
	}
	if w.groups == nil {
		w.groups = map[uint32][]uint32{}
	}
	w.groups[g] = rows
}

// push adds a row and drops the oldest when the window is full.
func (w *windows) push(n *StreamGroup, g, row uint32) {
	rows := append(w.list(n, g), row)
	if n.Window > 0 && len(rows) > n.Window {
		rows = rows[len(rows)-n.Window:]
	}
	w.set(n, g, rows)
}

// trim drops the oldest rows that are not near any more.
func (w *windows) trim(n *StreamGroup, g uint32, near func(row uint32) bool) []uint32 {
	rows := w.list(n, g)
	for len(rows) > 0 && !near(rows[0]) {
		rows = rows[1:]
	}
	w.set(n, g, rows)
	return rows
}

// rows returns all rows that are in a window, ascending.
func (w *windows) rows() []uint32 {
	out := slices.Clone(w.all)
	for _, rows := range w.groups {
		out = append(out, rows...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bytes returns the memory held.
func (w *windows) bytes() int64 {
	n := 4 * int64(cap(w.all))
	for _, rows := range w.groups {
		n += 48 + 4*int64(cap(rows)) // an entry of the map
	}
	return n
}

// renumber gives the rows the places they have among those that are kept.
func (w *windows) renumber(place map[uint32]uint32) {
	move := func(rows []uint32) []uint32 {
		out := make([]uint32, len(rows))
		for i, r := range rows {
			out[i] = place[r]
		}
		return out
	}
	w.all = move(w.all)
	for g, rows := range w.groups {
		w.groups[g] = move(rows)
	}
}

// windowClock knows how far a time window reaches and whether times keep one direction.
type windowClock struct {
	span      timefmt.Span
	zone      *time.Location
	last      int64
	some      bool
	direction int // 1 ascending, -1 descending, 0 unknown yet
}

func newWindowClock(span timefmt.Span, zone *time.Location) *windowClock {
	if zone == nil {
		zone = time.UTC
	}
	return &windowClock{span: span, zone: zone}
}

// check notes the time of the next row.
func (c *windowClock) check(t int64) error {
	if t == agg.NoTime {
		return errOrder
	}
	if c.some && t != c.last {
		d := 1
		if t < c.last {
			d = -1
		}
		if c.direction == -d {
			return errOrder
		}
		c.direction = d
	}
	c.last, c.some = t, true
	return nil
}

// near reports whether the distance of two times is less than the span.
func (c *windowClock) near(a, b int64) bool {
	lo, hi := min(a, b), max(a, b)
	if w, fixed := c.span.Micros(); fixed {
		return hi-lo < w
	}
	t := time.UnixMicro(hi).In(c.zone)
	n := -int(c.span.N)
	switch c.span.Unit {
	case timefmt.Day:
		t = t.AddDate(0, 0, n)
	case timefmt.Week:
		t = t.AddDate(0, 0, 7*n)
	case timefmt.Month:
		t = t.AddDate(0, n, 0)
	case timefmt.Quarter:
		t = t.AddDate(0, 3*n, 0)
	default:
		t = t.AddDate(n, 0, 0)
	}
	return lo > t.UnixMicro()
}

// runningColumn collects results row by row: numbers while there are only numbers.
type runningColumn struct {
	f     []float64
	nulls column.Bitmap
	size  int
	mixed []value.Value // set once something else came
}

func newRunningColumn(n int) *runningColumn {
	return &runningColumn{f: make([]float64, 0, n), nulls: column.NewBitmap(n), size: n}
}

func (c *runningColumn) null() { c.append(value.Value{}) }

func (c *runningColumn) append(v value.Value) {
	if c.mixed != nil {
		c.mixed = append(c.mixed, v)
		return
	}
	switch {
	case v.IsNull():
		c.nulls.Set(len(c.f))
		c.f = append(c.f, 0)
	case v.Kind() == value.Number && v.Prec() == value.Exact:
		f, _, _ := v.Number()
		c.f = append(c.f, f)
	default:
		c.mixed = make([]value.Value, 0, c.size)
		for i := range c.f {
			c.mixed = append(c.mixed, c.at(i))
		}
		c.mixed = append(c.mixed, v)
	}
}

// at returns the result of a row.
func (c *runningColumn) at(i int) value.Value {
	if len(c.mixed) > i {
		return c.mixed[i]
	}
	if c.nulls.Get(i) {
		return value.Value{}
	}
	return value.OfNumber(c.f[i], value.Exact)
}

func (c *runningColumn) build() column.Vec {
	if c.mixed == nil {
		return column.Stored(&column.Float{F: c.f, Nulls: c.nulls})
	}
	b := column.NewTextBuilder()
	for _, v := range c.mixed {
		b.AppendValue(v)
	}
	return b.Build()
}
