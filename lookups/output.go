package lookups

import (
	"spl/exec/column"
	"spl/exec/value"
)

// output is a column of the table that a matcher copies. Its values share the table's dictionary.
type output struct {
	dict  *column.Dictionary
	codes []uint32 // of a single-valued column
	list  *column.List
	deflt uint32 // code of the default value; 0: null
}

func newOutput(v column.Vec, d *Definition) output {
	o := output{}
	switch v := v.(type) {
	case *column.Dict:
		o.dict, o.codes = v.D, v.Codes
	case *column.List:
		o.dict, o.list = v.Inner.D, v
	default:
		dict := column.AsText(v).(*column.Dict)
		o.dict, o.codes = dict.D, dict.Codes
	}
	if d.MinMatches > 0 && d.DefaultMatch != "" {
		o.dict, o.deflt = extend(o.dict, d.DefaultMatch)
	}
	return o
}

// extend returns a dictionary that also has text, with the code of text; other codes stay.
func extend(d *column.Dictionary, text string) (*column.Dictionary, uint32) {
	for k := range d.Len() {
		if d.Text(k) == text {
			return d, uint32(k + 1)
		}
	}
	arena := append([]byte(d.Arena()), text...)
	offs := append(append([]uint32(nil), d.Offsets()...), uint32(len(arena)))
	return column.NewDictionary(arena, offs), uint32(d.Len() + 1)
}

// append adds the codes that a hit gives.
func (o *output) append(dst []uint32, hit uint32) []uint32 {
	switch {
	case hit == defaultHit:
		if o.deflt != 0 {
			dst = append(dst, o.deflt)
		}
	case o.list != nil:
		dst = append(dst, o.list.Inner.Codes[o.list.Offsets[hit-1]:o.list.Offsets[hit]]...)
	case o.codes[hit-1] != 0:
		dst = append(dst, o.codes[hit-1])
	}
	return dst
}

// build returns the column for the rows of a batch: text while no row has several values, else lists.
func (o *output) build(r *run) column.Vec {
	var codes []uint32
	offs := make([]uint32, 1, len(r.offs))
	single := true
	for k := range len(r.offs) - 1 {
		start := len(codes)
		for _, h := range r.hits[r.offs[k]:r.offs[k+1]] {
			codes = o.append(codes, h)
		}
		single = single && len(codes)-start <= 1
		offs = append(offs, uint32(len(codes)))
	}
	if single {
		out := &column.Dict{Codes: make([]uint32, len(r.ids)), D: o.dict}
		for i, id := range r.ids {
			if offs[id+1] > offs[id] {
				out.Codes[i] = codes[offs[id]]
			}
		}
		return out
	}
	list := &column.List{Offsets: make([]uint32, 1, len(r.ids)+1), Inner: &column.Dict{D: o.dict}}
	for _, id := range r.ids {
		list.Inner.Codes = append(list.Inner.Codes, codes[offs[id]:offs[id+1]]...)
		list.Offsets = append(list.Offsets, uint32(len(list.Inner.Codes)))
	}
	return list
}

// value returns what a hit gives as one value.
func (o *output) value(hit uint32) value.Value {
	var buf [8]uint32
	var texts []string
	for _, c := range o.append(buf[:0], hit) {
		texts = append(texts, o.dict.Text(int(c-1)))
	}
	return value.OfList(texts)
}
