package commands

import (
	"strings"

	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang/timefmt"
)

var convertFuncs = []string{"auto", "ctime", "dur2sec", "memk", "mktime", "mstime", "none", "num", "rmcomma", "rmunit"}

// converter turns one text into another; false: it cannot.
type converter struct {
	f     func(s string) (string, bool)
	drops bool // what it cannot convert loses its value even in place
}

type converters map[string]converter

// newConverters returns the functions for one worker: time zones remember where they looked last. An
// empty format is the default one.
func newConverters(rt *plan.Runtime, format string) converters {
	fraction := ""
	if format == "" {
		format, fraction = defaultTimeFormat, ".%3N"
	}
	layout, precise := timefmt.Compile(format), timefmt.Compile(format+fraction)
	zone := timefmt.NewZone(rt.Env.Zone)
	parser := layout.NewParser(rt.Env.Now, rt.Env.Zone)
	return converters{
		"auto":    {f: toNumber},
		"num":     {f: toNumber, drops: true},
		"none":    {f: same},
		"dur2sec": {f: seconds(timefmt.ParseDuration)},
		"mstime":  {f: seconds(timefmt.ParseMinutes)},
		"memk":    {f: kilobytes},
		"rmcomma": {f: func(s string) (string, bool) { return strings.ReplaceAll(s, ",", ""), true }},
		"rmunit":  {f: leadingNumber},
		"ctime": {f: func(s string) (string, bool) {
			e, ok := timefmt.ParseSeconds(s)
			if !ok {
				return "", false
			}
			if e.Nsec != 0 {
				return string(precise.Append(nil, e, zone)), true
			}
			return string(layout.Append(nil, e, zone)), true
		}},
		"mktime": {drops: true, f: func(s string) (string, bool) {
			e, ok := parser.Parse(s)
			if !ok {
				return "", false
			}
			return value.FormatNumber(e.Seconds(), value.Exact), true
		}},
	}
}

func seconds(parse func(string) (float64, bool)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		f, ok := parse(s)
		if !ok {
			return "", false
		}
		return value.FormatNumber(f, value.Exact), true
	}
}

// toNumber is what auto and num take for a number: numbers, numbers with commas, durations.
func toNumber(s string) (string, bool) {
	if _, _, ok := value.ParseNumber(s); ok {
		return s, true
	}
	if strings.Contains(s, ",") {
		plain := strings.ReplaceAll(s, ",", "")
		if _, _, ok := value.ParseNumber(plain); ok {
			return plain, true
		}
	}
	if f, ok := timefmt.ParseDuration(s); ok {
		return value.FormatNumber(f, value.Exact), true
	}
	if strings.Contains(s, ":") {
		return seconds(timefmt.ParseMinutes)(s)
	}
	return "", false
}

// kilobytes reads a number with a unit k, m or g.
func kilobytes(s string) (string, bool) {
	s = strings.TrimSpace(s)
	scale := 1.0
	if s != "" {
		switch s[len(s)-1] {
		case 'k', 'K':
			s = s[:len(s)-1]
		case 'm', 'M':
			s, scale = s[:len(s)-1], 1024
		case 'g', 'G':
			s, scale = s[:len(s)-1], 1024*1024
		}
	}
	f, _, ok := value.ParseNumber(strings.TrimSpace(s))
	if !ok {
		return "", false
	}
	return value.FormatNumber(f*scale, value.Exact), true
}

// leadingNumber returns the number a text starts with.
func leadingNumber(s string) (string, bool) {
	s = strings.TrimLeft(s, " \t")
	end := 0
	for i := 1; i <= len(s); i++ {
		if c := s[i-1]; !(c >= '0' && c <= '9' || strings.IndexByte("+-.eE", c) >= 0) {
			break
		}
		if _, _, ok := value.ParseNumber(s[:i]); ok {
			end = i
		}
	}
	return s[:end], end > 0
}
