package eval

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"spl/exec/value"
)

func init() {
	register("conversion",
		&Func{Name: "printf", Min: 1, Max: -1, Usage: "printf(<format>, <value>, ...)", Pure: true, result: Str, args: []argKind{textArg, anyArg},
			nulls: true, nullOK: true, new: newPrintf,
			Doc: "Text by a format as in C: % flags width .precision and one of a A c d i e E f F g G o s u x X, or z for s and p for X. Flags are ' - 0 + # and blank; * takes width or precision from the arguments.",
			Examples: []Example{{`printf("%'d", 12345)`, "12,345"}, {`printf("%x,%X,%p", 10, 10, 10)`, "a,A,A"}, {`printf("%.3A", pi())`, "0X1.922P+1"},
				{`printf("%.2g,%.2g", pi(), 123)`, "3.1,1.2e+02"}, {`printf("%-5s|%05d|%+d", "ab", 42, 7)`, "ab   |00042|+7"}, {`printf("%d,%i", -2, +4)`, "-2,4"},
				{`printf("%*d|%.*f", 5, 42, 1, 2.55)`, "   42|2.5"}, {`printf("%s", nosuch)`, "Null"}, {`printf("%c%c", "abc", 65)`, "aA"}, {`printf("100%%")`, "100%"}}},
	)
}

// verb is one conversion of a format and the text before it.
type verb struct {
	before                     string
	conv                       byte // 0: the end of the format
	left, zero, plus, alt, sep bool
	blank                      bool
	width, prec                int // -1: none
	starWidth, starPrec        bool
}

// maxWidth bounds widths and precisions.
const maxWidth = 4096

// parseFormat reads a format; false if it has a conversion that does not exist.
func parseFormat(s string) ([]verb, bool) {
	var out []verb
	var lit strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			lit.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '%' {
			lit.WriteByte('%')
			i++
			continue
		}
		v := verb{before: lit.String(), width: -1, prec: -1}
		lit.Reset()
		n := v.parse(s[i+1:])
		if n == 0 {
			return nil, false
		}
		out = append(out, v)
		i += n
	}
	return append(out, verb{before: lit.String()}), true
}

// parse reads a conversion without its percent sign and returns its length, 0 if it is none.
func (v *verb) parse(s string) int {
	i := 0
flags:
	for ; i < len(s); i++ {
		switch s[i] {
		case '-':
			v.left = true
		case '0':
			v.zero = true
		case '+':
			v.plus = true
		case '#':
			v.alt = true
		case '\'':
			v.sep = true
		case ' ':
			v.blank = true
		default:
			break flags
		}
	}
	i += v.number(s[i:], &v.width, &v.starWidth)
	if i < len(s) && s[i] == '.' {
		i++
		v.prec = 0
		i += v.number(s[i:], &v.prec, &v.starPrec)
	}
	if i == len(s) || strings.IndexByte("aAcdieEfFgGosuxXzp", s[i]) < 0 || v.width > maxWidth || v.prec > maxWidth {
		return 0
	}
	switch v.conv = s[i]; v.conv {
	case 'i':
		v.conv = 'd'
	case 'z':
		v.conv = 's'
	case 'p':
		v.conv = 'X'
	case 'F':
		v.conv = 'f'
	}
	return i + 1
}

func (v *verb) number(s string, to *int, star *bool) int {
	if strings.HasPrefix(s, "*") {
		*star = true
		return 1
	}
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i > 0 {
		n, err := strconv.Atoi(s[:i])
		if err != nil {
			n = maxWidth + 1
		}
		*to = n
	}
	return i
}

// wants returns how many arguments a format takes.
func wants(verbs []verb) int {
	n := 0
	for _, v := range verbs {
		for _, b := range []bool{v.conv != 0, v.starWidth, v.starPrec} {
			if b {
				n++
			}
		}
	}
	return n
}

func newPrintf(s *site) (kernel, error) {
	type format struct {
		verbs []verb
		ok    bool
	}
	formats := newCache(func(text string) format {
		verbs, ok := parseFormat(text)
		return format{verbs, ok}
	})
	if f, ok := s.konst(0); ok {
		got := formats.get(f.Text())
		if f.IsNull() || !got.ok || wants(got.verbs) != len(s.args)-1 {
			return kernel{}, errArgs
		}
	}
	return kernel{row: func(args []value.Value) value.Value {
		f := formats.get(args[0].Text())
		if args[0].IsNull() || !f.ok || wants(f.verbs) != len(args)-1 {
			return value.Value{}
		}
		return printf(f.verbs, args[1:])
	}}, nil
}

