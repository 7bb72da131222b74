package op

import (
	"strconv"

	"spl/exec/column"
)

// Fill returns v with text in place of nulls.
func Fill(v column.Vec, text string) column.Vec {
	if !someNull(v) {
		return v
	}
	switch v := v.(type) {
	case *column.Const:
		return column.ConstText(text, v.N)
	case *column.Int:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			out := &column.Int{V: append([]int64(nil), v.V...)}
			v.Nulls.Each(func(i int) { out.V[i] = n })
			return out
		}
	case *column.Dict:
		return fillDict(v, text)
	}
	return Coalesce(v, column.ConstText(text, v.Len()))
}

func someNull(v column.Vec) bool {
	for i := range v.Len() {
		if v.Null(i) {
			return true
		}
	}
	return false
}

// fillDict keeps the codes: the text is found among the entries or becomes one more.
func fillDict(v *column.Dict, text string) column.Vec {
	d := v.D
	fill := uint32(0)
	for k := range d.Len() {
		if d.Text(k) == text {
			fill = uint32(k + 1)
			break
		}
	}
	if fill == 0 {
		offs := d.Offsets()
		arena := append([]byte(d.Arena()[:offs[d.Len()]]), text...)
		offs = append(offs[:len(offs):len(offs)], uint32(len(arena)))
		d = column.NewDictionary(arena, offs)
		fill = uint32(d.Len())
	}
	codes := make([]uint32, len(v.Codes))
	for i, c := range v.Codes {
		if c == 0 {
			c = fill
		}
		codes[i] = c
	}
	return &column.Dict{Codes: codes, D: d}
}
