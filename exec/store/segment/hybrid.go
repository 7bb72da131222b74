package segment

import (
	"encoding/binary"
	"errors"

	"spl/exec/column"
)

var errCodes = errors.New("run-length data ends early")

// appendHybrid appends values of width bits as Parquet's mix of runs and bit-packed groups of eight.
func appendHybrid(dst []byte, vs []uint32, width int) []byte {
	packed := 0 // values before i that wait to be packed, a multiple of 8
	i := 0
	for i < len(vs) {
		run := 1
		for i+run < len(vs) && vs[i+run] == vs[i] {
			run++
		}
		if run < 8 {
			step := min(8, len(vs)-i)
			packed, i = packed+step, i+step
			continue
		}
		if packed > 0 {
			dst = appendPacked(dst, vs[i-packed:i], width)
			packed = 0
		}
		dst = binary.AppendUvarint(dst, uint64(run)<<1)
		for b := 0; b < width; b += 8 {
			dst = append(dst, byte(vs[i]>>b))
		}
		i += run
	}
	if packed > 0 {
		dst = appendPacked(dst, vs[i-packed:i], width)
	}
	return dst
}

// appendPacked writes one bit-packed run, filled up to a multiple of eight values with zeros.
func appendPacked(dst []byte, vs []uint32, width int) []byte {
	groups := (len(vs) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	end := len(dst) + groups*width
	var acc uint64
	n := 0
	for _, v := range vs {
		acc |= uint64(v) << n
		if n += width; n >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
			acc >>= 32
			n -= 32
		}
	}
	for ; len(dst) < end; acc >>= 8 {
		dst = append(dst, byte(acc))
	}
	return dst[:end]
}

// hybridRun is the next piece of run-length data: n times value, or n packed values.
type hybridRun struct {
	n      int
	value  uint32
	packed []byte // nil: a run
}

// nextRun cuts the next piece off src; at most left values are wanted.
func nextRun(src []byte, width, left int) (hybridRun, []byte, error) {
	h, k := binary.Uvarint(src)
	if k <= 0 {
		return hybridRun{}, nil, errCodes
	}
	src = src[k:]
	if h&1 == 0 {
		size := (width + 7) / 8
		if len(src) < size || h>>1 == 0 {
			return hybridRun{}, nil, errCodes
		}
		var v uint32
		for b := range size {
			v |= uint32(src[b]) << (8 * b)
		}
		return hybridRun{n: int(min(h>>1, uint64(left))), value: v}, src[size:], nil
	}
	size := (h >> 1) * uint64(width)
	if size > uint64(len(src)) || size == 0 {
		return hybridRun{}, nil, errCodes
	}
	return hybridRun{n: int(min(h>>1*8, uint64(left))), packed: src[:size]}, src[size:], nil
}

// readCodes fills dst with the values of run-length data plus one: codes of a vector.
func readCodes(dst []uint32, src []byte, width int) error {
	if width == 0 {
		for i := range dst {
			dst[i] = 1
		}
		return nil
	}
	if width > 32 {
		return errCodes
	}
	for len(dst) > 0 {
		run, rest, err := nextRun(src, width, len(dst))
		if err != nil {
			return err
		}
		out := dst[:run.n]
		if run.packed == nil {
			for i := range out {
				out[i] = run.value + 1
			}
		} else {
			unpack(out, run.packed, width)
		}
		dst, src = dst[run.n:], rest
	}
	return nil
}

// unpack reads bit-packed values plus one.
func unpack(out []uint32, src []byte, width int) {
	switch width {
	case 8:
		for i := range out {
			out[i] = uint32(src[i]) + 1
		}
		return
	case 16:
		for i := range out {
			out[i] = uint32(binary.LittleEndian.Uint16(src[2*i:])) + 1
		}
		return
	}
	mask := uint64(1)<<width - 1
	i, bit := 0, 0
	for ; i < len(out) && bit>>3+8 <= len(src); i++ {
		out[i] = uint32(binary.LittleEndian.Uint64(src[bit>>3:])>>(bit&7)&mask) + 1
		bit += width
	}
	for ; i < len(out); i++ {
		var tail [8]byte
		copy(tail[:], src[bit>>3:])
		out[i] = uint32(binary.LittleEndian.Uint64(tail[:])>>(bit&7)&mask) + 1
		bit += width
	}
}

// appendLevels writes levels of one bit.
func appendLevels(dst []byte, bits column.Bitmap, n int) []byte {
	full, none := true, true
	for w, x := range bits {
		all := ^uint64(0)
		if w == len(bits)-1 && n&63 != 0 {
			all = 1<<(n&63) - 1
		}
		full, none = full && x == all, none && x == 0
	}
	if full || none {
		dst = binary.AppendUvarint(dst, uint64(n)<<1)
		if full {
			return append(dst, 1)
		}
		return append(dst, 0)
	}
	groups := (n + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	for g := range groups {
		dst = append(dst, byte(bits[g>>3]>>(g&7*8)))
	}
	return dst
}

// readLevels reads n levels of one bit.
func readLevels(src []byte, n int) (column.Bitmap, error) {
	bits := column.NewBitmap(n)
	for i := 0; i < n; {
		run, rest, err := nextRun(src, 1, n-i)
		if err != nil {
			return nil, err
		}
		switch {
		case run.packed != nil && i&7 == 0:
			for g, b := range run.packed[:(run.n+7)/8] {
				at := i + 8*g
				bits[at>>6] |= uint64(b) << (at & 63)
			}
		case run.packed != nil:
			for k := range run.n {
				if run.packed[k>>3]>>(k&7)&1 != 0 {
					bits.Set(i + k)
				}
			}
		case run.value != 0:
			setRange(bits, i, run.n)
		}
		i, src = i+run.n, rest
	}
	if n&63 != 0 {
		bits[len(bits)-1] &= 1<<(n&63) - 1
	}
	return bits, nil
}

func setRange(bits column.Bitmap, from, n int) {
	for n > 0 {
		if from&63 == 0 && n >= 64 {
			bits[from>>6] = ^uint64(0)
			from, n = from+64, n-64
			continue
		}
		bits.Set(from)
		from, n = from+1, n-1
	}
}
