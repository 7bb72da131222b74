package lookups

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"spl/exec/column"
)

// index finds the rows of a table by the texts of its key columns. It is built once for every set of
// key columns and way of matching, and read by all searches over the table.
type index struct {
	fold   bool
	exact  []int // places of the exactly matched columns among the key columns
	groups map[string][]uint32
	lead   finder // finds rows by the first fuzzy column when nothing is matched exactly
	leadAt int
	checks []check
}

// finder appends the rows whose cell matches a text; the rows need not be in order.
type finder interface {
	find(dst []uint32, text string) []uint32
}

// check is a fuzzy column that is tested row by row.
type check struct {
	at    int // among the key columns
	match func(row uint32, text string) bool
}

// kind says how a key column is matched.
type kind uint8

const (
	exactKind kind = iota
	wildcardKind
	cidrKind
)

func (d *Definition) kind(field string) kind {
	switch {
	case d.Wildcard[field]:
		return wildcardKind
	case d.CIDR[field]:
		return cidrKind
	}
	return exactKind
}

// index returns the index over some columns as d wants them matched.
func (t *Table) index(d *Definition, cols []int) *index {
	kinds := make([]kind, len(cols))
	for i, c := range cols {
		kinds[i] = d.kind(t.Columns[c])
	}
	key := fmt.Sprint(cols, kinds, d.IgnoreCase)
	t.mu.Lock()
	defer t.mu.Unlock()
	if ix, ok := t.indexes[key]; ok {
		return ix
	}
	ix := t.build(cols, kinds, d.IgnoreCase)
	if t.indexes == nil {
		t.indexes = map[string]*index{}
	}
	t.indexes[key] = ix
	return ix
}

func (t *Table) build(cols []int, kinds []kind, fold bool) *index {
	ix := &index{fold: fold, leadAt: -1}
	var exact []int
	for i, k := range kinds {
		if k == exactKind {
			ix.exact, exact = append(ix.exact, i), append(exact, cols[i])
		}
	}
	for i, k := range kinds {
		switch {
		case k == exactKind:
		case len(exact) == 0 && ix.leadAt < 0:
			ix.leadAt = i
			ix.lead = newFinder(t.Cols[cols[i]], k, fold)
		default:
			ix.checks = append(ix.checks, check{at: i, match: newCheck(t.Cols[cols[i]], k, fold)})
		}
	}
	if len(exact) > 0 {
		ix.group(t, exact)
	}
	return ix
}

// group fills the hash table of the exact columns. A row that has no value in one of them is never
// found; one with several is found by each.
func (ix *index) group(t *Table, cols []int) {
	ix.groups = make(map[string][]uint32, t.Rows)
	texts := make([][]string, len(cols))
	var buf []byte
	for row := range t.Rows {
		for i, c := range cols {
			texts[i] = appendTexts(texts[i][:0], t.Cols[c], row)
		}
		each(texts, func(tuple []string) {
			buf = ix.key(buf[:0], tuple)
			rows := ix.groups[string(buf)]
			if n := len(rows); n == 0 || rows[n-1] != uint32(row) {
				ix.groups[string(buf)] = append(rows, uint32(row))
			}
		})
	}
}

// key appends the hash key of a tuple of texts.
func (ix *index) key(dst []byte, tuple []string) []byte {
	for _, s := range tuple {
		if ix.fold {
			s = strings.ToLower(s)
		}
		if len(tuple) > 1 {
			dst = binary.AppendUvarint(dst, uint64(len(s)))
		}
		dst = append(dst, s...)
	}
	return dst
}

// find appends the rows that match a tuple of texts, in file order, limit of them at most (0: all).
func (ix *index) find(dst []uint32, tuple []string, limit int) []uint32 {
	start := len(dst)
	if ix.lead == nil {
		exact := tuple
		if len(ix.exact) < len(tuple) {
			exact = make([]string, len(ix.exact))
			for i, at := range ix.exact {
				exact[i] = tuple[at]
			}
		}
		var buf [64]byte
		dst = append(dst, ix.groups[string(ix.key(buf[:0], exact))]...)
	} else {
		dst = ix.lead.find(dst, tuple[ix.leadAt])
		slices.Sort(dst[start:])
		dst = append(dst[:start], slices.Compact(dst[start:])...)
	}
	if len(ix.checks) > 0 {
		kept := slices.DeleteFunc(dst[start:], func(row uint32) bool {
			return slices.ContainsFunc(ix.checks, func(c check) bool { return !c.match(row, tuple[c.at]) })
		})
		dst = dst[:start+len(kept)]
	}
	if limit > 0 && len(dst)-start > limit {
		dst = dst[:start+limit]
	}
	return dst
}

// appendTexts appends the values of a cell; none for null.
func appendTexts(dst []string, v column.Vec, row int) []string {
	switch v := v.(type) {
	case *column.Dict:
		if v.Codes[row] != 0 {
			dst = append(dst, v.Text(row))
		}
		return dst
	case *column.List:
		return v.Values(row, dst)
	}
	return append(dst, v.At(row).List()...)
}

// each calls f with every combination of one text per list, the last list varying fastest.
func each(lists [][]string, f func(tuple []string)) {
	tuple := make([]string, len(lists))
	var walk func(i int)
	walk = func(i int) {
		if i == len(lists) {
			f(tuple)
			return
		}
		for _, s := range lists[i] {
			tuple[i] = s
			walk(i + 1)
		}
	}
	walk(0)
}
