package op

import (
	"errors"
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// The kinds of columns in a file.
const (
	fileTexts uint64 = iota // a Dict
	fileLists
	fileNulls
	fileSame // one text in all rows
	fileInt
	fileTime
	fileFloat
)

// encodeBatch writes the rows of a batch; all of them, whatever is selected. What comes back acts as what
// was written in every way that a command can see.
func encodeBatch(e *codec.Encoder, b *column.Batch) {
	e.Uint(uint64(b.N))
	e.Uint(b.Seq)
	e.Uint(flag(b.Ordered))
	e.Uint(uint64(len(b.Names)))
	for i, n := range b.Names {
		e.Text(n)
		encodeVec(e, b.Cols[i])
	}
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func encodeVec(e *codec.Encoder, v column.Vec) {
	switch v := v.(type) {
	case *column.Int:
		e.Uint(fileInt)
		encodeNulls(e, v.Nulls, len(v.V))
		e.Ints(v.V)
	case *column.Time:
		e.Uint(fileTime)
		encodeNulls(e, v.Nulls, len(v.V))
		e.Ints(v.V)
	case *column.Float:
		e.Uint(fileFloat)
		encodeNulls(e, v.Nulls, len(v.F))
		e.Floats(v.F)
		e.Int(int64(v.Prec))
		e.Uint(uint64(len(v.P)))
		for _, p := range v.P {
			e.Int(int64(p))
		}
	case *column.Const:
		encodeConst(e, v)
	case *column.Dict:
		if v.D.Len() > 0 && AllNull(v, nil) {
			e.Uint(fileNulls) // an empty dictionary would say that the column is declared
			return
		}
		e.Uint(fileTexts)
		e.Uint(flag(v.Str))
		encodeTexts(e, v.Codes, v.D)
	case *column.List:
		encodeList(e, v)
	default:
		encodeVec(e, column.AsText(v))
	}
}

func encodeConst(e *codec.Encoder, v *column.Const) {
	switch v.V.Kind() {
	case value.Null:
		e.Uint(fileNulls)
	case value.Text:
		e.Uint(fileSame)
		e.Text(v.V.Text())
	default:
		encodeVec(e, column.AsText(v))
	}
}

// encodeTexts writes codes over those entries of d that they use.
func encodeTexts(e *codec.Encoder, codes []uint32, d *column.Dictionary) {
	used, mapped := usedEntries(codes, d.Len())
	size := 0
	lengths := make([]uint32, len(used))
	for i, k := range used {
		lengths[i] = uint32(len(d.Text(int(k))))
		size += len(d.Text(int(k)))
	}
	e.B = slices.Grow(e.B, size+2*len(used)+3*len(codes)+16)
	e.Words(lengths)
	e.Uint(uint64(size))
	for _, k := range used {
		e.B = append(e.B, d.Text(int(k))...)
	}
	e.Words(mapped)
}

// usedEntries returns the entries that codes name, in order of first use, and the codes over these.
func usedEntries(codes []uint32, entries int) (used, mapped []uint32) {
	mapped = make([]uint32, len(codes))
	take := func(c uint32) uint32 {
		used = append(used, c-1)
		return uint32(len(used))
	}
	if entries > 8*len(codes)+64 { // an array over all entries would cost more than the rows
		number := map[uint32]uint32{}
		for i, c := range codes {
			if c != 0 && number[c] == 0 {
				number[c] = take(c)
			}
			mapped[i] = number[c]
		}
		return used, mapped
	}
	number := make([]uint32, entries+1)
	for i, c := range codes {
		if c != 0 && number[c] == 0 {
			number[c] = take(c)
		}
		mapped[i] = number[c]
	}
	return used, mapped
}

func encodeList(e *codec.Encoder, v *column.List) {
	e.Uint(fileLists)
	e.Text(v.Delim)
	first, last := v.Offsets[0], v.Offsets[len(v.Offsets)-1]
	for i, o := range v.Offsets[1:] {
		e.Uint(uint64(o - v.Offsets[i]))
	}
	encodeTexts(e, v.Inner.Codes[first:last], v.Inner.D)
}

func encodeNulls(e *codec.Encoder, nulls column.Bitmap, n int) {
	var rows []uint32
	if nulls != nil {
		for i := range n {
			if nulls.Get(i) {
				rows = append(rows, uint32(i))
			}
		}
	}
	e.Words(rows)
}

var errSpilled = errors.New("spilled rows are damaged")

// decodeBatch reads what encodeBatch wrote.
func decodeBatch(d *codec.Decoder) (*column.Batch, error) {
	b := &column.Batch{N: int(d.Uint()), Seq: d.Uint(), Ordered: d.Uint() != 0}
	for range d.Length(2) {
		name := d.Text()
		v, err := decodeVec(d, b.N)
		if err != nil {
			return nil, err
		}
		b.Names, b.Cols = append(b.Names, name), append(b.Cols, v)
	}
	return b, d.Err()
}

func decodeVec(d *codec.Decoder, n int) (column.Vec, error) {
	var out column.Vec
	switch d.Uint() {
	case fileTexts:
		str := d.Uint() != 0
		v := decodeTexts(d)
		v.Str = str
		out = v
	case fileLists:
		out = decodeList(d, n)
	case fileNulls:
		out = column.Nulls(n)
	case fileSame:
		out = column.ConstText(d.Text(), n)
	case fileInt:
		nulls := decodeNulls(d, n)
		out = &column.Int{V: d.Ints(), Nulls: nulls}
	case fileTime:
		nulls := decodeNulls(d, n)
		out = &column.Time{V: d.Ints(), Nulls: nulls}
	case fileFloat:
		out = decodeFloat(d, n)
	}
	if d.Err() != nil || out == nil || out.Len() != n {
		return nil, errSpilled
	}
	return out, nil
}

func decodeFloat(d *codec.Decoder, n int) column.Vec {
	nulls := decodeNulls(d, n)
	out := &column.Float{F: d.Floats(), Nulls: nulls, Prec: value.Prec(d.Int())}
	if own := d.Length(1); own > 0 {
		if own != len(out.F) {
			d.Fail()
			return out
		}
		out.P = make([]value.Prec, own)
		for i := range out.P {
			out.P[i] = value.Prec(d.Int())
		}
	}
	return out
}

func decodeTexts(d *codec.Decoder) *column.Dict {
	lengths := d.Words()
	arena := append([]byte(nil), d.Bytes()...)
	offs := make([]uint32, 1, len(lengths)+1)
	for _, n := range lengths {
		offs = append(offs, offs[len(offs)-1]+n)
	}
	out := &column.Dict{Codes: d.Words()}
	if int(offs[len(lengths)]) != len(arena) {
		d.Fail()
		return out
	}
	for _, c := range out.Codes {
		if int(c) > len(lengths) {
			d.Fail()
			return out
		}
	}
	out.D = column.NewDictionary(arena, offs)
	return out
}

func decodeList(d *codec.Decoder, n int) column.Vec {
	out := &column.List{Delim: d.Text(), Offsets: make([]uint32, 1, n+1)}
	for range n {
		if d.Err() != nil {
			break
		}
		out.Offsets = append(out.Offsets, out.Offsets[len(out.Offsets)-1]+uint32(d.Uint()))
	}
	out.Inner = decodeTexts(d)
	if int(out.Offsets[len(out.Offsets)-1]) != len(out.Inner.Codes) {
		d.Fail()
	}
	return out
}

func decodeNulls(d *codec.Decoder, n int) column.Bitmap {
	var out column.Bitmap
	for _, r := range d.Words() {
		if int(r) < n {
			out = out.Marked(int(r), n)
		}
	}
	return out
}
