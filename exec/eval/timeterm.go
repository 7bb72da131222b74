package eval

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"spl/exec/column"
	"spl/lang"
	"spl/lang/timefmt"
)

// Bounds is the time range that the time terms of a search expression span: microseconds since the
// epoch, the latest excluded. A side without a term is math.MinInt64 or math.MaxInt64.
type Bounds struct {
	Earliest, Latest           int64 // of _time
	IndexEarliest, IndexLatest int64 // of _indextime
	// Given: the expression has a term about _time, so the range of the call does not hold.
	Given bool
}

var allTimes = Bounds{Earliest: math.MinInt64, Latest: math.MaxInt64, IndexEarliest: math.MinInt64, IndexLatest: math.MaxInt64}

// timeSide says what a time term bounds.
type timeSide uint8

const (
	noTime timeSide = iota
	startTime
	endTime
	indexStart
	indexEnd
	timeFormat
	timeSpan
)

// timeTerm is a name of a time term. Ago and epoch tell how its value is written: a number of units
// back from now, or seconds since 1970; else a time modifier, or a text in the format of timeformat.
type timeTerm struct {
	side   timeSide
	unit   string
	epoch  bool
	format bool
}

var timeTerms = map[string]timeTerm{
	"earliest": {side: startTime}, "latest": {side: endTime},
	"_index_earliest": {side: indexStart}, "_index_latest": {side: indexEnd},
	"starttime": {side: startTime, format: true}, "endtime": {side: endTime, format: true},
	"starttimeu": {side: startTime, epoch: true}, "endtimeu": {side: endTime, epoch: true},
	"timeformat": {side: timeFormat},
}

func init() {
	for name, unit := range map[string]string{"minutes": "m", "hours": "h", "days": "d", "months": "mon"} {
		timeTerms[name+"ago"] = timeTerm{side: startTime, unit: unit}
		timeTerms["start"+name+"ago"] = timeTerm{side: startTime, unit: unit}
		timeTerms["end"+name+"ago"] = timeTerm{side: endTime, unit: unit}
		timeTerms["searchtimespan"+name] = timeTerm{side: timeSpan, unit: unit}
	}
}

// IsTimeTerm reports whether a name left of a comparison is a time term and not a field.
func IsTimeTerm(name string) bool { return timeTerms[name].side != noTime }

// SplitTime replaces the time terms of a search expression by comparisons with _time and _indextime
// in their places, and returns the range that these span. The range is exact where the terms stand at
// the top; where only an earliest time is given it ends at now, which the expression itself does not
// say. The caller applies both.
func SplitTime(t lang.Term, c *Ctx) (lang.Term, Bounds, lang.Diagnostics) {
	if t == nil {
		return nil, allTimes, nil
	}
	s := &timeSplitter{c: c}
	out, b := s.term(t)
	if s.diag != nil {
		return t, allTimes, lang.Diagnostics{*s.diag}
	}
	b.Given = s.given
	if s.given && b.Latest == math.MaxInt64 && b.Earliest != math.MinInt64 {
		b.Latest = max(c.Now.UnixMicro(), b.Earliest)
	}
	return out, b, nil
}

type timeSplitter struct {
	c     *Ctx
	diag  *lang.Diagnostic // the first problem
	given bool
}

func (s *timeSplitter) fail(span lang.Span, format string, args ...any) {
	if s.diag == nil {
		s.diag = &lang.Diagnostic{Src: s.c.Src, Span: span, Code: CodeBadTime, Msg: fmt.Sprintf(format, args...)}
	}
}

// term rewrites t and returns what its time terms allow.
func (s *timeSplitter) term(t lang.Term) (lang.Term, Bounds) {
	switch t := t.(type) {
	case *lang.And:
		return s.group(t.Terms, t.Span)
	case *lang.Or:
		out := &lang.Or{Span: t.Span, Terms: make([]lang.Term, len(t.Terms))}
		b := allTimes
		for i, x := range t.Terms {
			var y Bounds
			if out.Terms[i], y = s.term(x); i == 0 {
				b = y
				continue
			}
			b = Bounds{Earliest: min(b.Earliest, y.Earliest), Latest: max(b.Latest, y.Latest),
				IndexEarliest: min(b.IndexEarliest, y.IndexEarliest), IndexLatest: max(b.IndexLatest, y.IndexLatest)}
		}
		return out, b
	case *lang.Not:
		x, _ := s.term(t.X)
		return &lang.Not{Span: t.Span, X: x}, allTimes
	case *lang.Compare:
		if IsTimeTerm(t.Field.Text) {
			return s.group([]lang.Term{t}, t.Span)
		}
	}
	return t, allTimes
}

