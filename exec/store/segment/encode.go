package segment

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/bits"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zstd"

	"spl/exec/column"
	"spl/exec/value"
)

// Parquet's numbers for what is used here.
const (
	encodingPlain      = 0
	encodingRLE        = 3
	encodingDelta      = 5
	encodingLengths    = 6 // lengths in the delta encoding, then the texts
	encodingDictionary = 8
	pageDictionary     = 2
	pageDataV2         = 3
)

const (
	// pageBytes is about how much text goes into a page of values written one by one.
	pageBytes = 1 << 20
	// byteSetLimit: dictionaries with more text are not searched for the bytes that occur.
	byteSetLimit = 8 << 20
	// plainRows and plainShare: a dictionary of so many entries that hold more than that share of the
	// values is not written; the values are.
	plainRows  = 4096
	plainShare = 0.73
)

// encoder and decoder are safe for concurrent use by EncodeAll and DecodeAll.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false),
			zstd.WithAllLitEntropyCompression(true))
		if err != nil {
			panic(err) // only wrong options fail
		}
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(4<<30))
		if err != nil {
			panic(err) // only wrong options fail
		}
		return d
	})
)

// chunkWriter makes the pages of a column in one row group.
type chunkWriter struct {
	Chunk
	pages        []byte
	uncompressed int64
	dictionary   bool  // the first page is a dictionary
	encoding     int64 // of the data pages
	dataAt       int   // offset of the first data page
	nulls        int
}

// textColumn is one column of a row group as codes.
type textColumn struct {
	dict *column.Dictionary
	list bool     // a row has several values
	vals []uint32 // codes of the values that are there, minus one
	def  column.Bitmap
	rep  column.Bitmap // lists only: the slot goes on with the row before
	n    int           // slots: values and nulls

	uuids []byte // of the entries, set by findUUIDs
}

// textColumnOf brings a vector, which is used up, into codes over a dictionary without unused entries.
func textColumnOf(v column.Vec) textColumn {
	var c textColumn
	if vs, ok := v.(*column.Values); ok {
		c = fromValues(vs)
	} else {
		switch v := column.AsText(v).(type) {
		case *column.Dict:
			c = fromDict(v)
		case *column.List:
			c = fromList(v)
		}
	}
	c.compact()
	return c
}

func fromValues(v *column.Values) textColumn {
	c := textColumn{dict: v.D, n: v.N, vals: v.Codes, list: v.Multi}
	for i := range c.vals {
		c.vals[i]--
	}
	switch {
	case v.Multi:
		c.fromRows(v)
	case v.Rows == nil:
		c.def = column.FullBitmap(c.n)
	default:
		c.def = column.NewBitmap(c.n)
		for _, r := range v.Rows {
			c.def[r>>6] |= 1 << (r & 63)
		}
	}
	return c
}

// fromRows makes the slots of rows with several values.
func (c *textColumn) fromRows(v *column.Values) {
	full := 0 // rows that have a value
	for i, r := range v.Rows {
		if i == 0 || r != v.Rows[i-1] {
			full++
		}
	}
	c.n = len(v.Rows) + v.N - full
	c.def, c.rep = column.NewBitmap(c.n), column.NewBitmap(c.n)
	slot, next := 0, uint32(0) // of the next value, and the row behind the one before
	for _, r := range v.Rows {
		if r < next {
			c.rep.Set(slot)
		} else {
			slot += int(r - next)
			next = r + 1
		}
		c.def.Set(slot)
		slot++
	}
}

func fromDict(v *column.Dict) textColumn {
	c := textColumn{dict: v.D, n: len(v.Codes), vals: make([]uint32, 0, len(v.Codes)), def: column.NewBitmap(len(v.Codes))}
	for i, k := range v.Codes {
		if k != 0 {
			c.vals = append(c.vals, k-1)
			c.def[i>>6] |= 1 << (i & 63)
		}
	}
	return c
}

func fromList(v *column.List) textColumn {
	n := len(v.Inner.Codes)
	for i := range v.Len() {
		if v.Null(i) {
			n++
		}
	}
	c := textColumn{dict: v.Inner.D, n: n, list: true, vals: make([]uint32, len(v.Inner.Codes)), def: column.NewBitmap(n), rep: column.NewBitmap(n)}
	slot := 0
	for i := range v.Len() {
		if v.Null(i) {
			slot++
			continue
		}
		for k := v.Offsets[i]; k < v.Offsets[i+1]; k++ {
			c.def.Set(slot)
			if k > v.Offsets[i] {
				c.rep.Set(slot)
			}
			slot++
		}
	}
	for i, k := range v.Inner.Codes {
		c.vals[i] = k - 1
	}
	return c
}