func printf(verbs []verb, args []value.Value) value.Value {
	var b strings.Builder
	next := func() value.Value {
		v := args[0]
		args = args[1:]
		return v
	}
	for _, v := range verbs {
		b.WriteString(v.before)
		if v.conv == 0 {
			break
		}
		if v.starWidth {
			n, ok := integer(next())
			if !ok || max(n, -n) > maxWidth {
				return value.Value{}
			}
			v.left = v.left || n < 0
			v.width = int(max(n, -n))
		}
		if v.starPrec {
			n, ok := integer(next())
			if !ok || n > maxWidth {
				return value.Value{}
			}
			v.prec = int(max(n, -1))
		}
		text, ok := v.format(next())
		if !ok {
			return value.Value{}
		}
		b.WriteString(text)
	}
	return value.OfString(b.String())
}

// format renders one value; false if the conversion wants a number and it is none.
func (v *verb) format(x value.Value) (string, bool) {
	switch {
	case x.IsNull():
		return v.pad("", "Null", false), true
	case v.conv == 's':
		s := x.Text()
		if v.prec >= 0 {
			s = s[:runeOffset(s, int64(v.prec))]
		}
		return v.pad("", s, false), true
	case v.conv == 'c':
		return v.character(x)
	}
	f, _, ok := readNumber(x)
	if !ok {
		return "", false
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return v.pad("", value.FormatNumber(f, value.Exact), false), true
	}
	if strings.IndexByte("doxXu", v.conv) >= 0 {
		return v.whole(f)
	}
	return v.real(f), true
}

func (v *verb) character(x value.Value) (string, bool) {
	if x.Kind() == value.Number {
		n, ok := integer(x)
		if !ok || n < 0 || n > utf8.MaxRune {
			return "", false
		}
		return v.pad("", string(rune(n)), false), true
	}
	s := x.Text()
	_, n := utf8.DecodeRuneInString(s)
	return v.pad("", s[:n], false), true
}

// sign returns what stands before a number.
func (v *verb) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case v.plus:
		return "+"
	case v.blank:
		return " "
	}
	return ""
}

func (v *verb) whole(f float64) (string, bool) {
	f = math.Trunc(f)
	if math.Abs(f) >= 1<<63 {
		return "", false
	}
	n := int64(f)
	sign, prefix, digits := "", "", ""
	switch v.conv {
	case 'd':
		sign = v.sign(n < 0)
		digits = strconv.FormatUint(uint64(max(n, -n)), 10)
	case 'u':
		digits = strconv.FormatUint(uint64(n), 10)
	case 'o':
		digits = strconv.FormatUint(uint64(n), 8)
		if v.alt {
			prefix = "0"
		}
	default:
		digits = strconv.FormatUint(uint64(n), 16)
		if v.alt && n != 0 {
			prefix = "0x"
		}
		if v.conv == 'X' {
			prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
		}
	}
	if len(digits) < v.prec {
		digits = strings.Repeat("0", v.prec-len(digits)) + digits
	}
	if v.sep && (v.conv == 'd' || v.conv == 'u') {
		digits = group(digits)
	}
	return v.pad(sign+prefix, digits, v.prec < 0), true
}

func (v *verb) real(f float64) string {
	sign := v.sign(math.Signbit(f))
	f = math.Abs(f)
	var digits string
	switch v.conv {
	case 'a', 'A':
		digits = hexFloat(f, v.prec)
		if v.conv == 'A' {
			digits = strings.ToUpper(digits)
		}
		return v.pad(sign+digits[:2], digits[2:], true)
	default:
		prec := v.prec
		if prec < 0 {
			prec = 6
		}
		layout := "%.*" + string(v.conv)
		if v.alt {
			layout = "%#.*" + string(v.conv)
		}
		digits = fmt.Sprintf(layout, prec, f)
	}
	if v.sep && strings.IndexByte("fgG", v.conv) >= 0 {
		digits = group(digits)
	}
	return v.pad(sign, digits, true)
}

// hexFloat writes a number as C does: the exponent without leading zeros.
func hexFloat(f float64, prec int) string {
	s := strconv.FormatFloat(f, 'x', prec, 64)
	i := strings.IndexByte(s, 'p') + 2
	return s[:i] + strings.TrimLeft(s[i:len(s)-1], "0") + s[len(s)-1:]
}

// pad brings a text to the width; zeros go between the sign and the digits.
func (v *verb) pad(sign, s string, zeros bool) string {
	n := v.width - utf8.RuneCountInString(sign) - utf8.RuneCountInString(s)
	switch {
	case n <= 0:
		return sign + s
	case v.left:
		return sign + s + strings.Repeat(" ", n)
	case v.zero && zeros:
		return sign + strings.Repeat("0", n) + s
	}
	return strings.Repeat(" ", n) + sign + s
}
