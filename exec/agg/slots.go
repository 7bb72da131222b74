package agg

import (
	"spl/exec/codec"
	"spl/exec/value"
)

// slots keeps a text per group in one arena; a text that is replaced leaves a gap until the gaps
// outweigh the rest.
type slots struct {
	arena []byte
	offs  []uint64
	sizes []uint32 // length+1; 0: empty
	used  int
	lists map[uint32][]string // groups whose value is a multivalue
}

func (s *slots) grow(n int) { s.offs, s.sizes = grow(s.offs, n), grow(s.sizes, n) }

func (s *slots) has(g uint32) bool { return int(g) < len(s.sizes) && s.sizes[g] != 0 }

// text returns the text of a group, valid until the next set.
func (s *slots) text(g uint32) string {
	if !s.has(g) {
		return ""
	}
	return string(s.arena[s.offs[g] : s.offs[g]+uint64(s.sizes[g]-1)])
}

func (s *slots) set(g uint32, text string) {
	if s.has(g) {
		s.used -= int(s.sizes[g] - 1)
		delete(s.lists, g)
	}
	if len(s.arena) > 4096 && len(s.arena) > 2*s.used {
		s.compact(g)
	}
	s.offs[g], s.sizes[g] = uint64(len(s.arena)), uint32(len(text)+1)
	s.arena = append(s.arena, text...)
	s.used += len(text)
}

// compact drops the gaps; group skip is about to be replaced.
func (s *slots) compact(skip uint32) {
	arena := make([]byte, 0, s.used+s.used/2)
	for g, n := range s.sizes {
		if n == 0 || uint32(g) == skip {
			continue
		}
		at := uint64(len(arena))
		arena = append(arena, s.arena[s.offs[g]:s.offs[g]+uint64(n-1)]...)
		s.offs[g] = at
	}
	s.arena = arena
}

// put stores any value that is not null.
func (s *slots) put(g uint32, v value.Value) {
	if v.Kind() != value.Multi {
		s.set(g, v.Text())
		return
	}
	s.set(g, "")
	if s.lists == nil {
		s.lists = map[uint32][]string{}
	}
	s.lists[g] = v.List()
}

// value returns what was put, null for an empty slot.
func (s *slots) value(g int) value.Value {
	if !s.has(uint32(g)) {
		return value.Value{}
	}
	if l, ok := s.lists[uint32(g)]; ok {
		return value.OfList(l)
	}
	return value.OfText(s.text(uint32(g)))
}

func (s *slots) bytes() int64 {
	n := int64(cap(s.arena)) + 8*int64(cap(s.offs)) + 4*int64(cap(s.sizes))
	for _, l := range s.lists {
		n += 64
		for _, t := range l {
			n += int64(len(t)) + 16
		}
	}
	return n
}

func (s *slots) encode(e *codec.Encoder) {
	e.Uint(uint64(len(s.sizes)))
	for g, n := range s.sizes {
		l, multi := s.lists[uint32(g)]
		switch {
		case n == 0:
			e.Uint(0)
		case multi:
			e.Uint(uint64(len(l)) + 1)
			for _, t := range l {
				e.Text(t)
			}
		default:
			e.Uint(1)
			e.Text(s.text(uint32(g)))
		}
	}
}

func (s *slots) decode(d *codec.Decoder) {
	n := d.Length(1)
	s.grow(n)
	for g := range n {
		switch k := d.Uint(); k {
		case 0:
		case 1:
			s.set(uint32(g), d.Text())
		default:
			var l []string
			for range min(k-1, uint64(len(d.B))) {
				l = append(l, d.Text())
			}
			s.put(uint32(g), value.OfList(l))
		}
	}
}
