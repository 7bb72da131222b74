package op

import (
	"spl/exec/column"
	"spl/exec/intern"
)

// Gather picks rows from the vectors of one field, one vector a batch.
func Gather(parts []column.Vec, refs []Ref) column.Vec {
	switch parts[0].(type) {
	case *column.Time:
		if out := gatherTimes(parts, refs); out != nil {
			return out
		}
	case *column.Int:
		if out := gatherInts(parts, refs); out != nil {
			return out
		}
	case *column.Dict:
		if out := gatherDicts(parts, refs); out != nil {
			return out
		}
	}
	return gatherText(parts, refs)
}

// integers is the inside of a column of whole numbers, which gathering treats alike.
type integers struct {
	v     []int64
	nulls column.Bitmap
}

func gatherTimes(parts []column.Vec, refs []Ref) column.Vec {
	out, ok := gatherIntegers(parts, refs, func(p column.Vec) (integers, bool) {
		t, ok := p.(*column.Time)
		if !ok {
			return integers{}, false
		}
		return integers{t.V, t.Nulls}, true
	})
	if !ok {
		return nil
	}
	return &column.Time{V: out.v, Nulls: out.nulls}
}

func gatherInts(parts []column.Vec, refs []Ref) column.Vec {
	out, ok := gatherIntegers(parts, refs, func(p column.Vec) (integers, bool) {
		t, ok := p.(*column.Int)
		if !ok {
			return integers{}, false
		}
		return integers{t.V, t.Nulls}, true
	})
	if !ok {
		return nil
	}
	return &column.Int{V: out.v, Nulls: out.nulls}
}

func gatherIntegers(parts []column.Vec, refs []Ref, inside func(column.Vec) (integers, bool)) (out integers, ok bool) {
	ins := make([]integers, len(parts))
	for i, p := range parts {
		if ins[i], ok = inside(p); !ok {
			return out, false
		}
	}
	out.v = make([]int64, len(refs))
	for k, x := range refs {
		p, i := x.Split()
		out.v[k] = ins[p].v[i]
		if ins[p].nulls.Get(i) {
			out.nulls = out.nulls.Marked(k, len(refs))
		}
	}
	return out, true
}

// gatherDicts makes one dictionary of several: each entry in use is looked up once.
func gatherDicts(parts []column.Vec, refs []Ref) column.Vec {
	ds := make([]*column.Dict, len(parts))
	shared, entries := true, 0
	for i, p := range parts {
		d, ok := p.(*column.Dict)
		if !ok {
			return nil
		}
		ds[i] = d
		shared = shared && d.D == ds[0].D
		entries += d.D.Len()
	}
	out := &column.Dict{Codes: make([]uint32, len(refs)), D: ds[0].D}
	if shared {
		for k, x := range refs {
			p, i := x.Split()
			out.Codes[k] = ds[p].Codes[i]
		}
		return out
	}
	if entries > 4*len(refs) { // tables over all entries would cost more than the rows
		return nil
	}
	var texts intern.Texts
	codes := make([][]uint32, len(ds))
	for k, x := range refs {
		p, i := x.Split()
		c := ds[p].Codes[i]
		if c == 0 {
			continue
		}
		if codes[p] == nil {
			codes[p] = make([]uint32, ds[p].D.Len()+1)
		}
		if codes[p][c] == 0 {
			codes[p][c] = texts.Add(ds[p].D.Text(int(c-1))) + 1
		}
		out.Codes[k] = codes[p][c]
	}
	out.D = dictionaryOf(&texts)
	return out
}

func dictionaryOf(texts *intern.Texts) *column.Dictionary {
	var arena []byte
	offs := make([]uint32, 1, texts.Len()+1)
	for id := range texts.Len() {
		arena = append(arena, texts.Text(uint32(id))...)
		offs = append(offs, uint32(len(arena)))
	}
	return column.NewDictionary(arena, offs)
}

// gatherText renders what is no text yet row by row; the builder finds repeats again.
func gatherText(parts []column.Vec, refs []Ref) column.Vec {
	out := column.NewTextBuilder()
	var list []string
	delim := ""
	for _, p := range parts {
		if l, ok := p.(*column.List); ok && delim == "" {
			delim = l.Delim
		}
	}
	for _, x := range refs {
		p, i := x.Split()
		switch v := parts[p].(type) {
		case *column.Dict:
			if v.Codes[i] == 0 {
				out.AppendNull()
			} else {
				out.Append(v.Text(i))
			}
		case *column.List:
			list = v.Values(i, list[:0])
			out.AppendList(list)
		case *column.Const:
			out.AppendValue(v.V)
		default:
			out.AppendValue(v.At(i))
		}
	}
	return column.WithDelim(out.Build(), delim)
}
