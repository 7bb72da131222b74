package timefmt

import (
	"strings"
	"time"
)

// resolve turns what was read into a point in time.
func (p *Parser) resolve(f *fields) (Epoch, bool) {
	if f.has['s'] {
		return Epoch{f.epoch, f.nsec}, true
	}
	days, ok := p.date(f)
	if !ok {
		return Epoch{}, false
	}
	hour := f.hour
	if f.has['I'] && !f.has['H'] {
		hour %= 12
		if f.pm {
			hour += 12
		}
	}
	if hour == 24 && (f.min > 0 || f.sec > 0) {
		return Epoch{}, false
	}
	local := days*86400 + int64(hour*3600+f.min*60+f.sec)
	switch {
	case f.has['z']:
		return Epoch{local - int64(f.offset), f.nsec}, true
	case p.utc:
		return Epoch{local, f.nsec}, true
	}
	y, m, d := dateOf(days)
	return Epoch{time.Date(int(y), time.Month(m), d, hour, f.min, f.sec, 0, p.loc).Unix(), f.nsec}, true
}

// date returns the day counted from 1970. A text that names a year or month but no day is refused;
// one without any date means today.
func (p *Parser) date(f *fields) (days int64, ok bool) {
	year := p.year(f)
	switch {
	case f.has['V'] && f.has['w']:
		return p.isoDate(f), true
	case f.has['j']:
		days = daysOf(year, 1, 1) + int64(f.yearday) - 1
		y, _, _ := dateOf(days)
		return days, y == year
	case f.has['d']:
		month := p.today.month
		if f.has['m'] {
			month = f.month
		}
		days = daysOf(year, month, f.day)
		_, _, d := dateOf(days)
		return days, d == f.day // no 30 February
	case (f.has['U'] || f.has['W']) && f.has['w']:
		return weekDate(f, year), true
	case f.has['m'] || f.has['Y'] || f.has['y'] || f.has['C'] || f.has['G']:
		return 0, false
	}
	return daysOf(p.today.year, p.today.month, p.today.day), true
}

func (p *Parser) year(f *fields) int64 {
	switch {
	case f.has['Y']:
		return int64(f.year)
	case f.has['C'] && f.has['y']:
		return int64(f.century*100 + f.short)
	case f.has['y'] && f.short >= 69:
		return int64(1900 + f.short)
	case f.has['y']:
		return int64(2000 + f.short)
	}
	return p.today.year
}

func (p *Parser) isoDate(f *fields) int64 {
	year, _ := p.today.isoWeek()
	switch {
	case f.has['G']:
		year = int64(f.isoYear)
	case f.has['g'] && f.isoShort >= 69:
		year = int64(1900 + f.isoShort)
	case f.has['g']:
		year = int64(2000 + f.isoShort)
	case f.has['Y'] || f.has['y']:
		year = p.year(f)
	}
	fourth := daysOf(year, 1, 4) // always in week 1
	monday := fourth - floorMod(fourth+3, 7)
	return monday + int64(f.weekISO-1)*7 + int64(f.weekday+6)%7
}

func weekDate(f *fields, year int64) int64 {
	first := daysOf(year, 1, 1)
	weekday := floorMod(first+4, 7)
	if f.has['U'] {
		return first - weekday + int64(f.weekU)*7 + int64(f.weekday) + firstWeekShift(weekday)
	}
	weekday = (weekday + 6) % 7
	return first - weekday + int64(f.weekW)*7 + int64(f.weekday+6)%7 + firstWeekShift(weekday)
}

// firstWeekShift moves week 0 away when the year begins with the first day of a week, which is then
// in week 1.
func firstWeekShift(weekday int64) int64 {
	if weekday == 0 {
		return -7
	}
	return 0
}

// readOffset reads Z, +hh, +hhmm, +hh:mm, +hh:mm:ss.
func (f *fields) readOffset(s string) (string, bool) {
	if s == "" {
		return s, false
	}
	if s[0] == 'Z' || s[0] == 'z' {
		f.has['z'], f.offset = true, 0
		return s[1:], true
	}
	if s[0] != '+' && s[0] != '-' {
		return s, false
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	s = s[1:]
	parts := [3]int{}
	for i := range parts {
		t := s
		if i > 0 {
			t = strings.TrimPrefix(t, ":")
		}
		if digitRun(t, 2) < 2 {
			if i == 0 {
				return s, false
			}
			break
		}
		parts[i] = number(t[:2])
		s = t[2:]
	}
	if parts[0] > 24 || parts[1] > 59 || parts[2] > 59 {
		return s, false
	}
	f.has['z'], f.offset = true, sign*(parts[0]*3600+parts[1]*60+parts[2])
	return s, true
}

func (f *fields) readMinutes(s string) (string, bool) {
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	n := digitRun(s, 4)
	if n == 0 || number(s[:n]) > 24*60 {
		return s, false
	}
	f.has['z'], f.offset = true, sign*60*number(s[:n])
	return s[n:], true
}

// abbreviations are zone names in common use, in minutes east of UTC. Where one name is used in
// several places, the North American and European meaning wins.
var abbreviations = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 60, "BST": 60, "IST": 330, "CET": 60, "CEST": 120, "MET": 60,
	"MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "EAT": 180, "WAT": 60, "CAT": 120,
	"NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
	"MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "SST": -660,
	"BRT": -180, "ART": -180, "PKT": 300, "ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480, "AWST": 480, "PHT": 480,
	"JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}

// readZone reads a zone abbreviation, GMT-0700 and the like, or a numeric offset.
func (p *Parser) readZone(f *fields, s string) (string, bool) {
	n := 0
	for n < len(s) && n < 6 && (s[n]|0x20) >= 'a' && (s[n]|0x20) <= 'z' {
		n++
	}
	if n == 0 {
		return f.readOffset(s)
	}
	name := strings.ToUpper(s[:n])
	if name == "GMT" || name == "UTC" {
		if rest, ok := f.readOffset(s[n:]); ok && n < len(s) && s[n] != 'Z' && s[n] != 'z' {
			return rest, true
		}
	}
	for _, month := range [...]time.Month{time.January, time.July} {
		own, off := time.Date(int(p.today.year), month, 1, 0, 0, 0, 0, p.loc).Zone()
		if own == name {
			f.has['z'], f.offset = true, off
			return s[n:], true
		}
	}
	min, ok := abbreviations[name]
	f.has['z'], f.offset = true, min*60
	return s[n:], ok
}
