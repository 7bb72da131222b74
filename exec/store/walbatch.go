package store

import (
	"encoding/binary"
	"errors"

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
		dst = appendString(dst, name)
		dst = encodeColumn(dst, b.Cols[i])
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
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
		dst = appendString(dst, s)
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
		dst = appendString(dst, d.Text(int(c-1)))
	}
	dst = binary.AppendUvarint(dst, uint64(len(codes)))
	for _, c := range codes {
		dst = binary.AppendUvarint(dst, uint64(place[c]))
	}
	return dst
}

var errBatch = errors.New("malformed batch")

// batchReader reads what encodeBatch wrote.
type batchReader struct {
	b   []byte
	bad bool
}

func decodeBatch(b []byte) (*column.Batch, error) {
	r := &batchReader{b: b}
	n := r.number()
	if n > column.MaxRows*1024 {
		return nil, errBatch
	}
	out := column.NewBatch(int(n))
	for range r.count() {
		name := r.text()
		v := r.column(out.N)
		if r.bad {
			return nil, errBatch
		}
		out.Names, out.Cols = append(out.Names, name), append(out.Cols, v)
	}
	return out, nil
}

func (r *batchReader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads a number of things that take at least a byte each.
func (r *batchReader) count() int {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *batchReader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *batchReader) column(n int) column.Vec {
	if len(r.b) == 0 {
		r.bad = true
		return nil
	}
	kind := r.b[0]
	r.b = r.b[1:]
	switch kind {
	case walTime:
		return r.times(n)
	case walConst:
		return r.constant(n)
	case walDict:
		d := r.codes()
		r.bad = r.bad || len(d.Codes) != n
		return d
	case walList:
		offs := make([]uint32, 1, n+1)
		for i := range n {
			offs = append(offs, offs[i]+uint32(r.number()))
		}
		d := r.codes()
		r.bad = r.bad || len(d.Codes) != int(offs[n])
		return &column.List{Offsets: offs, Inner: d}
	}
	r.bad = true
	return nil
}

func (r *batchReader) times(n int) column.Vec {
	out := &column.Time{V: make([]int64, n)}
	last := int64(0)
	for i := range out.V {
		d, k := binary.Varint(r.b)
		if k <= 0 {
			r.bad = true
			return out
		}
		r.b = r.b[k:]
		last += d
		out.V[i] = last
	}
	return out
}

func (r *batchReader) constant(n int) column.Vec {
	list := make([]string, 0, 1)
	for range r.count() {
		list = append(list, r.text())
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

func (r *batchReader) codes() *column.Dict {
	var arena []byte
	offs := []uint32{0}
	for range r.count() {
		n := r.count()
		arena = append(arena, r.b[:n]...)
		r.b = r.b[n:]
		offs = append(offs, uint32(len(arena)))
	}
	codes := make([]uint32, r.count())
	for i := range codes {
		c := r.number()
		r.bad = r.bad || c >= uint64(len(offs))
		codes[i] = uint32(c)
	}
	return &column.Dict{Codes: codes, D: column.NewDictionary(arena, offs)}
}
