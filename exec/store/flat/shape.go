package flat

import (
	"encoding/binary"
	"unsafe"

	"spl/exec/codec"
	"spl/exec/column"
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
}

// shapeNode is a text and the field whose value follows it.
type shapeNode struct {
	parent *shapeNode
	lit    string
	field  int
	guess  *shapeNode
	kids   map[string]*shapeNode
	tail   string // guess of the text behind the last value
	tailID int    // its shape
	tails  map[string]int
}

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
func (s *Shaper) Step(field int, lit []byte) {
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
	}
	n.guess, s.node = k, k
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
	return max(n.tailID, 0)
}

func (s *Shaper) add(n *shapeNode, tail []byte, names []string) int {
	if n.tails == nil {
		n.tails = map[string]int{}
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
	n.tails[string(tail)] = len(s.shapes)
	return len(s.shapes)
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

// shaping is what a block does to find shapes.
type shaping struct {
	*Shaper
	text  []byte // the JSON of the open row, whose shape is sought
	prev  int    // end of the last value in it
	on    bool   // values are those of text
	shape int    // of text, 0: none
	vals  int    // how many there are
	buf   []byte

	codes []uint32 // of the rows so far
	texts []string // the shapes of this block
	local []uint32 // by shape: its code in this block
}

// Shape makes the block keep shapes, in a column ShapeField, instead of texts that they and the fields
// give back. refuse names fields that will not be there under their names.
func (b *Block) Shape(refuse func(field string) bool) {
	b.shapes = &shaping{Shaper: NewShaper(func(field string) bool { return field == ShapeField || refuse(field) })}
}

func (s *shaping) begin(text []byte) {
	s.text, s.prev, s.on, s.shape = text, 0, true, 0
	s.Begin()
}

// value takes a value of the text, which stands at from to to.
func (s *shaping) value(field int, text []byte, from, to int) {
	if s.failed {
		return
	}
	if to-from != len(text) {
		if s.buf = AppendEscaped(s.buf[:0], unsafe.String(unsafe.SliceData(text), len(text))); string(s.buf) != string(s.text[from:to]) {
			s.failed = true
			return
		}
	}
	s.Step(field, s.text[s.prev:from])
	s.prev = to
}

// end ends the text; all says that it is whole and begins the row's values, of which there are n.
func (s *shaping) end(whole bool, n int, names []string) {
	if s.on = false; whole {
		s.shape, s.vals = s.End(s.text[s.prev:], names), n
	}
}

// row closes a row of n values and reports whether its text need not be kept.
func (s *shaping) row(raw []byte, n int) bool {
	shape, text := s.shape, s.text
	s.shape, s.text = 0, nil
	if shape == 0 || n != s.vals || len(raw) == 0 || len(raw) != len(text) || &raw[0] != &text[0] {
		s.codes = append(s.codes, 0)
		return false
	}
	for shape >= len(s.local) {
		s.local = append(s.local, make([]uint32, len(s.local)+64)...)
	}
	if s.local[shape] == 0 {
		s.texts = append(s.texts, s.Text(shape))
		s.local[shape] = uint32(len(s.texts))
	}
	s.codes = append(s.codes, s.local[shape])
	return true
}

// build adds the column of shapes, if there are any, and returns what finds those of the next block.
func (s *shaping) build(out *column.Batch) *shaping {
	if s == nil {
		return nil
	}
	if len(s.texts) > 0 {
		out.Set(ShapeField, &column.Dict{Codes: s.codes, D: column.DictionaryOf(s.texts...)})
	}
	clear(s.local)
	return &shaping{Shaper: s.Shaper, buf: s.buf, local: s.local}
}
