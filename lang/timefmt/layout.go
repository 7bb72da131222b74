package timefmt

import (
	"slices"
	"time"
)

// Layout is a compiled time format. It is immutable and safe for concurrent use.
type Layout struct {
	ops []op
}

// op is one element of a format. Composite variables (%F, %c …) are taken apart when compiling, so
// ops are literals and plain variables only.
type op struct {
	kind  byte   // 'L' literal; else the variable's letter
	lit   string // 'L': the text
	width int    // digits asked for; 0: the variable's own
	pad   byte   // '0', ' ', '-' (none) or 0 (the variable's own)
	upper bool
	colon int  // %:z 1, %::z 2, %:::z 3; %:Z 1
	ext   bool // %Ez: minutes
}

// composites are variables that stand for other formats (locale C).
var composites = map[byte]string{
	'T': "%H:%M:%S", 'R': "%H:%M", 'r': "%I:%M:%S %p", 'X': "%H:%M:%S",
	'F': "%Y-%m-%d", 'D': "%m/%d/%y", 'x': "%m/%d/%y", 'v': "%e-%b-%Y",
	'c': "%a %b %e %H:%M:%S %Y", '+': "%a %b %e %H:%M:%S %Z %Y",
}

const variables = "YyCGgmdejbhBaAHIklMSpPsNQfzZwuUVW"

// Compile reads a strftime format. It cannot fail: what is no variable stands for itself.
func Compile(format string) *Layout {
	l := &Layout{}
	l.add(format)
	return l
}

func (l *Layout) add(format string) {
	for i := 0; i < len(format); {
		if format[i] != '%' {
			j := i
			for j < len(format) && format[j] != '%' {
				j++
			}
			l.literal(format[i:j])
			i = j
			continue
		}
		o, n := scanVariable(format[i:])
		switch {
		case n == 0: // not a variable
			l.literal("%")
			i++
			continue
		case o.kind == '%' || o.kind == 'n' || o.kind == 't':
			l.literal(map[byte]string{'%': "%", 'n': "\n", 't': "\t"}[o.kind])
		case composites[o.kind] != "":
			l.add(composites[o.kind])
		default:
			l.ops = append(l.ops, o)
		}
		i += n
	}
}

// Seconds reports whether the text is the same within a second.
func (l *Layout) Seconds() bool {
	return !slices.ContainsFunc(l.ops, func(o op) bool { return o.kind == 'N' || o.kind == 'Q' || o.kind == 'f' })
}

func (l *Layout) literal(s string) {
	if k := len(l.ops) - 1; k >= 0 && l.ops[k].kind == 'L' {
		l.ops[k].lit += s
		return
	}
	l.ops = append(l.ops, op{kind: 'L', lit: s})
}

// scanVariable reads the variable at the start of s, which is a percent sign; n is its length, 0 if
// there is none.
func scanVariable(s string) (o op, n int) {
	i := 1
	for ; i < len(s); i++ {
		switch s[i] {
		case '-':
			o.pad = '-'
			continue
		case '_':
			o.pad = ' '
			continue
		case '0':
			o.pad = '0'
			continue
		case '^', '#':
			o.upper = true
			continue
		}
		break
	}
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		o.width = min(o.width*10+int(s[i]-'0'), 64)
	}
	for ; i < len(s) && s[i] == ':' && o.colon < 3; i++ {
		o.colon++
	}
	if o.colon == 0 && i < len(s) && (s[i] == 'E' || s[i] == 'O') {
		o.ext = s[i] == 'E'
		i++
	}
	if i >= len(s) {
		return o, 0
	}
	o.kind = s[i]
	if o.colon > 0 && o.kind != 'z' && (o.kind != 'Z' || o.colon > 1) {
		return o, 0
	}
	o.ext = o.ext && o.kind == 'z'
	for j := 0; j < len(variables); j++ {
		if variables[j] == o.kind {
			return o, i + 1
		}
	}
	if o.kind == '%' || o.kind == 'n' || o.kind == 't' || composites[o.kind] != "" {
		return o, i + 1
	}
	return o, 0
}

// Strftime formats one point in time. Column code keeps the Layout and the Zone instead.
func Strftime(e Epoch, format string, loc *time.Location) string {
	return string(Compile(format).Append(nil, e, NewZone(loc)))
}

// Strptime reads one text. Column code keeps the Layout and a Parser instead.
func Strptime(s, format string, now time.Time, loc *time.Location) (Epoch, bool) {
	return Compile(format).NewParser(now, loc).Parse(s)
}
