package segment

import "encoding/binary"

// Types of Thrift's compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// thriftWriter writes structs of the compact protocol: fields in ascending order of their ids.
type thriftWriter struct {
	buf  []byte
	last []int // id of the last field of each open struct
}

func (w *thriftWriter) begin() { w.last = append(w.last, 0) }

func (w *thriftWriter) end() {
	w.buf = append(w.buf, 0)
	w.last = w.last[:len(w.last)-1]
}

func (w *thriftWriter) header(id, typ int) {
	top := &w.last[len(w.last)-1]
	if d := id - *top; d > 0 && d < 16 {
		w.buf = append(w.buf, byte(d<<4|typ))
	} else {
		w.buf = binary.AppendVarint(append(w.buf, byte(typ)), int64(id))
	}
	*top = id
}

func (w *thriftWriter) i32(id int, v int32) {
	w.header(id, thriftI32)
	w.buf = binary.AppendVarint(w.buf, int64(v))
}

func (w *thriftWriter) i64(id int, v int64) {
	w.header(id, thriftI64)
	w.buf = binary.AppendVarint(w.buf, v)
}

func (w *thriftWriter) bool(id int, v bool) {
	if v {
		w.header(id, thriftTrue)
		return
	}
	w.header(id, thriftFalse)
}

func (w *thriftWriter) text(id int, v string) {
	w.header(id, thriftBinary)
	w.element(v)
}

func (w *thriftWriter) element(v string) {
	w.buf = binary.AppendUvarint(w.buf, uint64(len(v)))
	w.buf = append(w.buf, v...)
}

func (w *thriftWriter) list(id, elem, n int) {
	w.header(id, thriftList)
	if n < 15 {
		w.buf = append(w.buf, byte(n<<4|elem))
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, byte(0xf0|elem)), uint64(n))
}

// open starts a struct as a field.
func (w *thriftWriter) open(id int) {
	w.header(id, thriftStruct)
	w.begin()
}

// empty writes a struct without fields.
func (w *thriftWriter) empty(id int) {
	w.open(id)
	w.end()
}

// thriftReader reads page headers. After a fault bad is set and everything reads as zero.
type thriftReader struct {
	buf []byte
	at  int
	bad bool
}

func (r *thriftReader) byte() byte {
	if r.at >= len(r.buf) {
		r.bad = true
		return 0
	}
	r.at++
	return r.buf[r.at-1]
}

func (r *thriftReader) varint() int64 {
	v, n := binary.Varint(r.buf[min(r.at, len(r.buf)):])
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.at += n
	return v
}

func (r *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.buf[min(r.at, len(r.buf)):])
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.at += n
	return v
}

// fields calls f for each field of a struct; f reads the value, or skips it.
func (r *thriftReader) fields(f func(id, typ int)) {
	id := 0
	for !r.bad {
		h := r.byte()
		if h == 0 {
			return
		}
		if d := int(h >> 4); d != 0 {
			id += d
		} else {
			id = int(r.varint())
		}
		f(id, int(h&15))
	}
}

func (r *thriftReader) skip(typ int) {
	switch typ {
	case thriftTrue, thriftFalse:
	case thriftByte:
		r.byte()
	case thriftI16, thriftI32, thriftI64:
		r.varint()
	case thriftDouble:
		r.at += 8
	case thriftBinary:
		r.at += int(r.uvarint() & 0x7fffffff)
	case thriftStruct:
		r.fields(func(_, typ int) { r.skip(typ) })
	case thriftList, thriftSet:
		h := r.byte()
		n := uint64(h >> 4)
		if n == 15 {
			n = r.uvarint()
		}
		for ; n > 0 && !r.bad; n-- {
			if t := int(h & 15); t <= thriftFalse {
				r.byte()
			} else {
				r.skip(t)
			}
		}
	default:
		r.bad = true
	}
}
