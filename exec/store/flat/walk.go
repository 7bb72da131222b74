package flat

import (
	"unsafe"

	"spl/exec/column"
)

// shaping is what a block does to find shapes.
type shaping struct {
	*Shaper
	text  []byte // the JSON of the open row
	shape int    // of text, 0: none
	vals  int    // how many it has
	buf   []byte

	codes []uint32 // shapes of the rows so far
	some  bool     // a row has one
	dict  *column.DictionaryBuilder
}

// Shape makes the block keep shapes, in a column ShapeField, instead of texts that they and the fields
// give back. refuse names fields that will not be there under their names.
func (b *Block) Shape(refuse func(field string) bool) {
	b.shapes = &shaping{Shaper: &Shaper{refuse: func(field string) bool { return field == ShapeField || refuse(field) }}}
	b.shapes.renew()
}

// walk adds the values of a JSON text to the open row, which has none yet, and finds its shape. Texts are
// much alike: what stands between the values is compared with the shapes of earlier ones, and read only
// where none of them goes on like this one.
func (b *Block) walk(text []byte) error {
	s, t := b.shapes, b.tree
	s.shape, s.text = 0, nil
	at, err := t.begin(text)
	if err != nil {
		return err
	}
	s.Begin()
	prev := 0 // end of the last value
	var c *node
	for {
		if n := s.node; !s.failed {
			if n.tailID != 0 && string(text[prev:]) == n.tail {
				break
			}
			if k := n.foresee(text, prev, t); k != nil {
				s.node, c, prev = k, k.at, t.to
				b.take(int(k.field), text)
				if at = prev; k.quoted {
					at++
				}
				continue
			}
		}
		if c, at = t.next(text, at, c); c == nil {
			break
		}
		if b.take(c.field, text); !s.failed {
			if k := s.step(c.field, text[prev:t.from]); k != nil {
				k.at = c
			}
		}
		prev = t.to
	}
	if at < 0 {
		b.takeBack(0)
		return &t.err
	}
	s.text, s.shape, s.vals = text, s.End(text[prev:], t.names), len(b.row)
	return nil
}

// take adds the value that was found.
func (b *Block) take(field int, text []byte) {
	s, t := b.shapes, b.tree
	v := text[t.from:t.to]
	if t.escapes {
		v = t.unescaped(v)
		if s.buf = AppendEscaped(s.buf[:0], unsafe.String(unsafe.SliceData(v), len(v))); string(s.buf) != string(text[t.from:t.to]) {
			s.failed = true
		}
	}
	b.add(field, v)
}

// row closes a row of n values and reports whether its text need not be kept.
func (s *shaping) row(raw []byte, n int) bool {
	shape, text := s.shape, s.text
	s.shape, s.text = 0, nil
	if shape == 0 || n != s.vals || len(raw) == 0 || len(raw) != len(text) || &raw[0] != &text[0] {
		s.codes = append(s.codes, 0)
		return false
	}
	for s.dict.Len() < shape {
		s.dict.Add(s.Text(s.dict.Len() + 1))
	}
	s.codes, s.some = append(s.codes, uint32(shape)), true
	return true
}

// build adds the column of shapes, if there are any, and returns what finds those of the next block.
func (s *shaping) build(out *column.Batch) *shaping {
	if s == nil {
		return nil
	}
	if s.some {
		out.Set(ShapeField, column.ValuesOf(s.codes, s.dict.Build()))
	}
	return &shaping{Shaper: s.Shaper, dict: s.dict, buf: s.buf, codes: make([]uint32, 0, len(s.codes))}
}

// renew forgets all shapes.
func (s *shaping) renew() {
	s.Shaper, s.dict = NewShaper(s.refuse), column.NewDictionaryBuilder()
}
