package op

import (
	"math"

	"spl/exec/column"
	"spl/exec/intern"
)

// KeyTable numbers the combinations of values of some fields, in order of arrival: the groups of stats.
// Look-ups happen once per dictionary entry; rows cost an array access while there are few
// combinations.
type KeyTable struct {
	cols   []keyColumn
	tuples *intern.Tuples // of two fields and more
	dense  []uint32       // group+1 by packed ids, nil once there are too many combinations
	bits   []uint         // width of each field's id in dense
	ids    [][]uint32     // scratch
	tuple  []uint32
}

// keyColumn numbers the values of one field.
type keyColumn struct {
	texts intern.Texts
	times numberCache
	ints  numberCache
	// timed: every value came from a vector of times, so that results can be one again
	timed, mixed bool
}

// numberCache spares rendering a number to find its text's id.
type numberCache struct {
	seen intern.Pairs
	ids  []uint32
}

// maxCached bounds a numberCache; beyond it numbers hardly repeat.
const maxCached = 1 << 20

// NewKeyTable returns an empty table for so many fields; with none everything is group 0.
func NewKeyTable(fields int) *KeyTable {
	return &KeyTable{cols: make([]keyColumn, fields), tuples: intern.NewTuples(fields), ids: make([][]uint32, fields),
		bits: make([]uint, fields), tuple: make([]uint32, fields)}
}

// Len returns the number of combinations.
func (t *KeyTable) Len() int {
	switch len(t.cols) {
	case 0:
		return 1
	case 1:
		return t.cols[0].texts.Len()
	}
	return t.tuples.Len()
}

// Bytes returns the memory held.
func (t *KeyTable) Bytes() int64 {
	n := t.tuples.Bytes() + 4*int64(cap(t.dense))
	for i := range t.cols {
		c := &t.cols[i]
		n += c.texts.Bytes() + c.times.bytes() + c.ints.bytes()
	}
	return n
}

func (c *numberCache) bytes() int64 { return c.seen.Bytes() + 4*int64(cap(c.ids)) }

// Text returns field i of a combination; valid until the table grows.
func (t *KeyTable) Text(group uint32, i int) string { return t.cols[i].texts.Text(t.id(group, i)) }

func (t *KeyTable) id(group uint32, i int) uint32 {
	if len(t.cols) == 1 {
		return group
	}
	return t.tuples.At(group)[i]
}

// Add returns the number of a combination given as texts.
func (t *KeyTable) Add(texts []string) uint32 {
	for i, s := range texts {
		t.cols[i].mixed = true
		t.tuple[i] = t.cols[i].texts.Add(s)
	}
	return t.number(t.tuple)
}

func (t *KeyTable) number(ids []uint32) uint32 {
	switch len(ids) {
	case 0:
		return 0
	case 1:
		return ids[0]
	}
	n, _ := t.tuples.Add(ids)
	return n
}

// Find returns the number of a combination given as texts, intern.None if it is not there.
func (t *KeyTable) Find(texts []string) uint32 {
	for i, s := range texts {
		if t.tuple[i] = t.cols[i].texts.Find(s); t.tuple[i] == intern.None {
			return intern.None
		}
	}
	switch len(texts) {
	case 0:
		return 0
	case 1:
		return t.tuple[0]
	}
	return t.tuples.Find(t.tuple)
}

// AddBatch numbers rows given as one vector a field, none of which holds a null or a multivalue (see
// SplitKeys). It returns a number a row; nil without fields.
func (t *KeyTable) AddBatch(cols []column.Vec, n int, dst []uint32) []uint32 {
	if len(cols) == 0 {
		return nil
	}
	for i, v := range cols {
		t.ids[i] = t.cols[i].number(v, n, t.ids[i])
	}
	dst = intern.Resize(dst, n)
	if len(cols) == 1 {
		copy(dst, t.ids[0])
		return dst
	}
	if t.fitDense() {
		t.addDense(dst)
		return dst
	}
	for r := range dst {
		for i := range t.cols {
			t.tuple[i] = t.ids[i][r]
		}
		dst[r], _ = t.tuples.Add(t.tuple)
	}
	return dst
}

// maxDense bounds the combinations that are looked up in a plain array.
const maxDense = 20 // bits

// fitDense makes sure that dense has room for all ids, or gives it up.
func (t *KeyTable) fitDense() bool {
	fits, total := t.dense != nil, uint(0)
	for i := range t.cols {
		n := t.cols[i].texts.Len()
		fits = fits && n <= 1<<t.bits[i]
		for n > 1<<t.bits[i] {
			t.bits[i]++
		}
		total += t.bits[i]
	}
	if fits {
		return true
	}
	if total > maxDense {
		t.dense = nil
		return false
	}
	for i := range t.cols { // leave room for some growth
		if total+1 <= 16 {
			t.bits[i]++
			total++
		}
	}
	t.dense = make([]uint32, 1<<total)
	for g := range t.tuples.Len() {
		t.dense[t.pack(t.tuples.At(uint32(g)))] = uint32(g + 1)
	}
	return true
}

