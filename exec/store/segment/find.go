package segment

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"spl/exec/column"
	"spl/exec/store/flat"
	"spl/lang/pattern"
)

// pieceTest asks a value, or the text between two values, whether it holds something.
type pieceTest struct {
	match func(piece string) bool
	// lit occurs in every piece that matches.
	lit  string
	fold bool
	hold *pattern.Wildcard // any text with lit inside
	// tokens are in every piece that matches; hashes.
	tokens []uint64
}

// maxTests bounds the parts of a query that are looked for one by one.
const maxTests = 3

// FindRaw narrows sel to the rows of a group whose _raw may match, by looking at the values and shapes
// that texts are made of; sure tells that all of them do. read is as in ReadRows.
func (s *File) FindRaw(group int, q *column.TextQuery, sel column.Bitmap, read *atomic.Int64) (found column.Bitmap, sure bool, err error) {
	g := &s.Meta.Groups[group]
	if g.Shaped == 0 {
		if i := s.Meta.Find(rawField); i >= 0 && !s.mayHoldAll(group, i, q.Tokens, read) {
			return column.NewBitmap(g.Rows), true, nil
		}
		return sel, false, nil
	}
	gs := s.decodedShapes(group)
	if gs.err != nil {
		return nil, false, gs.err
	}
	tests, sure := pieceTests(q, func(lit string) bool {
		return gs.escaped && spansJSON(lit) || gs.verbatim && spansXML(lit)
	})
	sure = sure && !(gs.escaped && gs.verbatim) // a value may pass in one kind of text only
	if len(tests) == 0 {
		return sel, false, nil
	}
	gr, err := s.open(group, read)
	if err != nil {
		return nil, false, err
	}
	defer gr.close()
	r := &rawFinder{groupReader: gr, groupShapes: gs}
	found = sel.Clone()
	for _, t := range tests {
		rows, err := r.rows(t, sure)
		if err != nil {
			return nil, false, err
		}
		if found.And(rows); !found.Any() {
			return found, true, nil
		}
	}
	return found, sure, nil
}

// pieceTests cuts a query into tests of pieces of text. With sure, the only test decides.
func pieceTests(q *column.TextQuery, spansBorder func(lit string) bool) (tests []pieceTest, sure bool) {
	if q.Parts && !slices.ContainsFunc(q.Literals, spansBorder) {
		longest := slices.MaxFunc(q.Literals, func(a, b string) int { return len(a) - len(b) })
		if longest == "" {
			return nil, false
		}
		t := newPieceTest(longest, q.Fold, q.Match)
		t.tokens = hashTokens(q.Tokens)
		return []pieceTest{t}, true
	}
	var frags []string
	for _, lit := range q.Literals {
		for from := 0; from < len(lit); {
			n := 1
			for from+n < len(lit) && !spansBorder(lit[from:from+n+1]) {
				n++
			}
			if frag := lit[from : from+n]; n > 1 && !spansBorder(frag) {
				frags = append(frags, frag)
			}
			from += n
		}
	}
	slices.SortStableFunc(frags, func(a, b string) int { return len(b) - len(a) })
	frags = slices.Compact(frags)
	for _, frag := range frags[:min(len(frags), maxTests)] {
		tests = append(tests, newPieceTest(frag, q.Fold, nil))
	}
	return tests, false
}

func newPieceTest(lit string, fold bool, match func(string) bool) pieceTest {
	t := pieceTest{lit: lit, fold: fold, match: match, hold: pattern.CompileWildcard("*"+lit+"*", fold),
		tokens: hashTokens(pattern.InnerTokens(lit, false, false))}
	if match == nil {
		t.match = t.hold.Match
	}
	return t
}

// spansXML reports whether a text inside XML could begin in a value and end outside of it, or the other way
// round. Values are bounded by tags and by the quotes of attributes.
func spansXML(lit string) bool { return strings.ContainsAny(lit, "<>\"'*") }

// spansJSON is spansXML for JSON. Strings are bounded by quotes; numbers, true, false and null by colons,
// commas, brackets and blanks.
func spansJSON(lit string) bool {
	for i := range len(lit) {
		switch c := lit[i]; {
		case c < ' ', c == '*', strings.IndexByte(`"\,{}[]`, c) >= 0:
			return true
		case c == ':' || c == ' ':
			if i+1 < len(lit) && strings.IndexByte("-0123456789tTfFnN", lit[i+1]) >= 0 ||
				c == ' ' && i > 0 && strings.IndexByte("0123456789eElL", lit[i-1]) >= 0 {
				return true
			}
		}
	}
	return false
}

// possible reports whether a chunk's bytes allow the literal.
func (t *pieceTest) possible(c *Chunk) bool {
	if !c.BytesKnown {
		return true
	}
	has := func(b byte) bool { return c.Bytes[b>>6]>>(b&63)&1 != 0 }
	for i := range len(t.lit) {
		switch b := t.lit[i]; {
		case b >= 0x80 && t.fold:
		case has(b):
		case t.fold && b >= 'a' && b <= 'z' && has(b-32):
		default:
			return false
		}
	}
	return true
}

