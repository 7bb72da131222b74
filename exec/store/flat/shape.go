package flat

import (
	"encoding/binary"
	"unsafe"

	"spl/exec/codec"
)

// ShapeField is the column of a block that tells how its JSON texts are put together again, where Block.Shape
// was asked for. No other column may have the name.
const ShapeField = "\x00shape"

const (
	maxShapes = 1 << 16
	// newShapes: texts that bring more new shapes than one in so many, beyond the first firstShapes, have
	// none worth it.
	newShapes   = 16
	firstShapes = 1000
)

// Shape is what stands between the values of a text of JSON or XML: keys, tags, punctuation, blanks. With
// it and the fields the text is there again byte for byte.
type Shape struct {
	Parts    []ShapePart
	Tail     string // behind the last value
	Verbatim bool   // values stand in the text as they are; else as the insides of JSON strings
}

// Len is the size of a shape's texts.
func (s *Shape) Len() int {
	n := len(s.Tail)
	for _, p := range s.Parts {
		n += len(p.Text)
	}
	return n
}

// ShapePart is a text and the field whose next value follows it.
type ShapePart struct{ Text, Field string }

// ParseShape reads an entry of the column ShapeField.
func ParseShape(s string) (Shape, bool) {
	b := []byte(s)
	ok := true
	text := func() string {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			ok = false
			return ""
		}
		out := string(b[k : k+int(n)])
		b = b[k+int(n):]
		return out
	}
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)) {
		return Shape{}, false
	}
	b = b[k:]
	out := Shape{Parts: make([]ShapePart, n)}
	for i := range out.Parts {
		out.Parts[i] = ShapePart{text(), text()}
	}
	out.Tail = text()
	if ok && len(b) == 1 {
		out.Verbatim, b = b[0] == verbatim, nil
	}
	return out, ok && len(b) == 0
}

// verbatim stands behind such shapes.
const verbatim = 1

// Shaper finds the shapes of texts, as their values are found. It belongs to one goroutine.
type Shaper struct {
	Verbatim bool // of the shapes

	refuse func(field string) bool
	root   *shapeNode
	node   *shapeNode
	nodes  int
	seen   int
	shapes []string // as they are written into the column
	key    []byte
	failed bool
	slab   []shapeNode // where the next nodes are made
	lits   []byte      // and their texts
}

// shapeNode is a text and the field whose value follows it. What every text looks at stands in front.
type shapeNode struct {
	next   *shapeNode // the node that came next last
	lit    string
	at     *node // whose value it is, for Block.walk
	field  int32
	quoted bool   // the value is a string, whose quote ends lit
	tailID int32  // shape of tail
	tail   string // behind the last value, as met last

	others []*shapeNode          // nodes that came next before, those met last in front
	all    map[string]*shapeNode // all of them, once there are more than maxOthers
	tails  map[string]int32
	parent *shapeNode
}

// maxOthers is how many nodes are compared one by one, beside the one that came last.
const maxOthers = 7

// NewShaper returns a shaper that knows nothing. A text with a field that refuse names has no shape; nil
// refuses none.
func NewShaper(refuse func(field string) bool) *Shaper {
	return &Shaper{refuse: refuse, root: &shapeNode{}}
}

// Begin begins a text.
func (s *Shaper) Begin() {
	s.seen++
	s.node, s.failed = s.root, len(s.shapes) > firstShapes+s.seen/newShapes || len(s.shapes) >= maxShapes
}

// Fail gives the text up: its values do not give it back.
func (s *Shaper) Fail() { s.failed = true }

// Failed reports whether the text has no shape.
func (s *Shaper) Failed() bool { return s.failed }

// Step takes the text in front of a value.
func (s *Shaper) Step(field int, lit []byte) { s.step(field, lit) }

// step is Step that returns the node it went to, nil where there are too many.
func (s *Shaper) step(field int, lit []byte) *shapeNode {
	n := s.node
	if k := n.next; k != nil && k.is(field, lit) {
		s.node = k
		return k
	}
	for i, k := range n.others {
		if k.is(field, lit) {
			n.prefer(i)
			s.node = k
			return k
		}
	}
	s.key = appendStep(s.key[:0], field, lit)
	k := n.all[string(s.key)]
	if k == nil {
		if s.nodes++; s.nodes > 16*maxShapes {
			s.failed = true
			return nil
		}
		k = s.newNode(n, field, lit)
	}
	switch {
	case n.next == nil:
		n.next = k
	case len(n.others) < maxOthers:
		n.others = append(n.others, k)
		n.prefer(len(n.others) - 1)
	default:
		n.others[maxOthers-1] = k // in place of the one met longest ago
		n.prefer(maxOthers - 1)
	}
	s.node = k
	return k
}

