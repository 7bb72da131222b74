package flat

import (
	"bytes"
	"errors"
	"fmt"
)

// Sink takes the values of an event in the order of its text. The text stays valid until the next
// call of Flatten as long as the input does. Values may come before the text turns out to be invalid.
type Sink interface {
	Value(field int, kind Kind, text []byte)
}

// SyntaxError says where a text stops being JSON that can be read.
type SyntaxError struct {
	Offset int
	What   string
}

// Error names the place and the fault.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at offset %d: %s", e.Offset, e.What)
}

// ErrScalar is given for valid JSON that is neither an object nor an array: it has no fields.
var ErrScalar = errors.New("JSON text is neither an object nor an array")

// Flatten reports the scalar values of a JSON text to sink. The error is a *SyntaxError, valid until
// the next call, or ErrScalar.
func (t *Tree) Flatten(text []byte, sink Sink) error {
	t.scratch = t.scratch[:0]
	i, err := t.begin(text)
	if err != nil {
		return err
	}
	c, i := t.next(text, i, nil)
	for ; c != nil; c, i = t.next(text, i, c) {
		sink.Value(c.field, t.kind, t.text(text))
	}
	if i < 0 {
		return &t.err
	}
	return nil
}

// begin returns where the value of a text starts. The error is that of Flatten.
func (t *Tree) begin(text []byte) (int, error) {
	i := blanks(text, 0)
	switch {
	case i == len(text):
		t.fault(i, "no value")
		return 0, &t.err
	case text[i] == '{' || text[i] == '[':
		return i, nil
	}
	if i = t.scalar(text, i); i < 0 {
		return 0, &t.err
	}
	if i = blanks(text, i); i < len(text) {
		t.fault(i, "text behind the value")
		return 0, &t.err
	}
	return 0, ErrScalar
}

// fault records why a text cannot be read; it returns the -1 that the parsing functions give then.
func (t *Tree) fault(offset int, what string) int {
	t.err = SyntaxError{Offset: offset, What: what}
	return -1
}

// text returns the value that next found.
func (t *Tree) text(in []byte) []byte {
	if t.escapes {
		return t.unescaped(in[t.from:t.to])
	}
	return in[t.from:t.to]
}

// unescaped returns the text that a string with escapes stands for.
func (t *Tree) unescaped(s []byte) []byte {
	from := t.room(len(s))
	t.scratch, _ = unescape(t.scratch, s, bytes.IndexByte(s, '\\'))
	return t.scratch[from:]
}

const scratchSize = 64 << 10

// room makes room for n bytes of a text that will not move, and returns where it starts in scratch.
func (t *Tree) room(n int) int {
	if len(t.scratch)+n > cap(t.scratch) {
		t.scratch = make([]byte, 0, max(scratchSize, n))
	}
	return len(t.scratch)
}

// next finds the next value that has a field: behind the value of c, which ends at i, or from the start
// of the whole value at i where c is nil. It returns the value's node, whose field is set, and the index
// behind the value; a nil node at the end of the text, and with it -1 after a fault.
func (t *Tree) next(in []byte, i int, c *node) (*node, int) {
	if c == nil {
		c = t.root
	} else if c, i = t.behind(in, i, c); c == nil {
		return nil, i
	}
	for {
		if i >= len(in) {
			return nil, t.fault(i, "value missing")
		}
		switch ch := in[i]; ch {
		case '"':
			end, escapes := stringEnd(in, i+1)
			if end < 0 {
				return nil, t.fault(^end, "malformed string")
			}
			from := i + 1
			i = end + 1
			f := c.field
			if f == unset {
				f = t.fieldOf(c)
			}
			if f >= 0 && (end > from || keepEmpty) {
				t.found(from, end, String)
				t.escapes = escapes
				return c, i
			}
		case '{':
			f := t.object(c)
			if f.depth > MaxDepth {
				return nil, t.fault(i, "nested too deeply")
			}
			if i = blanks(in, i+1); i >= len(in) || in[i] != '}' {
				if c, i = t.member(f, &c.first, in, i); c == nil {
					return nil, -1
				}
				continue
			}
			i++
		case '[':
			e := t.element(c)
			if e.in.depth > MaxDepth {
				return nil, t.fault(i, "nested too deeply")
			}
			if i = blanks(in, i+1); i >= len(in) || in[i] != ']' {
				c = e
				continue
			}
			i++
		default:
			from := i
			if i = t.scalar(in, i); i < 0 {
				return nil, -1
			}
			if f := t.fieldOf(c); f >= 0 {
				kind := Number
				if ch >= 'a' {
					kind = Word
				}
				t.found(from, i, kind)
				return c, i
			}
		}
		if c, i = t.behind(in, i, c); c == nil {
			return nil, i
		}
	}
}

