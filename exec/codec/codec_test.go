package codec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	var e Encoder
	e.Uint(300)
	e.Int(-5)
	e.Float(1.5)
	e.Text("text")
	e.Floats([]float64{0.1, -2})
	e.Ints([]int64{-1, 1 << 40})
	e.Words([]uint32{7, 1 << 31})
	e.B = append(AppendText(e.B, []byte("bytes")), 9, 1, 0, 0, 2)
	read := func(d *Decoder) []any {
		return []any{d.Uint(), d.Int(), d.Float(), d.Text(), d.Floats(), d.Ints(), d.Words(), string(d.Bytes()), d.Byte(), d.Uint32()}
	}
	want := []any{uint64(300), int64(-5), 1.5, "text", []float64{0.1, -2}, []int64{-1, 1 << 40}, []uint32{7, 1 << 31}, "bytes", byte(9), uint32(1 | 2<<24)}
	d := &Decoder{B: e.B}
	if diff := cmp.Diff(want, read(d)); diff != "" || d.Err() != nil || len(d.B) != 0 {
		t.Errorf("%v, %d bytes left: -want +got:\n%s", d.Err(), len(d.B), diff)
	}
	for cut := range e.B {
		d := &Decoder{B: e.B[:cut]}
		if read(d); d.Err() == nil {
			t.Errorf("no error for the first %d bytes", cut)
		}
	}
}

func TestLengthIsBounded(t *testing.T) {
	for size, want := range map[int]int{1: 3, 2: 0} {
		d := &Decoder{B: []byte{3, 1, 2, 3}}
		if got := d.Length(size); got != want || (d.Err() != nil) != (want == 0) {
			t.Errorf("elements of %d bytes: %d, %v", size, got, d.Err())
		}
	}
}
