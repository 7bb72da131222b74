package segment

import (
	"encoding/binary"
	"strconv"
)

// Parquet's types and repetitions.
const (
	parquetInt64     = 2
	parquetByteArray = 6
	parquetFixed     = 7
	required         = 0
	optional         = 1
	repeated         = 2
)

// footer renders Parquet's FileMetaData.
func (f *fileWriter) footer() []byte {
	t := &thriftWriter{}
	t.begin()
	t.i32(1, 2)
	t.list(2, thriftStruct, len(f.meta.Columns)+1)
	t.begin()
	t.text(4, "events")
	t.i32(5, int32(len(f.meta.Columns)))
	t.end()
	for _, c := range f.meta.Columns {
		c.schema(t)
	}
	t.i64(3, f.meta.Rows)
	t.list(4, thriftStruct, len(f.meta.Groups))
	for i := range f.meta.Groups {
		f.rowGroup(t, i)
	}
	t.list(5, thriftStruct, 3)
	for _, kv := range [][2]string{{"spl.version", strconv.Itoa(int(f.meta.version()))}, {"spl.index", f.meta.Index}, {"spl.sourcetype", f.meta.Sourcetype}} {
		t.begin()
		t.text(1, kv[0])
		t.text(2, kv[1])
		t.end()
	}
	t.text(6, "spl")
	t.list(7, thriftStruct, len(f.meta.Columns))
	for range f.meta.Columns {
		t.begin()
		t.empty(1)
		t.end()
	}
	t.end()
	return t.buf
}

// physical is Parquet's type.
func (t Type) physical() int32 {
	switch t {
	case Text:
		return parquetByteArray
	case UUID:
		return parquetFixed
	}
	return parquetInt64
}

func (c *Column) schema(t *thriftWriter) {
	t.begin()
	defer t.end()
	t.i32(1, c.Type.physical())
	if c.Type == UUID {
		t.i32(2, uuidSize)
	}
	switch {
	case c.List:
		t.i32(3, repeated)
	case c.Type == Time:
		t.i32(3, required)
	default:
		t.i32(3, optional)
	}
	t.text(4, c.Name)
	switch c.Type {
	case Text:
		t.i32(6, 0) // UTF8, without which some engines show bytes
		t.open(10)
		t.empty(1)
		t.end()
	case Time:
		t.i32(6, 10) // TIMESTAMP_MICROS
		t.open(10)
		t.open(8)
		t.bool(1, true)
		t.open(2)
		t.empty(2)
		t.end()
		t.end()
		t.end()
	case UUID:
		t.open(10)
		t.empty(14)
		t.end()
	}
}

func (f *fileWriter) rowGroup(t *thriftWriter, i int) {
	g := &f.meta.Groups[i]
	t.begin()
	t.list(1, thriftStruct, len(g.Chunks))
	var size, raw int64
	for k, w := range f.chunks[i] {
		size, raw = size+w.Size, raw+w.uncompressed
		t.begin()
		t.i64(2, w.Offset)
		t.open(3)
		f.columnMeta(t, f.meta.Columns[k], w, g)
		t.end()
		t.end()
	}
	t.i64(2, raw)
	t.i64(3, int64(g.Rows))
	t.i64(5, g.Chunks[0].Offset)
	t.i64(6, size)
	t.end()
}

func (f *fileWriter) columnMeta(t *thriftWriter, c Column, w *chunkWriter, g *Group) {
	t.i32(1, c.Type.physical())
	encodings := []int64{encodingPlain, encodingRLE}
	if w.encoding != encodingPlain {
		encodings = append(encodings, w.encoding)
	}
	t.list(2, thriftI32, len(encodings))
	for _, e := range encodings {
		t.buf = binary.AppendVarint(t.buf, e)
	}
	t.list(3, thriftBinary, 1)
	t.element(c.Name)
	t.i32(4, codecZstd)
	t.i64(5, int64(w.Values+w.nulls))
	t.i64(6, w.uncompressed)
	t.i64(7, w.Size)
	t.i64(9, w.Offset+int64(w.dataAt))
	if w.dictionary {
		t.i64(11, w.Offset)
	}
	t.open(12)
	t.i64(3, int64(w.nulls))
	if c.Name == timeField {
		t.text(5, string(binary.LittleEndian.AppendUint64(nil, uint64(g.Latest))))
		t.text(6, string(binary.LittleEndian.AppendUint64(nil, uint64(g.Earliest))))
	}
	t.end()
}
