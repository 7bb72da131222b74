package column

import (
	"sync"
	"unsafe"

	"spl/exec/value"
)

// Dictionary holds the distinct texts of a column chunk (distinct unless the chunk was written
// plain: then entry i is the value of row i). It is immutable; what is derived from it is computed
// once and shared by all vectors over it.
type Dictionary struct {
	arena string
	offs  []uint32 // len entries+1

	line  *line // of one that goes on (ValuesBuilder.Take, DictionaryBuilder.Build)
	taken int   // entries that an earlier one of the line has

	numsOnce sync.Once
	nums     *Numbers
	memo     sync.Map // any key → any derived value
}

// NewDictionary returns a dictionary over texts in arena; entry k is arena[offs[k]:offs[k+1]]. The
// caller must not change either afterwards.
func NewDictionary(arena []byte, offs []uint32) *Dictionary {
	if len(offs) == 0 {
		offs = []uint32{0}
	}
	return &Dictionary{arena: unsafe.String(unsafe.SliceData(arena), len(arena)), offs: offs}
}

// DictionaryOf returns a dictionary with the given entries.
func DictionaryOf(entries ...string) *Dictionary {
	var arena []byte
	offs := make([]uint32, 1, len(entries)+1)
	for _, e := range entries {
		arena = append(arena, e...)
		offs = append(offs, uint32(len(arena)))
	}
	return NewDictionary(arena, offs)
}

// Len returns the number of entries.
func (d *Dictionary) Len() int { return len(d.offs) - 1 }

// Text returns entry k without copying; it keeps the whole arena alive.
func (d *Dictionary) Text(k int) string { return d.arena[d.offs[k]:d.offs[k+1]] }

// Arena returns all entries joined, for scans over the whole text.
func (d *Dictionary) Arena() string { return d.arena }

// Offsets returns the entries' borders in Arena; len is Len()+1. Do not change it.
func (d *Dictionary) Offsets() []uint32 { return d.offs }

// Bytes returns the memory the dictionary holds beyond that of the ones which it begins with.
func (d *Dictionary) Bytes() int64 {
	n := int64(len(d.arena)) + 4*int64(len(d.offs))
	if d.taken > 0 {
		n -= int64(d.offs[d.taken]) + 4*int64(d.taken)
	}
	return n
}

// Begins reports whether o begins with the entries of d: both were made by one builder.
func (d *Dictionary) Begins(o *Dictionary) bool {
	return d == o || d.line != nil && d.line == o.line && len(d.offs) <= len(o.offs)
}

// Whole returns the dictionary as one that stands for itself.
func (d *Dictionary) Whole() *Dictionary {
	if d.line == nil {
		return d
	}
	return &Dictionary{arena: d.arena, offs: d.offs}
}

// Numbers holds the numeric reading of texts, index by index.
type Numbers struct {
	F  []float64
	P  []value.Prec
	Ok Bitmap // entries that read as numbers
	// All is set when every entry is a number.
	All bool
}

// Numbers returns the numeric reading of all entries, computed on first use.
func (d *Dictionary) Numbers() *Numbers {
	d.numsOnce.Do(func() {
		n := d.Len()
		nums := &Numbers{F: make([]float64, n), P: make([]value.Prec, n), Ok: NewBitmap(n), All: true}
		for k := range n {
			f, p, ok := value.ParseNumber(d.Text(k))
			if !ok {
				nums.All = false
				continue
			}
			nums.F[k], nums.P[k] = f, p
			nums.Ok.Set(k)
		}
		d.nums = nums
	})
	return d.nums
}

// Memo returns what compute gave the first time it was asked for under key (which must be
// comparable): lower-cased entries, verdicts of a predicate, results of an expression.
func (d *Dictionary) Memo(key any, compute func() any) any {
	if v, ok := d.memo.Load(key); ok {
		return v
	}
	v, _ := d.memo.LoadOrStore(key, compute())
	return v
}

// Known returns what Memo keeps under key, nil if it was not asked for yet.
func (d *Dictionary) Known(key any) any {
	v, _ := d.memo.Load(key)
	return v
}