// rawFinder runs the tests of one query over one group.
type rawFinder struct {
	*groupReader
	*groupShapes
	ids *column.Dict
}

// rows returns the rows with a piece that passes.
func (r *rawFinder) rows(t pieceTest, sure bool) (column.Bitmap, error) {
	g := &r.Meta.Groups[r.group]
	out := column.NewBitmap(g.Rows)
	if err := r.inShapes(&t, out); err != nil {
		return nil, err
	}
	var blooms map[int]bloomFilter
	if len(t.tokens) > 0 {
		blooms = r.filters()
	}
	mayHold := func(i int) bool {
		f, ok := blooms[i]
		return g.Chunks[i].Values > 0 && (!ok || f.holds(t.tokens))
	}
	for _, i := range r.cols {
		if !t.possible(&g.Chunks[i]) || !mayHold(i) {
			continue
		}
		if err := r.inColumn(&t, i, out); err != nil {
			return nil, err
		}
	}
	if i := r.Meta.Find(rawField); g.Shaped < g.Rows && i >= 0 && mayHold(i) {
		return out, r.inStored(&t, sure, i, out)
	}
	return out, nil
}

// shapeIDs returns the column of shapes, read when it is needed first.
func (r *rawFinder) shapeIDs() (*column.Dict, error) {
	if r.ids == nil {
		v, err := r.column(r.Meta.Find(shapeField))
		if err != nil {
			return nil, err
		}
		ids, ok := v.(*column.Dict)
		if !ok {
			return nil, errDamaged
		}
		r.ids = ids
	}
	return r.ids, nil
}

// inShapes marks the rows whose shape has the piece.
func (r *rawFinder) inShapes(t *pieceTest, out column.Bitmap) error {
	known := map[string]bool{}
	test := func(lit string) bool {
		v, ok := known[lit]
		if !ok {
			v = t.match(lit)
			known[lit] = v
		}
		return v
	}
	hit := make([]bool, len(r.groupShapes.shapes))
	any := false
	for i, sh := range r.groupShapes.shapes {
		hit[i] = test(sh.tail) || slices.ContainsFunc(sh.parts, func(p shapePart) bool { return test(p.lit) })
		any = any || hit[i]
	}
	if !any {
		return nil
	}
	ids, err := r.shapeIDs()
	if err != nil {
		return err
	}
	verdict := column.NewBitmap(ids.D.Len() + 1)
	for k := range ids.D.Len() {
		id, err := strconv.Atoi(ids.D.Text(k))
		if err != nil || id < 0 || id >= len(hit) {
			return errDamaged
		}
		if hit[id] {
			verdict.Set(k + 1)
		}
	}
	markCodes(out, ids.Codes, verdict)
	return nil
}

// inColumn marks the rows with a value that passes.
func (r *rawFinder) inColumn(t *pieceTest, col int, out column.Bitmap) error {
	esc := r.escaped && mayEscape(&r.Meta.Groups[r.group].Chunks[col])
	v, err := r.probed(col, func(arena []byte) bool { return esc || t.hold.MatchBytes(arena) })
	if err != nil || v == nil {
		return err
	}
	d, offs := dictOf(v)
	if d == nil || !esc && !t.hold.Match(d.D.Arena()) {
		return nil
	}
	verdict, any := column.NewBitmap(d.D.Len()+1), false
	var escaped []byte
	for k := range d.D.Len() {
		text := d.D.Text(k)
		hit := (!esc || r.verbatim) && t.match(text)
		if esc && !hit {
			escaped = flat.AppendEscaped(escaped[:0], text)
			hit = t.match(string(escaped))
		}
		if hit {
			verdict.Set(k + 1)
			any = true
		}
	}
	if !any {
		return nil
	}
	if offs == nil {
		markCodes(out, d.Codes, verdict)
		return nil
	}
	for i := range len(offs) - 1 {
		for _, c := range d.Codes[offs[i]:offs[i+1]] {
			if verdict.Get(int(c)) {
				out.Set(i)
			}
		}
	}
	return nil
}

// inStored marks the rows whose text is stored in column i, if it passes or might.
func (r *rawFinder) inStored(t *pieceTest, sure bool, i int, out column.Bitmap) error {
	v, err := r.column(i)
	if err != nil {
		return err
	}
	d, _ := dictOf(v)
	if d == nil {
		return errDamaged
	}
	for row, c := range d.Codes {
		if c != 0 && (!sure || t.match(d.D.Text(int(c-1)))) {
			out.Set(row)
		}
	}
	return nil
}

func dictOf(v column.Vec) (d *column.Dict, offs []uint32) {
	switch v := v.(type) {
	case *column.Dict:
		return v, nil
	case *column.List:
		return v.Inner, v.Offsets
	}
	return nil, nil
}

// markCodes sets the rows whose code has its bit set.
func markCodes(out column.Bitmap, codes []uint32, verdict column.Bitmap) {
	for i, c := range codes {
		if verdict[c>>6]>>(c&63)&1 != 0 {
			out.Set(i)
		}
	}
}
