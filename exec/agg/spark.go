package agg

import (
	"math"
	"slices"
	"time"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/value"
	"spl/lang/timefmt"
)

// SparkMark is the first value of a sparkline.
const SparkMark = "##__SPARKLINE__##"

// Spark is what a sparkline draws: an aggregate per bin of time.
type Spark struct {
	Inner    *Func
	Arg      Arg
	Span     timefmt.Span
	Given    bool  // Span is; else the narrowest usual one with at most Bins bins
	Bins     int   // most bins
	Earliest int64 // microseconds; equal to Latest if the search has no bounds
	Latest   int64
	Zone     *time.Location
}

// Sparkline is the aggregate behind sparkline(...); its Arg needs Spark.
var Sparkline = &Func{
	Name: "sparkline", Usage: "sparkline(count[,<span>]) | sparkline(<function>(<field>)[,<span>])", Max: 1, Time: true,
	Doc: "An aggregate per bin of time as a multivalue: a mark, then a number for each bin of the range of the search, " +
		"or of the events if it has no bounds. Empty bins hold 0 for counts and an empty text otherwise.",
	Example: Example{"sparkline(sum(x), 2s)", "1 2 3", SparkMark + " 3 3"},
	New:     func(a Arg) State { return &spark{Spark: *a.Spark, inner: a.Spark.Inner.New(a.Spark.Arg)} },
}

// InSparkline reports whether an aggregate may stand in a sparkline.
func InSparkline(f *Func) bool {
	return slices.Contains([]*Func{count, dc, avg, stdev, stdevp, variance, varp, sum, sumsq, minimum, maximum, valueRange}, f)
}

// spark keeps the inner aggregate by group and bin.
type spark struct {
	Spark
	inner State
	cells intern.Pairs // group and number of the bin
	bins  []int64      // start of each bin, by number
	byBin map[int64]uint32

	reach Reach         // of states that hold other groups
	lines []value.Value // the finished lines, until more is added
}

// Reach is the range of times that the groups of an aggregation have together, which the results of each
// depend on. Where they lie in several states, these must be told.
type Reach struct {
	lo, hi int64
	some   bool
}

// HasReach reports whether results of the state depend on the times of all groups.
func HasReach(s State) bool {
	_, ok := s.(*spark)
	return ok
}

// Widen makes the range cover the times of s.
func (r *Reach) Widen(s State) {
	if p, ok := s.(*spark); ok && len(p.bins) > 0 {
		lo, hi := slices.Min(p.bins), slices.Max(p.bins)
		if r.some {
			lo, hi = min(lo, r.lo), max(hi, r.hi)
		}
		*r = Reach{lo, hi, true}
	}
}

// Tell makes the results of s cover the range.
func (r *Reach) Tell(s State) {
	if p, ok := s.(*spark); ok {
		p.reach, p.lines = *r, nil
	}
}

// width is the span of the bins that are kept: a second while the real one is not known.
func (s *spark) width() timefmt.Span {
	if span, ok := s.chosen(); ok {
		return span
	}
	span, _ := timefmt.ParseSpan("1s")
	return span
}

func (s *spark) chosen() (timefmt.Span, bool) {
	if s.Given {
		return s.Span, true
	}
	if s.Earliest < s.Latest {
		return timefmt.AutoSpan(s.Earliest, s.Latest, s.Bins, timefmt.Span{}), true
	}
	return timefmt.Span{}, false
}

func (s *spark) cell(g uint32, start int64) uint32 {
	if s.byBin == nil {
		s.byBin = map[int64]uint32{}
	}
	k, ok := s.byBin[start]
	if !ok {
		k = uint32(len(s.bins))
		s.byBin[start] = k
		s.bins = append(s.bins, start)
	}
	n, _ := s.cells.Add(intern.Pair(g, k))
	return n
}

