package agg

import (
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

var count = &Func{
	Name: "count", Aliases: []string{"c"}, Usage: "count | count(<field>) | count(eval(<condition>))", Max: 1, Zero: true, Commutes: true,
	Doc: "Counts rows; with a field, its values, each of a multivalue; with a condition, the rows for which it holds. " +
		"An empty text is a value, null is none.",
	Example: Example{"count(x)", "3 a 3", "3"},
	New:     func(Arg) State { return &counts{} },
}

type counts struct{ n []int64 }

func (s *counts) Add(in *Input) {
	s.n = grow(s.n, in.Size)
	if in.Arg == nil {
		s.rows(in)
		return
	}
	if b, ok := in.Arg.Vec.(*column.Bool); ok {
		from, to := in.bounds()
		for i := from; i < to; i++ {
			if b.Bits.Get(i) && !b.Nulls.Get(i) {
				s.n[in.group(i)]++
			}
		}
		return
	}
	in.Arg.flatten()
	if _, ok := in.Arg.flat.(*column.Dict); ok {
		v := in.entryTexts()
		s.tally(v.groups, len(v.codes))
		return
	}
	v := in.numbers()
	s.tally(v.groups, len(v.f))
}

func (s *counts) rows(in *Input) {
	from, to := in.bounds()
	if in.Groups == nil || in.single {
		s.n[0] += int64(to - from)
		return
	}
	s.tally(in.Groups[from:to], to-from)
}

func (s *counts) tally(groups []uint32, n int) {
	if groups == nil {
		s.n[0] += int64(n)
		return
	}
	for _, g := range groups {
		s.n[g]++
	}
}

func (s *counts) Merge(o State, to []uint32, n int) {
	s.n = grow(s.n, n)
	for g, x := range o.(*counts).n {
		if t, ok := target(to, g); ok {
			s.n[t] += x
		}
	}
}

func (s *counts) Result(n int) column.Vec {
	s.n = grow(s.n, n)
	return &column.Int{V: append([]int64(nil), s.n[:n]...)}
}

func (s *counts) At(g int) value.Value {
	if g >= len(s.n) {
		return value.OfInt(0)
	}
	return value.OfInt(s.n[g])
}

func (s *counts) Bytes() int64            { return 8 * int64(cap(s.n)) }
func (s *counts) Encode(e *codec.Encoder) { e.Ints(s.n) }
func (s *counts) Decode(d *codec.Decoder) { s.n = d.Ints() }
