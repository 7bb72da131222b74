package timefmt

import (
	"strconv"
	"strings"
)

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
var dayNames = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

// Append appends the text of e in zone z.
func (l *Layout) Append(dst []byte, e Epoch, z *Zone) []byte {
	c := z.civil(e)
	for i := range l.ops {
		o := &l.ops[i]
		if o.kind == 'L' {
			dst = append(dst, o.lit...)
			continue
		}
		dst = o.append(dst, &c)
	}
	return dst
}

func (o *op) append(dst []byte, c *civil) []byte {
	switch o.kind {
	case 'N', 'Q', 'f':
		return o.subsecond(dst, c.nsec)
	case 'z', 'Z':
		return o.zone(dst, c)
	case 'b', 'h', 'B', 'a', 'A', 'p', 'P':
		return o.name(dst, c)
	}
	v, width, pad := o.number(c)
	if o.width > 0 {
		width = o.width
	}
	if o.pad != 0 {
		pad = o.pad
	}
	return appendPadded(dst, v, width, pad)
}

// number returns the value, least width and padding of a numeric variable.
func (o *op) number(c *civil) (v int64, width int, pad byte) {
	switch o.kind {
	case 'Y':
		return c.year, 1, '0'
	case 'y':
		return floorMod(c.year, 100), 2, '0'
	case 'C':
		return floorDiv(c.year, 100), 2, '0'
	case 'm':
		return int64(c.month), 2, '0'
	case 'd':
		return int64(c.day), 2, '0'
	case 'e':
		return int64(c.day), 2, ' '
	case 'j':
		return int64(c.yearday), 3, '0'
	case 'H':
		return int64(c.hour), 2, '0'
	case 'k':
		return int64(c.hour), 2, ' '
	case 'I':
		return int64(c.hour+11)%12 + 1, 2, '0'
	case 'l':
		return int64(c.hour+11)%12 + 1, 2, ' '
	case 'M':
		return int64(c.min), 2, '0'
	case 'S':
		return int64(c.sec), 2, '0'
	case 's':
		return c.epoch, 1, '0'
	case 'w':
		return int64(c.weekday), 1, '0'
	case 'u':
		return int64(c.weekday+6)%7 + 1, 1, '0'
	}
	return o.week(c)
}

func (o *op) week(c *civil) (v int64, width int, pad byte) {
	year, week := c.isoWeek()
	switch o.kind {
	case 'U':
		return int64(c.yearday+6-c.weekday) / 7, 2, '0'
	case 'W':
		return int64(c.yearday+6-(c.weekday+6)%7) / 7, 2, '0'
	case 'V':
		return int64(week), 2, '0'
	case 'g':
		return floorMod(year, 100), 2, '0'
	}
	return year, 1, '0' // G
}

func appendPadded(dst []byte, v int64, width int, pad byte) []byte {
	if v < 0 {
		dst = append(dst, '-')
		v = -v
		width--
	}
	if v < 100 && width == 2 && pad == '0' {
		return append(dst, byte('0'+v/10), byte('0'+v%10))
	}
	var buf [20]byte
	digits := strconv.AppendInt(buf[:0], v, 10)
	if pad != '-' {
		for n := width - len(digits); n > 0; n-- {
			dst = append(dst, pad)
		}
	}
	return append(dst, digits...)
}

// subsecond cuts digits off instead of rounding, like the second before them.
func (o *op) subsecond(dst []byte, nsec int32) []byte {
	var d [9]byte
	for i := 8; i >= 0; i-- {
		d[i] = byte('0' + nsec%10)
		nsec /= 10
	}
	return append(dst, d[:o.digits()]...)
}

func (o *op) digits() int {
	switch {
	case o.width > 0:
		return min(o.width, 9)
	case o.kind == 'Q':
		return 3
	case o.kind == 'f':
		return 6
	}
	return 9
}

func (o *op) zone(dst []byte, c *civil) []byte {
	if o.kind == 'Z' && o.colon == 0 {
		return append(dst, c.zone...)
	}
	if o.ext {
		return strconv.AppendInt(dst, int64(c.offset/60), 10)
	}
	colon := o.colon
	if o.kind == 'Z' {
		dst = append(dst, "GMT"...)
		colon = 0
	}
	off, sign := c.offset, byte('+')
	if off < 0 {
		off, sign = -off, '-'
	}
	dst = append(dst, sign)
	dst = appendPadded(dst, int64(off/3600), 2, '0')
	min, sec := int64(off/60%60), int64(off%60)
	switch {
	case colon == 0:
		return appendPadded(dst, min, 2, '0')
	case colon == 3 && min == 0 && sec == 0:
		return dst
	}
	dst = appendPadded(append(dst, ':'), min, 2, '0')
	if colon == 2 || colon == 3 && sec != 0 {
		dst = appendPadded(append(dst, ':'), sec, 2, '0')
	}
	return dst
}

func (o *op) name(dst []byte, c *civil) []byte {
	var s string
	switch o.kind {
	case 'b', 'h':
		s = monthNames[c.month-1][:3]
	case 'B':
		s = monthNames[c.month-1]
	case 'a':
		s = dayNames[c.weekday][:3]
	case 'A':
		s = dayNames[c.weekday]
	default:
		s = "AM"
		if c.hour >= 12 {
			s = "PM"
		}
		if o.kind == 'P' {
			s = strings.ToLower(s)
		}
	}
	if o.upper {
		s = strings.ToUpper(s)
	}
	return append(dst, s...)
}
