package op

import (
	"spl/exec/codec"
	"spl/exec/intern"
)

// A table whose groups keep their order of arrival is spilled stretch by stretch. When a group arrived is
// told by the first stretch that it is in and its number there; the sections of a partition stand in order
// of the stretches. The values of the fields have a part of the file for themselves, since the labels of a
// table must be known before its cells are read.

// labelPart is the part of the file behind the partitions.
const labelPart = partitions

// stretchBits is the width of a group's number within its stretch. Sorting reads the result as a float, which
// has room for two million stretches.
const stretchBits = 32

// arrivedIn makes numbers within a stretch numbers over all stretches.
func arrivedIn(order []int64, stretch int64) {
	for g := range order {
		order[g] |= stretch << stretchBits
	}
}

func ordinals(n int) []int64 {
	out := make([]int64, n)
	for g := range out {
		out[g] = int64(g)
	}
	return out
}

// encodeLabels writes the values of all fields, each in order of arrival.
func encodeLabels(t *KeyTable) []byte {
	var e codec.Encoder
	for i := range t.cols {
		texts := &t.cols[i].texts
		e.Uint(uint64(texts.Len()))
		for id := range texts.Len() {
			e.Text(texts.Text(uint32(id)))
		}
	}
	return e.B
}

// decodeLabels adds what encodeLabels wrote to the values of each field.
func decodeLabels(data []byte, fields []*intern.Texts) error {
	d := &codec.Decoder{B: data}
	for _, texts := range fields {
		for range d.Length(1) {
			texts.AddBytes(d.Bytes())
		}
	}
	return d.Err()
}
