package intern

// Pair packs two ids into one key.
func Pair(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// Pairs is a set of 64-bit keys numbered in order of arrival. The zero Pairs is empty.
type Pairs struct {
	keys  []uint64
	slots []uint32 // number+1
	shift uint8
}

// Len returns the number of keys.
func (p *Pairs) Len() int { return len(p.keys) }

// Key returns a key by its number.
func (p *Pairs) Key(i uint32) uint64 { return p.keys[i] }

// Keys returns all keys in order of arrival; do not change them.
func (p *Pairs) Keys() []uint64 { return p.keys }

// Bytes returns the memory held.
func (p *Pairs) Bytes() int64 { return 8*int64(cap(p.keys)) + 4*int64(cap(p.slots)) }

// Add returns the number of a key and whether it is new.
func (p *Pairs) Add(k uint64) (n uint32, isNew bool) {
	if 2*(len(p.keys)+1) > len(p.slots) {
		p.grow()
	}
	mask := uint32(len(p.slots) - 1)
	i := uint32(mix(k)>>p.shift) & mask
	for ; p.slots[i] != 0; i = (i + 1) & mask {
		if n := p.slots[i] - 1; p.keys[n] == k {
			return n, false
		}
	}
	p.keys = append(p.keys, k)
	p.slots[i] = uint32(len(p.keys))
	return uint32(len(p.keys) - 1), true
}

// Find returns the number of a key, None if it is not there.
func (p *Pairs) Find(k uint64) uint32 {
	if len(p.slots) == 0 {
		return None
	}
	mask := uint32(len(p.slots) - 1)
	for i := uint32(mix(k)>>p.shift) & mask; p.slots[i] != 0; i = (i + 1) & mask {
		if n := p.slots[i] - 1; p.keys[n] == k {
			return n
		}
	}
	return None
}

func mix(k uint64) uint64 {
	k ^= k >> 32
	k *= 0x9E3779B97F4A7C15
	return k ^ k>>29
}

func (p *Pairs) grow() {
	n := max(64, 2*len(p.slots))
	p.slots = make([]uint32, n)
	p.shift = 16
	mask := uint32(n - 1)
	for j, k := range p.keys {
		i := uint32(mix(k)>>p.shift) & mask
		for p.slots[i] != 0 {
			i = (i + 1) & mask
		}
		p.slots[i] = uint32(j + 1)
	}
}

// Tuples is a set of tuples of ids, all of one width, numbered in order of arrival. Make one with
// NewTuples.
type Tuples struct {
	width int
	flat  []uint32
	slots []uint32
}

// NewTuples returns an empty set of tuples of the given width.
func NewTuples(width int) *Tuples { return &Tuples{width: width} }

// Len returns the number of tuples; a set of width 0 reports 0.
func (t *Tuples) Len() int {
	if t.width == 0 {
		return 0
	}
	return len(t.flat) / t.width
}

// At returns tuple n; do not change it.
func (t *Tuples) At(n uint32) []uint32 {
	i := int(n) * t.width
	return t.flat[i : i+t.width : i+t.width]
}

// Bytes returns the memory held.
func (t *Tuples) Bytes() int64 { return 4 * int64(cap(t.flat)+cap(t.slots)) }

// Room returns about how much more memory there is after adding n tuples.
func (t *Tuples) Room(n int) int64 {
	if t.width == 0 {
		return 0
	}
	return 4*roomIn(t.flat, int64(n*t.width)) + 4*slotRoom(len(t.slots), t.Len()+n)
}

// Add returns the number of a tuple and whether it is new.
func (t *Tuples) Add(ids []uint32) (n uint32, isNew bool) {
	if 2*(t.Len()+1) > len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	i := hashTuple(ids) & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if n := t.slots[i] - 1; equal(t.At(n), ids) {
			return n, false
		}
	}
	n = uint32(t.Len())
	t.flat = append(t.flat, ids...)
	t.slots[i] = n + 1
	return n, true
}

// Find returns the number of a tuple, None if it is not there.
func (t *Tuples) Find(ids []uint32) uint32 {
	if len(t.slots) == 0 {
		return None
	}
	mask := uint32(len(t.slots) - 1)
	for i := hashTuple(ids) & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if n := t.slots[i] - 1; equal(t.At(n), ids) {
			return n
		}
	}
	return None
}

func equal(a, b []uint32) bool {
	for i, x := range a {
		if x != b[i] {
			return false
		}
	}
	return true
}

func hashTuple(ids []uint32) uint32 {
	h := uint64(len(ids))
	for _, id := range ids {
		h = (h ^ uint64(id)) * 0x9E3779B97F4A7C15
		h ^= h >> 32
	}
	return uint32(h >> 16)
}

func (t *Tuples) grow() {
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for n := range t.Len() {
		i := hashTuple(t.At(uint32(n))) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(n + 1)
	}
}
