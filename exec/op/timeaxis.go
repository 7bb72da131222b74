package op

import (
	"fmt"
	"math"
	"slices"
	"time"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang/timefmt"
)

// TimeAxis spaces the rows of timechart.
type TimeAxis struct {
	Span    timefmt.Span // zero Width and N: to be chosen
	Given   bool
	Bins    int
	MinSpan timefmt.Span
	Align   *int64 // where bins below a day begin, in microseconds
	Cont    bool   // rows for empty bins too
	Fixed   bool   // the rows cover the search's range, if it has bounds
	Partial bool   // keep a first or last bin that the range cuts
	// Earliest and Latest are the bounds of the search in microseconds, if it has them.
	Earliest, Latest int64
	Bounded          bool
}

// maxTimeRows bounds the rows of an axis: a second a row over many years is a mistake.
const maxTimeRows = 5_000_000

// known returns the span if it does not depend on the events.
func (a *TimeAxis) known() (timefmt.Span, bool) {
	if a.Given {
		return a.aligned(a.Span), true
	}
	if a.Bounded {
		return a.aligned(timefmt.AutoSpan(a.Earliest, a.Latest, a.Bins, a.MinSpan)), true
	}
	return timefmt.Span{}, false
}

func (a *TimeAxis) aligned(s timefmt.Span) timefmt.Span {
	if a.Align != nil {
		return s.Aligned(*a.Align)
	}
	return s
}

// SearchRange returns the bounds of the search in microseconds, if it has both. The epoch as the lower
// one means "from the beginning".
func SearchRange(env *plan.Env) (lo, hi int64, ok bool) {
	if env == nil {
		return 0, 0, false
	}
	const far = 1 << 61
	lo, hi = env.Range.Earliest, env.Range.Latest
	return lo, hi, lo > -far && lo != 0 && hi < far && hi > lo
}

func zoneOf(rt *plan.Runtime) *timefmt.Zone {
	if rt == nil || rt.Env == nil {
		return timefmt.NewZone(time.UTC)
	}
	return timefmt.NewZone(rt.Env.Zone)
}

// Floor returns the function that puts times into bins: those of the span, or of a second while the span
// is not known.
func (a *TimeAxis) Floor(rt *plan.Runtime) func(v column.Vec, sel column.Bitmap) column.Vec {
	span, ok := a.known()
	if !ok {
		span, _ = timefmt.ParseSpan("1s")
	}
	zone := zoneOf(rt)
	return func(v column.Vec, _ column.Bitmap) column.Vec {
		times := agg.Micros(v)
		out := &column.Time{V: make([]int64, len(times))}
		start, end := int64(0), int64(math.MinInt64)
		for i, t := range times {
			if t == agg.NoTime {
				out.Nulls = out.Nulls.Marked(i, len(times))
				continue
			}
			if t < start || t >= end {
				start = span.Floor(t, zone)
				end = span.Next(start, zone)
			}
			out.V[i] = start
		}
		return out
	}
}

// timeRows are the bins of a timechart.
type timeRows struct {
	span   timefmt.Span
	zone   *timefmt.Zone
	starts []int64
}

// rows returns the bins for the times that occur.
func (a *TimeAxis) rows(rt *plan.Runtime, times []int64) (*timeRows, error) {
	out := &timeRows{zone: zoneOf(rt)}
	if len(times) == 0 {
		return out, nil
	}
	lo, hi := slices.Min(times), slices.Max(times)
	span, ok := a.known()
	if !ok {
		span = a.aligned(timefmt.AutoSpan(lo, hi+1, a.Bins, a.MinSpan))
	}
	out.span = span
	from, to := a.Earliest, a.Latest
	first, last := span.Floor(lo, out.zone), span.Floor(hi, out.zone)
	if a.Bounded && a.Fixed {
		first = min(first, span.Floor(from, out.zone))
		last = max(last, span.Floor(to-1, out.zone))
	}
	if !a.Cont {
		for _, t := range times {
			out.starts = append(out.starts, span.Floor(t, out.zone))
		}
		slices.Sort(out.starts)
		out.starts = slices.Compact(out.starts)
	} else {
		for t := first; t <= last; t = span.Next(t, out.zone) {
			if len(out.starts) == maxTimeRows {
				return nil, fmt.Errorf("the time range gives more than %d bins of %s: choose a longer span", maxTimeRows, span.Text)
			}
			out.starts = append(out.starts, t)
		}
	}
	if a.Bounded && !a.Partial {
		out.starts = slices.DeleteFunc(out.starts, func(t int64) bool { return t < from || span.Next(t, out.zone) > to })
	}
	return out, nil
}

// row returns the bin of a time, None if it was dropped.
func (r *timeRows) row(t int64) uint32 {
	i, ok := slices.BinarySearch(r.starts, r.span.Floor(t, r.zone))
	if !ok {
		return None
	}
	return uint32(i)
}

// seconds returns the width of a bin.
func (r *timeRows) seconds(i int) float64 {
	return float64(r.span.Next(r.starts[i], r.zone)-r.starts[i]) / 1e6
}

// spans returns the widths of bins lo to hi-1 in seconds.
func (r *timeRows) spans(lo, hi int) column.Vec {
	widths := column.NewTextBuilder()
	for i := lo; i < hi; i++ {
		widths.AppendBytes(column.AppendTime(nil, int64(math.Round(r.seconds(i)*1e6))))
	}
	return widths.Build()
}

// days returns the width of bins in days, n times; false where bins are no whole days.
func (r *timeRows) days(n int) (column.Vec, bool) {
	if r.span.Kind != timefmt.TimeSpan || r.span.Unit != timefmt.Day {
		return nil, false
	}
	out := &column.Int{V: make([]int64, n)}
	for i := range out.V {
		out.V[i] = r.span.N
	}
	return out, true
}
