package segment

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/store/flat"
)

// A shape is what stands between the values of a JSON text: keys, punctuation, blanks. With the shape
// and the columns the text is there again byte for byte, so it need not be stored.
const shapeField = "_shape"

const (
	maxShapes = 1 << 16
	// newShapes: a row group whose events bring more new shapes than one in so many, beyond the first
	// firstShapes, has none worth it.
	newShapes   = 16
	firstShapes = 1000
)

// shaper finds the shapes of a file's events. It is a flat.Sink.
type shaper struct {
	tree   *flat.Tree
	root   *shapeNode
	shapes []*shapeNode // by id: the node of the last value
	tails  []string     // by id: the text behind it
	nodes  int
	key    []byte
	bytes  byteSet // of the texts between the values

	cells  []cell // by field: the column of the group
	names  int    // fields that have a cell
	group  *column.Batch
	seen   int // texts so far
	fresh  int // shapes that they brought
	row    int
	raw    []byte
	node   *shapeNode
	prev   int // end of the last value in raw
	failed bool
}

// shapeNode is a text and the field whose value follows it.
type shapeNode struct {
	parent *shapeNode
	lit    string
	field  int
	guess  *shapeNode
	kids   map[string]*shapeNode
	tail   string // guess of the text behind the last value
	tailID int    // its shape plus one
	tails  map[string]int
}

func newShaper() *shaper {
	return &shaper{tree: flat.NewTree(nil), root: &shapeNode{}}
}

// split finds the shapes of the texts of a group, or of a part of it. It returns the column of shapes and what is left of _raw:
// the texts that columns and shapes do not give back. Without any shape the first is nil.
func (s *shaper) split(g *column.Batch) (shape, rest column.Vec) {
	raw, ok := g.Col(rawField).(*column.Dict)
	if !ok {
		return nil, g.Col(rawField)
	}
	s.group, s.cells, s.names = g, s.cells[:0], 0
	ids := column.NewTextBuilder()
	left := &column.Dict{Codes: make([]uint32, g.N), D: raw.D}
	found, whole := 0, 0
	for i, c := range raw.Codes {
		id := 0
		if s.seen++; c != 0 && s.fresh <= firstShapes+s.seen/newShapes {
			id = s.shape(i, raw.D.Text(int(c-1)))
		}
		if id == 0 {
			left.Codes[i] = c
			if c != 0 {
				whole++
			}
			ids.AppendNull()
			continue
		}
		found++
		ids.Append(strconv.Itoa(id - 1))
	}
	s.group, s.cells, s.raw = nil, nil, nil
	switch {
	case found == 0:
		return nil, raw
	case whole == 0:
		return ids.Build(), column.Nulls(g.N)
	case 2*whole < g.N: // most of the texts need not be kept
		b := column.NewTextBuilder()
		for i := range left.Codes {
			b.AppendValue(left.At(i))
		}
		return ids.Build(), b.Build()
	}
	return ids.Build(), left
}

// shape returns the shape of a row's text plus one, 0 if it has none.
func (s *shaper) shape(row int, text string) int {
	if start := strings.TrimLeft(text, " \t\r\n"); start == "" || start[0] != '{' && start[0] != '[' {
		return 0
	}
	s.row, s.raw, s.node, s.prev, s.failed = row, append(s.raw[:0], text...), s.root, 0, false
	if err := s.tree.Flatten(s.raw, s); err != nil || s.failed {
		return 0
	}
	n, tail := s.node, s.raw[s.prev:]
	if n.tailID != 0 && n.tail == string(tail) {
		return n.tailID
	}
	id := n.tails[string(tail)]
	if id == 0 {
		if len(s.shapes) >= maxShapes {
			return 0
		}
		s.shapes, s.tails = append(s.shapes, n), append(s.tails, string(tail))
		id = len(s.shapes)
		s.bytes.add(string(tail))
		if n.tails == nil {
			n.tails = map[string]int{}
		}
		n.tails[string(tail)] = id
		s.fresh++
	}
	n.tail, n.tailID = string(tail), id
	return id
}

// Value takes the next value of the row: the column must give it, and escaping it its text.
func (s *shaper) Value(field int, _ flat.Kind, text []byte) {
	if s.failed {
		return
	}
	if field >= s.names {
		s.addCells()
	}
	from, to := s.tree.Span()
	v, ok := s.cells[field].next(s.row)
	if !ok || v != string(text) || to-from != len(text) && string(appendEscaped(s.key[:0], v)) != string(s.raw[from:to]) {
		s.failed = true
		return
	}
	s.step(field, s.raw[s.prev:from])
	s.prev = to
}

