package evtx

import (
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Tokens of BinXML, without the flag moreData.
const (
	tokEnd        = 0x00
	tokOpen       = 0x01
	tokCloseStart = 0x02
	tokCloseEmpty = 0x03
	tokEndElement = 0x04
	tokValue      = 0x05
	tokAttribute  = 0x06
	tokCDATA      = 0x07
	tokCharRef    = 0x08
	tokEntity     = 0x09
	tokPITarget   = 0x0a
	tokPIData     = 0x0b
	tokTemplate   = 0x0c
	tokNormal     = 0x0d
	tokOptional   = 0x0e
	tokHeader     = 0x0f

	moreData = 0x40
)

// Limits against damaged and hostile files.
const (
	maxDepth = 48
	maxSteps = 1 << 18 // elements and templates of a record
	maxEvent = 16 << 20
)

var errCut = errors.New("the data ends early")

// renderer writes the XML of records of one chunk.
type renderer struct {
	chunk []byte
	out   []byte
	names map[uint32]string
	depth int
	steps int
}

// enter counts the way down; leave goes with it.
func (x *renderer) enter() error {
	x.depth++
	x.steps++
	if x.depth > maxDepth || x.steps > maxSteps || len(x.out) > maxEvent {
		return errors.New("nested too deeply, or too large")
	}
	return nil
}

func (x *renderer) leave() { x.depth-- }

func (x *renderer) reset() { clear(x.names) }

// render writes the BinXML between two offsets of a chunk.
func (x *renderer) render(chunk []byte, from, to int) ([]byte, error) {
	if x.names == nil {
		x.names = map[uint32]string{}
	}
	x.chunk, x.out, x.depth, x.steps = chunk, x.out[:0], 0, 0
	c := cursor{x: x, pos: from, end: to}
	if err := c.fragment(nil); err != nil {
		return nil, err
	}
	if len(x.out) == 0 {
		return nil, errors.New("no content")
	}
	return x.out, nil
}

// cursor reads a range of the chunk.
type cursor struct {
	x   *renderer
	pos int
	end int
}

func (c *cursor) need(n int) ([]byte, error) {
	if n < 0 || c.pos+n > c.end || c.end > len(c.x.chunk) {
		return nil, errCut
	}
	b := c.x.chunk[c.pos : c.pos+n]
	c.pos += n
	return b, nil
}

func (c *cursor) u8() (byte, error) {
	b, err := c.need(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

func (c *cursor) u16() (int, error) {
	b, err := c.need(2)
	if err != nil {
		return 0, err
	}
	return int(le.Uint16(b)), nil
}

func (c *cursor) u32() (int, error) {
	b, err := c.need(4)
	if err != nil {
		return 0, err
	}
	return int(le.Uint32(b)), nil
}

// name reads a reference to a name: an offset in the chunk, where the name may stand inline.
func (c *cursor) name() (string, error) {
	off, err := c.u32()
	if err != nil {
		return "", err
	}
	inline := off == c.pos
	s, known := c.x.names[uint32(off)]
	if known && !inline {
		return s, nil
	}
	n := cursor{x: c.x, pos: off, end: len(c.x.chunk)}
	if _, err := n.need(6); err != nil { // next name and hash
		return "", err
	}
	size, err := n.u16()
	if err != nil {
		return "", err
	}
	b, err := n.need(2 * size)
	if err != nil {
		return "", err
	}
	s = string(appendUTF16(nil, b))
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == '<' || s[i] == '>' || s[i] == '&' || s[i] == '\'' || s[i] == '"' || s[i] == '=' {
			return "", fmt.Errorf("the name %q is damaged", s)
		}
	}
	c.x.names[uint32(off)] = s
	if inline {
		c.pos = n.pos + 2 // and its terminator
	}
	return s, nil
}

// fragment reads tokens up to the end of the range or an end token; vals fill the substitutions.
func (c *cursor) fragment(vals []val) error {
	defer c.x.leave()
	if err := c.x.enter(); err != nil {
		return err
	}
	for c.pos < c.end {
		t, err := c.u8()
		if err != nil {
			return err
		}
		switch t &^ moreData {
		case tokEnd:
			return nil
		case tokHeader:
			_, err = c.need(3)
		case tokTemplate:
			err = c.template()
		case tokOpen:
			err = c.element(t&moreData != 0, vals)
		case tokPITarget:
			err = c.instruction()
		default:
			err = fmt.Errorf("unexpected token %#x", t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *cursor) instruction() error {
	if _, err := c.name(); err != nil {
		return err
	}
	if t, err := c.u8(); err != nil || t != tokPIData {
		return errors.New("damaged processing instruction")
	}
	n, err := c.u16()
	if err != nil {
		return err
	}
	_, err = c.need(2 * n)
	return err
}

// template reads an instance: a reference to a definition, which may stand inline, and its values.
func (c *cursor) template() error {
	if _, err := c.need(5); err != nil {
		return err
	}
	off, err := c.u32()
	if err != nil {
		return err
	}
	def := cursor{x: c.x, pos: off, end: len(c.x.chunk)}
	if _, err := def.need(20); err != nil { // next definition, GUID
		return err
	}
	size, err := def.u32()
	if err != nil {
		return err
	}
	if def.end = def.pos + size; size < 0 || def.end > len(c.x.chunk) {
		return errCut
	}
	if off == c.pos {
		c.pos = def.end
	}
	vals, err := c.values()
	if err != nil {
		return err
	}
	return def.fragment(vals)
}

// values reads the values of a template instance.
func (c *cursor) values() ([]val, error) {
	n, err := c.u32()
	if err != nil || n > chunkSize/4 {
		return nil, errCut
	}
	vals := make([]val, n)
	for i := range vals {
		b, err := c.need(4)
		if err != nil {
			return nil, err
		}
		vals[i] = val{typ: b[2], size: int(le.Uint16(b))}
	}
	for i := range vals {
		vals[i].pos = c.pos
		if _, err := c.need(vals[i].size); err != nil {
			return nil, err
		}
	}
	return vals, nil
}

// element reads an element behind its token.
func (c *cursor) element(attrs bool, vals []val) error {
	defer c.x.leave()
	if err := c.x.enter(); err != nil {
		return err
	}
	if _, err := c.need(6); err != nil { // dependency, size
		return err
	}
	name, err := c.name()
	if err != nil {
		return err
	}
	start := len(c.x.out)
	c.x.out = append(append(c.x.out, '<'), name...)
	if attrs {
		if err := c.attributes(vals); err != nil {
			return err
		}
	}
	t, err := c.u8()
	if err != nil {
		return err
	}
	switch t {
	case tokCloseEmpty:
		c.x.out = append(c.x.out, "/>"...)
		return nil
	case tokCloseStart:
	default:
		return fmt.Errorf("unexpected token %#x in the element %s", t, name)
	}
	c.x.out = append(c.x.out, '>')
	return c.content(name, start, vals)
}

func (c *cursor) attributes(vals []val) error {
	size, err := c.u32()
	if err != nil {
		return err
	}
	end := c.pos + size
	for c.pos < end {
		if c.pos >= c.end || c.x.chunk[c.pos]&^moreData != tokAttribute {
			return errors.New("damaged attribute list")
		}
		c.pos++
		name, err := c.name()
		if err != nil {
			return err
		}
		start := len(c.x.out)
		c.x.out = append(append(append(c.x.out, ' '), name...), "='"...)
		at := len(c.x.out)
		for c.pos < end && c.pos < c.end {
			if t := c.x.chunk[c.pos] &^ moreData; t == tokAttribute || t == tokCloseStart || t == tokCloseEmpty {
				break
			}
			if _, err := c.piece(vals, true); err != nil {
				return err
			}
		}
		if len(c.x.out) == at {
			c.x.out = c.x.out[:start] // an attribute without a value is left out
			continue
		}
		c.x.out = append(c.x.out, '\'')
	}
	return nil
}

// content reads what is inside of an element, up to its end.
func (c *cursor) content(name string, start int, vals []val) error {
	body := len(c.x.out)
	var list *val // the only content is a list of values: the element is repeated
	pieces := 0
	for {
		if c.pos >= c.end {
			return errCut
		}
		t := c.x.chunk[c.pos]
		switch t &^ moreData {
		case tokEndElement:
			c.pos++
			if list != nil && pieces == 1 {
				return c.x.repeat(name, start, body, list)
			}
			c.x.out = append(append(append(c.x.out, "</"...), name...), '>')
			return nil
		case tokOpen:
			c.pos++
			if err := c.element(t&moreData != 0, vals); err != nil {
				return err
			}
		case tokTemplate:
			c.pos++
			if err := c.template(); err != nil {
				return err
			}
		default:
			v, err := c.piece(vals, false)
			if err != nil {
				return err
			}
			list = v
		}
		pieces++
	}
}

// repeat writes an element once for each value of a list.
func (x *renderer) repeat(name string, start, body int, v *val) error {
	open := string(x.out[start:body])
	x.out = x.out[:start]
	return v.each(x, func(item val) error {
		if len(x.out) > maxEvent {
			return errors.New("too large")
		}
		x.out = append(x.out, open...)
		if err := item.append(x, false); err != nil {
			return err
		}
		x.out = append(append(append(x.out, "</"...), name...), '>')
		return nil
	})
}

// piece reads a token that stands for text; a list that is substituted is returned.
func (c *cursor) piece(vals []val, attr bool) (*val, error) {
	t, err := c.u8()
	if err != nil {
		return nil, err
	}
	switch t &^ moreData {
	case tokValue:
		typ, err := c.u8()
		if err != nil {
			return nil, err
		}
		if typ != typeString {
			return nil, fmt.Errorf("unexpected type %#x of a literal", typ)
		}
		return nil, c.characters(attr)
	case tokCDATA:
		return nil, c.characters(attr)
	case tokCharRef:
		n, err := c.u16()
		c.x.out = fmt.Appendf(c.x.out, "&#%d;", n)
		return nil, err
	case tokEntity:
		name, err := c.name()
		c.x.out = append(append(append(c.x.out, '&'), name...), ';')
		return nil, err
	case tokNormal, tokOptional:
		b, err := c.need(3)
		if err != nil {
			return nil, err
		}
		i := int(le.Uint16(b))
		if i >= len(vals) {
			return nil, fmt.Errorf("there is no value %d", i)
		}
		v := vals[i]
		if v.typ&typeList != 0 {
			return &v, v.append(c.x, attr)
		}
		return nil, v.append(c.x, attr)
	}
	return nil, fmt.Errorf("unexpected token %#x", t)
}

func (c *cursor) characters(attr bool) error {
	n, err := c.u16()
	if err != nil {
		return err
	}
	b, err := c.need(2 * n)
	if err != nil {
		return err
	}
	c.x.out = appendText(c.x.out, b, attr)
	return nil
}

// appendUTF16 appends UTF-16 text as UTF-8.
func appendUTF16(dst, b []byte) []byte {
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(le.Uint16(b[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(b) {
			if pair := utf16.DecodeRune(r, rune(le.Uint16(b[i+2:]))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