func (n *shapeNode) is(field int, lit []byte) bool {
	return int(n.field) == field && n.lit == string(lit)
}

// slab is how many nodes are made at once. Those of one text are made one after the other and lie so, and
// so do their texts: the next text that is like it finds them in the processor's cache.
const slab = 256

// newNode makes a node that comes behind n.
func (s *Shaper) newNode(n *shapeNode, field int, lit []byte) *shapeNode {
	if len(s.slab) == cap(s.slab) {
		s.slab = make([]shapeNode, 0, slab)
	}
	if len(s.lits)+len(lit) > cap(s.lits) {
		s.lits = make([]byte, 0, max(32*slab, len(lit)))
	}
	from := len(s.lits)
	s.lits = append(s.lits, lit...)
	s.slab = append(s.slab, shapeNode{parent: n, lit: viewed(s.lits[from:]), field: int32(field),
		quoted: len(lit) > 0 && lit[len(lit)-1] == '"'})
	k := &s.slab[len(s.slab)-1]
	if len(n.others) == maxOthers {
		if n.all == nil {
			n.all = map[string]*shapeNode{}
			for _, o := range append(n.others, n.next) {
				n.all[string(appendStep(nil, int(o.field), []byte(o.lit)))] = o
			}
		}
		n.all[string(appendStep(nil, field, lit))] = k
	}
	return k
}

// viewed is the text of bytes that do not change any more.
func viewed(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func appendStep(key []byte, field int, lit []byte) []byte {
	return append(binary.AppendUvarint(key, uint64(field)), lit...)
}

// prefer makes others[i] the next node.
func (n *shapeNode) prefer(i int) {
	k := n.others[i]
	copy(n.others[1:i+1], n.others[:i])
	n.others[0], n.next = n.next, k
}

// foresee finds the node that comes next in a text, which stands at i behind the last value: one whose
// value is there. It sets the place of the value in t. A text has one such node at most, as what stands
// behind a value is read in one way only.
func (n *shapeNode) foresee(text []byte, i int, t *Tree) *shapeNode {
	if k := n.next; k == nil || k.value(text, i, t) {
		return k
	}
	for o, k := range n.others {
		if k.value(text, i, t) {
			n.prefer(o)
			return k
		}
	}
	return nil
}

// value reports whether the node's text stands at i and a value behind it, whose place it sets in t.
func (n *shapeNode) value(text []byte, i int, t *Tree) bool {
	from := i + len(n.lit)
	if from >= len(text) || string(text[i:from]) != n.lit {
		return false
	}
	if !n.quoted {
		to := scalarEnd(text, from)
		t.from, t.to, t.escapes = from, to, false
		return to > 0
	}
	to := plainEnd(text, from)
	if to < len(text) && text[to] == '"' {
		t.from, t.to, t.escapes = from, to, false
		return to > from || keepEmpty
	}
	t.from = from
	t.to, t.escapes = stringEnd(text, to)
	return t.to >= 0
}

// noShape marks texts that have none although they are like others.
const noShape = -1

// End takes the text behind the last value and returns the number of the shape, from 1 on; 0 if there is
// none. names are those of the fields.
func (s *Shaper) End(tail []byte, names []string) int {
	n := s.node
	switch {
	case s.failed:
		return 0
	case n.tailID == 0 || n.tail != string(tail):
		id := n.tails[string(tail)]
		if id == 0 {
			id = s.add(n, tail, names)
		}
		n.tail, n.tailID = string(tail), id
	}
	return int(max(n.tailID, 0))
}

func (s *Shaper) add(n *shapeNode, tail []byte, names []string) int32 {
	if n.tails == nil {
		n.tails = map[string]int32{}
	}
	var path []*shapeNode
	for p := n; p.parent != nil; p = p.parent {
		if s.refuse != nil && s.refuse(names[p.field]) {
			n.tails[string(tail)] = noShape
			return noShape
		}
		path = append(path, p)
	}
	text := binary.AppendUvarint(nil, uint64(len(path)))
	for i := len(path) - 1; i >= 0; i-- {
		text = codec.AppendText(codec.AppendText(text, path[i].lit), names[path[i].field])
	}
	if text = codec.AppendText(text, tail); s.Verbatim {
		text = append(text, verbatim)
	}
	s.shapes = append(s.shapes, string(text))
	id := int32(len(s.shapes))
	n.tails[string(tail)] = id
	return id
}

// Text returns a shape as it is written into the column.
func (s *Shaper) Text(shape int) string { return s.shapes[shape-1] }

const hexDigits = "0123456789abcdef"

// AppendEscaped appends a text as the inside of a JSON string, with escapes only where they must be and
// in their shortest form.
func AppendEscaped(dst []byte, s string) []byte {
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
