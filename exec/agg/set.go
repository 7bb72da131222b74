package agg

import (
	"cmp"
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/value"
)

var dc = &Func{
	Name: "dc", Aliases: []string{"distinct_count"}, Usage: "dc(<field>)", Min: 1, Max: 1, Zero: true, Commutes: true,
	Doc:     "Counts the different texts, with regard to case: 1, 1.0 and 01 are three.",
	Example: Example{"dc(x)", "a A a 1 1.0", "4"},
	New:     func(Arg) State { return &set{result: setSize} },
}

var estdc = &Func{
	Name: "estdc", Usage: "estdc(<field>)", Min: 1, Max: 1, Zero: true, Commutes: true,
	Doc:     "The same as dc: the count is always exact here.",
	Example: Example{"estdc(x)", "a b a", "2"},
	New:     func(Arg) State { return &set{result: setSize} },
}

var estdcError = &Func{
	Name: "estdc_error", Usage: "estdc_error(<field>)", Min: 1, Max: 1, Zero: true,
	Doc:     "The relative error of estdc: 0, since the count is exact.",
	Example: Example{"estdc_error(x)", "a b a", "0"},
	New:     func(Arg) State { return &set{result: setNoError} },
}

var values = &Func{
	Name: "values", Usage: "values(<field>)", Min: 1, Max: 1, Commutes: true,
	Doc:     "The different values as a multivalue in byte order: 1, 10, 9, B, a. There is no limit to them.",
	Example: Example{"values(x)", "b a 10 9 b", "10 9 a b"},
	New:     func(Arg) State { return &set{result: setValues} },
}

var mode = &Func{
	Name: "mode", Usage: "mode(<field>)", Min: 1, Max: 1, Commutes: true,
	Doc:     "The most frequent value; of several the first in byte order.",
	Example: Example{"mode(x)", "b a c b a", "a"},
	New:     func(Arg) State { return &set{result: setMode} },
}

type setResult uint8

const (
	setSize setResult = iota
	setNoError
	setValues
	setMode
)

// set is the different values of each group: pairs of group and value, chained per group.
type set struct {
	result setResult
	texts  intern.Texts
	pairs  intern.Pairs
	next   []uint32 // by pair: the pair of this group before it, plus one
	head   []uint32 // by group: the last pair, plus one
	size   []uint32 // by group
	times  []int64  // by pair, for mode

	ids  []uint32 // scratch
	seen column.Bitmap
}

func (s *set) grow(n int) { s.head, s.size = grow(s.head, n), grow(s.size, n) }

// maskBits bounds the bitmap over groups and dictionary entries that drops repeats within a part.
const maskBits = 1 << 22

func (s *set) Add(in *Input) {
	s.grow(in.Size)
	v := in.entryTexts()
	if len(v.codes) == 0 {
		return
	}
	width := v.d.Len() + 1
	if s.result != setMode && !in.sliced && width*in.Size <= min(maskBits, 64*len(v.codes)) {
		s.addMasked(v, in.Size, width)
		return
	}
	s.ids = s.texts.Codes(v.d, v.codes, s.ids)
	for i, id := range s.ids {
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[i]
		}
		s.put(g, id, 1)
	}
}

// addMasked marks groups and codes in a bitmap first, so that the table sees each pair once.
func (s *set) addMasked(v textView, groups, width int) {
	n := (groups*width + 63) / 64
	s.seen = column.Bitmap(intern.Resize([]uint64(s.seen), n))
	clear(s.seen)
	if v.groups == nil {
		for _, c := range v.codes {
			s.seen[c>>6] |= 1 << (c & 63)
		}
	} else {
		for i, c := range v.codes {
			k := int(v.groups[i])*width + int(c)
			s.seen[k>>6] |= 1 << (k & 63)
		}
	}
	s.seen.Each(func(k int) {
		s.put(uint32(k/width), s.texts.Code(v.d, uint32(k%width)), 1)
	})
}

func (s *set) put(g, id uint32, times int64) {
	n, isNew := s.pairs.Add(intern.Pair(g, id))
	if isNew {
		s.next = append(s.next, s.head[g])
		s.head[g] = n + 1
		s.size[g]++
		if s.result == setMode {
			s.times = append(s.times, 0)
		}
	}
	if s.result == setMode {
		s.times[n] += times
	}
}