func (t *KeyTable) pack(ids []uint32) uint32 {
	k := uint32(0)
	for i, id := range ids {
		k = k<<t.bits[i] | id
	}
	return k
}

func (t *KeyTable) addDense(dst []uint32) {
	copy(dst, t.ids[0])
	for i := 1; i < len(t.cols); i++ {
		ids, shift := t.ids[i], t.bits[i]
		for r, k := range dst {
			dst[r] = k<<shift | ids[r]
		}
	}
	for r, k := range dst {
		g := t.dense[k]
		if g == 0 {
			for i := range t.cols {
				t.tuple[i] = t.ids[i][r]
			}
			g, _ = t.tuples.Add(t.tuple)
			g++
			t.dense[k] = g
		}
		dst[r] = g - 1
	}
}

// number writes the id of each row's value to dst.
func (c *keyColumn) number(v column.Vec, n int, dst []uint32) []uint32 {
	switch v := v.(type) {
	case *column.Const:
		c.mixed = true
		id := c.texts.Add(v.V.Text())
		dst = intern.Resize(dst, n)
		for i := range dst {
			dst[i] = id
		}
		return dst
	case *column.Time:
		c.timed = true
		return c.numbers(v.V, &c.times, column.AppendTime, dst)
	case *column.Int:
		c.mixed = true
		return c.numbers(v.V, &c.ints, appendInt, dst)
	case *column.Dict:
		c.mixed = true
		return c.texts.Codes(v.D, v.Codes, dst)
	}
	c.mixed = true
	d := column.AsText(v).(*column.Dict)
	return c.texts.Codes(d.D, d.Codes, dst)
}

func (c *keyColumn) numbers(vs []int64, cache *numberCache, text func([]byte, int64) []byte, dst []uint32) []uint32 {
	dst = intern.Resize(dst, len(vs))
	if cache.seen.Len() > maxCached {
		*cache = numberCache{}
	}
	var buf [32]byte
	last, lastID := int64(math.MinInt64), intern.None
	for i, x := range vs {
		if x == last && lastID != intern.None {
			dst[i] = lastID
			continue
		}
		n, isNew := cache.seen.Add(uint64(x))
		if isNew {
			cache.ids = append(cache.ids, c.texts.AddBytes(text(buf[:0], x)))
		}
		last, lastID = x, cache.ids[n]
		dst[i] = lastID
	}
	return dst
}

// Absorb adds the combinations of o and returns where each went.
func (t *KeyTable) Absorb(o *KeyTable) []uint32 {
	maps := make([][]uint32, len(t.cols))
	for i := range t.cols {
		c, p := &t.cols[i], &o.cols[i]
		c.timed, c.mixed = c.timed || p.timed, c.mixed || p.mixed
		maps[i] = c.texts.Absorb(&p.texts)
	}
	if len(maps) == 1 {
		return maps[0]
	}
	to := make([]uint32, o.Len())
	for g := range to {
		for i := range t.cols {
			t.tuple[i] = maps[i][o.id(uint32(g), i)]
		}
		to[g] = t.number(t.tuple)
	}
	return to
}

func mixHash(h, x uint64) uint64 {
	h = (h ^ x) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// hashRows returns the hash of each row's combination.
func hashRows(cols []column.Vec, n int) []uint64 {
	out := make([]uint64, n)
	for _, v := range cols {
		switch v := v.(type) {
		case *column.Const:
			x := intern.Hash(v.V.Text())
			for i := range out {
				out[i] = mixHash(out[i], x)
			}
		case *column.Time:
			hashNumbers(out, v.V, column.AppendTime)
		case *column.Int:
			hashNumbers(out, v.V, appendInt)
		default:
			hashTexts(out, column.AsText(v).(*column.Dict))
		}
	}
	return out
}

// hashNumbers hashes numbers as the texts they print as: other vectors of the field may hold these.
func hashNumbers(out []uint64, vs []int64, text func([]byte, int64) []byte) {
	var buf [32]byte
	for i, x := range vs {
		out[i] = mixHash(out[i], intern.HashBytes(text(buf[:0], x)))
	}
}

func hashTexts(out []uint64, d *column.Dict) {
	if d.D.Len() > 16*len(out) {
		for i, c := range d.Codes {
			out[i] = mixHash(out[i], intern.Hash(d.D.Text(int(c-1))))
		}
		return
	}
	hashes := intern.Hashes(d.D)
	for i, c := range d.Codes {
		out[i] = mixHash(out[i], hashes[c-1])
	}
}
