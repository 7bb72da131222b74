package op

import (
	"spl/exec/codec"
	"spl/exec/intern"
)

// hashes returns the hash of each combination, as hashRows gives it, and those of the texts of each field.
func (t *KeyTable) hashes() (groups []uint64, texts [][]uint64) {
	texts = make([][]uint64, len(t.cols))
	for i := range t.cols {
		c := &t.cols[i].texts
		texts[i] = make([]uint64, c.Len())
		for id := range texts[i] {
			texts[i][id] = intern.Hash(c.Text(uint32(id)))
		}
	}
	groups = make([]uint64, t.Len())
	for g := range groups {
		for i := range t.cols {
			groups[g] = mixHash(groups[g], texts[i][t.id(uint32(g), i)])
		}
	}
	return groups, texts
}

// keyPicker copies some combinations of a table at a time into others, each text once.
type keyPicker struct {
	from   *KeyTable
	hashes [][]uint64 // of texts
	ids    [][]uint32 // by field and text: its id in the table that is being filled
	filled [][]uint32 // by field and text: the table that ids belongs to
	tables uint32     // so far
}

func newKeyPicker(from *KeyTable, hashes [][]uint64) *keyPicker {
	p := &keyPicker{from: from, hashes: hashes}
	for i := range from.cols {
		n := from.cols[i].texts.Len()
		p.ids, p.filled = append(p.ids, make([]uint32, n)), append(p.filled, make([]uint32, n))
	}
	return p
}

// pick fills an empty table with the combinations named, in that order.
func (p *keyPicker) pick(to *KeyTable, groups []uint32) {
	p.tables++
	for i := range to.cols {
		to.cols[i].timed, to.cols[i].mixed = p.from.cols[i].timed, p.from.cols[i].mixed
	}
	for _, g := range groups {
		for i := range to.cols {
			id := p.from.id(g, i)
			if p.filled[i][id] != p.tables {
				p.filled[i][id] = p.tables
				p.ids[i][id] = to.cols[i].texts.AddHashed(p.from.cols[i].texts.Text(id), p.hashes[i][id])
			}
			to.tuple[i] = p.ids[i][id]
		}
		to.number(to.tuple)
	}
}

// encode writes the table; decode reads it into an empty one.
func (t *KeyTable) encode(e *codec.Encoder) {
	for i := range t.cols {
		c := &t.cols[i]
		flags := uint64(0)
		if c.timed {
			flags |= 1
		}
		if c.mixed {
			flags |= 2
		}
		e.Uint(flags)
		e.Uint(uint64(c.texts.Len()))
		for id := range c.texts.Len() {
			e.Text(c.texts.Text(uint32(id)))
		}
	}
	if len(t.cols) < 2 {
		return
	}
	e.Uint(uint64(t.tuples.Len()))
	for g := range t.tuples.Len() {
		for _, id := range t.tuples.At(uint32(g)) {
			e.Uint(uint64(id))
		}
	}
}

func (t *KeyTable) decode(d *codec.Decoder) {
	for i := range t.cols {
		c := &t.cols[i]
		flags := d.Uint()
		c.timed, c.mixed = flags&1 != 0, flags&2 != 0
		for range d.Length(1) {
			c.texts.AddBytes(d.Bytes())
		}
	}
	if len(t.cols) < 2 {
		return
	}
	for range d.Length(len(t.cols)) {
		for i := range t.cols {
			id := d.Uint()
			if id >= uint64(t.cols[i].texts.Len()) {
				d.Fail()
				return
			}
			t.tuple[i] = uint32(id)
		}
		t.tuples.Add(t.tuple)
	}
}
