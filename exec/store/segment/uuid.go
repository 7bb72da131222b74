package segment

import (
	"encoding/binary"
	"unsafe"
)

const (
	uuidText = 36 // 01234567-89ab-cdef-0123-456789abcdef
	uuidSize = 16
)

// putUUID writes the bytes that a text stands for; false if it is not a UUID in the form in which
// appendUUIDText writes it.
func putUUID(dst []byte, s string) bool {
	if len(s) != uuidText {
		return false
	}
	t := (*[uuidText]byte)(unsafe.Pointer(unsafe.StringData(s)))
	le := binary.LittleEndian
	a, ok0 := hexBytes(le.Uint64(t[:]))
	b, ok1 := hexBytes(uint64(le.Uint32(t[9:])) | uint64(le.Uint32(t[14:]))<<32)
	c, ok2 := hexBytes(uint64(le.Uint32(t[19:])) | uint64(le.Uint32(t[24:]))<<32)
	d, ok3 := hexBytes(le.Uint64(t[28:]))
	le.PutUint64(dst, uint64(a)|uint64(b)<<32)
	le.PutUint64(dst[8:], uint64(c)|uint64(d)<<32)
	return ok0 && ok1 && ok2 && ok3 && t[8] == '-' && t[13] == '-' && t[18] == '-' && t[23] == '-'
}

// hexBytes returns the four bytes that eight digits stand for; false if they are not as hexDigits gives
// them.
func hexBytes(x uint64) (uint32, bool) {
	n := (x&lowHalves + x>>6&ones*9) & lowHalves // a digit has its value in its lower half, a letter nine less
	ok := hexDigits(n) == x
	n = (n<<4 | n>>8) & 0x00ff00ff00ff00ff
	n = (n | n>>8) & 0x0000ffff0000ffff
	return uint32(n | n>>16), ok
}

const (
	ones      = 0x0101010101010101
	lowHalves = 0x0f * ones
)

// hexDigits returns the digits of eight values below 16, a byte each.
func hexDigits(n uint64) uint64 {
	letters := (n + 6*ones) >> 4 & ones
	return n + '0'*ones + letters*('a'-'0'-10)
}

// appendUUIDText appends the text of a UUID of 16 bytes.
func appendUUIDText(dst, u []byte) []byte {
	var words [4]uint64
	for i := range words {
		n := uint64(binary.LittleEndian.Uint32(u[4*i:]))
		n = (n | n<<16) & 0x0000ffff0000ffff
		n = (n | n<<8) & 0x00ff00ff00ff00ff
		words[i] = hexDigits((n>>4 | n<<8) & lowHalves)
	}
	le := binary.LittleEndian
	dst = append(le.AppendUint64(dst, words[0]), '-')
	dst = append(le.AppendUint32(dst, uint32(words[1])), '-')
	dst = append(le.AppendUint32(dst, uint32(words[1]>>32)), '-')
	dst = append(le.AppendUint32(dst, uint32(words[2])), '-')
	return le.AppendUint64(le.AppendUint32(dst, uint32(words[2]>>32)), words[3])
}

// findUUIDs keeps the bytes of the entries if they are all UUIDs.
func (c *textColumn) findUUIDs() bool {
	n := c.dict.Len()
	if n == 0 || c.list || len(c.dict.Text(0)) != uuidText {
		return false
	}
	out := make([]byte, uuidSize*n)
	for k := range n {
		if !putUUID(out[uuidSize*k:], c.dict.Text(k)) {
			return false
		}
	}
	c.uuids = out
	return true
}

// plainUUIDs renders the entries named by ks, or all if ks is nil, as Parquet's plain values.
func (c *textColumn) plainUUIDs(ks []uint32) []byte {
	n := len(ks)
	switch {
	case ks == nil:
		return c.uuids
	case n == 0:
		return nil
	}
	first := int(ks[0])
	for i, k := range ks {
		if int(k) != first+i {
			out := make([]byte, 0, uuidSize*n)
			for _, k := range ks {
				out = append(out, c.uuids[uuidSize*k:uuidSize*(k+1)]...)
			}
			return out
		}
	}
	return c.uuids[uuidSize*first : uuidSize*(first+n)] // without repeats, as they came
}

// uuidBytes are the bytes that occur in UUIDs.
var uuidBytes = func() (s byteSet) {
	s.add("-0123456789abcdef")
	return s
}()
