package timefmt

import (
	"strings"
	"time"
)

// Parser reads texts by a Layout. What a text leaves out comes from the present date, and a text
// without zone is local time. It is not for concurrent use.
type Parser struct {
	l     *Layout
	loc   *time.Location
	utc   bool
	today civil
}

// NewParser returns a parser; loc nil means UTC.
func (l *Layout) NewParser(now time.Time, loc *time.Location) *Parser {
	z := NewZone(loc)
	return &Parser{l: l, loc: z.loc, utc: z.loc == time.UTC, today: z.civil(FromTime(now))}
}

// fields is what a text told.
type fields struct {
	has                   [128]bool // by variable, after aliases are folded together
	year, short, century  int
	month, day, yearday   int
	hour, min, sec        int
	nsec                  int32
	pm                    bool
	weekday               int
	weekU, weekW, weekISO int
	isoYear, isoShort     int
	epoch                 int64
	offset                int
}

// Parse reads s; false if it does not match. Text after the match is ignored.
func (p *Parser) Parse(s string) (Epoch, bool) {
	var f fields
	for i := range p.l.ops {
		o := &p.l.ops[i]
		ok := false
		if o.kind == 'L' {
			s, ok = skipLiteral(s, o.lit)
		} else {
			reserve := 0
			if o.kind == 's' && i+1 < len(p.l.ops) && strings.IndexByte("NQf", p.l.ops[i+1].kind) >= 0 {
				reserve = p.l.ops[i+1].digits()
			}
			s, ok = p.read(&f, o, s, reserve)
		}
		if !ok {
			return Epoch{}, false
		}
	}
	return p.resolve(&f)
}

// skipLiteral takes lit off s. White space in lit stands for any run of white space, also none.
func skipLiteral(s, lit string) (string, bool) {
	for i := 0; i < len(lit); i++ {
		if isBlank(lit[i]) {
			s = skipBlanks(s)
			continue
		}
		if s == "" || s[0] != lit[i] {
			return s, false
		}
		s = s[1:]
	}
	return s, true
}

func isBlank(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func skipBlanks(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	return s
}

// read takes one variable off s. reserve digits at the end of an epoch belong to a fraction that
// follows without a point ("%s%3N").
func (p *Parser) read(f *fields, o *op, s string, reserve int) (string, bool) {
	s = skipBlanks(s)
	switch o.kind {
	case 'N', 'Q', 'f':
		n := digitRun(s, 18)
		if n == 0 {
			return s, false
		}
		f.nsec = fraction(s[:n])
		return s[n:], true
	case 'b', 'h', 'B':
		f.has['m'] = true
		return pickName(s, monthNames[:], &f.month, 1)
	case 'a', 'A':
		f.has['w'] = true
		return pickName(s, dayNames[:], &f.weekday, 0)
	case 'p', 'P':
		if len(s) < 2 || s[1]|0x20 != 'm' || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
			return s, false
		}
		f.has['p'], f.pm = true, s[0]|0x20 == 'p'
		return s[2:], true
	case 's':
		return f.readEpoch(s, reserve)
	case 'z':
		if o.ext {
			return f.readMinutes(s)
		}
		return f.readOffset(s)
	case 'Z':
		return p.readZone(f, s)
	}
	return f.readNumber(o.kind, s)
}

func digitRun(s string, limit int) int {
	n := 0
	for n < len(s) && n < limit && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func number(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func pickName(s string, names []string, to *int, base int) (string, bool) {
	for i, name := range names {
		for _, form := range [...]string{name, name[:3]} {
			if len(s) >= len(form) && strings.EqualFold(s[:len(form)], form) {
				*to = i + base
				return s[len(form):], true
			}
		}
	}
	return s, false
}

func (f *fields) readEpoch(s string, reserve int) (string, bool) {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	n := digitRun(s, 18)
	if n > reserve {
		n -= reserve
	}
	if n == 0 {
		return s, false
	}
	f.epoch = int64(number(s[:n]))
	if f.epoch >= maxSec {
		return s, false
	}
	if neg {
		f.epoch = -f.epoch
	}
	f.has['s'] = true
	return s[n:], true
}

// numeric lists the digits, range and destination of the plain numeric variables.
var numeric = map[byte]struct {
	digits, lo, hi int
	as             byte // the variable whose presence it means
	to             func(*fields) *int
}{
	'Y': {4, 0, 9999, 'Y', func(f *fields) *int { return &f.year }},
	'y': {2, 0, 99, 'y', func(f *fields) *int { return &f.short }},
	'C': {2, 0, 99, 'C', func(f *fields) *int { return &f.century }},
	'G': {4, 0, 9999, 'G', func(f *fields) *int { return &f.isoYear }},
	'g': {2, 0, 99, 'g', func(f *fields) *int { return &f.isoShort }},
	'm': {2, 1, 12, 'm', func(f *fields) *int { return &f.month }},
	'd': {2, 1, 31, 'd', func(f *fields) *int { return &f.day }},
	'e': {2, 1, 31, 'd', func(f *fields) *int { return &f.day }},
	'j': {3, 1, 366, 'j', func(f *fields) *int { return &f.yearday }},
	'H': {2, 0, 24, 'H', func(f *fields) *int { return &f.hour }},
	'k': {2, 0, 24, 'H', func(f *fields) *int { return &f.hour }},
	'I': {2, 1, 12, 'I', func(f *fields) *int { return &f.hour }},
	'l': {2, 1, 12, 'I', func(f *fields) *int { return &f.hour }},
	'M': {2, 0, 59, 'M', func(f *fields) *int { return &f.min }},
	'S': {2, 0, 60, 'S', func(f *fields) *int { return &f.sec }},
	'w': {1, 0, 6, 'w', func(f *fields) *int { return &f.weekday }},
	'u': {1, 1, 7, 'w', func(f *fields) *int { return &f.weekday }},
	'U': {2, 0, 53, 'U', func(f *fields) *int { return &f.weekU }},
	'W': {2, 0, 53, 'W', func(f *fields) *int { return &f.weekW }},
	'V': {2, 1, 53, 'V', func(f *fields) *int { return &f.weekISO }},
}

func (f *fields) readNumber(kind byte, s string) (string, bool) {
	d := numeric[kind]
	n := digitRun(s, d.digits)
	if n == 0 {
		return s, false
	}
	v := number(s[:n])
	if v < d.lo || v > d.hi {
		return s, false
	}
	if kind == 'u' {
		v %= 7
	}
	*d.to(f) = v
	f.has[d.as] = true
	return s[n:], true
}
