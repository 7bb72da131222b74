package segment

import (
	"slices"
	"strings"
	"sync/atomic"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/store/flat"
)

// FirstMatches returns for the rows of a group that are in sel texts in which the query's first match is
// that in _raw: the text from the match on as far as it decides, or the whole; null where nothing matches.
// ok is false if the query is none of those for which values and shapes tell that. read is as in ReadRows.
func (s *File) FirstMatches(group int, q *column.TextQuery, sel column.Bitmap, read *atomic.Int64) (texts column.Vec, ok bool, err error) {
	if q.Settled == nil || s.Meta.Groups[group].Shaped == 0 {
		return nil, false, nil
	}
	gs := s.decodedShapes(group)
	if gs.err != nil {
		return nil, false, gs.err
	}
	key, tag := keyPrefix(q.Prefix), tagPrefix(q.Prefix)
	if gs.escaped && key == "" || gs.verbatim && (tag == "" || s.mayHold(group, gs.cols, '<')) {
		return nil, false, nil
	}
	r, err := s.open(group, read)
	if err != nil {
		return nil, false, err
	}
	defer r.close()
	w := &windows{groupReader: r, groupShapes: gs, q: q, key: key, tag: tag, cols: map[windowKey]*windowColumn{}}
	texts, err = w.texts(sel)
	return texts, true, err
}

