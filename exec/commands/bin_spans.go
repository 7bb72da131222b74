package commands

import (
	"math"
	"strconv"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang/timefmt"
)

// binner puts values into the bins of one span.
type binner struct {
	span  timefmt.Span
	times bool // of _time: the result is the bin's start
	zone  *timefmt.Zone
}

func (n *binning) binner(span timefmt.Span, rt *plan.Runtime) binner {
	return binner{span: span, times: n.from == "_time", zone: timefmt.NewZone(rt.Env.Zone)}
}

func (f binner) column(v column.Vec, sel column.Bitmap) column.Vec {
	if t, ok := v.(*column.Time); ok && f.times {
		return f.floorTimes(t)
	}
	return op.MapText(v, sel, func(s string) (string, bool) { return f.text(s), true })
}

func (f binner) floorTimes(t *column.Time) column.Vec {
	out := &column.Time{V: make([]int64, len(t.V)), Nulls: t.Nulls}
	var start, end int64
	for i, us := range t.V { // neighbours mostly share their bin
		if i == 0 || us < start || us >= end {
			start = f.span.Floor(us, f.zone)
			end = f.span.Next(start, f.zone)
		}
		out.V[i] = start
	}
	return out
}

// text returns the bin of a number; other texts stay as they are.
func (f binner) text(s string) string {
	v, _, ok := value.ParseNumber(s)
	if !ok {
		return s
	}
	if f.times {
		e, ok := timefmt.ParseSeconds(s)
		if !ok {
			return s
		}
		return string(column.AppendTime(nil, f.span.Floor(e.Micros(), f.zone)))
	}
	switch f.span.Kind {
	case timefmt.LogSpan:
		return logRange(v, f.span, s)
	case timefmt.TimeSpan:
		us := int64(math.Floor(v * 1e6))
		start := f.span.Floor(us, f.zone)
		end := f.span.Next(start, f.zone)
		return string(column.AppendTime(append(column.AppendTime(nil, start), '-'), end))
	}
	q := v / f.span.Width
	k := math.Floor(q)
	if q-k > 1-1e-9 { // 0.3/0.1 is just below 3
		k++
	}
	return numberRange(k*f.span.Width, (k+1)*f.span.Width, f.span.Decimals)
}

func numberRange(lo, hi float64, decimals int) string {
	if decimals == 0 && math.Abs(lo) < 1<<53 && math.Abs(hi) < 1<<53 {
		return string(strconv.AppendInt(append(strconv.AppendInt(nil, int64(lo), 10), '-'), int64(hi), 10))
	}
	buf := strconv.AppendFloat(nil, value.Round(lo, decimals)+0, 'f', decimals, 64)
	buf = append(buf, '-')
	return string(strconv.AppendFloat(buf, value.Round(hi, decimals)+0, 'f', decimals, 64))
}

// logRange returns the bin between two of the edges coef*base^k; numbers without one stay as they are.
func logRange(v float64, sp timefmt.Span, s string) string {
	if v <= 0 {
		return s
	}
	edge := func(k float64) float64 { return sp.Coef * math.Pow(sp.Base, k) }
	k := math.Floor(math.Log(v/sp.Coef) / math.Log(sp.Base))
	for edge(k) > v {
		k--
	}
	for edge(k+1) <= v {
		k++
	}
	return value.FormatNumber(edge(k), value.Exact) + "-" + value.FormatNumber(edge(k+1), value.Exact)
}

// choose is spanOver for columns at hand.
func (n *binning) choose(parts []column.Vec) timefmt.Span {
	e := noExtent()
	for _, p := range parts {
		e.add(p, nil)
	}
	return n.spanOver(e)
}

// spanOver returns the span for a field without one: the narrowest that makes no more than bins bins.
func (n *binning) spanOver(e *extent) timefmt.Span {
	lo, hi, some := e.lo, e.hi, e.some
	if n.lo != nil {
		lo, some = math.Min(lo, *n.lo), true
	}
	if n.hi != nil {
		hi, some = math.Max(hi, *n.hi), true
	}
	if !some {
		lo, hi = 0, 0
	}
	if n.from == "_time" {
		span := timefmt.AutoSpan(int64(lo*1e6), int64(hi*1e6)+1, n.bins, n.minSpan)
		if n.align != nil {
			span = span.Aligned(*n.align)
		}
		return span
	}
	exp := -9
	if e.whole {
		exp = 0
	}
	least := n.minSpan.Width
	if n.minSpan.Kind == timefmt.TimeSpan {
		if us, fixed := n.minSpan.Micros(); fixed {
			least = float64(us) / 1e6
		}
	}
	for ; exp < 300; exp++ {
		w := math.Pow10(exp)
		if w >= least && math.Floor(hi/w)-math.Floor(lo/w)+1 <= float64(n.bins) {
			break
		}
	}
	return timefmt.Span{Kind: timefmt.NumberSpan, Width: math.Pow10(exp), Decimals: max(0, -exp)}
}

// extent is the range of the numbers in a field.
type extent struct {
	lo, hi      float64
	whole, some bool // all of them are whole; there are some
}

func noExtent() *extent { return &extent{lo: math.Inf(1), hi: math.Inf(-1), whole: true} }

// add takes in the selected rows of a column.
func (e *extent) add(v column.Vec, sel column.Bitmap) {
	op.DistinctOf(v, sel).EachUsed(func(s string) {
		if f, _, ok := value.ParseNumber(s); ok {
			e.lo, e.hi, e.some = math.Min(e.lo, f), math.Max(e.hi, f), true
			e.whole = e.whole && f == math.Trunc(f)
		}
	})
}
