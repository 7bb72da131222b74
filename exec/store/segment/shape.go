package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/store/flat"
)

// A shape is what stands between the values of a text of JSON or XML: keys, tags, blanks. With the shape
// and the columns the text is there again byte for byte, so it need not be stored.
const shapeField = "_shape"

// Split returns the batch with its texts as shapes, in the column flat.ShapeField, where shapes and columns
// give them back; those that they do not give stay in _raw. A batch that has such a column is done already.
func Split(g *column.Batch) *column.Batch {
	raw, ok := g.Col(rawField).(*column.Dict)
	if g.Has(flat.ShapeField) || !ok {
		return g
	}
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	(&splitter{group: g}).split(raw)
	return g
}

// splitter takes the texts of a batch apart.
type splitter struct {
	group *column.Batch
	json  *jsonShaper
	xml   *xmlShaper
	texts []string // shapes that were found
}

// split takes the texts apart that can be.
func (s *splitter) split(raw *column.Dict) {
	codes := make([]uint32, len(raw.Codes)) // of shapes
	left := &column.Dict{Codes: make([]uint32, len(raw.Codes)), D: raw.D}
	whole := 0
	for i, c := range raw.Codes {
		if c == 0 {
			continue
		}
		if codes[i] = s.shape(i, raw.D.Text(int(c-1))); codes[i] == 0 {
			left.Codes[i] = c
			whole++
		}
	}
	if len(s.texts) == 0 {
		return
	}
	s.group.Set(flat.ShapeField, &column.Dict{Codes: codes, D: column.DictionaryOf(s.texts...)})
	switch {
	case whole == 0:
		s.group.Set(rawField, column.Nulls(s.group.N))
	case 2*whole < s.group.N: // most of the texts need not be kept
		b := column.NewTextBuilder()
		for i := range left.Codes {
			b.AppendValue(left.At(i))
		}
		s.group.Set(rawField, b.Build())
	default:
		s.group.Set(rawField, left)
	}
}

// shape returns the shape of a row's text, 0 if it has none.
func (s *splitter) shape(row int, text string) uint32 {
	start := strings.TrimLeft(text, " \t\r\n")
	switch {
	case start == "":
	case start[0] == '{' || start[0] == '[':
		if s.json == nil {
			s.json = &jsonShaper{shaper: newShaper(s.group), tree: flat.NewTree(nil)}
		}
		if s.json.begin(row, text) && s.json.tree.Flatten(s.json.raw, s.json) == nil {
			return s.json.end(s.json.tree.Names(), &s.texts)
		}
	case strings.HasPrefix(start, "<Event"):
		if s.xml == nil {
			s.xml = newXMLShaper(s.group)
		}
		if s.xml.begin(row, text) && s.xml.walk.Read(s.xml.raw) {
			return s.xml.end(s.xml.names, &s.texts)
		}
	}
	return 0
}

// shaper finds the shapes of texts of one kind.
type shaper struct {
	*flat.Shaper
	group *column.Batch
	cells []cell   // by field: the column of the group
	place []uint32 // by shape: its number among those of the batch

	row  int
	raw  []byte
	prev int // end of the last value in raw
}

func newShaper(g *column.Batch) shaper { return shaper{Shaper: flat.NewShaper(nil), group: g} }

// begin begins with a row; false if no more shapes are looked for.
func (s *shaper) begin(row int, text string) bool {
	if s.Begin(); s.Failed() {
		return false
	}
	s.row, s.raw, s.prev = row, append(s.raw[:0], text...), 0
	return true
}

// next returns the next value of the row in the column of a field.
func (s *shaper) next(field int, names []string) (string, bool) {
	for len(s.cells) <= field {
		s.cells = append(s.cells, cellOf(s.group.Col(names[len(s.cells)])))
	}
	return s.cells[field].next(s.row)
}

// step takes the value that stands in the text at from to to.
func (s *shaper) step(field, from, to int) {
	s.Step(field, s.raw[s.prev:from])
	s.prev = to
}

// end returns the number of the text's shape among texts, to which it is added when it is new.
func (s *shaper) end(names []string, texts *[]string) uint32 {
	k := s.End(s.raw[s.prev:], names)
	if k == 0 {
		return 0
	}
	for k >= len(s.place) {
		s.place = append(s.place, 0)
	}
	if s.place[k] == 0 {
		*texts = append(*texts, s.Text(k))
		s.place[k] = uint32(len(*texts))
	}
	return s.place[k]
}

// jsonShaper is a flat.Sink.
type jsonShaper struct {
	shaper
	tree *flat.Tree
	key  []byte
}

// Value takes the next value of the row: the column must give it, and escaping it its text.
func (s *jsonShaper) Value(field int, _ flat.Kind, text []byte) {
	if s.Failed() {
		return
	}
	from, to := s.tree.Span()
	v, ok := s.next(field, s.tree.Names())
	if ok = ok && v == string(text); ok && to-from != len(text) {
		s.key = flat.AppendEscaped(s.key[:0], v)
		ok = string(s.key) == string(s.raw[from:to])
	}
	if !ok {
		s.Fail()
		return
	}
	s.step(field, from, to)
}

// xmlShaper takes Windows events apart, whose fields hold what stands in the text.
type xmlShaper struct {
	shaper
	walk   flat.EventXML
	fields map[string]int
	names  []string
}

