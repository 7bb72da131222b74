package agg

import (
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

var first = &Func{
	Name: "first", Usage: "first(<field>)", Min: 1, Max: 1, Ordered: true,
	Doc:     "The value in the first row that has the field; after a plain search that is the newest event.",
	Example: Example{"first(x)", "b a c", "b"},
	New:     func(Arg) State { return &ends{} },
}

var last = &Func{
	Name: "last", Usage: "last(<field>)", Min: 1, Max: 1, Ordered: true,
	Doc:     "The value in the last row that has the field; after a plain search that is the oldest event.",
	Example: Example{"last(x)", "b a c", "c"},
	New:     func(Arg) State { return &ends{late: true} },
}

var earliest = &Func{
	Name: "earliest", Usage: "earliest(<field>)", Min: 1, Max: 1, Time: true, Ordered: true,
	Doc: "The value in the row with the smallest _time among those that have the field, whatever the order of rows; " +
		"of equal times the last row counts.",
	New: func(Arg) State { return &ends{timed: true, late: true} },
}

var latest = &Func{
	Name: "latest", Usage: "latest(<field>)", Min: 1, Max: 1, Time: true, Ordered: true,
	Doc: "The value in the row with the largest _time among those that have the field, whatever the order of rows; " +
		"of equal times the first row counts.",
	New: func(Arg) State { return &ends{timed: true, newest: true} },
}

var earliestTime = &Func{
	Name: "earliest_time", Usage: "earliest_time(<field>)", Min: 1, Max: 1, Time: true, Whole: true,
	Doc: "The smallest _time of the rows that have the field, in seconds.",
	New: func(Arg) State { return &ends{timed: true, late: true, render: endTime} },
}

var latestTime = &Func{
	Name: "latest_time", Usage: "latest_time(<field>)", Min: 1, Max: 1, Time: true, Whole: true,
	Doc: "The largest _time of the rows that have the field, in seconds.",
	New: func(Arg) State { return &ends{timed: true, newest: true, render: endTime} },
}

// OverTime returns the function that gives the same over _time itself for less.
func OverTime(f *Func) *Func {
	switch f {
	case earliest:
		return earliestTime
	case latest:
		return latestTime
	}
	return f
}

type endRender uint8

const (
	endValue endRender = iota
	endTime
)

// ends keeps one row of each group: the first or last seen, or the one of the smallest or largest time.
// A multivalue is kept whole.
type ends struct {
	timed  bool
	newest bool // of timed: the largest time
	late   bool // among equals the one seen last
	render endRender
	times  []int64
	vals   slots
	from   origin

	win     []uint32 // scratch: winning entry+1 of the current part
	touched []uint32
}

func (s *ends) grow(n int) {
	s.vals.grow(n)
	if s.timed {
		s.times = grow(s.times, n)
	}
}

// better reports whether a row at time t that comes later replaces the one group g has.
func (s *ends) better(g uint32, t int64) bool {
	if !s.timed || t == s.times[g] {
		return s.late
	}
	return t > s.times[g] == s.newest
}

func (s *ends) Add(in *Input) {
	s.grow(in.Size)
	s.win = grow(s.win, in.Size)
	s.touched = s.touched[:0]
	v := in.Arg.Vec
	times := in.entryTimes()
	if s.timed && times == nil {
		return
	}
	_, isTime := v.(*column.Time)
	from, to := in.bounds()
	for i := from; i < to; i++ {
		if s.timed && times[i] == NoTime || v.Null(i) {
			continue
		}
		g := in.group(i)
		t := int64(0)
		if s.timed {
			t = times[i]
		}
		fresh := s.win[g] == 0
		if !(fresh && !s.vals.has(g)) && !s.better(g, t) {
			continue
		}
		if s.timed {
			s.times[g] = t
		}
		if fresh {
			s.touched = append(s.touched, g)
		}
		s.win[g] = uint32(i + 1)
	}
	s.from.note(isTime, len(s.touched))
	for _, g := range s.touched {
		s.keep(g, v, int(s.win[g]-1))
		s.win[g] = 0
	}
}

func (s *ends) keep(g uint32, v column.Vec, i int) {
	if s.render == endTime {
		s.vals.set(g, "")
		return
	}
	if d, ok := v.(*column.Dict); ok {
		s.vals.set(g, d.Text(i))
		return
	}
	s.vals.put(g, v.At(i))
}

func (s *ends) Merge(o State, to []uint32, n int) {
	s.grow(n)
	p := o.(*ends)
	s.from |= p.from
	for g := range p.vals.sizes {
		t, ok := target(to, g)
		if !ok || !p.vals.has(uint32(g)) {
			continue
		}
		at := int64(0)
		if s.timed {
			at = p.times[g]
		}
		if s.vals.has(t) && !s.better(t, at) {
			continue
		}
		if s.timed {
			s.times[t] = at
		}
		s.vals.put(t, p.vals.value(g))
	}
}

func (s *ends) At(g int) value.Value {
	if s.render == endTime && s.vals.has(uint32(g)) {
		return column.TimeValue(s.times[g])
	}
	v := s.vals.value(g)
	if s.from == fromTimes {
		if f, _, ok := v.Number(); ok {
			return column.TimeValue(micros(f))
		}
	}
	return v
}

func (s *ends) Result(n int) column.Vec {
	switch {
	case s.render == endTime:
	case s.from == fromTimes:
		return atTimes(s, n)
	default:
		return atAll(s, n)
	}
	out := &column.Time{V: make([]int64, n)}
	for g := range n {
		if !s.vals.has(uint32(g)) {
			out.Nulls = out.Nulls.Marked(g, n)
			continue
		}
		out.V[g] = s.times[g]
	}
	return out
}

func (s *ends) Bytes() int64 { return 8*int64(cap(s.times)) + 4*int64(cap(s.win)) + s.vals.bytes() }

func (s *ends) Encode(e *codec.Encoder) {
	e.Uint(uint64(s.from))
	e.Ints(s.times)
	s.vals.encode(e)
}

func (s *ends) Decode(d *codec.Decoder) {
	s.from = origin(d.Uint())
	s.times = d.Ints()
	s.vals.decode(d)
	if s.timed && len(s.times) != len(s.vals.sizes) {
		d.Fail()
	}
}

var rate = &Func{
	Name: "rate", Usage: "rate(<field>)", Min: 1, Max: 1, Time: true, Whole: true, Ordered: true, Numeric: true,
	Doc: "The change of a number per second: its latest less its earliest value, divided by the time between. " +
		"Null when the times are equal or one of the values is no number.",
	New: func(Arg) State {
		return &change{old: ends{timed: true, late: true}, now: ends{timed: true, newest: true}}
	},
}

// change is both ends of a counter.
type change struct{ old, now ends }

func (s *change) Add(in *Input) {
	s.old.Add(in)
	s.now.Add(in)
}

func (s *change) Merge(o State, to []uint32, n int) {
	p := o.(*change)
	s.old.Merge(&p.old, to, n)
	s.now.Merge(&p.now, to, n)
}

func (s *change) At(g int) value.Value {
	a, _, aok := s.old.vals.value(g).Number()
	b, _, bok := s.now.vals.value(g).Number()
	if !aok || !bok || s.old.times[g] == s.now.times[g] {
		return value.Value{}
	}
	return value.OfNumber((b-a)/(float64(s.now.times[g]-s.old.times[g])/1e6), value.Exact)
}

func (s *change) Result(n int) column.Vec { return atAll(s, n) }
func (s *change) Bytes() int64            { return s.old.Bytes() + s.now.Bytes() }

func (s *change) Encode(e *codec.Encoder) {
	s.old.Encode(e)
	s.now.Encode(e)
}

func (s *change) Decode(d *codec.Decoder) {
	s.old.Decode(d)
	s.now.Decode(d)
}
