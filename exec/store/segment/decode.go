package segment

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"spl/exec/column"
)

// pageHeader is what is needed of Parquet's PageHeader.
type pageHeader struct {
	typ, uncompressed, size int32
	values, nulls, rows     int32
	encoding                int32
	defLen, repLen          int32
	stored                  bool // the values are not compressed
}

// readPageHeader reads the header at the start of src and returns what follows it.
func readPageHeader(src []byte) (pageHeader, []byte, error) {
	var h pageHeader
	r := &thriftReader{buf: src}
	number := func(dst *int32) { *dst = int32(r.varint()) }
	r.fields(func(id, typ int) {
		switch {
		case id == 1 && typ == thriftI32:
			number(&h.typ)
		case id == 2 && typ == thriftI32:
			number(&h.uncompressed)
		case id == 3 && typ == thriftI32:
			number(&h.size)
		case (id == 7 || id == 8) && typ == thriftStruct:
			h.details(r, id)
		default:
			r.skip(typ)
		}
	})
	if r.bad || h.size < 0 || h.uncompressed < 0 || int(h.size) > len(src)-r.at {
		return h, nil, errDamaged
	}
	return h, src[r.at:], nil
}

// details reads the header of a dictionary page (7) or a data page V2 (8).
func (h *pageHeader) details(r *thriftReader, kind int) {
	r.fields(func(id, typ int) {
		switch {
		case kind == 8 && id == 7:
			h.stored = typ == thriftFalse
		case typ != thriftI32:
			r.skip(typ)
		case id == 1:
			h.values = int32(r.varint())
		case kind == 7 && id == 2, id == 4:
			h.encoding = int32(r.varint())
		case id == 2:
			h.nulls = int32(r.varint())
		case id == 3:
			h.rows = int32(r.varint())
		case id == 5:
			h.defLen = int32(r.varint())
		case id == 6:
			h.repLen = int32(r.varint())
		default:
			r.skip(typ)
		}
	})
}

// chunkReader turns the pages of a chunk into a vector.
type chunkReader struct {
	src    []byte
	col    Column
	rows   int
	values int // values that are there, over all pages
	// probe looks at a dictionary before the codes are read, which it can make needless.
	probe func(arena []byte) bool

	arena []byte
	offs  []uint32
	vals  []uint32 // codes of the values that are there
	def   column.Bitmap
	rep   column.Bitmap
	slots int
	times []int64
}

func (d *chunkReader) read() (column.Vec, error) {
	d.offs = []uint32{0}
	for len(d.src) > 0 {
		h, rest, err := readPageHeader(d.src)
		if err != nil {
			return nil, err
		}
		body := rest[:h.size]
		d.src = rest[h.size:]
		switch h.typ {
		case pageDictionary:
			if err = d.dictionary(h, body); err == nil && d.probe != nil && !d.probe(d.arena) {
				return nil, nil
			}
		case pageDataV2:
			err = d.data(h, body)
		default:
			err = fmt.Errorf("page of unknown type %d", h.typ)
		}
		if err != nil {
			return nil, err
		}
	}
	if d.col.Type == Time {
		if len(d.times) != d.rows {
			return nil, errDamaged
		}
		return &column.Time{V: d.times}, nil
	}
	return d.assemble()
}

func (d *chunkReader) dictionary(h pageHeader, body []byte) error {
	raw, err := unpackValues(body, int(h.uncompressed), true)
	if err != nil {
		return err
	}
	return d.entries(raw, int(h.values))
}

func unpackValues(body []byte, size int, compressed bool) ([]byte, error) {
	if compressed {
		var err error
		if body, err = decoder().DecodeAll(body, make([]byte, 0, size)); err != nil {
			return nil, err
		}
	}
	if len(body) != size {
		return nil, errDamaged
	}
	return body, nil
}

// entries appends plain values to the dictionary.
func (d *chunkReader) entries(raw []byte, n int) error {
	if n < 0 || n > len(raw) {
		return errDamaged
	}
	if d.offs == nil || cap(d.offs) < len(d.offs)+n {
		d.offs = append(make([]uint32, 0, max(len(d.offs)+n, min(d.values+1, 2*len(d.offs)))), d.offs...)
	}
	if d.col.Type == Integer {
		if len(raw) != 8*n {
			return errDamaged
		}
		for i := range n {
			d.arena = strconv.AppendInt(d.arena, int64(binary.LittleEndian.Uint64(raw[8*i:])), 10)
			d.offs = append(d.offs, uint32(len(d.arena)))
		}
		return nil
	}
	if d.col.Type == UUID {
		if len(raw) != uuidSize*n {
			return errDamaged
		}
		d.arena = slices.Grow(d.arena, uuidText*n)
		for i := range n {
			d.arena = appendUUIDText(d.arena, raw[uuidSize*i:])
			d.offs = append(d.offs, uint32(len(d.arena)))
		}
		return nil
	}
	if d.arena == nil {
		d.arena = make([]byte, 0, max(0, len(raw)-4*n))
	}
	for range n {
		if len(raw) < 4 {
			return errDamaged
		}
		size := binary.LittleEndian.Uint32(raw)
		if uint64(size) > uint64(len(raw)-4) {
			return errDamaged
		}
		d.arena = append(d.arena, raw[4:4+size]...)
		d.offs = append(d.offs, uint32(len(d.arena)))
		raw = raw[4+size:]
	}
	return nil
}