// group rewrites terms that are joined by AND. Formats and time spans concern the terms beside them.
func (s *timeSplitter) group(ts []lang.Term, span lang.Span) (lang.Term, Bounds) {
	g := timeGroup{s: s, b: allTimes, format: "%m/%d/%Y:%H:%M:%S"}
	for _, t := range ts {
		if c, ok := t.(*lang.Compare); ok && timeTerms[c.Field.Text].side == timeFormat {
			g.format = c.Value.Text
		}
	}
	for _, t := range ts {
		c, ok := t.(*lang.Compare)
		if !ok || !IsTimeTerm(c.Field.Text) {
			x, b := s.term(t)
			g.out = append(g.out, x)
			g.b = intersect(g.b, b)
			continue
		}
		g.add(c)
	}
	g.applySpan()
	if g.b.Earliest > g.b.Latest {
		s.fail(g.span, searchError+"Invalid time bounds in search: start=%s > end=%s.", seconds(g.b.Earliest), seconds(g.b.Latest))
	}
	if len(g.out) == 1 {
		return g.out[0], g.b
	}
	return &lang.And{Span: span, Terms: g.out}, g.b
}

func intersect(a, b Bounds) Bounds {
	return Bounds{Earliest: max(a.Earliest, b.Earliest), Latest: min(a.Latest, b.Latest),
		IndexEarliest: max(a.IndexEarliest, b.IndexEarliest), IndexLatest: min(a.IndexLatest, b.IndexLatest)}
}

type timeGroup struct {
	s      *timeSplitter
	out    []lang.Term
	b      Bounds
	span   lang.Span
	format string
	within *lang.Compare // searchtimespan…
}

// add rewrites one time term.
func (g *timeGroup) add(c *lang.Compare) {
	def := timeTerms[c.Field.Text]
	g.span = c.Span
	switch def.side {
	case timeFormat:
		return
	case timeSpan:
		g.within = c
		return
	}
	at, ok := g.read(def, c.Value.Text)
	if !ok || c.Op == lang.OpNe {
		g.s.fail(c.Span, "Invalid value %q for time term '%s'", c.Value.Text, c.Field.Text)
		return
	}
	op := c.Op
	if op == lang.OpEq {
		op = lang.OpGe
		if def.side == endTime || def.side == indexEnd {
			op = lang.OpLt
		}
	}
	g.bound(def.side, op, at, c)
}

// bound adds the comparison of the time with a moment.
func (g *timeGroup) bound(side timeSide, op lang.CompareOp, at int64, c *lang.Compare) {
	index := side == indexStart || side == indexEnd
	field, lo, hi := "_time", &g.b.Earliest, &g.b.Latest
	if index {
		field, lo, hi = "_indextime", &g.b.IndexEarliest, &g.b.IndexLatest
	}
	g.s.given = g.s.given || !index
	switch op {
	case lang.OpGe:
		*lo = max(*lo, at)
	case lang.OpGt:
		*lo = max(*lo, at+1)
	case lang.OpLt:
		*hi = min(*hi, at)
	case lang.OpLe:
		*hi = min(*hi, at+1)
	}
	g.out = append(g.out, &lang.Compare{Span: c.Span, Field: lang.Name{Span: c.Field.Span, Text: field}, Op: op,
		Value: lang.Literal{Span: c.Value.Span, Text: seconds(at)}})
}

// read returns the moment that a value stands for.
func (g *timeGroup) read(def timeTerm, text string) (int64, bool) {
	now, zone := g.s.c.Now, g.s.c.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch {
	case def.epoch:
		e, ok := timefmt.ParseSeconds(text)
		return e.Micros(), ok
	case def.format:
		e, ok := timefmt.Compile(g.format).NewParser(now, zone).Parse(text)
		return e.Micros(), ok
	case def.unit != "":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 {
			return 0, false
		}
		text = "-" + strconv.Itoa(n) + def.unit
	}
	m, err := timefmt.ParseModifier(text)
	if err != nil {
		return 0, false
	}
	return m.Apply(now, zone).UnixMicro(), true
}

// applySpan lets searchtimespan… bound the side that has no term: from the start on, up to the end, or
// up to now.
func (g *timeGroup) applySpan() {
	c := g.within
	if c == nil {
		return
	}
	unit := timeTerms[c.Field.Text].unit
	n, err := strconv.Atoi(strings.TrimSpace(c.Value.Text))
	if err != nil || n < 0 {
		g.s.fail(c.Span, "Invalid value %q for time term '%s'", c.Value.Text, c.Field.Text)
		return
	}
	from, sign, side, op := g.s.c.Now, "-", startTime, lang.OpGe
	switch {
	case g.b.Earliest != math.MinInt64:
		from, sign, side, op = time.UnixMicro(g.b.Earliest), "+", endTime, lang.OpLt
	case g.b.Latest != math.MaxInt64:
		from = time.UnixMicro(g.b.Latest)
	}
	m, err := timefmt.ParseModifier(sign + strconv.Itoa(n) + unit)
	if err != nil {
		g.s.fail(c.Span, "Invalid value %q for time term '%s'", c.Value.Text, c.Field.Text)
		return
	}
	zone := g.s.c.Zone
	if zone == nil {
		zone = time.UTC
	}
	g.bound(side, op, m.Apply(from, zone).UnixMicro(), c)
}

// seconds is a time in microseconds as the text of seconds.
func seconds(us int64) string { return string(column.AppendTime(nil, us)) }
