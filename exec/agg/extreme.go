package agg

import (
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

var minimum = &Func{
	Name: "min", Usage: "min(<field>)", Min: 1, Max: 1,
	Doc:     "The smallest number; where no value is a number, the first text in byte order. It keeps its spelling.",
	Example: Example{"min(x)", "9 10 b", "9"},
	New:     func(Arg) State { return &extreme{sign: 1} },
}

var maximum = &Func{
	Name: "max", Usage: "max(<field>)", Min: 1, Max: 1,
	Doc:     "The largest number; where no value is a number, the last text in byte order. It keeps its spelling.",
	Example: Example{"max(x)", "9 10 b", "10"},
	New:     func(Arg) State { return &extreme{sign: -1} },
}

// extreme finds the smallest of sign*x, and beside it the extreme text of the values that are no
// numbers.
type extreme struct {
	sign  float64
	seen  []bool    // the group has a number
	best  []float64 // sign*x
	spell map[uint32]string
	text  slots
	from  origin

	win     []uint32 // scratch: code+1 of the winner in the current part
	touched []uint32
}

func (s *extreme) Add(in *Input) {
	s.seen, s.best = grow(s.seen, in.Size), grow(s.best, in.Size)
	v := in.numbers()
	s.from.note(v.timed, len(v.f))
	if v.codes != nil {
		s.addSpelled(in, v)
	} else {
		s.addPlain(v)
	}
	if len(v.bad) > 0 {
		s.addTexts(in)
	}
}

// addPlain is for numbers that print canonically.
func (s *extreme) addPlain(v numView) {
	if v.groups == nil && len(v.f) > 0 {
		g, best := uint32(0), s.sign*v.f[0]
		for _, x := range v.f {
			best = min(best, s.sign*x)
		}
		s.offer(g, best)
		return
	}
	for i, g := range v.groups {
		if x := s.sign * v.f[i]; !s.seen[g] || x < s.best[g] {
			s.offer(g, x)
		}
	}
}

func (s *extreme) offer(g uint32, x float64) {
	if s.seen[g] && x >= s.best[g] {
		return
	}
	s.seen[g], s.best[g] = true, x
	if len(s.spell) > 0 {
		delete(s.spell, g)
	}
}

func (s *extreme) addSpelled(in *Input, v numView) {
	s.win = grow(s.win, in.Size)
	s.touched = s.touched[:0]
	for i, x := range v.f {
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[i]
		}
		x *= s.sign
		if s.seen[g] && x >= s.best[g] {
			continue
		}
		s.seen[g], s.best[g] = true, x
		if s.win[g] == 0 {
			s.touched = append(s.touched, g)
		}
		s.win[g] = v.codes[i]
	}
	for _, g := range s.touched {
		s.spellAs(g, v.d.Text(int(s.win[g]-1)))
		s.win[g] = 0
	}
}

// spellAs remembers the text of a winner unless its number prints as that.
func (s *extreme) spellAs(g uint32, text string) {
	if value.FormatNumber(s.sign*s.best[g], value.Exact) == text {
		delete(s.spell, g)
		return
	}
	if s.spell == nil {
		s.spell = map[uint32]string{}
	}
	s.spell[g] = string([]byte(text))
}

// addTexts looks at the values that are no numbers; groups with a number will not need them, but cost
// is only paid where words occur.
func (s *extreme) addTexts(in *Input) {
	s.text.grow(in.Size)
	v := in.entryTexts()
	nums := v.d.Numbers()
	for i, c := range v.codes {
		if nums.Ok.Get(int(c - 1)) {
			continue
		}
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[i]
		}
		if !s.seen[g] {
			s.offerText(g, v.d.Text(int(c-1)))
		}
	}
}

func (s *extreme) offerText(g uint32, t string) {
	if s.text.has(g) {
		at := s.text.offs[g]
		old := s.text.arena[at : at+uint64(s.text.sizes[g]-1)]
		if (t < string(old)) != (s.sign > 0) || t == string(old) {
			return
		}
	}
	s.text.set(g, t)
}

func (s *extreme) Merge(o State, to []uint32, n int) {
	s.seen, s.best = grow(s.seen, n), grow(s.best, n)
	p := o.(*extreme)
	s.from |= p.from
	for g, ok := range p.seen {
		t, keep := target(to, g)
		if !ok || !keep || s.seen[t] && p.best[g] >= s.best[t] {
			continue
		}
		s.offer(t, p.best[g])
		if text, ok := p.spell[uint32(g)]; ok {
			s.spellAs(t, text)
		}
	}
	if len(p.text.sizes) == 0 {
		return
	}
	s.text.grow(n)
	for g := range p.text.sizes {
		if t, ok := target(to, g); ok && p.text.has(uint32(g)) {
			s.offerText(t, p.text.text(uint32(g)))
		}
	}
}

