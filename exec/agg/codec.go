package agg

import (
	"encoding/binary"
	"errors"
	"math"
)

// Encoder writes states. The zero Encoder is ready.
type Encoder struct{ B []byte }

// Uint writes a number.
func (e *Encoder) Uint(x uint64) { e.B = binary.AppendUvarint(e.B, x) }

// Int writes a signed number.
func (e *Encoder) Int(x int64) { e.B = binary.AppendVarint(e.B, x) }

// Float writes a double.
func (e *Encoder) Float(f float64) { e.B = binary.LittleEndian.AppendUint64(e.B, math.Float64bits(f)) }

// Text writes a text.
func (e *Encoder) Text(s string) {
	e.Uint(uint64(len(s)))
	e.B = append(e.B, s...)
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

var errShort = errors.New("aggregate state is damaged")

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

func (d *Decoder) fail() {
	d.err = errShort
	d.B = nil
}

// Uint reads a number.
func (d *Decoder) Uint() uint64 {
	x, n := binary.Uvarint(d.B)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.B = d.B[n:]
	return x
}

// Int reads a signed number.
func (d *Decoder) Int() int64 {
	x, n := binary.Varint(d.B)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.B = d.B[n:]
	return x
}

// Float reads a double.
func (d *Decoder) Float() float64 {
	if len(d.B) < 8 {
		d.fail()
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(d.B))
	d.B = d.B[8:]
	return f
}

// Text reads a text.
func (d *Decoder) Text() string {
	n := d.length(1)
	s := string(d.B[:n])
	d.B = d.B[n:]
	return s
}

// length reads the length of a list whose elements take at least size bytes each.
func (d *Decoder) length(size int) int {
	n := d.Uint()
	if n > uint64(len(d.B)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// Floats reads a list of doubles.
func (d *Decoder) Floats() []float64 {
	out := make([]float64, d.length(8))
	for i := range out {
		out[i] = d.Float()
	}
	return out
}

// Ints reads a list of signed numbers.
func (d *Decoder) Ints() []int64 {
	out := make([]int64, d.length(1))
	for i := range out {
		out[i] = d.Int()
	}
	return out
}

// Words reads a list of 32-bit numbers.
func (d *Decoder) Words() []uint32 {
	out := make([]uint32, d.length(1))
	for i := range out {
		out[i] = uint32(d.Uint())
	}
	return out
}
