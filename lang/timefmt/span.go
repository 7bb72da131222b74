package timefmt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// SpanKind says how a Span divides its axis.
type SpanKind uint8

// The kinds of span.
const (
	NumberSpan SpanKind = iota // "0.5": numbers; on _time it means seconds
	TimeSpan                   // "5m", "1mon"
	LogSpan                    // "2log5"
)

// Span is the width of a bin. The zero Span is not valid.
type Span struct {
	Kind     SpanKind
	Text     string
	Width    float64 // NumberSpan
	Decimals int     // NumberSpan: digits after the point as written
	Coef     float64 // LogSpan: edges are Coef*Base^k
	Base     float64
	N        int64 // TimeSpan: count of Unit
	Unit     Unit

	anchored bool // weeks begin on weekday instead of counting from 1970
	weekday  int
	origin   int64 // microseconds; for spans below a day
}

// maxWidth is the widest span of time, in microseconds: the bin before a point and the one after it
// both stay within what an int64 holds.
const maxWidth = 1e17

// ParseSpan reads the value of a span option: a number, <n><unit>[@<unit>] or [<coef>]log[<base>].
func ParseSpan(text string) (Span, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	bad := func(why string) (Span, error) { return Span{}, fmt.Errorf("invalid span %q: %s", text, why) }
	if pre, post, ok := strings.Cut(s, "log"); ok {
		return parseLog(text, pre, post)
	}
	digits := digitRun(s, len(s))
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		if !(v > 0) || math.IsInf(v, 0) {
			return bad("it must be above zero")
		}
		decimals := 0
		if _, frac, ok := strings.Cut(s, "."); ok {
			decimals = digitRun(frac, len(frac))
		}
		return Span{Kind: NumberSpan, Text: text, Width: v, Decimals: decimals}, nil
	}
	sp := Span{Kind: TimeSpan, Text: text, N: 1}
	if digits > 0 {
		n, err := strconv.ParseInt(s[:digits], 10, 32)
		if err != nil || n == 0 {
			return bad("the count must be a whole number above zero")
		}
		sp.N = n
	}
	u, n := scanUnit(s[digits:])
	if n == 0 {
		return bad("a number and a unit of time are expected")
	}
	sp.Unit = u
	if u < Second && 1e6%(sp.N*micros[u]) != 0 || u < Second && sp.N*micros[u] >= 1e6 {
		return bad("a span below a second must divide a second")
	}
	if approx(sp) > maxWidth {
		return bad("it is wider than any time that can be told, 3,000 years")
	}
	rest := s[digits+n:]
	if rest == "" {
		return sp, nil
	}
	snapUnit, weekday, k := scanSnap(strings.TrimPrefix(rest, "@"))
	if rest[0] != '@' || k == 0 || k != len(rest)-1 {
		return bad("a number and a unit of time are expected")
	}
	if snapUnit != u {
		return bad("it can only snap to its own unit")
	}
	sp.anchored, sp.weekday = u == Week, weekday
	return sp, nil
}

func parseLog(text, pre, post string) (Span, error) {
	sp := Span{Kind: LogSpan, Text: text, Coef: 1, Base: 10}
	for _, p := range [...]struct {
		s  string
		to *float64
	}{{pre, &sp.Coef}, {post, &sp.Base}} {
		if p.s == "" {
			continue
		}
		v, err := strconv.ParseFloat(p.s, 64)
		if err != nil {
			return Span{}, fmt.Errorf("invalid span %q: %q is not a number", text, p.s)
		}
		*p.to = v
	}
	if !(sp.Base > 1) || !(sp.Coef >= 1) || !(sp.Coef < sp.Base) || math.IsInf(sp.Base, 0) {
		return Span{}, fmt.Errorf("invalid span %q: the base must be above 1 and the coefficient from 1 to below the base", text)
	}
	return sp, nil
}

// ForTime returns the span as one of time: a plain number means seconds. False for a log span and a
// number below a microsecond.
func (sp Span) ForTime() (Span, bool) {
	switch {
	case sp.Kind == TimeSpan:
		return sp, true
	case sp.Kind == LogSpan:
		return sp, false
	}
	us := math.Round(sp.Width * 1e6)
	if us < 1 || us > maxWidth {
		return sp, false
	}
	return Span{Kind: TimeSpan, Text: sp.Text, N: int64(us), Unit: Microsecond}, true
}

