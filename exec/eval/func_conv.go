package eval

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang/timefmt"
)

func init() {
	register("conversion",
		&Func{Name: "tostring", Min: 1, Max: 2, Usage: `tostring(<value>[, "binary"|"hex"|"commas"|"duration"])`, Pure: true, result: Str,
			args: []argKind{anyArg, textArg}, nulls: true, nullOK: true, multi: multiPass, new: newToString,
			Doc: "A value as text. Null is the text Null. A number can be shown in binary or hexadecimal, with thousands separators, or as a duration.",
			Examples: []Example{{`tostring(1==1)`, "True"}, {`tostring(nosuch)`, "Null"}, {`tostring(15, "hex")`, "0xF"}, {`tostring(9, "binary")`, "1001"},
				{`tostring(12345.6789, "commas")`, "12,345.68"}, {`tostring(615, "duration")`, "00:10:15"}, {`tostring(90061, "duration")`, "1+01:01:01"}}},
		&Func{Name: "tonumber", Min: 1, Max: 2, Usage: "tonumber(<text>[, <base>])", Pure: true, result: Num, args: []argKind{keptArg, numArg},
			new: newToNumber(func(f float64, p value.Prec) (float64, value.Prec) { return f, p }),
			Doc: "Reads a number, in a base from 2 to 36 if one is given; null if the text is none.",
			Examples: []Example{{`tonumber("42")+1`, "43"}, {`tonumber("0A4", 16)`, "164"}, {`tonumber("z", 36)`, "35"}, {`tonumber(nosuch)`, ""},
				{`tonumber("-1.50")`, "-1.50"}}},
		&Func{Name: "toint", Min: 1, Max: 2, Usage: "toint(<value>[, <base>])", Pure: true, result: Num, args: []argKind{keptArg, numArg},
			new: newToNumber(func(f float64, _ value.Prec) (float64, value.Prec) { return math.Floor(f), value.Exact }),
			Doc: "A whole number: the value rounded down.", Examples: []Example{{`toint(3.14)`, "3"}, {`toint("24")`, "24"}}},
		&Func{Name: "todouble", Min: 1, Max: 2, Usage: "todouble(<value>[, <base>])", Pure: true, result: Num, args: []argKind{keptArg, numArg},
			new: newToNumber(func(f float64, p value.Prec) (float64, value.Prec) { return f, p }),
			Doc: "A number, with its fraction.", Examples: []Example{{`todouble("1.5")`, "1.5"}}},
		&Func{Name: "tobool", Min: 1, Max: 1, Usage: "tobool(<value>)", Pure: true, result: Boolean, new: rows(toBool),
			Doc:      "The texts true and false as Booleans; a number is true unless it is zero; null for anything else.",
			Examples: []Example{{`if(tobool("True"), "y", "n")`, "y"}, {`if(tobool(0), "y", "n")`, "n"}, {`if(isnull(tobool("maybe")), "y", "n")`, "y"}}},
		&Func{Name: "ipmask", Min: 2, Max: 2, Usage: "ipmask(<mask>, <address>)", Pure: true, result: Str, args: []argKind{textArg}, new: rows(ipMask),
			Doc:      "An IPv4 address with the bits outside of the mask set to zero.",
			Examples: []Example{{`ipmask("255.255.255.0", "10.20.30.120")`, "10.20.30.0"}, {`ipmask("0.255.0.224", "10.20.30.120")`, "0.20.0.96"}, {`ipmask("x", "10.0.0.1")`, ""}}},
	)
}

func newToString(s *site) (kernel, error) {
	if len(s.args) == 1 {
		return kernel{row: func(args []value.Value) value.Value {
			switch args[0].Kind() {
			case value.Null:
				return value.OfString("Null")
			case value.Multi:
				return args[0]
			}
			return value.OfString(args[0].Text())
		}}, nil
	}
	if f, ok := s.konst(1); ok && numberFormats[strings.ToLower(f.Text())] == nil {
		return kernel{}, errArgs
	}
	return kernel{row: func(args []value.Value) value.Value {
		if args[0].IsNull() {
			return value.OfString("Null")
		}
		format := numberFormats[strings.ToLower(args[1].Text())]
		x, _, ok := readNumber(args[0])
		if !ok || format == nil || args[0].Kind() == value.Multi {
			return args[0]
		}
		text, ok := format(x)
		if !ok {
			return args[0]
		}
		return value.OfString(text)
	}}, nil
}