func (s *extreme) At(g int) value.Value {
	if g < len(s.seen) && s.seen[g] {
		if t, ok := s.spell[uint32(g)]; ok {
			return value.OfText(t)
		}
		if s.from == fromTimes {
			return column.TimeValue(micros(s.sign * s.best[g]))
		}
		return value.OfNumber(s.sign*s.best[g], value.Exact)
	}
	return s.text.value(g)
}

func (s *extreme) Result(n int) column.Vec {
	if len(s.spell) > 0 || len(s.text.sizes) > 0 {
		return atAll(s, n)
	}
	if s.from == fromTimes {
		return atTimes(s, n)
	}
	out := &column.Float{F: make([]float64, n)}
	for g := range n {
		if g < len(s.seen) && s.seen[g] {
			out.F[g] = s.sign * s.best[g]
		} else {
			out.Nulls = out.Nulls.Marked(g, n)
		}
	}
	return out
}

func (s *extreme) Bytes() int64 {
	return 13*int64(cap(s.best)) + 48*int64(len(s.spell)) + s.text.bytes()
}

func (s *extreme) Encode(e *codec.Encoder) {
	e.Uint(uint64(s.from))
	e.Uint(uint64(len(s.seen)))
	for g, ok := range s.seen {
		t, spelled := s.spell[uint32(g)]
		switch {
		case !ok:
			e.Uint(0)
			continue
		case spelled:
			e.Uint(2)
			e.Text(t)
		default:
			e.Uint(1)
		}
		e.Float(s.best[g])
	}
	s.text.encode(e)
}

func (s *extreme) Decode(d *codec.Decoder) {
	s.from = origin(d.Uint())
	n := d.Length(1)
	s.seen, s.best = make([]bool, n), make([]float64, n)
	for g := range n {
		k := d.Uint()
		if k == 0 {
			continue
		}
		t := ""
		if k == 2 {
			t = d.Text()
		}
		s.seen[g], s.best[g] = true, d.Float()
		if k == 2 {
			s.spellAs(uint32(g), t)
		}
	}
	s.text.decode(d)
}

var valueRange = &Func{
	Name: "range", Usage: "range(<field>)", Min: 1, Max: 1, Numeric: true,
	Doc:     "The largest number less the smallest one.",
	Example: Example{"range(x)", "4 -3 10", "13"},
	New: func(a Arg) State {
		return &spread{strict: strict{on: a.AllNum}, lo: extreme{sign: 1}, hi: extreme{sign: -1}}
	},
}

// spread is the distance of both extremes.
type spread struct {
	strict
	lo, hi extreme
}

func (s *spread) Add(in *Input) {
	v := in.numbers()
	s.note(in, v)
	for _, e := range []*extreme{&s.lo, &s.hi} {
		e.seen, e.best = grow(e.seen, in.Size), grow(e.best, in.Size)
		e.from.note(v.timed, len(v.f))
		e.addPlain(v)
	}
}

func (s *spread) Merge(o State, to []uint32, n int) {
	p := o.(*spread)
	s.lo.Merge(&p.lo, to, n)
	s.hi.Merge(&p.hi, to, n)
	s.merge(&p.strict, to, n)
}

func (s *spread) At(g int) value.Value {
	if g >= len(s.lo.seen) || !s.lo.seen[g] || s.refused(g) {
		return value.Value{}
	}
	if s.lo.from == fromTimes {
		return column.TimeValue(micros(-s.hi.best[g] - s.lo.best[g]))
	}
	return value.OfNumber(-s.hi.best[g]-s.lo.best[g], value.Exact)
}

func (s *spread) Result(n int) column.Vec {
	if s.lo.from == fromTimes {
		return atTimes(s, n)
	}
	out := &column.Float{F: make([]float64, n)}
	for g := range n {
		if g >= len(s.lo.seen) || !s.lo.seen[g] || s.refused(g) {
			out.Nulls = out.Nulls.Marked(g, n)
			continue
		}
		out.F[g] = -s.hi.best[g] - s.lo.best[g]
	}
	return out
}

func (s *spread) Bytes() int64 { return s.lo.Bytes() + s.hi.Bytes() + int64(cap(s.bad)) }

func (s *spread) Encode(e *codec.Encoder) {
	s.lo.Encode(e)
	s.hi.Encode(e)
	s.encode(e)
}

func (s *spread) Decode(d *codec.Decoder) {
	s.lo.Decode(d)
	s.hi.Decode(d)
	s.decode(d)
}
