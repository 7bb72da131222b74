package op

import (
	"errors"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// The kinds of columns in a file.
const (
	fileText uint64 = iota
	fileInt
	fileTime
	fileFloat
)

// encodeBatch writes the rows of a batch; all of them, whatever is selected.
func encodeBatch(e *codec.Encoder, b *column.Batch) {
	e.Uint(uint64(b.N))
	ordered := uint64(0)
	if b.Ordered {
		ordered = 1
	}
	e.Uint(ordered)
	e.Uint(uint64(len(b.Names)))
	for i, n := range b.Names {
		e.Text(n)
		encodeVec(e, b.Cols[i], b.N)
	}
}

func encodeVec(e *codec.Encoder, v column.Vec, n int) {
	switch v := v.(type) {
	case *column.Int:
		e.Uint(fileInt)
		encodeNulls(e, v.Nulls, n)
		e.Ints(v.V)
	case *column.Time:
		e.Uint(fileTime)
		encodeNulls(e, v.Nulls, n)
		e.Ints(v.V)
	case *column.Float:
		e.Uint(fileFloat)
		encodeNulls(e, v.Nulls, n)
		e.Floats(v.F)
		for i := range n {
			e.Int(int64(v.PrecAt(i)))
		}
	default:
		e.Uint(fileText)
		for i := range n {
			list := v.At(i).List()
			e.Uint(uint64(len(list)))
			for _, s := range list {
				e.Text(s)
			}
		}
	}
}

func encodeNulls(e *codec.Encoder, nulls column.Bitmap, n int) {
	rows := []uint32{}
	for i := range n {
		if nulls.Get(i) {
			rows = append(rows, uint32(i))
		}
	}
	e.Words(rows)
}

var errSpilled = errors.New("spilled rows are damaged")

// decodeBatch reads what encodeBatch wrote.
func decodeBatch(d *codec.Decoder) (*column.Batch, error) {
	b := &column.Batch{N: int(d.Uint()), Ordered: d.Uint() != 0}
	for range d.Uint() {
		name := d.Text()
		v, err := decodeVec(d, b.N)
		if err != nil {
			return nil, err
		}
		b.Set(name, v)
	}
	return b, d.Err()
}

func decodeVec(d *codec.Decoder, n int) (column.Vec, error) {
	kind := d.Uint()
	if kind == fileText {
		out := column.NewTextBuilder()
		var list []string
		for range n {
			list = list[:0]
			for range d.Uint() {
				if list = append(list, d.Text()); d.Err() != nil {
					return nil, d.Err()
				}
			}
			out.AppendList(list)
		}
		return out.Build(), d.Err()
	}
	nulls := decodeNulls(d, n)
	var out column.Vec
	switch kind {
	case fileInt:
		out = &column.Int{V: d.Ints(), Nulls: nulls}
	case fileTime:
		out = &column.Time{V: d.Ints(), Nulls: nulls}
	case fileFloat:
		f := &column.Float{F: d.Floats(), P: make([]value.Prec, n), Nulls: nulls}
		for i := range f.P {
			f.P[i] = value.Prec(d.Int())
		}
		out = f
	}
	if d.Err() != nil || out == nil || out.Len() != n {
		return nil, errSpilled
	}
	return out, nil
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
