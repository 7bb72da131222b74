package eval

import (
	"sync"
	"time"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/timefmt"
)

// micros is the precision of computed times.
var micros = value.Decimals(6)

func init() {
	register("time",
		&Func{Name: "now", Min: 0, Max: 0, Usage: "now()", Pure: true, result: Num,
			new: func(s *site) (kernel, error) {
				now := value.OfInt(s.c.Now.Unix())
				return kernel{row: func([]value.Value) value.Value { return now }}, nil
			},
			Doc: "The time at which the search was started, in whole seconds.", Examples: []Example{{`if(now()>0, "y", "n")`, "y"}}},
		&Func{Name: "time", Min: 0, Max: 0, Usage: "time()", result: Num, form: timeForm,
			Doc: "The time at which the row is looked at, with microseconds.", Examples: []Example{{`if(time()>=now(), "y", "n")`, "y"}}},
		&Func{Name: "relative_time", Min: 2, Max: 2, Usage: "relative_time(<time>, <modifier>)", Pure: true, result: Num,
			args: []argKind{numArg, textArg}, new: newRelative,
			Doc:      "A time moved by a modifier such as -1d@d; null if it is none.",
			Examples: []Example{{`relative_time(1768478400, "-1h@h")`, "1768474800.000000"}, {`relative_time(0, "xyz")`, ""}}},
		&Func{Name: "strftime", Min: 2, Max: 2, Usage: "strftime(<time>, <format>)", Pure: true, result: Str,
			args: []argKind{numArg, textArg}, new: newStrftime,
			Doc:      "A time as text, in the time zone of the search.",
			Examples: []Example{{`strftime(1767625449, "%Y-%m-%d %H:%M:%S")`, "2026-01-05 15:04:09"}, {`strftime(1521467703.25, "%3N")`, "250"}}},
		&Func{Name: "strptime", Min: 2, Max: 2, Usage: "strptime(<text>, <format>)", Pure: true, result: Num,
			args: []argKind{wordArg, textArg}, new: newStrptime,
			Doc:      "Reads a time; the result shows six decimals. Null if the text does not fit the format.",
			Examples: []Example{{`strptime("2026-01-15 12:00:00", "%Y-%m-%d %H:%M:%S")`, "1768478400.000000"}, {`strptime("x", "%Y")`, ""}}},
	)
}

func (c *Ctx) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

func timeForm(k *compiler, f *Func, e *lang.Call) *expr {
	return &expr{node: clockNode{}, typ: Num, volatile: true, span: e.Span}
}

// clockNode is time().
type clockNode struct{}

func (clockNode) eval(f *frame) column.Vec {
	out := &column.Float{F: make([]float64, f.n), Prec: micros}
	for i := range out.F {
		now := f.run.c.Now
		if f.run.c.Clock != nil {
			now = f.run.c.Clock()
		}
		out.F[i] = float64(now.UnixMicro()) / 1e6
	}
	return out
}

// epochOf reads a number of seconds; texts are read digit by digit.
func epochOf(v value.Value) (timefmt.Epoch, bool) {
	f, _, ok := readNumber(v)
	if !ok {
		return timefmt.Epoch{}, false
	}
	if v.Kind() == value.Text || v.Kind() == value.String || v.Spelled() {
		return timefmt.ParseSeconds(v.Text())
	}
	return timefmt.FromSeconds(f)
}

func epochValue(e timefmt.Epoch, ok bool) value.Value {
	if !ok {
		return value.Value{}
	}
	return value.OfNumber(e.Seconds(), micros)
}

type modifier struct {
	m  timefmt.Modifier
	ok bool
}

