// Package codec writes and reads the small binary records of the program: aggregate states and rows that
// are spilled, the write-ahead log, the index of a segment. Numbers are variable-length as in encoding/binary.
package codec

import (
	"encoding/binary"
	"errors"
	"math"
)

// Encoder appends to B. The zero Encoder is ready.
type Encoder struct{ B []byte }

// Uint writes a number.
func (e *Encoder) Uint(x uint64) { e.B = binary.AppendUvarint(e.B, x) }

// Int writes a signed number.
func (e *Encoder) Int(x int64) { e.B = binary.AppendVarint(e.B, x) }

// Float writes a double.
func (e *Encoder) Float(f float64) { e.B = binary.LittleEndian.AppendUint64(e.B, math.Float64bits(f)) }

// Text writes a text.
func (e *Encoder) Text(s string) { e.B = AppendText(e.B, s) }

// AppendText appends a text to dst as Encoder.Text writes it.
func AppendText[T string | []byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// Floats writes a list of doubles.
func (e *Encoder) Floats(fs []float64) {
	e.Uint(uint64(len(fs)))
	for _, f := range fs {
		e.Float(f)
	}
}

// Ints writes a list of signed numbers.
func (e *Encoder) Ints(xs []int64) {
	e.Uint(uint64(len(xs)))
	for _, x := range xs {
		e.Int(x)
	}
}

// Words writes a list of 32-bit numbers.
func (e *Encoder) Words(xs []uint32) {
	e.Uint(uint64(len(xs)))
	for _, x := range xs {
		e.Uint(uint64(x))
	}
}

// Decoder reads what an Encoder wrote. After an error every read gives zero; Err tells.
type Decoder struct {
	B   []byte
	err error
}

var errShort = errors.New("record is damaged")

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// Fail marks the record as damaged, for a value that cannot be.
func (d *Decoder) Fail() {
	d.err = errShort
	d.B = nil
}

// Uint reads a number.
func (d *Decoder) Uint() uint64 {
	x, n := binary.Uvarint(d.B)
	if n <= 0 {
		d.Fail()
		return 0
	}
	d.B = d.B[n:]
	return x
}

// Int reads a signed number.
func (d *Decoder) Int() int64 {
	x, n := binary.Varint(d.B)
	if n <= 0 {
		d.Fail()
		return 0
	}
	d.B = d.B[n:]
	return x
}

// Float reads a double.
func (d *Decoder) Float() float64 { return math.Float64frombits(d.Uint64()) }

// Text reads a text.
func (d *Decoder) Text() string { return string(d.Bytes()) }

// Bytes reads a text as a part of B.
func (d *Decoder) Bytes() []byte {
	n := d.Length(1)
	b := d.B[:n:n]
	d.B = d.B[n:]
	return b
}

// Byte reads a byte.
func (d *Decoder) Byte() byte {
	if len(d.B) == 0 {
		d.Fail()
		return 0
	}
	c := d.B[0]
	d.B = d.B[1:]
	return c
}

// Uint32 reads four bytes, least first.
func (d *Decoder) Uint32() uint32 {
	if len(d.B) < 4 {
		d.Fail()
		return 0
	}
	w := binary.LittleEndian.Uint32(d.B)
	d.B = d.B[4:]
	return w
}

// Uint64 reads eight bytes, least first.
func (d *Decoder) Uint64() uint64 {
	if len(d.B) < 8 {
		d.Fail()
		return 0
	}
	w := binary.LittleEndian.Uint64(d.B)
	d.B = d.B[8:]
	return w
}

// Length reads the length of a list whose elements take at least size bytes each.
func (d *Decoder) Length(size int) int {
	n := d.Uint()
	if n > uint64(len(d.B)/size) {
		d.Fail()
		return 0
	}
	return int(n)
}

// Floats reads a list of doubles.
func (d *Decoder) Floats() []float64 {
	out := make([]float64, d.Length(8))
	for i := range out {
		out[i] = d.Float()
	}
	return out
}

// Ints reads a list of signed numbers.
func (d *Decoder) Ints() []int64 {
	out := make([]int64, d.Length(1))
	for i := range out {
		out[i] = d.Int()
	}
	return out
}

// Words reads a list of 32-bit numbers.
func (d *Decoder) Words() []uint32 {
	out := make([]uint32, d.Length(1))
	for i := range out {
		out[i] = uint32(d.Uint())
	}
	return out
}