// numberFormats are the formats of tostring, whose names are taken in any case; false where a number has no such text.
var numberFormats = map[string]func(x float64) (string, bool){
	"binary":   func(x float64) (string, bool) { return inBase(x, 2, "") },
	"hex":      func(x float64) (string, bool) { return inBase(x, 16, "0x") },
	"commas":   func(x float64) (string, bool) { return commas(x), true },
	"duration": duration,
}

func inBase(x float64, base int, prefix string) (string, bool) {
	if math.IsNaN(x) || math.Abs(x) >= 1<<63 {
		return "", false
	}
	n := int64(x)
	digits := strings.ToUpper(strconv.FormatUint(uint64(max(n, -n)), base))
	if n < 0 {
		return "-" + prefix + digits, true
	}
	return prefix + digits, true
}

func commas(x float64) string {
	p := value.Exact
	if x != math.Trunc(x) {
		p = value.Decimals(2)
	}
	return group(value.FormatNumber(x, p))
}

// group puts separators between the thousands of a number's text.
func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac := s, ""
	if i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		whole, frac = s[:i], s[i:]
	}
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String() + frac
}

func duration(x float64) (string, bool) {
	out, ok := timefmt.AppendDuration(nil, x)
	return string(out), ok
}

// newToNumber makes tonumber and its relatives, which differ in what becomes of the number.
func newToNumber(finish func(float64, value.Prec) (float64, value.Prec)) func(s *site) (kernel, error) {
	return func(s *site) (kernel, error) {
		if b, ok := s.konst(1); ok && len(s.args) == 2 {
			if n, ok := integer(b); !ok || n < 2 || n > 36 {
				return kernel{}, errArgs
			}
		}
		row := func(args []value.Value) value.Value {
			base := int64(10)
			if len(args) == 2 {
				var ok bool
				if base, ok = integer(args[1]); !ok || base < 2 || base > 36 {
					return value.Value{}
				}
			}
			f, p, ok := readInBase(args[0], int(base))
			if !ok {
				return value.Value{}
			}
			return value.OfNumber(finish(f, p))
		}
		if a := s.args[0]; a.literal && len(s.args) == 1 && row([]value.Value{a.val}).IsNull() {
			return kernel{}, errArgs
		}
		k := kernel{row: row}
		if len(s.args) == 1 {
			k.vec = func(args []column.Vec, n int) column.Vec { return numberVec(args[0], n, finish) }
		}
		return k, nil
	}
}

// numberVec reads a column as numbers.
func numberVec(v column.Vec, n int, finish func(float64, value.Prec) (float64, value.Prec)) column.Vec {
	a, ok := numbersOf(v, n, false)
	if !ok || a.mask == 0 {
		return nil
	}
	out := &column.Float{F: make([]float64, n), P: make([]value.Prec, n), Nulls: a.bad}
	for i := range out.F {
		out.F[i], out.P[i] = finish(a.f[i], a.p[i&a.pmask])
	}
	return packed(out)
}

func readInBase(v value.Value, base int) (float64, value.Prec, bool) {
	if base == 10 {
		return readNumber(v)
	}
	s := v.Text()
	if base == 16 {
		neg := strings.HasPrefix(s, "-")
		s = strings.TrimPrefix(s, "-")
		if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
			s = s[2:]
		}
		if neg {
			s = "-" + s
		}
	}
	n, err := strconv.ParseInt(s, base, 64)
	return float64(n), value.Exact, err == nil && !strings.Contains(s, "_")
}

func toBool(args []value.Value) value.Value {
	v := args[0]
	if v.Kind() == value.Bool {
		return v
	}
	if f, _, ok := v.Number(); ok {
		return value.OfBool(f != 0)
	}
	switch v.Text() {
	case "true", "True":
		return value.OfBool(true)
	case "false", "False":
		return value.OfBool(false)
	}
	return value.Value{}
}

func ipMask(args []value.Value) value.Value {
	mask, err := netip.ParseAddr(args[0].Text())
	ip, err2 := netip.ParseAddr(args[1].Text())
	if err != nil || err2 != nil || !mask.Is4() || !ip.Is4() {
		return value.Value{}
	}
	m, a := mask.As4(), ip.As4()
	for i := range a {
		a[i] &= m[i]
	}
	return value.OfString(netip.AddrFrom4(a).String())
}