// compact drops dictionary entries that no value uses.
func (c *textColumn) compact() {
	size := c.dict.Len()
	used := column.NewBitmap(size)
	for _, k := range c.vals {
		used[k>>6] |= 1 << (k & 63)
	}
	n := used.Count()
	if n == size {
		return
	}
	remap := make([]uint32, size)
	var arena []byte
	offs := make([]uint32, 1, n+1)
	used.Each(func(k int) {
		remap[k] = uint32(len(offs) - 1)
		arena = append(arena, c.dict.Text(k)...)
		offs = append(offs, uint32(len(arena)))
	})
	for i, k := range c.vals {
		c.vals[i] = remap[k]
	}
	c.dict = column.NewDictionary(arena, offs)
}

// textBytes is the size of the values as texts.
func (c *textColumn) textBytes() (n int64) {
	ends := c.dict.Offsets()
	for _, k := range c.vals {
		n += int64(ends[k+1] - ends[k])
	}
	return n
}

// plain reports whether the values are better written one by one.
func (c *textColumn) plain() bool {
	return len(c.vals) >= plainRows && float64(c.dict.Len()) > plainShare*float64(len(c.vals))
}

// integers reports whether every entry is the canonical text of an int64.
func (c *textColumn) integers() bool {
	if c.list {
		return false
	}
	for k := range c.dict.Len() {
		if !canonicalInt(c.dict.Text(k)) {
			return false
		}
	}
	return true
}

func canonicalInt(s string) bool {
	digits := s
	if s != "" && s[0] == '-' {
		digits = s[1:]
	}
	if digits == "" || len(digits) > 19 || digits[0] == '0' && len(s) > 1 {
		return false
	}
	for i := range len(digits) {
		if digits[i]-'0' > 9 {
			return false
		}
	}
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

// writeTexts makes the pages of a text or integer column.
func writeTexts(c *textColumn, col Column) *chunkWriter {
	if col.List && c.rep == nil {
		c.rep = column.NewBitmap(c.n)
	}
	w := &chunkWriter{nulls: c.n - len(c.vals)}
	w.describe(c)
	if !c.plain() && len(c.vals) > 0 {
		w.Entries = c.dict.Len()
		w.dictionaryPage(c.plainValues(nil, col.Type), c.dict.Len())
		width := max(1, bits.Len(uint(c.dict.Len()-1)))
		w.dataAt = len(w.pages)
		w.dataPage(c, col, 0, c.n, appendHybrid([]byte{byte(width)}, c.vals, width), encodingDictionary)
		return w
	}
	val, slot := 0, 0
	for first := true; first || slot < c.n; first = false {
		from, size, vals := slot, 0, val
		for slot < c.n && (size < pageBytes || c.rep.Get(slot)) {
			if c.def.Get(slot) {
				size += len(c.dict.Text(int(c.vals[val])))
				val++
			}
			slot++
		}
		if col.Type == Text {
			w.dataPage(c, col, from, slot, lengthsAndTexts(c.dict, c.vals[vals:val], size), encodingLengths)
		} else {
			w.dataPage(c, col, from, slot, c.plainValues(c.vals[vals:val], col.Type), encodingPlain)
		}
	}
	return w
}

// lengthsAndTexts renders the entries named by ks, whose texts have size bytes: other than plain
// values they can be used as they are read.
func lengthsAndTexts(d *column.Dictionary, ks []uint32, size int) []byte {
	lengths := make([]int64, len(ks))
	for i, k := range ks {
		lengths[i] = int64(len(d.Text(int(k))))
	}
	out := appendDeltas(make([]byte, 0, size+len(ks)), lengths)
	for _, k := range ks {
		out = append(out, d.Text(int(k))...)
	}
	return out
}

// plainValues renders the entries named by ks, or all if ks is nil, as Parquet's plain values.
func (c *textColumn) plainValues(ks []uint32, typ Type) []byte {
	if typ == UUID {
		return c.plainUUIDs(ks)
	}
	n := len(ks)
	if ks == nil {
		n = c.dict.Len()
	}
	var dst []byte
	if typ == Integer {
		dst = make([]byte, 0, 8*n)
	} else if ks == nil {
		dst = make([]byte, 0, len(c.dict.Arena())+4*n)
	}
	for i := range n {
		k := i
		if ks != nil {
			k = int(ks[i])
		}
		s := c.dict.Text(k)
		if typ == Integer {
			v, _ := strconv.ParseInt(s, 10, 64) // checked by integers
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
			continue
		}
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)))
		dst = append(dst, s...)
	}
	return dst
}

