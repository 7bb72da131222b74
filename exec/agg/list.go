package agg

import (
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/value"
)

var list = &Func{
	Name: "list", Usage: "list(<field>)", Min: 1, Max: 1, Ordered: true,
	Doc:     "The values as a multivalue in the order of the rows, with repeats; the first 100 of a group.",
	Example: Example{"list(x)", "b a b", "b a b"},
	New:     func(a Arg) State { return &lists{most: a.List} },
}

// lists chains the first values of each group.
type lists struct {
	most  int
	texts intern.Texts
	ids   []uint32 // by value
	next  []uint32 // by value: the following one of its group, plus one
	head  []uint32 // by group, plus one
	tail  []uint32 // by group, plus one
	size  []uint32
	cut   bool // values were left out
}

// Truncated reports whether a state left out values beyond its limit.
func Truncated(s State) bool {
	l, ok := s.(*lists)
	return ok && l.cut
}

func (s *lists) grow(n int) {
	s.head, s.tail, s.size = grow(s.head, n), grow(s.tail, n), grow(s.size, n)
}

func (s *lists) Add(in *Input) {
	s.grow(in.Size)
	v := in.entryTexts()
	for i, c := range v.codes {
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[i]
		}
		if s.full(g) {
			s.cut = true
			continue
		}
		s.put(g, s.texts.Code(v.d, c))
	}
}

func (s *lists) full(g uint32) bool { return s.most > 0 && int(s.size[g]) >= s.most }

func (s *lists) put(g, id uint32) {
	s.ids, s.next = append(s.ids, id), append(s.next, 0)
	n := uint32(len(s.ids))
	if s.tail[g] == 0 {
		s.head[g] = n
	} else {
		s.next[s.tail[g]-1] = n
	}
	s.tail[g] = n
	s.size[g]++
}

func (s *lists) Merge(o State, to []uint32, n int) {
	s.grow(n)
	p := o.(*lists)
	s.cut = s.cut || p.cut
	ids := make([]uint32, p.texts.Len())
	for i := range ids {
		ids[i] = None
	}
	for g := range p.head {
		t, ok := target(to, g)
		if !ok {
			continue
		}
		for v := p.head[g]; v != 0; v = p.next[v-1] {
			if s.full(t) {
				s.cut = true
				break
			}
			id := p.ids[v-1]
			if ids[id] == None {
				ids[id] = s.texts.Add(p.texts.Text(id))
			}
			s.put(t, ids[id])
		}
	}
}

func (s *lists) At(g int) value.Value {
	if g >= len(s.head) {
		return value.Value{}
	}
	var out []string
	for v := s.head[g]; v != 0; v = s.next[v-1] {
		out = append(out, string([]byte(s.texts.Text(s.ids[v-1]))))
	}
	return value.OfList(out)
}

func (s *lists) Result(n int) column.Vec { return atAll(s, n) }

func (s *lists) Bytes() int64 {
	return s.texts.Bytes() + 4*int64(cap(s.ids)+cap(s.next)+cap(s.head)+cap(s.tail)+cap(s.size))
}

func (s *lists) Encode(e *codec.Encoder) {
	cut := uint64(0)
	if s.cut {
		cut = 1
	}
	e.Uint(cut)
	e.Uint(uint64(len(s.head)))
	for g, v := range s.head {
		e.Uint(uint64(s.size[g]))
		for ; v != 0; v = s.next[v-1] {
			e.Text(s.texts.Text(s.ids[v-1]))
		}
	}
}

func (s *lists) Decode(d *codec.Decoder) {
	s.cut = d.Uint() != 0
	n := d.Length(1)
	s.grow(n)
	for g := range n {
		for range d.Length(1) {
			s.put(uint32(g), s.texts.Add(d.Text()))
		}
	}
}