// keyPrefix returns the start of a prefix up to where a value begins behind a key of JSON, "" if there is
// none that lies in one text between values: at most one quote stands in front of the one that ends the
// key, and at the start.
func keyPrefix(prefix string) string {
	end := strings.LastIndex(prefix, `":`)
	if end < 1 || strings.IndexByte(" \t\r\n\"\\:,[]{}", prefix[end-1]) >= 0 {
		return ""
	}
	if strings.ContainsAny(prefix[1:end], `"\`) || prefix[0] == '\\' {
		return ""
	}
	end += len(`":`)
	for end < len(prefix) && prefix[end] == ' ' {
		end++
	}
	if end < len(prefix) && prefix[end] == '"' {
		end++
	}
	return prefix[:end]
}

// tagPrefix is keyPrefix for tags of XML. In texts whose values have no < they begin between values.
func tagPrefix(prefix string) string {
	if !strings.HasPrefix(prefix, "<") {
		return ""
	}
	return prefix[:strings.LastIndexByte(prefix, '>')+1]
}

// mayHold reports whether a value of the columns may hold a byte.
func (s *File) mayHold(group int, cols []int, b byte) bool {
	return slices.ContainsFunc(cols, func(i int) bool {
		c := &s.Meta.Groups[group].Chunks[i]
		return !c.BytesKnown || c.Bytes[b>>6]>>(b&63)&1 != 0
	})
}

// A window is the text from a key or tag to the end of what follows its value up to the next value. It is
// judged once for each value of the column.
type windows struct {
	*groupReader
	*groupShapes
	q        *column.TextQuery
	key, tag string
	cols     map[windowKey]*windowColumn
	found    intern.Texts // of windows that match
}

type windowKey struct {
	col      int
	verbatim bool
}

type windowColumn struct {
	key   string
	dict  *column.Dict
	offs  []uint32     // of lists
	esc   bool         // values are to be escaped
	after intern.Texts // what follows values
	// verdicts are those on each entry of the dictionary, by what follows; 0: none yet.
	verdicts [][]uint32
}

// The verdicts on a window; from firstWindow on it is the number of a text that was found.
const (
	noWindow uint32 = iota + 1
	wholeText
	firstWindow
)

// windowPart is a place in a shape where a window begins.
type windowPart struct {
	*windowColumn
	nth  int    // value of the column in a row
	next uint32 // the text behind it, among those of the column
}

// windowShape is the windows of a shape, in order; whole: there are matches that begin elsewhere.
type windowShape struct {
	parts []windowPart
	whole bool
}

// texts judges the rows and puts their texts together.
func (w *windows) texts(sel column.Bitmap) (column.Vec, error) {
	v, err := w.column(w.Meta.Find(shapeField))
	if err != nil {
		return nil, err
	}
	ids, ok := v.(*column.Dict)
	if !ok {
		return nil, errDamaged
	}
	entries, err := shapesOf(ids, w.shapes)
	if err != nil {
		return nil, err
	}
	shapes := make([]*windowShape, len(entries)+1)
	shapes[0] = &windowShape{whole: true} // the text is stored
	codes := make([]uint32, len(ids.Codes))
	whole := column.NewBitmap(len(codes))
	sel.Each(func(i int) {
		c := ids.Codes[i]
		if shapes[c] == nil && err == nil {
			shapes[c], err = w.shape(entries[c-1])
		}
		if err != nil {
			return
		}
		switch v, ok := w.row(shapes[c], i); {
		case !ok:
			err = errDamaged
		case v == wholeText:
			whole.Set(i)
		case v >= firstWindow:
			codes[i] = v - firstWindow + 1
		}
	})
	if err != nil {
		return nil, err
	}
	return w.join(codes, whole)
}

// join makes one column of the windows and the whole texts.
func (w *windows) join(codes []uint32, whole column.Bitmap) (column.Vec, error) {
	arena, offs := []byte(nil), []uint32{0}
	add := func(text string) uint32 {
		arena = append(arena, text...)
		offs = append(offs, uint32(len(arena)))
		return uint32(len(offs) - 1)
	}
	for k := range w.found.Len() {
		add(w.found.Text(uint32(k)))
	}
	if whole.Any() {
		raw, err := w.raw(nil, whole)
		if err != nil {
			return nil, err
		}
		d, ok := raw.(*column.Dict)
		if !ok || int64(len(arena))+int64(len(d.D.Arena())) > 1<<32-1 {
			return nil, errDamaged
		}
		whole.Each(func(i int) {
			if d.Codes[i] != 0 {
				codes[i] = add(d.Text(i))
			}
		})
	}
	return &column.Dict{Codes: codes, D: column.NewDictionary(arena, offs)}, nil
}

// shape finds the windows of a shape.
func (w *windows) shape(sh *shape) (*windowShape, error) {
	key := w.key
	if sh.verbatim {
		key = w.tag
	}
	out := &windowShape{whole: w.inside(sh.tail, key)}
	nth := map[int]int{}
	for i, p := range sh.parts {
		out.whole = out.whole || w.inside(p.lit, key) || sh.verbatim && endsInside(p.lit, key)
		if strings.HasSuffix(p.lit, key) {
			c, err := w.windowColumn(p.col, sh.verbatim, key)
			if err != nil {
				return nil, err
			}
			after := sh.tail
			if i+1 < len(sh.parts) {
				after = sh.parts[i+1].lit
			}
			k := c.after.Add(after)
			if int(k) == len(c.verdicts) {
				c.verdicts = append(c.verdicts, make([]uint32, c.dict.D.Len()+1))
			}
			out.parts = append(out.parts, windowPart{c, nth[p.col], k})
		}
		nth[p.col]++
	}
	return out, nil
}

// endsInside reports whether a tag may begin at the end of a text between values and hold the value: an
// attribute's.
func endsInside(lit, tag string) bool {
	begin := strings.LastIndexByte(lit, '<')
	return begin >= 0 && len(lit)-begin < len(tag) && strings.HasPrefix(tag, lit[begin:])
}

// inside reports whether a match may begin at a key in a text between values that goes on behind the key:
// with an object, a list, or a value of another kind.
func (w *windows) inside(lit, key string) bool {
	for from := 0; ; {
		i := strings.Index(lit[from:], key)
		if i < 0 || from+i+len(key) == len(lit) {
			return false
		}
		if matched, settled := w.q.Settled(lit[from+i:]); matched || !settled {
			return true
		}
		from += i + 1
	}
}

func (w *windows) windowColumn(col int, verbatim bool, key string) (*windowColumn, error) {
	at := windowKey{col, verbatim}
	if c := w.cols[at]; c != nil {
		return c, nil
	}
	v, err := w.column(col)
	if err != nil {
		return nil, err
	}
	d, offs := dictOf(v)
	if d == nil {
		return nil, errDamaged
	}
	c := &windowColumn{key: key, dict: d, offs: offs, esc: !verbatim && mayEscape(&w.Meta.Groups[w.group].Chunks[col])}
	w.cols[at] = c
	return c, nil
}

// row returns the verdict on the windows of a row: that on the first one that decides. ok is false if a
// column lacks a value.
func (w *windows) row(sh *windowShape, row int) (verdict uint32, ok bool) {
	if sh.whole {
		return wholeText, true
	}
	for _, p := range sh.parts {
		c, at := p.windowColumn, row
		if c.offs != nil {
			if at = int(c.offs[row]) + p.nth; at >= int(c.offs[row+1]) {
				return 0, false
			}
		}
		if at >= len(c.dict.Codes) || c.dict.Codes[at] == 0 || c.offs == nil && p.nth > 0 {
			return 0, false
		}
		v := &c.verdicts[p.next][c.dict.Codes[at]]
		if *v == 0 {
			*v = w.judge(c, p.next, c.dict.Codes[at])
		}
		if *v != noWindow {
			return *v, true
		}
	}
	return noWindow, true
}

func (w *windows) judge(c *windowColumn, after, code uint32) uint32 {
	text := []byte(c.key)
	if v := c.dict.D.Text(int(code - 1)); c.esc {
		text = flat.AppendEscaped(text, v)
	} else {
		text = append(text, v...)
	}
	window := string(append(text, c.after.Text(after)...))
	switch matched, settled := w.q.Settled(window); {
	case !settled:
		return wholeText
	case matched:
		return w.found.Add(window) + firstWindow
	}
	return noWindow
}
