package timefmt

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Modifier is a parsed time term: now, an epoch, an absolute time or a chain of offsets and snaps.
type Modifier struct {
	kind  modifierKind
	epoch Epoch
	abs   time.Time // wall clock, read in the search's zone unless fixed
	fixed bool
	steps []step
}

type modifierKind uint8

const (
	isRelative modifierKind = iota
	isNow
	isEpoch
	isAbsolute
)

type step struct {
	snap    bool
	n       int
	unit    Unit
	weekday int
}

// maxOffset keeps offsets inside what calendar arithmetic can carry.
const maxOffset = 1e9

// ParseModifier reads a time term as it may stand after earliest= or in relative_time().
func ParseModifier(text string) (Modifier, error) {
	s := strings.TrimSpace(text)
	lower := strings.ToLower(s)
	switch {
	case lower == "now" || lower == "now()":
		return Modifier{kind: isNow}, nil
	case strings.HasPrefix(lower, "rt"):
		return Modifier{}, fmt.Errorf("real-time window %q is not supported", text)
	case s == "":
		return Modifier{}, fmt.Errorf("empty time term")
	}
	if steps, ok := parseSteps(s); ok {
		return Modifier{steps: steps}, nil
	}
	if whole, frac, _ := strings.Cut(s, "."); whole != "" && allDigits(whole) && allDigits(frac) {
		if e, ok := ParseSeconds(s); ok {
			return Modifier{kind: isEpoch, epoch: e}, nil
		}
	}
	if m, ok := parseAbsolute(s); ok {
		return m, nil
	}
	return Modifier{}, fmt.Errorf("invalid time term %q", text)
}

// parseSteps reads a chain. Its first step may lack the sign when a snap follows: 2d@d means -2d@d.
func parseSteps(s string) ([]step, bool) {
	var steps []step
	for s != "" {
		if s[0] == '@' {
			u, weekday, n := scanSnap(s[1:])
			if n == 0 || u < Second {
				return nil, false
			}
			steps = append(steps, step{snap: true, unit: u, weekday: weekday})
			s = s[1+n:]
			continue
		}
		sign, rest := -1, s
		signed := s[0] == '-' || s[0] == '+'
		if signed {
			if s[0] == '+' {
				sign = 1
			}
			rest = s[1:]
		}
		digits := digitRun(rest, len(rest))
		n := 1
		if digits > 0 {
			var err error
			if n, err = strconv.Atoi(rest[:digits]); err != nil || n > maxOffset {
				return nil, false
			}
		}
		u, k := scanUnit(rest[digits:])
		rest = rest[digits+k:]
		unsignedOK := len(steps) == 0 && digits > 0 && strings.HasPrefix(rest, "@")
		if k == 0 || u < Second || !signed && !unsignedOK {
			return nil, false
		}
		steps = append(steps, step{n: sign * n, unit: u})
		s = rest
	}
	return steps, len(steps) > 0
}

// absoluteLayouts are the accepted absolute forms; Go's parser takes a fraction after the seconds
// by itself.
var absoluteLayouts = []struct {
	layout string
	fixed  bool
}{
	{"1/2/2006:15:4:5", false}, {"1/2/2006", false},
	{"2006-01-02T15:04:05Z07:00", true}, {"2006-01-02T15:04:05Z0700", true}, {"2006-01-02T15:04Z07:00", true},
	{"2006-01-02T15:04:05", false}, {"2006-01-02T15:04", false}, {"2006-01-02 15:04:05", false}, {"2006-01-02", false},
}

func parseAbsolute(s string) (Modifier, bool) {
	for _, l := range absoluteLayouts {
		if t, err := time.Parse(l.layout, s); err == nil {
			return Modifier{kind: isAbsolute, abs: t, fixed: l.fixed}, true
		}
	}
	return Modifier{}, false
}

// IsRelative reports whether the term depends on the present time.
func (m Modifier) IsRelative() bool { return m.kind == isRelative || m.kind == isNow }

// Apply returns the point in time that the term means for a search started at now in zone loc.
func (m Modifier) Apply(now time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	switch m.kind {
	case isNow:
		return now.In(loc)
	case isEpoch:
		return m.epoch.Time(loc)
	case isAbsolute:
		if m.fixed {
			return m.abs.In(loc)
		}
		a := m.abs
		return time.Date(a.Year(), a.Month(), a.Day(), a.Hour(), a.Minute(), a.Second(), a.Nanosecond(), loc)
	}
	t := now.In(loc)
	for _, s := range m.steps {
		if s.snap {
			t = snap(t, s.unit, s.weekday)
		} else {
			t = shift(t, s.n, s.unit)
		}
	}
	return t
}

// Relative is relative_time(e, spec): false unless the term is a chain or now. The fraction of a
// second survives offsets but no snap.
func (m Modifier) Relative(e Epoch, loc *time.Location) (Epoch, bool) {
	if !m.IsRelative() {
		return Epoch{}, false
	}
	return FromTime(m.Apply(time.Unix(e.Sec, int64(e.Nsec)), loc)), true
}

// shift adds n units. Seconds to hours are exact durations; longer units move the calendar and keep
// the local clock. A day past its month's end rolls over into the next month, as mktime does.
func shift(t time.Time, n int, u Unit) time.Time {
	switch u {
	case Day:
		return t.AddDate(0, 0, n)
	case Week:
		return t.AddDate(0, 0, 7*n)
	case Month:
		return t.AddDate(0, n, 0)
	case Quarter:
		return t.AddDate(0, 3*n, 0)
	case Year:
		return t.AddDate(n, 0, 0)
	}
	// In whole seconds: a time.Duration would overflow after 292 years.
	sec := int64(n) * (micros[u] / 1e6)
	return time.Unix(t.Unix()+sec, int64(t.Nanosecond())).In(t.Location())
}

// snap rounds t down to the start of its unit.
func snap(t time.Time, u Unit, weekday int) time.Time {
	y, mon, d := t.Date()
	loc := t.Location()
	switch u {
	case Week:
		d -= (int(t.Weekday()) - weekday + 7) % 7
	case Month:
		d = 1
	case Quarter:
		mon, d = (mon-1)/3*3+1, 1
	case Year:
		mon, d = time.January, 1
	case Day:
	default:
		// Within the hour no zone changes its clock: subtracting keeps the right one of two equal
		// local hours, which rebuilding the time from its parts could not.
		back := time.Duration(t.Nanosecond())
		if u >= Minute {
			back += time.Duration(t.Second()) * time.Second
		}
		if u >= Hour {
			back += time.Duration(t.Minute()) * time.Minute
		}
		return t.Add(-back)
	}
	return time.Date(y, mon, d, 0, 0, 0, 0, loc)
}
