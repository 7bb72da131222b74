package lookups

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/gaissmai/bart"

	"spl/exec/column"
	"spl/lang/pattern"
)

// newCheck returns the row-wise test of a fuzzy column; each distinct cell is compiled once.
func newCheck(v column.Vec, k kind, fold bool) func(row uint32, text string) bool {
	compiled := map[string]func(string) bool{}
	for _, cell := range cells(v) {
		compiled[cell.text] = compileCell(cell.text, k, fold)
	}
	return func(row uint32, text string) bool {
		var buf [4]string
		return slices.ContainsFunc(appendTexts(buf[:0], v, int(row)), func(c string) bool { return compiled[c](text) })
	}
}

func compileCell(cell string, k kind, fold bool) func(string) bool {
	if k == cidrKind {
		if c, ok := pattern.ParseCIDR(cell); ok {
			return c.Match
		}
		return func(string) bool { return false }
	}
	return pattern.CompileWildcard(cell, fold).Match
}

// cell is a distinct text of a column with the rows that hold it.
type cell struct {
	text string
	rows []uint32
}

func cells(v column.Vec) []cell {
	at := map[string]int{}
	var out []cell
	var texts []string
	for row := range v.Len() {
		texts = appendTexts(texts[:0], v, row)
		for _, s := range texts {
			i, ok := at[s]
			if !ok {
				i = len(out)
				at[s] = i
				out = append(out, cell{text: s})
			}
			out[i].rows = append(out[i].rows, uint32(row))
		}
	}
	return out
}

func newFinder(v column.Vec, k kind, fold bool) finder {
	if k == cidrKind {
		return newNetworks(v)
	}
	return newWildcards(v, fold)
}

// networks finds the rows whose network holds an address.
type networks struct{ table bart.Table[[]uint32] }

func newNetworks(v column.Vec) *networks {
	n := &networks{}
	for _, c := range cells(v) {
		if p, ok := pattern.ParseCIDR(c.text); ok {
			rows, _ := n.table.Get(p.Prefix())
			n.table.Insert(p.Prefix(), append(rows, c.rows...))
		}
	}
	return n
}

func (n *networks) find(dst []uint32, text string) []uint32 {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return dst
	}
	for _, rows := range n.table.Supernets(netip.PrefixFrom(a.WithZone(""), a.BitLen())) {
		dst = append(dst, rows...)
	}
	return dst
}

// wildcards finds the rows whose pattern matches a text. Patterns with a star at one end only, which
// is nearly all in large tables, are found by hash; the others are tried one by one.
type wildcards struct {
	fold     bool
	exact    map[string][]uint32
	prefixes affixes
	suffixes affixes
	any      []uint32
	general  []general
}

type affixes struct {
	rows    map[string][]uint32
	lengths []int
}

type general struct {
	pattern *pattern.Wildcard
	rows    []uint32
}

func newWildcards(v column.Vec, fold bool) *wildcards {
	w := &wildcards{fold: fold, exact: map[string][]uint32{}, prefixes: newAffixes(), suffixes: newAffixes()}
	for _, c := range cells(v) {
		p := pattern.CompileWildcard(c.text, fold)
		text := c.text
		if fold {
			text = strings.ToLower(text)
		}
		switch p.Kind() {
		case pattern.Exact:
			w.exact[text] = append(w.exact[text], c.rows...)
		case pattern.Any:
			w.any = append(w.any, c.rows...)
		case pattern.Prefix:
			w.prefixes.add(strings.TrimSuffix(text, "*"), c.rows)
		case pattern.Suffix:
			w.suffixes.add(strings.TrimPrefix(text, "*"), c.rows)
		default:
			w.general = append(w.general, general{p, c.rows})
		}
	}
	w.prefixes.close()
	w.suffixes.close()
	return w
}

func newAffixes() affixes { return affixes{rows: map[string][]uint32{}} }

func (a *affixes) add(text string, rows []uint32) { a.rows[text] = append(a.rows[text], rows...) }

func (a *affixes) close() {
	seen := map[int]bool{}
	for t := range a.rows {
		seen[len(t)] = true
	}
	a.lengths = slices.Sorted(maps.Keys(seen))
}

func (w *wildcards) find(dst []uint32, text string) []uint32 {
	low := text
	if w.fold {
		low = strings.ToLower(text)
	}
	dst = append(dst, w.any...)
	dst = append(dst, w.exact[low]...)
	for _, n := range w.prefixes.lengths {
		if n > len(low) {
			break
		}
		dst = append(dst, w.prefixes.rows[low[:n]]...)
	}
	for _, n := range w.suffixes.lengths {
		if n > len(low) {
			break
		}
		dst = append(dst, w.suffixes.rows[low[len(low)-n:]]...)
	}
	for _, g := range w.general {
		if g.pattern.Match(text) {
			dst = append(dst, g.rows...)
		}
	}
	return dst
}
