// Package intern gives texts and pairs of ids small dense numbers, without a pointer per entry: the
// hash tables under group keys, distinct counts and dedup.
//
//	var t intern.Texts
//	id := t.Add("alice")                        // 0, 1, 2 … in order of first appearance
//	ids := t.Codes(dict.D, dict.Codes, nil)     // a whole column; one look-up per dictionary entry
//	var p intern.Pairs
//	n, isNew := p.Add(intern.Pair(group, id))
//
// Start with Texts and Pairs. Numbers never depend on the hash, only on the order of additions.
package intern

import (
	"hash/maphash"
	"slices"
	"unsafe"

	"spl/exec/column"
)

// None is the id of nothing: a null, a row in no group.
const None = ^uint32(0)

var seed = maphash.MakeSeed()

// Hash is the hash of a text, the same everywhere in this process.
func Hash(s string) uint64 { return maphash.String(seed, s) }

// HashBytes is Hash of a text given as bytes.
func HashBytes(b []byte) uint64 { return maphash.Bytes(seed, b) }

type hashesKey struct{}

// Hashes returns the hashes of all entries of a dictionary, computed once.
func Hashes(d *column.Dictionary) []uint64 {
	return d.Memo(hashesKey{}, func() any {
		h := make([]uint64, d.Len())
		for k := range h {
			h[k] = Hash(d.Text(k))
		}
		return h
	}).([]uint64)
}

// Texts is a set of texts numbered in order of arrival. The zero Texts is empty.
type Texts struct {
	arena []byte
	offs  []uint64
	tags  []uint32 // upper half of the hash: settles most mismatches without reading the text
	slots []uint32 // id+1

	last  *column.Dictionary // remap belongs to it
	remap []uint32           // by code; id+1, 0: not looked up yet
}

// Len returns the number of texts.
func (t *Texts) Len() int { return len(t.tags) }

// Bytes returns the memory held.
func (t *Texts) Bytes() int64 {
	return int64(cap(t.arena)) + 8*int64(cap(t.offs)) + 4*int64(cap(t.tags)+cap(t.slots)+cap(t.remap))
}

// Room returns about how much more memory there is after adding n texts of size bytes together.
func (t *Texts) Room(n int, size int64) int64 {
	return roomIn(t.arena, size) + 8*roomIn(t.offs, int64(n)+1) + 4*roomIn(t.tags, int64(n)) + 4*slotRoom(len(t.slots), len(t.tags)+n)
}

// roomIn is how many elements roomFor adds on the way to n more: each time it doubles, and what it asks for
// is rounded up in steps of a quarter.
func roomIn[T any](s []T, n int64) int64 {
	grown := int64(cap(s))
	for grown < int64(len(s))+n {
		grown = max(grown*5/2, 16)
	}
	return grown - int64(cap(s))
}

// slotRoom is how many slots a table of so many gets until it is large enough for n entries.
func slotRoom(slots, n int) int64 {
	grown := max(slots, 64)
	for 2*(n+1) > grown {
		grown *= 2
	}
	return int64(grown - slots)
}

