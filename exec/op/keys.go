package op

import (
	"strings"

	"spl/exec/column"
	"spl/exec/intern"
)

// Keys numbers the combinations of values of some fields over all batches of a stream: dedup and join
// tell rows apart by it. Values compare as text; a multivalue is the list as a whole.
type Keys struct {
	fields []string
	texts  []intern.Texts // the values of each field
	tuples *intern.Tuples // of two fields and more
}

// NewKeys returns an empty numbering over the fields.
func NewKeys(fields []string) *Keys {
	return &Keys{fields: fields, texts: make([]intern.Texts, len(fields)), tuples: intern.NewTuples(len(fields))}
}

// Len returns how many combinations are known; they are numbered from 1.
func (k *Keys) Len() int {
	if len(k.fields) == 1 {
		return k.texts[0].Len()
	}
	return k.tuples.Len()
}

// Bytes returns the memory held.
func (k *Keys) Bytes() int64 {
	n := k.tuples.Bytes()
	for i := range k.texts {
		n += k.texts[i].Bytes()
	}
	return n
}

// Room returns about how much memory Number may take for b, if all its combinations are new.
func (k *Keys) Room(b *column.Batch) int64 { return k.roomAs(b, k.fields) }

func (k *Keys) roomAs(b *column.Batch, fields []string) int64 {
	n, room := b.Rows(), int64(0)
	if len(fields) > 1 {
		room = k.tuples.Room(n)
	}
	for i, f := range fields {
		room += k.texts[i].Room(n, textSize(b.Col(f)))
	}
	return room
}

// textSize returns at least the bytes of the different texts of v, as keys.
func textSize(v column.Vec) int64 {
	switch v := v.(type) {
	case *column.Const:
		return int64(len(v.V.Text()))
	case *column.Dict:
		if v.D.Len() <= 2*len(v.Codes) {
			return int64(len(v.D.Arena()))
		}
		n := 0
		for i := range v.Codes {
			n += len(v.Text(i))
		}
		return int64(n)
	case *column.List: // each list is a text of its own
		n := 0
		for i := range v.Inner.Codes {
			n += len(v.Inner.Text(i)) + 1
		}
		return int64(n)
	case *column.Any:
		n := 0
		for _, x := range v.V {
			n += len(x.Text()) + 1
		}
		return int64(n)
	}
	return 24 * int64(v.Len()) // the longest number
}

// Number returns for each row the number of its combination, new ones included; 0 where a field is null
// or the row is not selected.
func (k *Keys) Number(b *column.Batch) []uint32 { return k.number(b, k.fields, true) }

// Find is Number that knows no new combinations: they get 0.
func (k *Keys) Find(b *column.Batch) []uint32 { return k.number(b, k.fields, false) }

// numberAs is Number for rows that have the values in other fields.
func (k *Keys) numberAs(b *column.Batch, fields []string) []uint32 { return k.number(b, fields, true) }

func (k *Keys) number(b *column.Batch, fields []string, grow bool) []uint32 {
	cols := make([][]uint32, len(fields))
	for i, f := range fields {
		cols[i] = k.column(i, b.Col(f), b.Sel, grow)
	}
	if len(cols) == 1 {
		return cols[0]
	}
	out := make([]uint32, b.N)
	ids := make([]uint32, len(cols))
	EachRow(b, func(i int) {
		for c, codes := range cols {
			if codes[i] == 0 {
				return
			}
			ids[c] = codes[i]
		}
		var n uint32
		if grow {
			n, _ = k.tuples.Add(ids)
		} else {
			n = k.tuples.Find(ids)
		}
		out[i] = n + 1 // None becomes 0
	})
	return out
}

// column returns the rows' value numbers within field f, from 1.
func (k *Keys) column(f int, v column.Vec, sel column.Bitmap, grow bool) []uint32 {
	texts := &k.texts[f]
	if d, ok := v.(*column.Dict); ok && grow && sel == nil {
		out := texts.Codes(d.D, d.Codes, nil)
		for i := range out {
			out[i]++
		}
		return out
	}
	d := DistinctOf(v, sel)
	number := make([]uint32, d.Len()+1)
	for i := range d.Len() {
		text, list := d.Value(i)
		if list != nil {
			text = listKey(list)
		}
		var id uint32
		if grow {
			id = texts.Add(text)
		} else {
			id = texts.Find(text)
		}
		number[i+1] = id + 1
	}
	out := make([]uint32, len(d.Codes))
	for i, c := range d.Codes {
		out[i] = number[c]
	}
	return out
}

// listKey is the text of a list that no single value can have in practice, since it starts with a NUL.
func listKey(list []string) string {
	return "\x00" + strings.Join(list, "\x00")
}

// keyHashes returns a hash of each row's combination of values, the same in every batch of this process;
// 0 where a field is null or the row is not selected.
func keyHashes(b *column.Batch, fields []string) []uint64 {
	out := make([]uint64, b.N)
	EachRow(b, func(i int) { out[i] = 1 })
	for _, f := range fields {
		d := DistinctOf(b.Col(f), b.Sel)
		hashes := make([]uint64, d.Len()+1)
		for k := range d.Len() {
			text, list := d.Value(k)
			if list != nil {
				text = listKey(list)
			}
			hashes[k+1] = intern.Hash(text)
		}
		for i, c := range d.Codes {
			switch {
			case c == 0:
				out[i] = 0
			case out[i] != 0:
				out[i] = mixHash(out[i], hashes[c]) | 1
			}
		}
	}
	return out
}
