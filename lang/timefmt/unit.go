package timefmt

import "strings"

// Unit is a unit of time.
type Unit uint8

// The units.
const (
	Microsecond Unit = iota
	Millisecond
	Centisecond
	Decisecond
	Second
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
)

// micros is the length of the units that have a fixed one.
var micros = [...]int64{1, 1e3, 1e4, 1e5, 1e6, 60e6, 3600e6}

var unitNames = map[string]Unit{
	"us": Microsecond, "ms": Millisecond, "cs": Centisecond, "ds": Decisecond,
	"s": Second, "sec": Second, "secs": Second, "second": Second, "seconds": Second,
	"m": Minute, "min": Minute, "mins": Minute, "minute": Minute, "minutes": Minute,
	"h": Hour, "hr": Hour, "hrs": Hour, "hour": Hour, "hours": Hour,
	"d": Day, "day": Day, "days": Day, "w": Week, "week": Week, "weeks": Week,
	"mon": Month, "month": Month, "months": Month,
	"q": Quarter, "qtr": Quarter, "qtrs": Quarter, "quarter": Quarter, "quarters": Quarter,
	"y": Year, "yr": Year, "yrs": Year, "year": Year, "years": Year,
}

// scanUnit reads the letters at the start of s as a unit; n is 0 if they are none.
func scanUnit(s string) (u Unit, n int) {
	for n < len(s) && (s[n]|0x20) >= 'a' && (s[n]|0x20) <= 'z' {
		n++
	}
	u, ok := unitNames[strings.ToLower(s[:n])]
	if !ok {
		return 0, 0
	}
	return u, n
}

// scanSnap reads what may follow an @: a unit, or w0 to w7. weekday is 0 for Sunday.
func scanSnap(s string) (u Unit, weekday, n int) {
	u, n = scanUnit(s)
	if n > 0 && u == Week && n < len(s) && s[n] >= '0' && s[n] <= '7' {
		return u, int(s[n]-'0') % 7, n + 1
	}
	return u, 0, n
}
