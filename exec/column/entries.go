package column

import (
	"slices"
	"unsafe"
)

// plainCheck and plainShare: once so many values were added and more than that share of them is
// distinct, looking for repeats costs more than it saves and the rest is added as it comes.
const (
	plainCheck = 4096
	plainShare = 0.73
)

// entries are the texts of a dictionary in the making, and a table that finds them.
type entries struct {
	arena []byte
	offs  []uint32
	table []slot // open addressing
	last  slot   // of the value added last
	adds  int    // values that were looked for
	plain bool
	exact bool // never plain

	line  *line // of the dictionary, once it was taken and goes on
	taken int   // entries that it had then
}

// DictionaryBuilder makes a dictionary entry by entry.
type DictionaryBuilder struct{ entries }

// NewDictionaryBuilder returns an empty builder.
func NewDictionaryBuilder() *DictionaryBuilder {
	return &DictionaryBuilder{entries{offs: []uint32{0}, exact: true}}
}

// Code returns the code of a text, which it adds if it is not there, however few repeat.
func (b *DictionaryBuilder) Code(s string) uint32 { return b.code(s) }

// Add adds a text without looking for it and returns its code.
func (b *DictionaryBuilder) Add(s string) uint32 { return b.add(s) }

// Len returns the number of texts.
func (b *DictionaryBuilder) Len() int { return len(b.offs) - 1 }

// Bytes returns the memory held.
func (b *DictionaryBuilder) Bytes() int64 { return b.bytes() }

// Build returns the dictionary. The builder may go on: later dictionaries begin with the texts of this one
// (Dictionary.Begins).
func (b *DictionaryBuilder) Build() *Dictionary { return b.shared() }

// line stands for a dictionary that grows.
type line struct{ _ byte }

// slot is an entry of the table. Most texts are short and stand in it themselves, so that one look
// decides; of others it has the hash and the place in the arena.
type slot struct {
	a, b uint64
	size uint32
	code uint32 // entry+1; 0: free
}

// inSlot is the size of the longest text that stands in a slot.
const inSlot = 16

func newEntries() entries { return entries{offs: []uint32{0}} }

// slotOf returns what a text is found by, and its hash.
func slotOf(s string) (k slot, hash uint64) {
	n := len(s)
	if k.size = uint32(n); n > inSlot {
		k.a = Hash(s)
		return k, k.a
	}
	p := unsafe.Slice(unsafe.StringData(s), n)
	k.a, k.b = words(p)
	return k, hashWords(k.a, k.b, n)
}

// hash is that of the slot's text.
func (k *slot) hash() uint64 {
	if k.size > inSlot {
		return k.a
	}
	return hashWords(k.a, k.b, int(k.size))
}

// code returns the code of s, which it adds if it is not there.
func (e *entries) code(s string) uint32 {
	e.adds++
	if e.plain {
		if c := e.last.code; c == 0 || e.text(c-1) != s {
			e.last.code = e.add(s)
		}
		return e.last.code
	}
	k, h := slotOf(s)
	if e.last.code != 0 && e.is(&e.last, &k, s) {
		return e.last.code
	}
	n := len(e.offs) - 1
	if n >= plainCheck && !e.exact && e.adds <= 2*plainCheck && float64(n) > plainShare*float64(e.adds) {
		e.plain, e.table, e.last.code = true, nil, e.add(s)
		return e.last.code
	}
	if 3*(n+1) > 2*len(e.table) {
		e.rehash()
	}
	mask := uint64(len(e.table) - 1)
	i := h & mask
	for ; e.table[i].code != 0; i = (i + 1) & mask {
		if t := &e.table[i]; e.is(t, &k, s) {
			e.last = *t
			return t.code
		}
	}
	if k.size > inSlot {
		k.b = uint64(len(e.arena))
	}
	k.code = e.add(s)
	e.table[i], e.last = k, k
	return k.code
}

// is reports whether a slot is that of s, whose own would be k.
func (e *entries) is(t, k *slot, s string) bool {
	switch {
	case t.a != k.a || t.size != k.size:
		return false
	case k.size <= inSlot:
		return t.b == k.b
	}
	return unsafeString(e.arena[t.b:t.b+uint64(t.size)]) == s
}

func (e *entries) add(s string) uint32 {
	if need := len(e.arena) + len(s); need > cap(e.arena) {
		// Twice as much: append grows large arenas by a quarter, and copies them over and over.
		e.arena = slices.Grow(e.arena, max(len(e.arena), len(s)))
	}
	e.arena = append(e.arena, s...)
	e.offs = append(e.offs, uint32(len(e.arena)))
	return uint32(len(e.offs) - 1)
}

func (e *entries) text(k uint32) string { return unsafeString(e.arena[e.offs[k]:e.offs[k+1]]) }

func (e *entries) rehash() {
	table := make([]slot, max(16, 2*len(e.table)))
	mask := uint64(len(table) - 1)
	for i := range e.table {
		if k := &e.table[i]; k.code != 0 {
			h := k.hash() & mask
			for table[h].code != 0 {
				h = (h + 1) & mask
			}
			table[h] = *k
		}
	}
	e.table = table
}

// grow makes room for so many more entries of size bytes together.
func (e *entries) grow(entries, size int) {
	e.offs = slices.Grow(e.offs, entries)
	e.arena = slices.Grow(e.arena, size)
}

func (e *entries) bytes() int64 {
	return int64(cap(e.arena)) + 4*int64(cap(e.offs)) + int64(unsafe.Sizeof(slot{}))*int64(cap(e.table))
}

// dictionary returns what there is.
func (e *entries) dictionary() *Dictionary { return NewDictionary(e.arena, e.offs) }

// shared is dictionary where more texts may come.
func (e *entries) shared() *Dictionary {
	if e.line == nil {
		e.line = &line{}
	}
	d := e.dictionary()
	d.line, d.taken = e.line, e.taken
	e.taken = d.Len()
	return d
}