func newXMLShaper(g *column.Batch) *xmlShaper {
	s := &xmlShaper{shaper: newShaper(g), fields: map[string]int{}}
	s.Verbatim = true
	s.walk.Value = func(name []byte, from, to int) {
		if s.Failed() || from < s.prev { // the same place under a second name
			return
		}
		field, ok := s.fields[string(name)]
		if !ok {
			field = len(s.names)
			s.names = append(s.names, string(name))
			s.fields[s.names[field]] = field
		}
		if v, ok := s.next(field, s.names); !ok || v != string(s.raw[from:to]) {
			s.Fail()
			return
		}
		s.step(field, from, to)
	}
	return s
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

// takeShapes takes the column of shapes out of a batch and puts their numbers in, as the file has them. It
// returns how many rows have one, and the size of those rows' texts between the values.
func takeShapes(g *column.Batch) (shapes []flat.Shape, shaped int, size int64, err error) {
	v, ok := g.Col(flat.ShapeField).(*column.Dict)
	g.Drop(flat.ShapeField)
	if !ok {
		return nil, 0, 0, nil
	}
	place := make([]uint32, v.D.Len()+1) // of the shapes that occur, from 1 on
	known := map[string]uint32{}
	var ids []string
	var lengths []int64
	codes := make([]uint32, len(v.Codes))
	for i, c := range v.Codes {
		if c == 0 {
			continue
		}
		if place[c] == 0 {
			text := v.D.Text(int(c - 1))
			if place[c] = known[text]; place[c] == 0 {
				sh, ok := flat.ParseShape(text)
				if !ok {
					return nil, 0, 0, errors.New("malformed shape")
				}
				ids = append(ids, strconv.Itoa(len(shapes)))
				shapes, lengths = append(shapes, sh), append(lengths, int64(sh.Len()))
				place[c] = uint32(len(shapes))
				known[text] = place[c]
			}
		}
		codes[i] = place[c]
		size += lengths[place[c]-1]
		shaped++
	}
	if shaped == 0 {
		return nil, 0, 0, nil
	}
	g.Set(shapeField, &column.Dict{Codes: codes, D: column.DictionaryOf(ids...)})
	if !g.Has(rawField) {
		g.Set(rawField, column.Nulls(g.N)) // readers look for the column
	}
	return shapes, shaped, size, nil
}

// encodeShapes renders shapes: the distinct texts, then each shape's pairs of text and column, and its tail;
// behind them, if there are any, the numbers of those whose values stand there verbatim.
func encodeShapes(shapes []flat.Shape, find func(name string) int) []byte {
	if len(shapes) == 0 {
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
	var body []byte
	var verbatim []uint32
	for i, sh := range shapes {
		if sh.Verbatim {
			verbatim = append(verbatim, uint32(i))
		}
		body = binary.AppendUvarint(body, uint64(len(sh.Parts)))
		for _, p := range sh.Parts {
			body = binary.AppendUvarint(body, intern(p.Text))
			body = binary.AppendUvarint(body, uint64(find(p.Field)))
		}
		body = binary.AppendUvarint(body, intern(sh.Tail))
	}
	out := binary.AppendUvarint(nil, uint64(len(lits)))
	for _, l := range lits {
		out = codec.AppendText(out, l)
	}
	out = binary.AppendUvarint(out, uint64(len(shapes)))
	out = append(out, body...)
	if len(verbatim) == 0 {
		return out
	}
	out = binary.AppendUvarint(out, uint64(len(verbatim)))
	for _, i := range verbatim {
		out = binary.AppendUvarint(out, uint64(i))
	}
	return out
}

// shapeBytes returns the bytes that occur in the texts of shapes.
func shapeBytes(shapes []flat.Shape) (set byteSet) {
	for _, sh := range shapes {
		for _, p := range sh.Parts {
			set.add(p.Text)
		}
		set.add(sh.Tail)
	}
	return set
}

// shape is a decoded shape.
type shape struct {
	parts    []shapePart
	tail     string
	verbatim bool
}

// shapePart is a text and the column whose next value follows it.
type shapePart struct {
	lit string
	col int
}

// decodeShapes reads what encode wrote; columns is the number of the file's columns.
func decodeShapes(b []byte, columns int) ([]shape, error) {
	r := &codec.Decoder{B: b}
	lits := make([]string, r.Length(1))
	for i := range lits {
		lits[i] = r.Text()
	}
	lit := func() string {
		i := int(r.Uint())
		if i < 0 || i >= len(lits) {
			r.Fail()
			return ""
		}
		return lits[i]
	}
	out := make([]shape, r.Length(1))
	for i := range out {
		n := r.Length(1)
		parts := make([]shapePart, n)
		for k := range parts {
			parts[k] = shapePart{lit(), int(r.Uint())}
			if c := parts[k].col; c < 0 || c >= columns {
				r.Fail()
			}
		}
		out[i] = shape{parts: parts, tail: lit()}
	}
	if len(r.B) > 0 {
		for _, i := range r.Words() {
			if int(i) >= len(out) {
				r.Fail()
				break
			}
			out[i].verbatim = true
		}
	}
	if r.Err() != nil {
		return nil, fmt.Errorf("shapes: %w", errDamaged)
	}
	return out, nil
}