func (t *Tree) found(from, to int, kind Kind) {
	t.from, t.to, t.kind, t.escapes = from, to, kind, false
}

// behind goes on behind the value of c, which ends at i: out of what ends there and to the value that
// follows. It returns as next does.
func (t *Tree) behind(in []byte, i int, c *node) (*node, int) {
	for {
		if i < len(in) && in[i] <= ' ' {
			i = blanks(in, i)
		}
		f := c.in
		switch {
		case f == nil:
			if i < len(in) {
				return nil, t.fault(i, "text behind the value")
			}
			return nil, i
		case i < len(in) && in[i] == ',':
			if i++; i < len(in) && in[i] <= ' ' {
				i = blanks(in, i)
			}
			if f.elem != nil {
				return f.elem, i
			}
			return t.member(f, &c.next, in, i)
		case f.elem != nil:
			if i >= len(in) || in[i] != ']' {
				return nil, t.fault(i, "comma or closing bracket missing")
			}
		case i >= len(in) || in[i] != '}':
			return nil, t.fault(i, "comma or closing brace missing")
		}
		i++
		c = f.of
	}
}

// member reads a key and its colon; guess is the member expected. It returns the node of the value that
// follows and where it starts.
func (t *Tree) member(f *frame, guess **node, in []byte, i int) (*node, int) {
	if i >= len(in) || in[i] != '"' {
		return nil, t.fault(i, "key missing")
	}
	i++
	c := *guess
	if c != nil && i+len(c.key) < len(in) && in[i+len(c.key)] == '"' && string(in[i:i+len(c.key)]) == c.key {
		i += len(c.key) + 1
	} else if c, i = t.key(f, in, i); c == nil {
		return nil, i
	} else {
		*guess = c
	}
	if i >= len(in) || in[i] != ':' {
		if i = blanks(in, i); i >= len(in) || in[i] != ':' {
			return nil, t.fault(i, "colon missing")
		}
	}
	if i++; i < len(in) && in[i] <= ' ' {
		i = blanks(in, i)
	}
	return c, i
}

// key reads a key that was not guessed and returns its node and the index behind the quote.
func (t *Tree) key(f *frame, in []byte, i int) (*node, int) {
	end, _ := stringEnd(in, i)
	if end < 0 {
		return nil, t.fault(^end, "malformed key")
	}
	if end-i > MaxKey {
		return nil, t.fault(i, "key too long")
	}
	c, ok := t.child(f, in[i:end])
	if !ok {
		return nil, t.fault(i, "malformed key")
	}
	return c, end + 1
}

// scalar returns the index behind a value that is no object or array.
func (t *Tree) scalar(in []byte, i int) int {
	if in[i] == '"' {
		end, _ := stringEnd(in, i+1)
		if end < 0 {
			return t.fault(^end, "malformed string")
		}
		return end + 1
	}
	if end := scalarEnd(in, i); end > 0 {
		return end
	}
	if numeric(in[i]) {
		return t.fault(i, "malformed number")
	}
	return t.fault(i, "unexpected character")
}

// scalarEnd returns the index behind the number or word at i, 0 if there is none.
func scalarEnd(in []byte, i int) int {
	if numeric(in[i]) {
		return numberEnd(in, i)
	}
	return wordEnd(in, i)
}

func numeric(c byte) bool { return c == '-' || c-'0' <= 9 }

// wordEnd returns the index behind true, false or null at i, 0 if there is none of them.
func wordEnd(in []byte, i int) int {
	var word string
	switch in[i] {
	case 't':
		word = "true"
	case 'f':
		word = "false"
	case 'n':
		word = "null"
	default:
		return 0
	}
	if end := i + len(word); end <= len(in) && string(in[i:end]) == word {
		return end
	}
	return 0
}
