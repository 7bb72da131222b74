package evtx

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Types of values.
const (
	typeNull       = 0x00
	typeString     = 0x01
	typeANSI       = 0x02
	typeInt8       = 0x03
	typeUint8      = 0x04
	typeInt16      = 0x05
	typeUint16     = 0x06
	typeInt32      = 0x07
	typeUint32     = 0x08
	typeInt64      = 0x09
	typeUint64     = 0x0a
	typeFloat      = 0x0b
	typeDouble     = 0x0c
	typeBool       = 0x0d
	typeBinary     = 0x0e
	typeGUID       = 0x0f
	typeSize       = 0x10
	typeFileTime   = 0x11
	typeSystemTime = 0x12
	typeSID        = 0x13
	typeHex32      = 0x14
	typeHex64      = 0x15
	typeXML        = 0x21

	typeList = 0x80 // flag: several of them
)

// widths are the sizes of the values in lists.
var widths = map[byte]int{typeInt8: 1, typeUint8: 1, typeInt16: 2, typeUint16: 2, typeInt32: 4, typeUint32: 4, typeInt64: 8, typeUint64: 8,
	typeFloat: 4, typeDouble: 8, typeBool: 4, typeGUID: 16, typeFileTime: 8, typeSystemTime: 16, typeHex32: 4, typeHex64: 8}

// val is a value of a template instance: a range of the chunk.
type val struct {
	typ       byte
	pos, size int
}

// each calls f with the values of a list.
func (v val) each(x *renderer, f func(val) error) error {
	typ := v.typ &^ typeList
	end := v.pos + v.size
	if typ == typeString || typ == typeANSI {
		step := 2
		if typ == typeANSI {
			step = 1
		}
		from := v.pos
		for i := v.pos; i+step <= end; i += step {
			if x.chunk[i] != 0 || step == 2 && x.chunk[i+1] != 0 {
				continue
			}
			if err := f(val{typ, from, i - from}); err != nil {
				return err
			}
			from = i + step
		}
		if from < end {
			return f(val{typ, from, end - from})
		}
		return nil
	}
	w := widths[typ]
	if w == 0 {
		return fmt.Errorf("a list of values of type %#x is not supported", typ)
	}
	for i := v.pos; i+w <= end; i += w {
		if err := f(val{typ, i, w}); err != nil {
			return err
		}
	}
	return nil
}

// append writes a value as Windows renders it.
func (v val) append(x *renderer, attr bool) error {
	if v.typ&typeList != 0 {
		first := true
		return v.each(x, func(item val) error {
			if !first {
				x.out = append(x.out, ',')
			}
			first = false
			return item.append(x, attr)
		})
	}
	b := x.chunk[v.pos : v.pos+v.size]
	if w := widths[v.typ]; w > 0 && v.size < w {
		if v.size == 0 {
			return nil
		}
		return errCut
	}
	switch v.typ {
	case typeNull:
	case typeString:
		x.out = appendText(x.out, trimNUL(b), attr)
	case typeANSI:
		for _, c := range b {
			if c != 0 {
				x.out = appendEscaped(x.out, rune(c), attr)
			}
		}
	case typeInt8:
		x.out = strconv.AppendInt(x.out, int64(int8(b[0])), 10)
	case typeUint8:
		x.out = strconv.AppendUint(x.out, uint64(b[0]), 10)
	case typeInt16:
		x.out = strconv.AppendInt(x.out, int64(int16(le.Uint16(b))), 10)
	case typeUint16:
		x.out = strconv.AppendUint(x.out, uint64(le.Uint16(b)), 10)
	case typeInt32:
		x.out = strconv.AppendInt(x.out, int64(int32(le.Uint32(b))), 10)
	case typeUint32:
		x.out = strconv.AppendUint(x.out, uint64(le.Uint32(b)), 10)
	case typeInt64:
		x.out = strconv.AppendInt(x.out, int64(le.Uint64(b)), 10)
	case typeUint64:
		x.out = strconv.AppendUint(x.out, le.Uint64(b), 10)
	case typeFloat:
		x.out = strconv.AppendFloat(x.out, float64(math.Float32frombits(le.Uint32(b))), 'g', -1, 32)
	case typeDouble:
		x.out = strconv.AppendFloat(x.out, math.Float64frombits(le.Uint64(b)), 'g', -1, 64)
	case typeBool:
		x.out = strconv.AppendBool(x.out, le.Uint32(b) != 0)
	case typeXML:
		c := cursor{x: x, pos: v.pos, end: v.pos + v.size}
		return c.fragment(nil)
	default:
		return v.appendText(x, b)
	}
	return nil
}

// appendText writes the types whose form is a convention.
func (v val) appendText(x *renderer, b []byte) error {
	switch v.typ {
	case typeBinary:
		x.out = append(x.out, strings.ToUpper(hex.EncodeToString(b))...)
	case typeGUID:
		x.out = fmt.Appendf(x.out, "{%08X-%04X-%04X-%X-%X}", le.Uint32(b), le.Uint16(b[4:]), le.Uint16(b[6:]), b[8:10], b[10:16])
	case typeHex32:
		x.out = fmt.Appendf(x.out, "%#x", le.Uint32(b))
	case typeHex64:
		x.out = fmt.Appendf(x.out, "%#x", le.Uint64(b))
	case typeSize:
		switch {
		case len(b) >= 8:
			x.out = fmt.Appendf(x.out, "%#x", le.Uint64(b))
		case len(b) >= 4:
			x.out = fmt.Appendf(x.out, "%#x", le.Uint32(b))
		}
	case typeFileTime:
		// 100 ns since 1601.
		t := le.Uint64(b)
		const epoch = 11644473600
		x.out = time.Unix(int64(t/1e7)-epoch, int64(t%1e7)*100).UTC().AppendFormat(x.out, "2006-01-02T15:04:05.000000000Z")
	case typeSystemTime:
		f := func(i int) int { return int(le.Uint16(b[2*i:])) }
		x.out = fmt.Appendf(x.out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", f(0), f(1), f(3), f(4), f(5), f(6), f(7))
	case typeSID:
		return v.appendSID(x, b)
	default:
		return fmt.Errorf("values of type %#x are not supported", v.typ)
	}
	return nil
}

func (v val) appendSID(x *renderer, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if len(b) < 8 || len(b) < 8+4*int(b[1]) {
		return errCut
	}
	authority := uint64(0)
	for _, c := range b[2:8] {
		authority = authority<<8 | uint64(c)
	}
	x.out = fmt.Appendf(x.out, "S-%d-%d", b[0], authority)
	for i := range int(b[1]) {
		x.out = fmt.Appendf(x.out, "-%d", le.Uint32(b[8+4*i:]))
	}
	return nil
}

func trimNUL(b []byte) []byte {
	for len(b) >= 2 && b[len(b)-1] == 0 && b[len(b)-2] == 0 {
		b = b[:len(b)-2]
	}
	return b
}

// appendText appends UTF-16 text with what XML needs escaped.
func appendText(dst, b []byte, attr bool) []byte {
	for _, r := range string(appendUTF16(nil, b)) {
		dst = appendEscaped(dst, r, attr)
	}
	return dst
}

func appendEscaped(dst []byte, r rune, attr bool) []byte {
	switch {
	case r == '&':
		return append(dst, "&amp;"...)
	case r == '<':
		return append(dst, "&lt;"...)
	case r == '>':
		return append(dst, "&gt;"...)
	case r == '\'' && attr:
		return append(dst, "&apos;"...)
	}
	return append(dst, string(r)...)
}