func newRelative(s *site) (kernel, error) {
	mods := newCache(func(text string) modifier {
		m, err := timefmt.ParseModifier(text)
		return modifier{m, err == nil}
	})
	zone := s.c.zone()
	k := kernel{row: func(args []value.Value) value.Value {
		e, ok := epochOf(args[0])
		m := mods.get(args[1].Text())
		if !ok || !m.ok {
			return value.Value{}
		}
		return epochValue(m.m.Relative(e, zone))
	}}
	k.vec = func(args []column.Vec, n int) column.Vec {
		v, ok := args[0].(*column.Time)
		if !ok || !onlyFirst(args) {
			return nil
		}
		m := mods.get(args[1].At(0).Text())
		out := &column.Float{F: make([]float64, n), Prec: micros, Nulls: merged(v.Nulls, nil)}
		for i, us := range v.V {
			e, ok := m.m.Relative(timefmt.FromMicros(us), zone)
			if !ok || !m.ok {
				out.Nulls = out.Nulls.Marked(i, n)
				continue
			}
			out.F[i] = e.Seconds()
		}
		return out
	}
	return k, nil
}

func newStrftime(s *site) (kernel, error) {
	layouts := newCache(timefmt.Compile)
	// A Zone remembers where it was and serves one goroutine.
	zones := sync.Pool{New: func() any { return timefmt.NewZone(s.c.zone()) }}
	k := kernel{row: func(args []value.Value) value.Value {
		e, ok := epochOf(args[0])
		if !ok {
			return value.Value{}
		}
		z := zones.Get().(*timefmt.Zone)
		defer zones.Put(z)
		return value.OfString(string(layouts.get(args[1].Text()).Append(nil, e, z)))
	}}
	if f, ok := s.konst(1); ok && !f.IsNull() && f.Kind() != value.Multi {
		l := timefmt.Compile(f.Text())
		k.vec = func(args []column.Vec, n int) column.Vec {
			z := zones.Get().(*timefmt.Zone)
			defer zones.Put(z)
			return strftimeVec(args[0], l, z)
		}
	}
	return k, nil
}

// strftimeVec formats the columns that hold times and whole numbers.
func strftimeVec(v column.Vec, l *timefmt.Layout, z *timefmt.Zone) column.Vec {
	var at func(i int) timefmt.Epoch
	var nulls column.Bitmap
	switch v := v.(type) {
	case *column.Time:
		at, nulls = func(i int) timefmt.Epoch { return timefmt.FromMicros(v.V[i]) }, v.Nulls
	case *column.Int:
		at, nulls = func(i int) timefmt.Epoch { return timefmt.FromMicros(v.V[i] * 1e6) }, v.Nulls
		for _, n := range v.V {
			if n > 1<<42 || n < -1<<42 {
				return nil
			}
		}
	default:
		return nil
	}
	b := column.NewStringBuilder()
	seconds := l.Seconds()
	var buf []byte
	var last timefmt.Epoch
	for i := range v.Len() {
		if nulls.Get(i) {
			b.AppendNull()
			continue
		}
		e := at(i)
		if seconds {
			e.Nsec = 0
		}
		if buf == nil || e != last { // neighbours are often of one second
			buf, last = l.Append(buf[:0], e, z), e
		}
		b.AppendBytes(buf)
	}
	return b.Build()
}

func newStrptime(s *site) (kernel, error) {
	type parsers = *sync.Pool
	pools := newCache(func(format string) parsers {
		l := timefmt.Compile(format)
		return &sync.Pool{New: func() any { return l.NewParser(s.c.Now, s.c.zone()) }}
	})
	k := kernel{row: func(args []value.Value) value.Value {
		pool := pools.get(args[1].Text())
		p := pool.Get().(*timefmt.Parser)
		defer pool.Put(p)
		return epochValue(p.Parse(args[0].Text()))
	}}
	k.vec = func(args []column.Vec, n int) column.Vec {
		d, ok := args[0].(*column.Dict)
		if !ok || !onlyFirst(args) {
			return nil
		}
		pool := pools.get(args[1].At(0).Text())
		p := pool.Get().(*timefmt.Parser)
		defer pool.Put(p)
		out := &column.Float{F: make([]float64, n), Prec: micros}
		for i, c := range d.Codes {
			if c != 0 {
				if e, ok := p.Parse(d.D.Text(int(c - 1))); ok {
					out.F[i] = e.Seconds()
					continue
				}
			}
			out.Nulls = out.Nulls.Marked(i, n)
		}
		return out
	}
	return k, nil
}