// Text returns a text without copying; it is valid until the next Add.
func (t *Texts) Text(id uint32) string {
	b := t.arena[t.offs[id]:t.offs[id+1]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Add returns the id of s, adding it if it is new.
func (t *Texts) Add(s string) uint32 { return t.AddHashed(s, Hash(s)) }

// AddBytes is Add for a text that may change afterwards.
func (t *Texts) AddBytes(b []byte) uint32 {
	return t.Add(unsafe.String(unsafe.SliceData(b), len(b)))
}

// AddHashed is Add for a text whose Hash is known.
func (t *Texts) AddHashed(s string, h uint64) uint32 {
	n := len(t.tags)
	if 2*(n+1) > len(t.slots) {
		t.grow()
	}
	tag := uint32(h >> 32)
	mask := uint32(len(t.slots) - 1)
	i := slot(tag) & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if id := t.slots[i] - 1; t.tags[id] == tag && t.Text(id) == s {
			return id
		}
	}
	t.slots[i] = uint32(n + 1)
	if t.offs == nil {
		t.offs = append(t.offs, 0)
	}
	t.arena = append(roomFor(t.arena, len(s)), s...)
	t.offs = append(roomFor(t.offs, 1), uint64(len(t.arena)))
	t.tags = append(roomFor(t.tags, 1), tag)
	return uint32(n)
}

// roomFor returns s with room for n more, at least twice as much as before if it has to move: append
// grows large slices by a quarter, and copies them over and over.
func roomFor[T any](s []T, n int) []T {
	if len(s)+n <= cap(s) {
		return s
	}
	return slices.Grow(s, max(len(s), n))
}

// Absorb adds the texts of o and returns their ids here.
func (t *Texts) Absorb(o *Texts) []uint32 {
	to := make([]uint32, o.Len())
	for id := range to {
		to[id] = t.AddHashed(o.Text(uint32(id)), uint64(o.tags[id])<<32)
	}
	return to
}

// Find returns the id of s, None if it is not there.
func (t *Texts) Find(s string) uint32 {
	if len(t.slots) == 0 {
		return None
	}
	h := Hash(s)
	tag := uint32(h >> 32)
	mask := uint32(len(t.slots) - 1)
	for i := slot(tag) & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if id := t.slots[i] - 1; t.tags[id] == tag && t.Text(id) == s {
			return id
		}
	}
	return None
}

// slot spreads the tag over the table: the table can be rebuilt from tags alone, and partitions that
// share upper hash bits still spread.
func slot(tag uint32) uint32 { return uint32(uint64(tag) * 0x9E3779B97F4A7C15 >> 32) }

func (t *Texts) grow() {
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for id, tag := range t.tags {
		i := slot(tag) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(id + 1)
	}
}

// Code returns the id of a dictionary entry by its code, None for code 0. Repeated codes of one
// dictionary cost an array look-up; call Codes for whole columns.
func (t *Texts) Code(d *column.Dictionary, code uint32) uint32 {
	if code == 0 {
		return None
	}
	t.bind(d)
	if id := t.remap[code]; id != 0 {
		return id - 1
	}
	id := t.Add(d.Text(int(code - 1)))
	t.remap[code] = id + 1
	return id
}

func (t *Texts) bind(d *column.Dictionary) {
	if t.last == d {
		return
	}
	t.last = d
	if n := d.Len() + 1; cap(t.remap) < n {
		t.remap = make([]uint32, n)
	} else {
		t.remap = t.remap[:n]
		clear(t.remap)
	}
}

// Codes writes the ids of a column's codes to dst (grown if needed): None for code 0.
func (t *Texts) Codes(d *column.Dictionary, codes, dst []uint32) []uint32 {
	dst = Resize(dst, len(codes))
	if t.last != d && d.Len() > 2*len(codes)+64 {
		t.each(d, codes, dst)
		return dst
	}
	t.bind(d)
	remap := t.remap
	for i, c := range codes {
		id := remap[c]
		if id == 0 && c != 0 {
			id = t.Add(d.Text(int(c-1))) + 1
			remap[c] = id
		}
		dst[i] = id - 1
	}
	return dst
}

// each looks every code up by itself: a table over all entries would cost more than it saves.
func (t *Texts) each(d *column.Dictionary, codes, dst []uint32) {
	hashes, _ := d.Known(hashesKey{}).([]uint64)
	if hashes == nil && d.Len() < 16*len(codes) {
		hashes = Hashes(d)
	}
	for i, c := range codes {
		switch {
		case c == 0:
			dst[i] = None
		case hashes != nil:
			dst[i] = t.AddHashed(d.Text(int(c-1)), hashes[c-1])
		default:
			dst[i] = t.Add(d.Text(int(c - 1)))
		}
	}
}

// Resize returns s with length n, reusing its memory; the contents are undefined.
func Resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
