package agg

import (
	"math"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// numericFunc declares an aggregate of the sums of its numbers.
func numericFunc(name, doc string, ex Example, finish func(m *moments, g int) float64, aliases ...string) *Func {
	return &Func{Name: name, Aliases: aliases, Usage: name + "(<field>)", Doc: doc, Example: ex, Min: 1, Max: 1, Numeric: true,
		New: func(a Arg) State { return &moments{strict: strict{on: a.AllNum}, finish: finish} }}
}

var (
	sum = numericFunc("sum", "Adds up the numbers, in the order of the rows; other values are passed over.",
		Example{"sum(x)", "1 a 2.5", "3.5"}, func(m *moments, g int) float64 { return m.sum[g] })
	sumsq = numericFunc("sumsq", "Adds up the squares of the numbers.",
		Example{"sumsq(x)", "3 4", "25"}, func(m *moments, g int) float64 { return m.sq[g] })
	avg = numericFunc("avg", "The arithmetic mean of the numbers; other values are passed over.",
		Example{"avg(x)", "2 4 b 9", "5"}, func(m *moments, g int) float64 { return m.sum[g] / float64(m.n[g]) }, "mean")
	variance = numericFunc("var", "The variance of a sample (divided by n-1); of a single number 0.",
		Example{"var(x)", "2 4 4 4 5 5 7 9", "4.571428571428571"}, func(m *moments, g int) float64 { return m.variance(g, 1) })
	varp = numericFunc("varp", "The variance of a whole population (divided by n).",
		Example{"varp(x)", "2 4 4 4 5 5 7 9", "4"}, func(m *moments, g int) float64 { return m.variance(g, 0) })
	stdev = numericFunc("stdev", "The standard deviation of a sample, the root of var.",
		Example{"stdev(x)", "65 42 40 31 47 53 64", "12.615183595289349"},
		func(m *moments, g int) float64 { return math.Sqrt(m.variance(g, 1)) })
	stdevp = numericFunc("stdevp", "The standard deviation of a whole population, the root of varp.",
		Example{"stdevp(x)", "2 4 4 4 5 5 7 9", "2"}, func(m *moments, g int) float64 { return math.Sqrt(m.variance(g, 0)) })

	perSecond = perFunc("per_second")
	perMinute = perFunc("per_minute")
	perHour   = perFunc("per_hour")
	perDay    = perFunc("per_day")
)

// perFunc is the sum of a time bin by unit of time; timechart divides by the width of the bin in units.
func perFunc(name string) *Func {
	f := numericFunc(name, "The sum of the numbers in a time bin, divided by the width of the bin in this unit.",
		Example{}, func(m *moments, g int) float64 { return m.sum[g] })
	f.Only = "timechart"
	return f
}

// PerUnit returns the unit of a per_ function in seconds, 0 for other functions.
func PerUnit(f *Func) float64 {
	switch f {
	case perSecond:
		return 1
	case perMinute:
		return 60
	case perHour:
		return 3600
	case perDay:
		return 86400
	}
	return 0
}

// strict is allnum: a group that saw a value that is no number gives nothing.
type strict struct {
	on  bool
	bad []bool
}

func (s *strict) note(in *Input, v numView) {
	if !s.on || len(v.bad) == 0 {
		return
	}
	s.bad = grow(s.bad, in.Size)
	for _, e := range v.bad {
		s.bad[in.group(int(e))] = true
	}
}

func (s *strict) refused(g int) bool { return g < len(s.bad) && s.bad[g] }

func (s *strict) merge(o *strict, to []uint32, n int) {
	for g, b := range o.bad {
		if t, ok := target(to, g); ok && b {
			s.bad = grow(s.bad, n)
			s.bad[t] = true
		}
	}
}

func (s *strict) encode(e *codec.Encoder) {
	e.Uint(uint64(len(s.bad)))
	for _, b := range s.bad {
		if b {
			e.Uint(1)
		} else {
			e.Uint(0)
		}
	}
}

func (s *strict) decode(d *codec.Decoder) {
	s.bad = make([]bool, d.Length(1))
	for i := range s.bad {
		s.bad[i] = d.Uint() != 0
	}
}

// moments is count, sum and sum of squares: all that variance needs. The formula of variance over these
// three, and no other, gives Splunk's digits.
type moments struct {
	strict
	finish  func(m *moments, g int) float64
	n       []int64
	sum, sq []float64
}

func (m *moments) variance(g, less int) float64 {
	n := float64(m.n[g])
	if m.n[g] <= 1 {
		return 0
	}
	mean := m.sum[g] / n
	return math.Max(0, (m.sq[g]-n*mean*mean)/(n-float64(less)))
}

func (m *moments) Add(in *Input) {
	m.n, m.sum, m.sq = grow(m.n, in.Size), grow(m.sum, in.Size), grow(m.sq, in.Size)
	v := in.numbers()
	m.note(in, v)
	if v.groups == nil {
		s, q := m.sum[0], m.sq[0]
		for _, x := range v.f {
			s += x
			q += x * x
		}
		m.sum[0], m.sq[0] = s, q
		m.n[0] += int64(len(v.f))
		return
	}
	for i, g := range v.groups {
		x := v.f[i]
		m.n[g]++
		m.sum[g] += x
		m.sq[g] += x * x
	}
}

func (m *moments) Merge(o State, to []uint32, n int) {
	m.n, m.sum, m.sq = grow(m.n, n), grow(m.sum, n), grow(m.sq, n)
	p := o.(*moments)
	for g := range p.n {
		if t, ok := target(to, g); ok {
			m.n[t] += p.n[g]
			m.sum[t] += p.sum[g]
			m.sq[t] += p.sq[g]
		}
	}
	m.merge(&p.strict, to, n)
}

func (m *moments) Result(n int) column.Vec {
	out := &column.Float{F: make([]float64, n)}
	for g := range n {
		if g >= len(m.n) || m.n[g] == 0 || m.refused(g) {
			out.Nulls = out.Nulls.Marked(g, n)
			continue
		}
		out.F[g] = m.finish(m, g)
	}
	return out
}

func (m *moments) At(g int) value.Value {
	if g >= len(m.n) || m.n[g] == 0 || m.refused(g) {
		return value.Value{}
	}
	return value.OfNumber(m.finish(m, g), value.Exact)
}

func (m *moments) Bytes() int64 { return 24*int64(cap(m.n)) + int64(cap(m.bad)) }

func (m *moments) Encode(e *codec.Encoder) {
	e.Ints(m.n)
	e.Floats(m.sum)
	e.Floats(m.sq)
	m.encode(e)
}

func (m *moments) Decode(d *codec.Decoder) {
	m.n, m.sum, m.sq = d.Ints(), d.Floats(), d.Floats()
	m.decode(d)
}
