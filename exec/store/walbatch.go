package store

import (
	"encoding/binary"
	"errors"

	"spl/exec/codec"
	"spl/exec/column"
)

// Kinds of columns in a logged batch.
const (
	walConst = iota
	walTime
	walDict
	walList
)

// encodeBatch appends checked events to dst: times, constants and texts only.
func encodeBatch(dst []byte, b *column.Batch) []byte {
	dst = binary.AppendUvarint(dst, uint64(b.N))
	dst = binary.AppendUvarint(dst, uint64(len(b.Names)))
	for i, name := range b.Names {
		dst = codec.AppendText(dst, name)
		dst = encodeColumn(dst, b.Cols[i])
	}
	return dst
}

func encodeColumn(dst []byte, v column.Vec) []byte {
	switch v := v.(type) {
	case *column.Time:
		dst = append(dst, walTime)
		last := int64(0)
		for _, t := range v.V {
			dst = binary.AppendVarint(dst, t-last)
			last = t
		}
		return dst
	case *column.Const:
		return encodeConst(dst, v)
	case *column.Dict:
		return encodeCodes(append(dst, walDict), v.D, v.Codes)
	case *column.List:
		dst = append(dst, walList)
		for i := range v.Len() {
			dst = binary.AppendUvarint(dst, uint64(v.Offsets[i+1]-v.Offsets[i]))
		}
		return encodeCodes(dst, v.Inner.D, v.Inner.Codes)
	}
	return encodeColumn(dst, column.AsText(v))
}

func encodeConst(dst []byte, v *column.Const) []byte {
	list := v.V.List()
	dst = binary.AppendUvarint(append(dst, walConst), uint64(len(list)))
	for _, s := range list {
		dst = codec.AppendText(dst, s)
	}
	return dst
}

// encodeCodes writes a dictionary with the entries that occur, then the codes.
func encodeCodes(dst []byte, d *column.Dictionary, codes []uint32) []byte {
	place := make(map[uint32]uint32)
	var entries []uint32
	for _, c := range codes {
		if _, seen := place[c]; !seen && c != 0 {
			entries = append(entries, c)
			place[c] = uint32(len(entries))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	for _, c := range entries {
		dst = codec.AppendText(dst, d.Text(int(c-1)))
	}
	dst = binary.AppendUvarint(dst, uint64(len(codes)))
	for _, c := range codes {
		dst = binary.AppendUvarint(dst, uint64(place[c]))
	}
	return dst
}

var errBatch = errors.New("malformed batch")

// decodeBatch reads what encodeBatch wrote.
func decodeBatch(b []byte) (*column.Batch, error) {
	r := &codec.Decoder{B: b}
	n := r.Uint()
	if n > column.MaxRows*1024 {
		return nil, errBatch
	}
	out := column.NewBatch(int(n))
	for range r.Length(1) {
		name := r.Text()
		v := decodeColumn(r, out.N)
		if r.Err() != nil {
			return nil, r.Err()
		}
		out.Names, out.Cols = append(out.Names, name), append(out.Cols, v)
	}
	return out, r.Err()
}

func decodeColumn(r *codec.Decoder, n int) column.Vec {
	switch r.Byte() {
	case walTime:
		return decodeTimes(r, n)
	case walConst:
		return decodeConst(r, n)
	case walDict:
		d := decodeCodes(r)
		if len(d.Codes) != n {
			r.Fail()
		}
		return d
	case walList:
		offs := make([]uint32, 1, n+1)
		for i := range n {
			offs = append(offs, offs[i]+uint32(r.Uint()))
		}
		d := decodeCodes(r)
		if len(d.Codes) != int(offs[n]) {
			r.Fail()
		}
		return &column.List{Offsets: offs, Inner: d}
	}
	r.Fail()
	return nil
}

func decodeTimes(r *codec.Decoder, n int) column.Vec {
	out := &column.Time{V: make([]int64, n)}
	last := int64(0)
	for i := range out.V {
		last += r.Int()
		out.V[i] = last
	}
	return out
}

func decodeConst(r *codec.Decoder, n int) column.Vec {
	list := make([]string, 0, 1)
	for range r.Length(1) {
		list = append(list, r.Text())
	}
	switch len(list) {
	case 0:
		return column.Nulls(n)
	case 1:
		return column.ConstText(list[0], n)
	}
	b := column.NewTextBuilder()
	for range n {
		b.AppendList(list)
	}
	return b.Build()
}

func decodeCodes(r *codec.Decoder) *column.Dict {
	var arena []byte
	offs := []uint32{0}
	for range r.Length(1) {
		arena = append(arena, r.Bytes()...)
		offs = append(offs, uint32(len(arena)))
	}
	codes := make([]uint32, r.Length(1))
	for i := range codes {
		c := r.Uint()
		if c >= uint64(len(offs)) {
			r.Fail()
		}
		codes[i] = uint32(c)
	}
	return &column.Dict{Codes: codes, D: column.NewDictionary(arena, offs)}
}