func (s *spark) Add(in *Input) {
	s.lines = nil
	times := in.entryTimes()
	if times == nil {
		return
	}
	span, zone := s.width(), timefmt.NewZone(s.Zone)
	var rows, groups []uint32
	from, to := in.bounds()
	start, end := int64(0), int64(math.MinInt64)
	for i := from; i < to; i++ {
		t := times[i]
		if t == NoTime {
			continue
		}
		if t < start || t >= end {
			start = span.Floor(t, zone)
			end = span.Next(start, zone)
		}
		rows = append(rows, uint32(i))
		groups = append(groups, s.cell(in.group(i), start))
	}
	if len(rows) == 0 {
		return
	}
	part := NewInput(groups, s.cells.Len(), len(rows), nil, nil)
	if in.Arg != nil {
		part.Arg = NewColumn(column.Gather(in.Arg.Vec, rows))
	}
	s.inner.Add(part)
}

func (s *spark) Merge(o State, to []uint32, _ int) {
	s.lines = nil
	p := o.(*spark)
	cells := make([]uint32, p.cells.Len())
	for i, k := range p.cells.Keys() {
		cells[i] = None
		if t, ok := target(to, int(k>>32)); ok {
			cells[i] = s.cell(t, p.bins[uint32(k)])
		}
	}
	s.inner.Merge(p.inner, cells, s.cells.Len())
}

// starts returns the bins of the finished line and their span.
func (s *spark) starts(zone *timefmt.Zone) ([]int64, timefmt.Span) {
	lo, hi := s.Earliest, s.Latest-1
	if s.Earliest >= s.Latest {
		r := s.reach
		r.Widen(s)
		lo, hi = r.lo, r.hi
	}
	span, ok := s.chosen()
	if !ok {
		span = timefmt.AutoSpan(lo, hi+1, s.Bins, timefmt.Span{})
	}
	var out []int64
	for t := span.Floor(lo, zone); t <= hi && len(out) <= maxSparkBins; t = span.Next(t, zone) {
		out = append(out, t)
	}
	return out, span
}

// maxSparkBins bounds a line whose span is given too small.
const maxSparkBins = 50000

// finish draws the lines of n groups.
func (s *spark) finish(n int) {
	if len(s.lines) >= n {
		return
	}
	s.lines = make([]value.Value, n)
	if len(s.bins) == 0 && !s.reach.some {
		return
	}
	zone := timefmt.NewZone(s.Zone)
	starts, span := s.starts(zone)
	var cells intern.Pairs
	to := make([]uint32, s.cells.Len())
	for i, k := range s.cells.Keys() {
		to[i] = None
		if bin, ok := slices.BinarySearch(starts, span.Floor(s.bins[uint32(k)], zone)); ok {
			to[i], _ = cells.Add(intern.Pair(uint32(k>>32), uint32(bin)))
		}
	}
	inner := s.Inner.New(s.Arg)
	inner.Merge(s.inner, to, cells.Len())
	empty := ""
	if s.Inner.Zero {
		empty = "0"
	}
	for g := range s.lines {
		line := []string{SparkMark}
		for bin := range starts {
			text := empty
			if c := cells.Find(intern.Pair(uint32(g), uint32(bin))); c != None {
				if v := inner.At(int(c)); !v.IsNull() {
					text = v.Text()
				}
			}
			line = append(line, text)
		}
		s.lines[g] = value.OfList(line)
	}
}

func (s *spark) At(g int) value.Value {
	s.finish(g + 1)
	return s.lines[g]
}

func (s *spark) Result(n int) column.Vec {
	s.finish(n)
	return atAll(s, n)
}

func (s *spark) Bytes() int64 { return s.inner.Bytes() + s.cells.Bytes() + 24*int64(len(s.bins)) }

func (s *spark) Encode(e *codec.Encoder) {
	e.Ints(s.bins)
	e.Uint(uint64(s.cells.Len()))
	for _, k := range s.cells.Keys() {
		e.Uint(k >> 32)
		e.Uint(uint64(uint32(k)))
	}
	s.inner.Encode(e)
}

func (s *spark) Decode(d *codec.Decoder) {
	bins := d.Ints()
	for range d.Length(2) {
		g, bin := d.Uint(), d.Uint()
		if bin >= uint64(len(bins)) || g > math.MaxUint32 {
			d.Fail()
			return
		}
		s.cell(uint32(g), bins[bin])
	}
	s.inner.Decode(d)
}
