package ingest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// clock reads times that are written without a zone or a year.
type clock struct {
	zone *time.Location
	now  time.Time
}

// micros returns a broken-down time as microseconds; offset is seconds east of UTC where the text had
// one.
func (k *clock) micros(d date, h hms, offset int, zoned bool) int64 {
	if zoned || k.zone == time.UTC {
		days := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Unix()
		return (days+int64(h.hour*3600+h.min*60+h.sec)-int64(offset))*1e6 + int64(h.micro)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, h.hour, h.min, h.sec, h.micro*1000, k.zone)
	return t.UnixMicro()
}

type date struct{ year, month, day int }

type hms struct{ hour, min, sec, micro int }

// reader is a position in a text.
type reader struct {
	s string
	i int
}

// digits reads exactly n digits.
func (r *reader) digits(n int, to *int) bool {
	if r.i+n > len(r.s) {
		return false
	}
	v := 0
	for _, c := range []byte(r.s[r.i : r.i+n]) {
		if c-'0' > 9 {
			return false
		}
		v = v*10 + int(c-'0')
	}
	r.i += n
	*to = v
	return true
}

// upTo2 reads one or two digits.
func (r *reader) upTo2(to *int) bool { return r.digits(2, to) || r.digits(1, to) }

func (r *reader) one(set string) bool {
	if r.i < len(r.s) && strings.IndexByte(set, r.s[r.i]) >= 0 {
		r.i++
		return true
	}
	return false
}

func (r *reader) blanks() bool {
	n := r.i
	for r.one(" ") {
		continue
	}
	return r.i > n
}

// stamp reads a time at the start of s in one of the usual ways and returns the length read: ISO 8601
// and its relatives, epoch seconds to nanoseconds, Oct 11 22:14:15, 11/Oct/2000:22:14:15 -0700,
// Fri Oct 11 22:14:15 2000, Fri, 11 Oct 2000 22:14:15 GMT, 10/11/2000 10:14:15 PM, /Date(1602368055000)/.
func (k *clock) stamp(s string) (us int64, n int, ok bool) {
	if len(s) < 8 {
		return 0, 0, false
	}
	switch c := s[0]; {
	case c-'0' <= 9:
		for _, f := range []func(string) (int64, int, bool){k.iso, k.apache, k.american, epochStamp} {
			if us, n, ok = f(s); ok {
				return us, n, ok
			}
		}
	case asciiLetter(c):
		return k.named(s)
	case strings.HasPrefix(s, "/Date("):
		end := strings.IndexAny(s, ")+")
		if end < 0 {
			return 0, 0, false
		}
		ms, err := strconv.ParseInt(s[6:end], 10, 64)
		return ms * 1000, len(s), err == nil
	}
	return 0, 0, false
}

// iso reads 2026-01-15T11:00:00.123Z, also with / for - and a blank for T, without seconds or without
// time of day.
func (k *clock) iso(s string) (int64, int, bool) {
	r := &reader{s: s}
	var d date
	if !r.digits(4, &d.year) || !r.one("-/") || !r.upTo2(&d.month) || !r.one("-/") || !r.upTo2(&d.day) || !d.valid() {
		return 0, 0, false
	}
	date := r.i
	var h hms
	if !r.one("Tt _") || !r.clock(&h) {
		return k.micros(d, hms{}, 0, false), date, true
	}
	off, zoned := r.offset()
	return k.micros(d, h, off, zoned), r.i, true
}

func (d date) valid() bool { return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31 }

// clock reads 22:14:15.123, 22:14:15,123 or 22:14, with AM or PM behind it.
func (r *reader) clock(h *hms) bool {
	r.blanks()
	if !r.upTo2(&h.hour) || !r.one(":") || !r.digits(2, &h.min) {
		return false
	}
	if at := r.i; r.one(":") && r.digits(2, &h.sec) {
		r.fraction(h)
	} else {
		r.i = at
	}
	at := r.i
	r.blanks()
	switch {
	case len(r.s) >= r.i+2 && strings.EqualFold(r.s[r.i:r.i+2], "am"):
		h.hour %= 12
		r.i += 2
	case len(r.s) >= r.i+2 && strings.EqualFold(r.s[r.i:r.i+2], "pm"):
		h.hour = h.hour%12 + 12
		r.i += 2
	default:
		r.i = at
	}
	return h.hour < 24 && h.min < 60 && h.sec <= 60
}

func (r *reader) fraction(h *hms) {
	at := r.i
	if !r.one(".,") {
		return
	}
	unit := 100000
	for ; r.i < len(r.s) && r.s[r.i]-'0' <= 9; r.i++ {
		h.micro += int(r.s[r.i]-'0') * unit
		unit /= 10
	}
	if r.i == at+1 {
		r.i = at
	}
}

// offset reads Z, UTC, GMT or +02:00, also behind a blank.
func (r *reader) offset() (seconds int, ok bool) {
	at := r.i
	r.blanks()
	for _, z := range []string{"UTC", "GMT", "Z", "z"} {
		if strings.HasPrefix(r.s[r.i:], z) {
			r.i += len(z)
			return 0, true
		}
	}
	sign := 1
	switch {
	case r.one("+"):
	case r.one("-"):
		sign = -1
	default:
		r.i = at
		return 0, false
	}
	var h, m int
	if !r.digits(2, &h) || h > 15 {
		r.i = at
		return 0, false
	}
	mark := r.i
	r.one(":")
	if !r.digits(2, &m) {
		r.i = mark
	}
	return sign * (h*3600 + m*60), true
}

