package op

import (
	"math"
	"net/netip"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/value"
)

// KeyType is how the values of a sort field are read.
type KeyType uint8

// The key types.
const (
	KeyAuto KeyType = iota // numbers, then IPv4 addresses, then other text
	KeyNum                 // numbers; other values count as missing
	KeyStr                 // text by bytes
	KeyIP                  // IPv4 and IPv6 addresses; other values count as missing
)

// SortKey is one field to sort by.
type SortKey struct {
	Field string
	Type  KeyType
	Desc  bool
}

// String spells the key as sort does.
func (k SortKey) String() string {
	s := k.Field
	switch k.Type {
	case KeyNum:
		s = "num(" + s + ")"
	case KeyStr:
		s = "str(" + s + ")"
	case KeyIP:
		s = "ip(" + s + ")"
	}
	if k.Desc {
		return "-" + s
	}
	return s
}

// nullKey sorts behind everything, ascending and descending.
const nullKey = math.MaxUint64

// Keys beyond the largest float's are NaN patterns, which no number uses: other text has its place there.
var (
	ipBase   = orderedBits(math.Inf(1)) + 1
	textBase = ipBase + 1<<32
)

// orderedBits maps floats to integers of the same order.
func orderedBits(f float64) uint64 {
	if f == 0 {
		f = 0 // -0 equals 0
	}
	b := math.Float64bits(f)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// orderKeys returns for each batch the rows' keys under k: rows compare as their keys do.
func orderKeys(parts []column.Vec, k SortKey) [][]uint64 {
	m := &ranker{typ: k.Type}
	prepared := make([]column.Vec, len(parts))
	for i, p := range parts {
		prepared[i] = m.scan(p)
	}
	m.rank()
	out := make([][]uint64, len(parts))
	for i, p := range prepared {
		out[i] = m.keys(p, parts[i].Len())
		if k.Desc {
			for j, x := range out[i] {
				if x != nullKey {
					out[i][j] = nullKey - 1 - x
				}
			}
		}
	}
	return out
}

// ranker orders the texts of all batches that are no numbers.
type ranker struct {
	typ   KeyType
	texts []string
	place map[string]uint64
}

// scan notes the texts of v that need a rank and returns v as keys wants it: a numeric vector, or text.
func (m *ranker) scan(v column.Vec) column.Vec {
	if m.typ == KeyAuto || m.typ == KeyNum {
		switch v.(type) {
		case *column.Time, *column.Int, *column.Float:
			return v
		}
	}
	v = column.AsText(v)
	switch v := v.(type) {
	case *column.Dict:
		m.note(v.D)
	case *column.List:
		m.note(v.Inner.D)
	}
	return v
}

func (m *ranker) note(d *column.Dictionary) {
	if m.typ == KeyNum {
		return
	}
	for k := range d.Len() {
		if s := d.Text(k); m.needsRank(s) {
			m.texts = append(m.texts, s)
		}
	}
}

func (m *ranker) needsRank(s string) bool {
	switch m.typ {
	case KeyStr:
		return true
	case KeyIP:
		_, err := netip.ParseAddr(s)
		return err == nil
	}
	if _, _, ok := value.ParseNumber(s); ok {
		return false
	}
	_, ok := ipv4(s)
	return !ok
}

func (m *ranker) rank() {
	less := strings.Compare
	if m.typ == KeyIP {
		less = compareIP
	}
	slices.SortFunc(m.texts, less)
	m.texts = slices.CompactFunc(m.texts, func(a, b string) bool { return less(a, b) == 0 && a == b })
	m.place = make(map[string]uint64, len(m.texts))
	rank := uint64(0)
	for i, s := range m.texts {
		if i > 0 && less(m.texts[i-1], s) != 0 {
			rank++
		}
		m.place[s] = rank
	}
}

func compareIP(a, b string) int {
	x, _ := netip.ParseAddr(a)
	y, _ := netip.ParseAddr(b)
	return x.Compare(y)
}

// keys returns the keys of a vector that scan has seen.
func (m *ranker) keys(v column.Vec, n int) []uint64 {
	out := make([]uint64, n)
	switch v := v.(type) {
	case *column.Time:
		fill(out, v.Nulls, func(i int) uint64 { return orderedBits(float64(v.V[i]) / 1e6) })
	case *column.Int:
		fill(out, v.Nulls, func(i int) uint64 { return orderedBits(float64(v.V[i])) })
	case *column.Float:
		fill(out, v.Nulls, func(i int) uint64 { return orderedBits(v.F[i]) })
	case *column.Dict:
		entries := m.entries(v.D)
		for i, c := range v.Codes {
			out[i] = entries[c]
		}
	case *column.List: // several values compare by the first one
		entries := m.entries(v.Inner.D)
		for i := range out {
			out[i] = nullKey
			if v.Offsets[i] < v.Offsets[i+1] {
				out[i] = entries[v.Inner.Codes[v.Offsets[i]]]
			}
		}
	}
	return out
}

func fill(out []uint64, nulls column.Bitmap, key func(i int) uint64) {
	for i := range out {
		if nulls.Get(i) {
			out[i] = nullKey
		} else {
			out[i] = key(i)
		}
	}
}

// entries returns the keys of null and of all entries of a dictionary.
func (m *ranker) entries(d *column.Dictionary) []uint64 {
	out := make([]uint64, d.Len()+1)
	out[0] = nullKey
	for k := range d.Len() {
		out[k+1] = m.key(d.Text(k))
	}
	return out
}

func (m *ranker) key(s string) uint64 {
	switch m.typ {
	case KeyStr:
		return m.place[s]
	case KeyIP:
		if r, ok := m.place[s]; ok {
			return r
		}
		return nullKey
	}
	if f, _, ok := value.ParseNumber(s); ok {
		return orderedBits(f)
	}
	if m.typ == KeyNum {
		return nullKey
	}
	if ip, ok := ipv4(s); ok {
		return ipBase + uint64(ip)
	}
	return textBase + m.place[s]
}

// ipv4 reads a dotted quad.
func ipv4(s string) (uint32, bool) {
	if len(s) < 7 || len(s) > 15 || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]), true
}

// SortRefs returns the rows in the order of the keys; equal rows keep their order. limit 0 means all
// rows.
func SortRefs(r *Rows, keys []SortKey, limit int) []Ref {
	type item struct {
		key uint64
		ref Ref
	}
	all := make([][][]uint64, len(keys))
	for i, k := range keys {
		all[i] = orderKeys(r.Columns(k.Field), k)
	}
	items := make([]item, 0, r.n)
	for _, x := range r.Refs() {
		p, i := x.Split()
		items = append(items, item{all[0][p][i], x})
	}
	slices.SortFunc(items, func(a, b item) int {
		if a.key != b.key {
			if a.key < b.key {
				return -1
			}
			return 1
		}
		pa, ia := a.ref.Split()
		pb, ib := b.ref.Split()
		for _, k := range all[1:] {
			if x, y := k[pa][ia], k[pb][ib]; x != y {
				if x < y {
					return -1
				}
				return 1
			}
		}
		if a.ref < b.ref { // the place in the stream makes the order stable
			return -1
		}
		return 1
	})
	out := make([]Ref, len(items))
	for i, it := range items {
		out[i] = it.ref
	}
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}