// Micros returns the width of a time span below a day.
func (sp Span) Micros() (width int64, fixed bool) {
	if sp.Kind != TimeSpan || sp.Unit >= Day {
		return 0, false
	}
	return sp.N * micros[sp.Unit], true
}

// Aligned moves the origin of a span below a day to a point in time (microseconds); other spans
// ignore aligntime by definition.
func (sp Span) Aligned(origin int64) Span {
	if _, fixed := sp.Micros(); fixed {
		sp.origin = origin
	}
	return sp
}

// Floor returns the start of the bin that holds us. Both are microseconds since 1970 UTC. Spans
// below a day count from there or from the origin; longer ones from local midnights.
func (sp Span) Floor(us int64, z *Zone) int64 {
	if w, fixed := sp.Micros(); fixed {
		return us - floorMod(us-sp.origin, w)
	}
	sec := floorDiv(us, 1e6)
	off, _ := z.At(sec)
	return z.midnight(sp.floorDay(floorDiv(sec+int64(off), 86400))) * 1e6
}

// Next returns the start of the bin after the one that starts at start.
func (sp Span) Next(start int64, z *Zone) int64 {
	if w, fixed := sp.Micros(); fixed {
		return start + w
	}
	sec := floorDiv(start, 1e6)
	off, _ := z.At(sec)
	day := floorDiv(sec+int64(off), 86400)
	switch sp.Unit {
	case Day:
		day += sp.N
	case Week:
		day += 7 * sp.N
	default:
		y, m, _ := dateOf(day)
		day = monthStart(y*12 + int64(m) - 1 + sp.months())
	}
	return z.midnight(day) * 1e6
}

// floorDay returns the first day of the bin of a day; days count from 1970.
func (sp Span) floorDay(day int64) int64 {
	switch sp.Unit {
	case Day:
		return day - floorMod(day, sp.N)
	case Week:
		first := int64(0) // 1 January 1970, a Thursday
		if sp.anchored {
			first = int64(sp.weekday) - 4
		}
		return day - floorMod(day-first, 7*sp.N)
	}
	y, m, _ := dateOf(day)
	months := y*12 + int64(m) - 1
	return monthStart(months - floorMod(months, sp.months()))
}

func (sp Span) months() int64 {
	switch sp.Unit {
	case Quarter:
		return 3 * sp.N
	case Year:
		return 12 * sp.N
	}
	return sp.N
}

func monthStart(months int64) int64 {
	return daysOf(floorDiv(months, 12), int(floorMod(months, 12))+1, 1)
}

// midnight returns the epoch second at which a local day begins.
func (z *Zone) midnight(day int64) int64 {
	if z.loc == time.UTC {
		return day * 86400
	}
	y, m, d := dateOf(day)
	return time.Date(int(y), time.Month(m), d, 0, 0, 0, 0, z.loc).Unix()
}

// ladder are the spans to choose from when a search gives none.
var ladder = []string{"1s", "5s", "10s", "30s", "1m", "5m", "10m", "30m", "1h", "1d", "1mon"}

// AutoSpan returns the smallest step of 1s 5s 10s 30s 1m 5m 10m 30m 1h 1d 1mon, not below minSpan
// (zero Span: none), with at most bins bins between two points in microseconds.
func AutoSpan(earliest, latest int64, bins int, minSpan Span) Span {
	least := approx(minSpan)
	var sp Span
	for _, text := range ladder {
		sp, _ = ParseSpan(text)
		w := approx(sp)
		if w >= least && float64(latest-earliest) <= w*float64(bins) {
			return sp
		}
	}
	if approx(sp) < least {
		return minSpan
	}
	return sp
}

// approx is the width of a span in microseconds, months taken as 30 days.
func approx(sp Span) float64 {
	sp, ok := sp.ForTime()
	if !ok {
		return 0
	}
	if w, fixed := sp.Micros(); fixed {
		return float64(w)
	}
	switch sp.Unit {
	case Day:
		return float64(sp.N) * 86400e6
	case Week:
		return float64(sp.N) * 7 * 86400e6
	}
	return float64(sp.months()) * 30 * 86400e6
}