func (s *set) Merge(o State, to []uint32, n int) {
	s.grow(n)
	p := o.(*set)
	ids := make([]uint32, p.texts.Len())
	for i := range ids {
		ids[i] = None
	}
	for i, k := range p.pairs.Keys() {
		t, ok := target(to, int(k>>32))
		if !ok {
			continue
		}
		id := uint32(k)
		if ids[id] == None {
			ids[id] = s.texts.Add(p.texts.Text(id))
		}
		times := int64(1)
		if s.result == setMode {
			times = p.times[i]
		}
		s.put(t, ids[id], times)
	}
}

func (s *set) At(g int) value.Value {
	if g >= len(s.size) {
		s.grow(g + 1)
	}
	switch s.result {
	case setSize:
		return value.OfInt(int64(s.size[g]))
	case setNoError:
		return value.OfInt(0)
	case setMode:
		return s.modeOf(g)
	}
	out := make([]string, 0, s.size[g])
	for p := s.head[g]; p != 0; p = s.next[p-1] {
		out = append(out, string([]byte(s.texts.Text(uint32(s.pairs.Key(p-1))))))
	}
	slices.Sort(out)
	return value.OfList(out)
}

func (s *set) modeOf(g int) value.Value {
	best, text := int64(0), ""
	for p := s.head[g]; p != 0; p = s.next[p-1] {
		t := s.texts.Text(uint32(s.pairs.Key(p - 1)))
		if n := s.times[p-1]; n > best || n == best && t < text {
			best, text = n, t
		}
	}
	if best == 0 {
		return value.Value{}
	}
	return value.OfText(string([]byte(text)))
}

func (s *set) Result(n int) column.Vec {
	s.grow(n)
	switch s.result {
	case setSize:
		out := &column.Int{V: make([]int64, n)}
		for g := range n {
			out.V[g] = int64(s.size[g])
		}
		return out
	case setValues:
		return s.lists(n)
	}
	return atAll(s, n)
}

// lists builds the sorted values of all groups over one sorted dictionary.
func (s *set) lists(n int) column.Vec {
	order := make([]uint32, s.texts.Len())
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(s.texts.Text(a), s.texts.Text(b)) })
	rank := make([]uint32, len(order))
	var arena []byte
	offs := make([]uint32, 1, len(order)+1)
	for r, id := range order {
		rank[id] = uint32(r + 1)
		arena = append(arena, s.texts.Text(id)...)
		offs = append(offs, uint32(len(arena)))
	}
	out := &column.List{Offsets: make([]uint32, 1, n+1)}
	codes := make([]uint32, 0, s.pairs.Len())
	for g := range n {
		from := len(codes)
		for p := s.head[g]; p != 0; p = s.next[p-1] {
			codes = append(codes, rank[uint32(s.pairs.Key(p-1))])
		}
		slices.Sort(codes[from:])
		out.Offsets = append(out.Offsets, uint32(len(codes)))
	}
	out.Inner = &column.Dict{Codes: codes, D: column.NewDictionary(arena, offs)}
	return out
}

func (s *set) Bytes() int64 {
	return s.texts.Bytes() + s.pairs.Bytes() + 4*int64(cap(s.next)+cap(s.head)+cap(s.size)) + 8*int64(cap(s.times))
}

func (s *set) Encode(e *codec.Encoder) {
	e.Uint(uint64(s.texts.Len()))
	for id := range s.texts.Len() {
		e.Text(s.texts.Text(uint32(id)))
	}
	e.Uint(uint64(len(s.head)))
	e.Uint(uint64(s.pairs.Len()))
	for i, k := range s.pairs.Keys() {
		e.Uint(k >> 32)
		e.Uint(uint64(uint32(k)))
		if s.result == setMode {
			e.Uint(uint64(s.times[i]))
		}
	}
}

func (s *set) Decode(d *codec.Decoder) {
	ids := make([]uint32, d.Length(1))
	for i := range ids {
		ids[i] = s.texts.Add(d.Text())
	}
	groups := d.Uint()
	if groups > 1<<32 {
		d.Fail()
		return
	}
	s.grow(int(groups))
	for range d.Length(2) {
		g, id, times := d.Uint(), d.Uint(), int64(1)
		if s.result == setMode {
			times = int64(d.Uint())
		}
		if g >= groups || id >= uint64(len(ids)) {
			d.Fail()
			return
		}
		s.put(uint32(g), ids[id], times)
	}
}
