package op

import (
	"encoding/binary"
	"strings"

	"spl/exec/column"
)

// Keys numbers the combinations of values of some fields over all batches of a stream: dedup and join
// tell rows apart by it. Values compare as text; a multivalue is the list as a whole.
type Keys struct {
	fields []string
	texts  []map[string]uint32 // per field: number of each value, from 1
	combos map[string]uint32   // of the fields' numbers; unused for a single field
}

// NewKeys returns an empty numbering over the fields.
func NewKeys(fields []string) *Keys {
	k := &Keys{fields: fields, combos: map[string]uint32{}}
	for range fields {
		k.texts = append(k.texts, map[string]uint32{})
	}
	return k
}

// Len returns how many combinations are known; they are numbered from 1.
func (k *Keys) Len() int {
	if len(k.fields) == 1 {
		return len(k.texts[0])
	}
	return len(k.combos)
}

// Number returns for each row the number of its combination, new ones included; 0 where a field is null
// or the row is not selected.
func (k *Keys) Number(b *column.Batch) []uint32 { return k.number(b, true) }

// Find is Number that knows no new combinations: they get 0.
func (k *Keys) Find(b *column.Batch) []uint32 { return k.number(b, false) }

func (k *Keys) number(b *column.Batch, grow bool) []uint32 {
	cols := make([][]uint32, len(k.fields))
	for i, f := range k.fields {
		cols[i] = k.column(i, b.Col(f), b.Sel, grow)
	}
	if len(cols) == 1 {
		return cols[0]
	}
	out := make([]uint32, b.N)
	buf := make([]byte, 4*len(cols))
	EachRow(b, func(i int) {
		for c, codes := range cols {
			if codes[i] == 0 {
				return
			}
			binary.LittleEndian.PutUint32(buf[4*c:], codes[i])
		}
		n, ok := k.combos[string(buf)]
		if !ok && grow {
			n = uint32(len(k.combos) + 1)
			k.combos[string(buf)] = n
		}
		out[i] = n
	})
	return out
}

// column returns the rows' value numbers within field f.
func (k *Keys) column(f int, v column.Vec, sel column.Bitmap, grow bool) []uint32 {
	d := DistinctOf(v, sel)
	number := make([]uint32, d.Len()+1)
	for i := range d.Len() {
		text, list := d.Value(i)
		if list != nil {
			text = listKey(list)
		}
		n, ok := k.texts[f][text]
		if !ok && grow {
			n = uint32(len(k.texts[f]) + 1)
			k.texts[f][strings.Clone(text)] = n
		}
		number[i+1] = n
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
