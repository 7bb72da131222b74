package segment

import (
	"encoding/binary"
	"math/bits"

	"spl/exec/codec"
)

// Parquet's delta encoding of integers: blocks of 128 differences in four parts of their own width.
const (
	deltaBlock = 128
	deltaParts = 4
	deltaPart  = deltaBlock / deltaParts
)

// appendDeltas appends values in the delta encoding.
func appendDeltas(dst []byte, vs []int64) []byte {
	dst = binary.AppendUvarint(dst, deltaBlock)
	dst = binary.AppendUvarint(dst, deltaParts)
	dst = binary.AppendUvarint(dst, uint64(len(vs)))
	if len(vs) == 0 {
		return append(dst, 0)
	}
	dst = binary.AppendVarint(dst, vs[0])
	var deltas [deltaBlock]uint64
	for i := 1; i < len(vs); i += deltaBlock {
		n := min(deltaBlock, len(vs)-i)
		least := vs[i] - vs[i-1]
		for k := range n {
			d := vs[i+k] - vs[i+k-1] // wraps round, and back when it is read
			deltas[k] = uint64(d)
			least = min(least, d)
		}
		for k := range deltas {
			if k < n {
				deltas[k] -= uint64(least)
			} else {
				deltas[k] = 0
			}
		}
		dst = binary.AppendVarint(dst, least)
		widths := len(dst)
		dst = append(dst, make([]byte, deltaParts)...)
		for p := 0; p*deltaPart < n; p++ {
			part := deltas[p*deltaPart : (p+1)*deltaPart]
			var all uint64
			for _, d := range part {
				all |= d
			}
			width := bits.Len64(all)
			dst[widths+p] = byte(width)
			dst = appendBits(dst, part, width)
		}
	}
	return dst
}

// appendBits packs 32 values of width bits.
func appendBits(dst []byte, vs []uint64, width int) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, width*deltaPart/8+8)...)
	out := dst[at:]
	for i, v := range vs {
		bit := i * width
		x := binary.LittleEndian.Uint64(out[bit>>3:])
		binary.LittleEndian.PutUint64(out[bit>>3:], x|v<<(bit&7))
		if over := bit&7 + width - 64; over > 0 {
			out[bit>>3+8] |= byte(v >> (width - over))
		}
	}
	return dst[:at+width*deltaPart/8]
}

// readDeltas appends n values in the delta encoding to dst and returns what follows them in src.
func readDeltas(dst []int64, src []byte, n int) ([]int64, []byte, error) {
	r := &codec.Decoder{B: src}
	block, parts, total := r.Uint(), r.Uint(), r.Uint()
	last := r.Int()
	if r.Err() != nil || block != deltaBlock || parts != deltaParts || total != uint64(n) {
		return nil, nil, errDamaged
	}
	if n == 0 {
		return dst, r.B, nil
	}
	dst = append(dst, last)
	for n--; n > 0; {
		least := r.Int()
		if r.Err() != nil || len(r.B) < deltaParts {
			return nil, nil, errDamaged
		}
		widths := r.B[:deltaParts]
		r.B = r.B[deltaParts:]
		for p := 0; p < deltaParts && n > 0; p++ {
			width := int(widths[p])
			size := width * deltaPart / 8
			if width > 64 || size > len(r.B) {
				return nil, nil, errDamaged
			}
			k := min(n, deltaPart)
			dst, last = readPart(dst, r.B, k, width, last, least)
			r.B = r.B[size:]
			n -= k
		}
	}
	return dst, r.B, nil
}

// readPart appends n values; src may go on behind the part, and short ends read as zeros.
func readPart(dst []int64, src []byte, n, width int, last, least int64) ([]int64, int64) {
	mask := ^uint64(0)
	if width < 64 {
		mask = 1<<width - 1
	}
	for i := range n {
		bit := i * width
		var x uint64
		if bit>>3+8 <= len(src) {
			x = binary.LittleEndian.Uint64(src[bit>>3:])
		} else {
			var tail [8]byte
			copy(tail[:], src[min(bit>>3, len(src)):])
			x = binary.LittleEndian.Uint64(tail[:])
		}
		x >>= bit & 7
		if over := bit&7 + width - 64; over > 0 {
			x |= uint64(src[bit>>3+8]) << (width - over)
		}
		last += int64(x&mask) + least
		dst = append(dst, last)
	}
	return dst, last
}
