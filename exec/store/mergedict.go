package store

import "spl/exec/column"

// head is a dictionary that no other one of a merge begins with.
type head struct {
	dict   *column.Dictionary
	values int      // of the parts whose dictionaries it begins with
	remap  []uint32 // code here → code in the merged dictionary; nil: the same
}

// heads are those of a merge.
type heads []*head

// maxLines is how many heads are asked whether a dictionary goes on with theirs: blocks come from few
// builders.
const maxLines = 32

// add returns the head of a dictionary with so many values.
func (hs *heads) add(d *column.Dictionary, values int) *head {
	for _, h := range (*hs)[max(0, len(*hs)-maxLines):] {
		if h.dict.Begins(d) {
			h.dict = d
		}
		if d.Begins(h.dict) {
			h.values += values
			return h
		}
	}
	h := &head{dict: d, values: values}
	*hs = append(*hs, h)
	return h
}

// entries counts those of all dictionaries.
func (hs heads) entries() (n int) {
	for _, h := range hs {
		n += h.dict.Len()
	}
	return n
}

// distinct reports whether hardly any text is there twice.
func (hs heads) distinct() bool {
	values := 0
	for _, h := range hs {
		values += h.values
	}
	n := hs.entries()
	return n > 4096 && 4*n > 3*values
}

// merge returns a dictionary with the entries of all heads and fills their remaps.
func (hs heads) merge() *column.Dictionary {
	switch {
	case len(hs) == 1:
		return hs[0].dict.Whole()
	case hs.distinct():
		return hs.chain()
	}
	b := column.NewDictionaryBuilder()
	for _, h := range hs {
		h.remap = make([]uint32, h.dict.Len()+1)
		for k := range h.dict.Len() {
			h.remap[k+1] = b.Code(h.dict.Text(k))
		}
	}
	return b.Build()
}

// chain puts dictionaries one behind the other, without looking for texts that are there twice.
func (hs heads) chain() *column.Dictionary {
	size := 0
	for _, h := range hs {
		size += len(h.dict.Arena())
	}
	arena, offs := make([]byte, 0, size), make([]uint32, 1, hs.entries()+1)
	for _, h := range hs {
		d := h.dict
		remap := make([]uint32, d.Len()+1)
		from := d.Offsets()[0]
		base := uint32(len(arena))
		for k, end := range d.Offsets()[1:] {
			offs = append(offs, base+end-from)
			remap[k+1] = uint32(len(offs) - 1)
		}
		arena = append(arena, d.Arena()[from:d.Offsets()[d.Len()]]...)
		h.remap = remap
	}
	return column.NewDictionary(arena, offs)
}
