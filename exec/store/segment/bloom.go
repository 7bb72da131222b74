package segment

import (
	"encoding/binary"
	"slices"
	"sync/atomic"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/store/flat"
	"spl/lang/pattern"
)

// A bloom filter tells which tokens do not occur in a column of a row group, so that the column need not be
// read: worth its space where there are so many events that reading dictionaries takes its time. Tokens
// are those of pattern.EachToken, in lower case; of columns with characters outside ASCII, whose case has
// more forms, there is none.
const (
	bloomBits   = 10 // by token: 1 % of those that do not occur are taken to do
	bloomProbes = 7
	// bloomLeast: smaller dictionaries are as soon read.
	bloomLeast = 64
	// bloomMost bounds the tokens of a column.
	bloomMost = 4 << 20
)

// bloomFilter is its bits.
type bloomFilter []byte

// tokenHash hashes a token, ASCII letters in lower case.
func tokenHash(token string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(token) {
		c := token[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33 // FNV leaves the upper bits of short texts alike
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

// probes calls f with the bits of a token in a filter of n bits until it returns false.
func probes(hash, n uint64, f func(bit uint64) bool) {
	step := hash>>32 | 1
	for range bloomProbes {
		if !f(hash % n) {
			return
		}
		hash += step * 0x9e3779b97f4a7c15
	}
}

func newBloom(hashes []uint64) bloomFilter {
	b := make(bloomFilter, (len(hashes)*bloomBits+63)/64*8)
	for _, h := range hashes {
		probes(h, uint64(len(b))*8, func(bit uint64) bool {
			b[bit>>3] |= 1 << (bit & 7)
			return true
		})
	}
	return b
}

// holds reports whether all tokens may occur.
func (b bloomFilter) holds(hashes []uint64) bool {
	return !slices.ContainsFunc(hashes, func(h uint64) bool {
		miss := false
		probes(h, uint64(len(b))*8, func(bit uint64) bool {
			miss = b[bit>>3]>>(bit&7)&1 == 0
			return !miss
		})
		return miss
	})
}

// hashTokens hashes tokens for holds.
func hashTokens(tokens []string) []uint64 {
	out := make([]uint64, len(tokens))
	for i, t := range tokens {
		out[i] = tokenHash(t)
	}
	return out
}

// bloomOf makes the filter of a column; nil if it has none. Of values that stand escaped in JSON the tokens of
// both forms count.
func bloomOf(d *column.Dictionary, c *Chunk) bloomFilter {
	if d.Len() < bloomLeast || !c.BytesKnown || c.Bytes[2]|c.Bytes[3] != 0 {
		return nil
	}
	esc := mayEscape(c)
	var hashes []uint64
	var escaped []byte
	add := func(token string) { hashes = append(hashes, tokenHash(token)) }
	for k := range d.Len() {
		text := d.Text(k)
		pattern.EachToken(text, add)
		if esc {
			if escaped = flat.AppendEscaped(escaped[:0], text); len(escaped) > len(text) {
				pattern.EachToken(string(escaped), add)
			}
		}
		if len(hashes) > 2*bloomMost {
			return nil
		}
	}
	slices.Sort(hashes)
	if hashes = slices.Compact(hashes); len(hashes) == 0 || len(hashes) > bloomMost {
		return nil
	}
	return newBloom(hashes)
}

// MayEqual reports whether a column of a row group may have a value that is equal to a literal with
// wildcards, as far as its filter tells.
func (s *File) MayEqual(group, col int, literal string) bool {
	return s.mayHoldAll(group, col, pattern.ValueTokens(literal), nil)
}

// mayHoldAll reports whether all tokens may occur in a column of a row group. read is as in ReadRows.
func (s *File) mayHoldAll(group, col int, tokens []string, read *atomic.Int64) bool {
	if s.Meta.Groups[group].Blooms.Size == 0 || len(tokens) == 0 {
		return true
	}
	r, err := s.open(group, read)
	if err != nil {
		return true // whoever reads the column tells
	}
	defer r.close()
	f, ok := r.filters()[col]
	return !ok || f.holds(hashTokens(tokens))
}

// filters returns the filters for a search. Damaged ones leave nothing out, which costs no row: what they would
// have spared is read, and Verify tells of them.
func (r *groupReader) filters() map[int]bloomFilter {
	blooms, err := r.blooms()
	if err != nil {
		return nil
	}
	return blooms
}

func (s *File) verifyBlooms(group int) error {
	r, err := s.open(group, nil)
	if err != nil {
		return err
	}
	defer r.close()
	_, err = r.blooms()
	return err
}

// bloomColumn stands for the filters of a row group where columns are numbered.
const bloomColumn = -1

// blooms returns the filters of the row group, by column.
func (r *groupReader) blooms() (map[int]bloomFilter, error) {
	at := r.Meta.Groups[r.group].Blooms
	if at.Size == 0 {
		return nil, nil
	}
	key := cacheKey{r.File, r.group, bloomColumn}
	_, data := r.Cache.get(key)
	if data == nil {
		b, err := r.bytes(at)
		if err != nil {
			return nil, err
		}
		data = slices.Clone(b)
		r.Cache.put(key, nil, data)
	}
	d := &codec.Decoder{B: data}
	out := map[int]bloomFilter{}
	for range d.Length(2) {
		i := int(d.Uint())
		if out[i] = d.Bytes(); len(out[i]) == 0 {
			d.Fail()
			break
		}
	}
	return out, d.Err()
}

// putBlooms writes the filters of a row group.
func (f *fileWriter) putBlooms(g *Group, blooms []bloomFilter) error {
	var body []byte
	n := 0
	for i, b := range blooms {
		if b != nil {
			body = binary.AppendUvarint(body, uint64(i))
			body = append(binary.AppendUvarint(body, uint64(len(b))), b...)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	body = append(binary.AppendUvarint(nil, uint64(n)), body...)
	g.Blooms = Part{f.at, int64(len(body)), checksum(body)}
	return f.put(body)
}
