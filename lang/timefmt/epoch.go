package timefmt

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Epoch is a point in time: whole seconds since 1970 UTC (rounded down) and the nanoseconds after
// them. It reaches further than int64 nanoseconds, because searches format milliseconds as seconds.
type Epoch struct {
	Sec  int64
	Nsec int32
}

// maxSec bounds the seconds, so that the years stay inside what calendar arithmetic can carry.
const maxSec = int64(1) << 46

// FromMicros returns the point us microseconds after 1970 UTC.
func FromMicros(us int64) Epoch {
	sec := floorDiv(us, 1e6)
	return Epoch{sec, int32(us-sec*1e6) * 1000}
}

// FromTime returns the point of t.
func FromTime(t time.Time) Epoch { return Epoch{t.Unix(), int32(t.Nanosecond())} }

// FromSeconds returns the point f seconds after 1970 UTC; false for NaN and for what no calendar
// holds. Present-day floats carry microseconds, so finer digits of them are noise and are rounded off.
func FromSeconds(f float64) (Epoch, bool) {
	if math.IsNaN(f) || math.Abs(f) >= float64(maxSec) {
		return Epoch{}, false
	}
	whole := math.Floor(f)
	unit := 1e9
	if math.Abs(f) >= 1<<22 {
		unit = 1e6
	}
	ns := int64(math.Round((f-whole)*unit)) * int64(1e9/unit)
	sec := int64(whole)
	if ns >= 1e9 {
		sec, ns = sec+1, ns-1e9
	}
	return Epoch{sec, int32(ns)}, true
}

// ParseSeconds reads the decimal text of an epoch exactly, to the nanosecond.
func ParseSeconds(text string) (Epoch, bool) {
	s := strings.TrimSpace(text)
	body := strings.TrimPrefix(s, "-")
	whole, frac, _ := strings.Cut(body, ".")
	if !allDigits(frac) || !allDigits(whole) || whole == "" || len(whole) > 15 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return Epoch{}, false
		}
		return FromSeconds(f)
	}
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec >= maxSec {
		return Epoch{}, false
	}
	ns := int64(fraction(frac))
	if body != s {
		sec, ns = -sec, -ns
		if ns < 0 {
			sec, ns = sec-1, ns+1e9
		}
	}
	return Epoch{sec, int32(ns)}, true
}

// Micros returns the microseconds since 1970 UTC, finer digits cut off.
func (e Epoch) Micros() int64 { return e.Sec*1e6 + int64(e.Nsec)/1000 }

// Seconds returns the seconds since 1970 UTC.
func (e Epoch) Seconds() float64 { return float64(e.Micros()) / 1e6 }

// Time returns e as a time in loc.
func (e Epoch) Time(loc *time.Location) time.Time { return time.Unix(e.Sec, int64(e.Nsec)).In(loc) }

// Zone answers for the offset of a location at a point in time. It remembers the span between two
// clock changes that it saw last, so it is fast on sorted columns and not for concurrent use.
type Zone struct {
	loc    *time.Location
	lo, hi int64 // the remembered offset holds for lo <= sec < hi
	offset int
	name   string
}

// NewZone returns a Zone of loc; nil means UTC.
func NewZone(loc *time.Location) *Zone {
	if loc == nil {
		loc = time.UTC
	}
	return &Zone{loc: loc}
}

// Location returns the location.
func (z *Zone) Location() *time.Location { return z.loc }

// At returns the seconds east of UTC and the abbreviation in use at sec.
func (z *Zone) At(sec int64) (offset int, name string) {
	if sec >= z.lo && sec < z.hi {
		return z.offset, z.name
	}
	t := time.Unix(sec, 0).In(z.loc)
	start, end := t.ZoneBounds()
	z.lo, z.hi = math.MinInt64, math.MaxInt64
	if !start.IsZero() {
		z.lo = start.Unix()
	}
	if !end.IsZero() {
		z.hi = end.Unix()
	}
	z.name, z.offset = t.Zone()
	return z.offset, z.name
}

// civil is a broken-down local time.
type civil struct {
	year             int64
	month, day       int
	hour, min, sec   int
	nsec             int32
	weekday, yearday int // Sunday 0; 1 January 1
	offset           int
	zone             string
	epoch            int64
}

func (z *Zone) civil(e Epoch) civil {
	off, name := z.At(e.Sec)
	local := e.Sec + int64(off)
	days := floorDiv(local, 86400)
	rest := int(local - days*86400)
	c := civil{hour: rest / 3600, min: rest / 60 % 60, sec: rest % 60, nsec: e.Nsec, offset: off, zone: name, epoch: e.Sec}
	c.year, c.month, c.day = dateOf(days)
	c.weekday = int(floorMod(days+4, 7))
	c.yearday = int(days-daysOf(c.year, 1, 1)) + 1
	return c
}

// dateOf returns the Gregorian date of a day counted from 1 January 1970. The year is taken to begin
// in March, so that the leap day is its last.
func dateOf(days int64) (year int64, month, day int) {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// daysOf is the inverse of dateOf.
func daysOf(year int64, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := int64((153*(month-3)+2)/5 + day - 1)
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// isoWeek returns the ISO year and week of a date.
func (c *civil) isoWeek() (year int64, week int) {
	days := daysOf(c.year, c.month, c.day)
	thursday := days - floorMod(days+3, 7) + 3
	year, _, _ = dateOf(thursday)
	return year, int(thursday-daysOf(year, 1, 1))/7 + 1
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// fraction reads the digits after a decimal point as nanoseconds, further digits cut off.
func fraction(digits string) int32 {
	n := int32(0)
	for i := range 9 {
		n *= 10
		if i < len(digits) {
			n += int32(digits[i] - '0')
		}
	}
	return n
}