// epochStamp reads 10 (seconds, with a fraction), 13, 16 or 19 digits: times since 2001. Fewer are
// too likely to be something else.
func epochStamp(s string) (int64, int, bool) {
	n := 0
	var v int64
	for n < len(s) && n < 19 && s[n]-'0' <= 9 {
		v = v*10 + int64(s[n]-'0')
		n++
	}
	if s[0] == '0' || n < len(s) && s[n]-'0' <= 9 {
		return 0, 0, false
	}
	switch {
	case n == 10:
		r := &reader{s: s, i: n}
		var h hms
		r.fraction(&h)
		return v*1e6 + int64(h.micro), r.i, true
	case n == 13:
		return v * 1000, n, true
	case n == 16:
		return v, n, true
	case n == 19:
		return v / 1000, n, true
	}
	return 0, 0, false
}

// apache reads 11/Oct/2000:22:14:15 -0700 and 11 Oct 2000 22:14:15.
func (k *clock) apache(s string) (int64, int, bool) {
	r := &reader{s: s}
	var d date
	var h hms
	if !r.upTo2(&d.day) || !r.one("/ -") || !r.month(&d.month) || !r.one("/ -") || !r.digits(4, &d.year) || !r.one(": ") || !r.clock(&h) || !d.valid() {
		return 0, 0, false
	}
	off, zoned := r.offset()
	return k.micros(d, h, off, zoned), r.i, true
}

// american reads 10/11/2000 10:14:15 PM.
func (k *clock) american(s string) (int64, int, bool) {
	r := &reader{s: s}
	var d date
	var h hms
	if !r.upTo2(&d.month) || !r.one("/-") || !r.upTo2(&d.day) || !r.one("/-") || !r.digits(4, &d.year) || !d.valid() {
		return 0, 0, false
	}
	at := r.i
	r.one(",")
	if !r.one(" T") || !r.clock(&h) {
		return k.micros(d, hms{}, 0, false), at, true
	}
	off, zoned := r.offset()
	return k.micros(d, h, off, zoned), r.i, true
}

var monthText = "JanFebMarAprMayJunJulAugSepOctNovDec"

func (r *reader) month(to *int) bool {
	if r.i+3 > len(r.s) {
		return false
	}
	for m := range 12 {
		if strings.EqualFold(monthText[3*m:3*m+3], r.s[r.i:r.i+3]) {
			*to = m + 1
			for r.i += 3; r.i < len(r.s) && asciiLetter(r.s[r.i]); {
				r.i++
			}
			return true
		}
	}
	return false
}

var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

func (r *reader) weekday() bool {
	if r.i+3 > len(r.s) || !slices.Contains(weekdays, r.s[r.i:r.i+3]) {
		return false
	}
	for r.i += 3; r.i < len(r.s) && asciiLetter(r.s[r.i]); {
		r.i++
	}
	r.one(",")
	return r.blanks()
}

// named reads times that start with the name of a day or a month.
func (k *clock) named(s string) (int64, int, bool) {
	r := &reader{s: s}
	if r.weekday() {
		if us, n, ok := k.apache(s[r.i:]); ok {
			return us, r.i + n, true
		}
	}
	us, n, ok := k.syslog(s[r.i:])
	return us, r.i + n, ok
}

// syslog reads Oct 11 22:14:15, Oct 11 2000 22:14:15 and Oct 11 22:14:15 2000. Without a year it is
// the one that puts the time at most a day after now.
func (k *clock) syslog(s string) (int64, int, bool) {
	r := &reader{s: s}
	var d date
	var h hms
	if !r.month(&d.month) || !r.blanks() || !r.upTo2(&d.day) || !d.valid() {
		return 0, 0, false
	}
	r.one(",")
	if !r.blanks() {
		return 0, 0, false
	}
	if at := r.i; r.digits(4, &d.year) && r.blanks() {
		if !r.clock(&h) {
			return 0, 0, false
		}
	} else if r.i, d.year = at, 0; !r.clock(&h) {
		return 0, 0, false
	}
	off, zoned := r.offset()
	if at := r.i; d.year == 0 && (!r.blanks() || !r.digits(4, &d.year) || r.i < len(r.s) && r.s[r.i]-'0' <= 9) {
		r.i, d.year = at, 0
	}
	if d.year == 0 {
		d.year = k.now.In(k.zone).Year()
		if k.micros(d, h, off, zoned) > k.now.Add(24*time.Hour).UnixMicro() {
			d.year--
		}
	}
	return k.micros(d, h, off, zoned), r.i, true
}

// syslogStamp reads the time of a syslog line for detection, where only the form counts.
func syslogStamp(s string) (int64, int, bool) {
	k := clock{zone: time.UTC, now: time.Unix(0, 0)}
	if len(s) < 15 || !asciiLetter(s[0]) {
		return 0, 0, false
	}
	return k.syslog(s)
}

// find looks for the first time in s that starts within its first limit bytes, at the start of a word.
func (k *clock) find(s string, limit int) (us int64, ok bool) {
	limit = min(limit, len(s))
	for i := 0; i < limit; i++ {
		if i > 0 && (asciiLetter(s[i-1]) || s[i-1]-'0' <= 9 || s[i-1] == '.' || s[i-1] == '-' || s[i-1] == ':') {
			continue
		}
		if c := s[i]; c-'0' > 9 && !asciiLetter(c) {
			continue
		}
		us, n, ok := k.stamp(s[i:])
		if !ok {
			continue
		}
		if end := i + n; end < len(s) && s[end]-'0' <= 9 || i > 0 && n < 14 && bareDigits(s[i:i+n]) {
			continue // a longer number, or a number inside of the line
		}
		return us, true
	}
	return 0, false
}

// bareDigits tells epoch times: too much looks like one to take it anywhere but at the start.
func bareDigits(s string) bool { return strings.Trim(s, "0123456789.") == "" }
