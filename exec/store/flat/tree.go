package flat

import "strings"

// Limits of what is read as fields.
const (
	MaxDepth = 64      // nested objects and arrays
	MaxKey   = 1 << 10 // bytes of a key as written
	maxNodes = 1 << 16 // paths remembered; more mean that the keys are data
)

// Kind is what a value was in the JSON text.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	Number
	Word // true, false, null
)

// keepEmpty decides whether "" makes a field. Automatic extraction makes none; the spath command does.
const keepEmpty = false

// Tree holds the paths seen so far, so that the keys of the next event can be guessed. It belongs to
// one goroutine.
type Tree struct {
	root    *node
	fields  map[string]int
	names   []string
	want    func(name string) bool
	nodes   int
	scratch []byte
	err     SyntaxError

	// The value found last: its place in the text without quotes.
	from, to int
	kind     Kind
	escapes  bool
}

// unset and unwanted are node.field before its first scalar and for fields nobody wants.
const (
	unset    = -1
	unwanted = -2
)

// node is one path. Its key is the text between the quotes as written, so that guesses compare bytes.
type node struct {
	key      string
	name     string
	field    int
	in       *frame // what the value stands in; nil: it is the whole text
	members  *frame // the value, where it is an object
	elem     *node  // the elements, where it is an array
	first    *node  // guess of the first member
	next     *node  // guess of the member behind this one
	children map[string]*node
}

// frame is an object or an array: the value of a node. A path has one of each at most, so a place in a text is
// told by the node whose value ended there.
type frame struct {
	of    *node
	elem  *node // nil: an object
	depth int
}

func (n *node) frame(elem *node) *frame {
	depth := 1
	if n.in != nil {
		depth += n.in.depth
	}
	return &frame{n, elem, depth}
}

// NewTree returns a tree that knows nothing. want tells the fields to report; nil means all.
func NewTree(want func(name string) bool) *Tree {
	return &Tree{root: &node{field: unset}, fields: map[string]int{}, want: want}
}

// Names returns the fields seen so far; the field number is the index.
func (t *Tree) Names() []string { return t.names }

// Span returns where the value that a Sink is being given stands in the text, without quotes. It is
// longer than the value if, and only if, the text has escapes.
func (t *Tree) Span() (from, to int) { return t.from, t.to }

// Field returns the number of a field, a new one if the name was not seen before.
func (t *Tree) Field(name string) int {
	if f, ok := t.fields[name]; ok {
		return f
	}
	f := len(t.names)
	name = strings.Clone(name) // callers may pass a view of a text that is about to change
	t.names = append(t.names, name)
	t.fields[name] = f
	return f
}

// fieldOf returns the field of a scalar at n. The key "" makes no field: a column needs a name.
func (t *Tree) fieldOf(n *node) int {
	if n.field != unset {
		return n.field
	}
	if n.name == "" || t.want != nil && !t.want(n.name) {
		n.field = unwanted
	} else {
		n.field = t.Field(n.name)
	}
	return n.field
}

// child returns the member of an object with a key as written, false if its escapes are wrong.
func (t *Tree) child(f *frame, key []byte) (*node, bool) {
	n := f.of
	if c := n.children[string(key)]; c != nil {
		return c, true
	}
	name, ok := t.unescapeKey(key)
	if !ok {
		return nil, false
	}
	if n.name != "" {
		name = n.name + "." + name
	}
	c := &node{key: string(key), name: name, field: unset, in: f}
	if t.nodes < maxNodes {
		t.nodes++
		if n.children == nil {
			n.children = map[string]*node{}
		}
		n.children[c.key] = c
	}
	return c, true
}

// object returns the object that is the value of n.
func (t *Tree) object(n *node) *frame {
	if n.members == nil {
		n.members = n.frame(nil)
	}
	return n.members
}

// element returns the node of the elements of an array at n.
func (t *Tree) element(n *node) *node {
	if n.elem == nil {
		n.elem = &node{name: n.name + "{}", field: unset}
		n.elem.in = n.frame(n.elem)
	}
	return n.elem
}

func (t *Tree) unescapeKey(key []byte) (string, bool) {
	for i, c := range key {
		if c == '\\' {
			out, ok := unescape(nil, key, i)
			return string(out), ok
		}
	}
	return string(key), true
}