// step goes on in the tree of shapes.
func (s *shaper) step(field int, lit []byte) {
	n := s.node
	if k := n.guess; k != nil && k.field == field && k.lit == string(lit) {
		s.node = k
		return
	}
	s.key = append(binary.AppendUvarint(s.key[:0], uint64(field)), lit...)
	k := n.kids[string(s.key)]
	if k == nil {
		if s.nodes++; s.nodes > 16*maxShapes {
			s.failed = true
			return
		}
		k = &shapeNode{parent: n, lit: string(lit), field: field}
		if n.kids == nil {
			n.kids = map[string]*shapeNode{}
		}
		n.kids[string(s.key)] = k
		s.bytes.add(k.lit)
	}
	n.guess, s.node = k, k
}

// addCells finds the columns of fields that are new.
func (s *shaper) addCells() {
	names := s.tree.Names()
	for _, n := range names[len(s.cells):] {
		s.cells = append(s.cells, cellOf(s.group.Col(n)))
	}
	s.names = len(s.cells)
}

// cell hands out the values of a column, row by row, the values of a row one after the other.
type cell struct {
	arena string // of the dictionary
	ends  []uint32
	codes []uint32
	offs  []uint32 // lists
	row   int      // the row asked for last, plus one
	used  int      // values of it given
	esc   bool     // entries may need escapes
}

func cellOf(v column.Vec) cell {
	switch v := v.(type) {
	case *column.Dict:
		return cell{arena: v.D.Arena(), ends: v.D.Offsets(), codes: v.Codes}
	case *column.List:
		return cell{arena: v.Inner.D.Arena(), ends: v.Inner.D.Offsets(), codes: v.Inner.Codes, offs: v.Offsets}
	}
	return cell{}
}

// next returns the next value of a row, false if there is none.
func (c *cell) next(row int) (string, bool) {
	if c.row != row+1 {
		c.row, c.used = row+1, 0
	}
	at := row
	if c.offs == nil {
		if c.used > 0 || row >= len(c.codes) {
			return "", false
		}
	} else if at = int(c.offs[row]) + c.used; at >= int(c.offs[row+1]) {
		return "", false
	}
	c.used++
	k := c.codes[at]
	if k == 0 {
		return "", false
	}
	return c.arena[c.ends[k-1]:c.ends[k]], true
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends a text as the inside of a JSON string, with escapes only where they must be and
// in their shortest form.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, s[from:]...)
}

// encode renders the shapes: the distinct texts, then each shape's pairs of text and column, and its tail.
func (s *shaper) encode(find func(name string) int) []byte {
	if len(s.shapes) == 0 {
		return nil
	}
	place := map[string]int{}
	var lits []string
	intern := func(lit string) uint64 {
		i, ok := place[lit]
		if !ok {
			i = len(lits)
			place[lit], lits = i, append(lits, lit)
		}
		return uint64(i)
	}
	names := s.tree.Names()
	var body []byte
	for id, n := range s.shapes {
		var path []*shapeNode
		for ; n.parent != nil; n = n.parent {
			path = append(path, n)
		}
		slices.Reverse(path)
		body = binary.AppendUvarint(body, uint64(len(path)))
		for _, p := range path {
			body = binary.AppendUvarint(body, intern(p.lit))
			body = binary.AppendUvarint(body, uint64(find(names[p.field])))
		}
		body = binary.AppendUvarint(body, intern(s.tails[id]))
	}
	out := binary.AppendUvarint(nil, uint64(len(lits)))
	for _, l := range lits {
		out = appendText(out, l)
	}
	out = binary.AppendUvarint(out, uint64(len(s.shapes)))
	return append(out, body...)
}

// shape is a decoded shape.
type shape struct {
	parts []shapePart
	tail  string
}

// shapePart is a text and the column whose next value follows it.
type shapePart struct {
	lit string
	col int
}

// decodeShapes reads what encode wrote; columns is the number of the file's columns.
func decodeShapes(b []byte, columns int) ([]shape, error) {
	r := &metaReader{b: b}
	lits := make([]string, r.count())
	for i := range lits {
		lits[i] = r.text()
	}
	lit := func() string {
		i := int(r.number())
		if i < 0 || i >= len(lits) {
			r.bad = true
			return ""
		}
		return lits[i]
	}
	out := make([]shape, r.count())
	for i := range out {
		n := r.count()
		parts := make([]shapePart, n)
		for k := range parts {
			parts[k] = shapePart{lit(), int(r.number())}
			if c := parts[k].col; c < 0 || c >= columns {
				r.bad = true
			}
		}
		out[i] = shape{parts, lit()}
		if r.bad {
			return nil, fmt.Errorf("shapes: %w", errDamaged)
		}
	}
	return out, nil
}