// data reads a page of values.
func (d *chunkReader) data(h pageHeader, body []byte) error {
	n, levels := int(h.values), int(h.defLen)+int(h.repLen)
	present := n - int(h.nulls)
	if n < 0 || h.defLen < 0 || h.repLen < 0 || levels > len(body) || present < 0 || h.nulls < 0 || present > d.values {
		return errDamaged
	}
	raw, err := unpackValues(body[levels:], int(h.uncompressed)-levels, !h.stored)
	if err != nil {
		return err
	}
	if d.col.Type == Time {
		if h.encoding != encodingDelta || len(d.times)+n > d.rows {
			return errDamaged
		}
		d.times, _, err = readDeltas(slices.Grow(d.times, min(n, d.rows)), raw, n)
		return err
	}
	if err := d.levels(h, body, n); err != nil {
		return err
	}
	at := len(d.vals)
	if d.vals == nil {
		d.vals = make([]uint32, 0, d.values)
	}
	if at+present > d.values {
		return errDamaged
	}
	d.vals = d.vals[:at+present]
	switch {
	case h.encoding == encodingDictionary:
		if len(raw) == 0 {
			return errDamaged
		}
		return readCodes(d.vals[at:], raw[1:], int(raw[0]))
	case h.encoding != encodingPlain && h.encoding != encodingLengths:
		return fmt.Errorf("values in unknown encoding %d", h.encoding)
	}
	first := uint32(len(d.offs))
	for i := range present {
		d.vals[at+i] = first + uint32(i)
	}
	if h.encoding == encodingLengths {
		return d.texts(raw, present)
	}
	return d.entries(raw, present)
}

// texts appends lengths and texts to the dictionary.
func (d *chunkReader) texts(raw []byte, n int) error {
	lengths, rest, err := readDeltas(make([]int64, 0, n), raw, n)
	if err != nil {
		return err
	}
	d.offs = slices.Grow(d.offs, d.values+1-len(d.offs))
	at := uint32(len(d.arena))
	left := uint64(len(rest))
	for _, size := range lengths {
		if uint64(size) > left {
			return errDamaged
		}
		left -= uint64(size)
		at += uint32(size)
		d.offs = append(d.offs, at)
	}
	if left > 0 {
		return errDamaged
	}
	d.arena = append(d.arena, rest...)
	return nil
}

// levels appends the page's levels to those of the chunk.
func (d *chunkReader) levels(h pageHeader, body []byte, n int) error {
	if n > 1<<27 {
		return errDamaged
	}
	if d.col.List {
		rep, err := readLevels(body[:h.repLen], n)
		if err != nil {
			return err
		}
		d.rep = concat(d.rep, d.slots, rep, n)
	}
	def, err := readLevels(body[h.repLen:h.repLen+h.defLen], n)
	if err != nil {
		return err
	}
	if def.Count() != n-int(h.nulls) {
		return errDamaged
	}
	d.def = concat(d.def, d.slots, def, n)
	d.slots += n
	return nil
}

// concat appends n bits to the at bits of b.
func concat(b column.Bitmap, at int, more column.Bitmap, n int) column.Bitmap {
	if at == 0 {
		return more
	}
	out := column.NewBitmap(at + n)
	copy(out, b)
	shift := at & 63
	for i, w := range more {
		out[at>>6+i] |= w << shift
		if shift > 0 && at>>6+i+1 < len(out) {
			out[at>>6+i+1] |= w >> (64 - shift)
		}
	}
	return out
}

// assemble makes the vector of all pages.
func (d *chunkReader) assemble() (column.Vec, error) {
	if uint64(len(d.arena)) > 1<<32-1 {
		return nil, errDamaged
	}
	dict := column.NewDictionary(d.arena, d.offs)
	entries := uint32(dict.Len())
	for _, c := range d.vals {
		if c > entries {
			return nil, errDamaged
		}
	}
	if d.col.List {
		return d.list(dict)
	}
	switch {
	case d.slots != d.rows || len(d.vals) != d.values:
		return nil, errDamaged
	case d.values == d.rows:
		return &column.Dict{Codes: d.vals, D: dict}, nil
	}
	codes := make([]uint32, d.rows)
	at := 0
	for w, x := range d.def {
		if x == ^uint64(0) {
			at += copy(codes[w<<6:w<<6+64], d.vals[at:])
			continue
		}
		column.Bitmap{x}.Each(func(i int) {
			codes[w<<6+i] = d.vals[at]
			at++
		})
	}
	return &column.Dict{Codes: codes, D: dict}, nil
}

func (d *chunkReader) list(dict *column.Dictionary) (column.Vec, error) {
	offs := make([]uint32, 0, d.rows+1)
	at := uint32(0)
	for i := range d.slots {
		if !d.rep.Get(i) {
			offs = append(offs, at)
		}
		if d.def.Get(i) {
			at++
		}
	}
	offs = append(offs, at)
	if len(offs) != d.rows+1 || len(d.vals) != d.values {
		return nil, errDamaged
	}
	return &column.List{Offsets: offs, Inner: &column.Dict{Codes: d.vals, D: dict}}, nil
}
