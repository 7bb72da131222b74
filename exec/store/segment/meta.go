package segment

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
)

// Versions of files: Write makes the lowest that knows the types of its columns, Open reads all.
const (
	firstVersion = 1
	uuidVersion  = 2 // columns of type UUID
)

// maxListed is how many hosts and sources are counted; with more the counts are left out.
const maxListed = 1000

// Meta describes a file without its values: what a scan needs to leave parts of it unread.
type Meta struct {
	Index, Sourcetype string
	Rows              int64
	Earliest, Latest  int64 // of _time, both included
	Columns           []Column
	Groups            []Group
	// Hosts and Sources count events; nil if there are too many of them.
	Hosts, Sources map[string]int64
	// Footer is the checksum of Parquet's footer, which only Verify compares.
	Footer uint32
}

// Column is a column of the file.
type Column struct {
	Name string
	Type Type
	List bool // rows may have several values
}

// Type is how values are written.
type Type uint8

// The types: texts, times in microseconds, texts that are all canonical integers, and texts that are all
// UUIDs in lower case.
const (
	Text Type = iota
	Time
	Integer
	UUID

	undecided // while a file is planned: a column without values
)

// Group is a row group.
type Group struct {
	Rows             int
	Shaped           int   // rows whose _raw is a shape and the columns
	RawBytes         int64 // of all texts in _raw, stored or not, about
	Earliest, Latest int64
	Chunks           []Chunk // by column
	// Shapes are what the texts of events are made of, beside their values; encoded.
	Shapes []byte
	// Blooms are the filters of the tokens in the columns; without a size there are none.
	Blooms Part
}

// Part is a part of the file that is read at once.
type Part struct {
	Offset, Size int64
	Sum          uint32 // checksum of the bytes
}

// Chunk is a column in a row group.
type Chunk struct {
	Part
	Values  int // values that are there
	Entries int // size of the dictionary; 0 if the values are written one by one
	// All: no row is null.
	All bool
	// Bytes is the set of bytes that occur in the values; BytesKnown is unset where it was not made.
	Bytes      byteSet
	BytesKnown bool
	// Numeric: every value is a number from Min to Max.
	Numeric  bool
	Min, Max float64
}

// byteSet has a bit a byte.
type byteSet [4]uint64

func (s *byteSet) add(text string) {
	for i := range len(text) {
		s[text[i]>>6] |= 1 << (text[i] & 63)
	}
}

// Find returns the number of a column, -1 if the file has none of that name.
func (m *Meta) Find(name string) int {
	for i := range m.Columns {
		if m.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Flags of a chunk.
const (
	flagAll = 1 << iota
	flagBytes
	flagNumeric
)

func (m *Meta) version() byte {
	if slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Type == UUID }) {
		return uuidVersion
	}
	return firstVersion
}

// encode renders the description.
func (m *Meta) encode() []byte {
	b := []byte{m.version()}
	b = codec.AppendText(b, m.Index)
	b = codec.AppendText(b, m.Sourcetype)
	b = binary.AppendVarint(b, m.Rows)
	b = binary.AppendVarint(b, m.Earliest)
	b = binary.AppendVarint(b, m.Latest)
	b = binary.LittleEndian.AppendUint32(b, m.Footer)
	b = appendCounts(b, m.Hosts)
	b = appendCounts(b, m.Sources)
	b = binary.AppendUvarint(b, uint64(len(m.Columns)))
	for _, c := range m.Columns {
		b = codec.AppendText(b, c.Name)
		list := byte(0)
		if c.List {
			list = 1
		}
		b = append(b, byte(c.Type), list)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Groups)))
	for _, g := range m.Groups {
		b = binary.AppendVarint(b, int64(g.Rows))
		b = binary.AppendVarint(b, int64(g.Shaped))
		b = binary.AppendVarint(b, g.RawBytes)
		b = binary.AppendVarint(b, g.Earliest)
		b = binary.AppendVarint(b, g.Latest)
		for i := range g.Chunks {
			b = g.Chunks[i].append(b)
		}
		b = append(binary.AppendUvarint(b, uint64(len(g.Shapes))), g.Shapes...)
	}
	if slices.ContainsFunc(m.Groups, func(g Group) bool { return g.Blooms.Size > 0 }) {
		for _, g := range m.Groups {
			b = g.Blooms.append(b)
		}
	}
	return b
}