// describe fills in what scans want to know.
func (w *chunkWriter) describe(c *textColumn) {
	w.Values = len(c.vals)
	w.All = w.nulls == 0
	if c.uuids != nil {
		w.Bytes, w.BytesKnown = uuidBytes, true
	} else if arena := c.dict.Arena(); len(arena) <= byteSetLimit {
		var seen [256]bool
		for i := range len(arena) {
			seen[arena[i]] = true
		}
		for b, s := range seen {
			if s {
				w.Bytes[b>>6] |= 1 << (b & 63)
			}
		}
		w.BytesKnown = true
	}
	w.Numeric = c.dict.Len() > 0
	w.Min, w.Max = math.Inf(1), math.Inf(-1)
	for k := 0; k < c.dict.Len() && w.Numeric; k++ {
		f, _, ok := value.ParseNumber(c.dict.Text(k))
		w.Numeric = ok && !math.IsNaN(f)
		w.Min, w.Max = min(w.Min, f), max(w.Max, f)
	}
	if !w.Numeric {
		w.Min, w.Max = 0, 0
	}
}

// writeTimes makes the page of a column of times.
func writeTimes(v *column.Time) *chunkWriter {
	w := &chunkWriter{Chunk: Chunk{Values: len(v.V), All: true}}
	w.dataPage(&textColumn{n: len(v.V)}, Column{Type: Time}, 0, len(v.V), appendDeltas(nil, v.V), encodingDelta)
	return w
}

func (w *chunkWriter) dictionaryPage(values []byte, n int) {
	w.dictionary = true
	packed := encoder().EncodeAll(values, nil)
	w.page(pageDictionary, len(values), packed, func(t *thriftWriter) {
		t.open(7)
		t.i32(1, int32(n))
		t.i32(2, encodingPlain)
		t.end()
	})
}

// dataPage writes the slots from to to of a column; required columns have neither levels nor def.
func (w *chunkWriter) dataPage(c *textColumn, col Column, from, to int, values []byte, encoding int32) {
	w.encoding = int64(encoding)
	var levels []byte
	repLen, nulls, rows := 0, 0, to-from
	if c.def != nil {
		def := cut(c.def, from, to)
		nulls = to - from - def.Count()
		if col.List {
			rep := cut(c.rep, from, to)
			rows -= rep.Count()
			levels = appendLevels(levels, rep, to-from)
			repLen = len(levels)
		}
		levels = appendLevels(levels, def, to-from)
	}
	packed, compressed := pack(values, col.Type)
	w.page(pageDataV2, len(levels)+len(values), append(levels[:len(levels):len(levels)], packed...), func(t *thriftWriter) {
		t.open(8)
		t.i32(1, int32(to-from))
		t.i32(2, int32(nulls))
		t.i32(3, int32(rows))
		t.i32(4, encoding)
		t.i32(5, int32(len(levels)-repLen))
		t.i32(6, int32(repLen))
		t.bool(7, compressed)
		t.end()
	})
}

// uuidSample is how much of a page of UUIDs tells whether they are random.
const uuidSample = 32 << 10

// pack compresses values if that is worth it.
func pack(values []byte, typ Type) (packed []byte, smaller bool) {
	if typ == UUID && len(values) > 2*uuidSample {
		if _, smaller = pack(values[:uuidSample], typ); !smaller {
			return values, false
		}
	}
	packed = encoder().EncodeAll(values, nil)
	if len(packed) >= len(values)*9/10 {
		return values, false
	}
	return packed, true
}

// cut returns the bits from to to; nil stands for none set.
func cut(b column.Bitmap, from, to int) column.Bitmap {
	if from == 0 && b != nil && len(b) == (to+63)/64 {
		return b
	}
	out := column.NewBitmap(to - from)
	for i := from; i < to; i++ {
		if b.Get(i) {
			out.Set(i - from)
		}
	}
	return out
}

func (w *chunkWriter) page(typ int32, uncompressed int, body []byte, header func(*thriftWriter)) {
	t := &thriftWriter{}
	t.begin()
	t.i32(1, typ)
	t.i32(2, int32(uncompressed))
	t.i32(3, int32(len(body)))
	t.i32(4, int32(crc32.ChecksumIEEE(body)))
	header(t)
	t.end()
	w.pages = append(append(w.pages, t.buf...), body...)
	w.uncompressed += int64(len(t.buf) + uncompressed)
}