func (p Part) append(b []byte) []byte {
	b = binary.AppendVarint(b, p.Offset)
	b = binary.AppendVarint(b, p.Size)
	return binary.LittleEndian.AppendUint32(b, p.Sum)
}

func decodePart(r *codec.Decoder) Part { return Part{r.Int(), r.Int(), r.Uint32()} }

func (c *Chunk) append(b []byte) []byte {
	flags := byte(0)
	for bit, on := range [...]bool{c.All, c.BytesKnown, c.Numeric} {
		if on {
			flags |= 1 << bit
		}
	}
	b = append(b, flags)
	b = c.Part.append(b)
	b = binary.AppendVarint(b, int64(c.Values))
	b = binary.AppendVarint(b, int64(c.Entries))
	if c.BytesKnown {
		for _, w := range c.Bytes {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
	}
	if c.Numeric {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Min))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Max))
	}
	return b
}

func appendCounts(b []byte, counts map[string]int64) []byte {
	if counts == nil {
		return binary.AppendUvarint(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(counts))+1)
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		b = binary.AppendVarint(codec.AppendText(b, s), counts[s])
	}
	return b
}

func decodeMeta(b []byte) (*Meta, error) {
	switch {
	case len(b) == 0:
		return nil, errDamaged
	case b[0] < firstVersion || b[0] > uuidVersion:
		return nil, fmt.Errorf("segment format is version %d, not %d to %d", b[0], firstVersion, uuidVersion)
	}
	r := &codec.Decoder{B: b[1:]}
	m := &Meta{Index: r.Text(), Sourcetype: r.Text(), Rows: r.Int(), Earliest: r.Int(), Latest: r.Int(), Footer: r.Uint32()}
	m.Hosts, m.Sources = decodeCounts(r), decodeCounts(r)
	m.Columns = make([]Column, r.Length(1))
	for i := range m.Columns {
		m.Columns[i] = Column{Name: r.Text(), Type: Type(r.Byte()), List: r.Byte() != 0}
		if m.Columns[i].Type > UUID {
			r.Fail()
		}
	}
	m.Groups = make([]Group, r.Length(1))
	for i := range m.Groups {
		g := &m.Groups[i]
		*g = Group{Rows: int(r.Int()), Shaped: int(r.Int()), RawBytes: r.Int(), Earliest: r.Int(), Latest: r.Int(), Chunks: make([]Chunk, len(m.Columns))}
		for k := range g.Chunks {
			g.Chunks[k].decode(r)
		}
		if b := r.Bytes(); len(b) > 0 {
			g.Shapes = b
		}
		if g.Rows < 0 || g.Rows > column.MaxRows {
			r.Fail()
		}
	}
	if len(r.B) > 0 {
		for i := range m.Groups {
			m.Groups[i].Blooms = decodePart(r)
		}
	}
	if r.Err() != nil {
		return nil, fmt.Errorf("segment index ends early")
	}
	return m, nil
}

func (c *Chunk) decode(r *codec.Decoder) {
	flags := r.Byte()
	*c = Chunk{Part: decodePart(r), Values: int(r.Int()), Entries: int(r.Int()),
		All: flags&flagAll != 0, BytesKnown: flags&flagBytes != 0, Numeric: flags&flagNumeric != 0}
	if c.BytesKnown {
		for i := range c.Bytes {
			c.Bytes[i] = r.Uint64()
		}
	}
	if c.Numeric {
		c.Min, c.Max = math.Float64frombits(r.Uint64()), math.Float64frombits(r.Uint64())
	}
}

func decodeCounts(r *codec.Decoder) map[string]int64 {
	n := r.Length(1)
	if n == 0 {
		return nil
	}
	out := make(map[string]int64, n-1)
	for range n - 1 {
		s := r.Text()
		out[s] = r.Int()
	}
	return out
}

// Fields returns the names of the columns that hold fields.
func (m *Meta) Fields() []string {
	var out []string
	for _, c := range m.Columns {
		if c.Name != shapeField {
			out = append(out, c.Name)
		}
	}
	return out
}
