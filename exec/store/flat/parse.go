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
	t.sink, t.scratch = sink, t.scratch[:0]
	i := blanks(text, 0)
	if i == len(text) {
		return t.fail(i, "no value")
	}
	scalar := text[i] != '{' && text[i] != '['
	if scalar {
		i = skipScalar(t, text, i)
	} else {
		i = t.value(t.root, text, i, 0)
	}
	if i < 0 {
		return &t.err
	}
	if i = blanks(text, i); i < len(text) {
		return t.fail(i, "text behind the value")
	}
	if scalar {
		return ErrScalar
	}
	return nil
}

// fail records a fault for the parsing functions, which give -1 then.
func (t *Tree) fail(offset int, what string) error {
	t.err = SyntaxError{Offset: offset, What: what}
	return &t.err
}

func (t *Tree) bad(offset int, what string) int {
	t.err = SyntaxError{Offset: offset, What: what}
	return -1
}

// value reads the value at i, which is not blank, into the fields below n and returns the index
// behind it, -1 after a fault.
func (t *Tree) value(n *node, in []byte, i, depth int) int {
	if i >= len(in) {
		return t.bad(i, "value missing")
	}
	switch c := in[i]; {
	case c == '"':
		return t.text(n, in, i+1)
	case c == '{' || c == '[':
		if depth >= MaxDepth {
			return t.bad(i, "nested too deeply")
		}
		if c == '{' {
			return t.object(n, in, i+1, depth+1)
		}
		return t.array(t.element(n), in, i+1, depth+1)
	case c == '-' || c-'0' <= 9:
		end := numberEnd(in, i)
		if end == 0 {
			return t.bad(i, "malformed number")
		}
		if f := t.fieldOf(n); f >= 0 {
			t.from, t.to = i, end
			t.sink.Value(f, Number, in[i:end])
		}
		return end
	}
	end := wordEnd(in, i)
	if end == 0 {
		return t.bad(i, "unexpected character")
	}
	if f := t.fieldOf(n); f >= 0 {
		t.from, t.to = i, end
		t.sink.Value(f, Word, in[i:end])
	}
	return end
}

// text reads the string whose text starts at i.
func (t *Tree) text(n *node, in []byte, i int) int {
	end, escapes := stringEnd(in, i)
	if end < 0 {
		return t.bad(^end, "malformed string")
	}
	f := n.field
	if f == unset {
		f = t.fieldOf(n)
	}
	t.from, t.to = i, end
	switch {
	case f < 0 || end == i && !keepEmpty:
	case escapes:
		from := len(t.scratch)
		t.scratch, _ = unescape(t.scratch, in[i:end], bytes.IndexByte(in[i:end], '\\'))
		t.sink.Value(f, String, t.scratch[from:])
	default:
		t.sink.Value(f, String, in[i:end])
	}
	return end + 1
}

// object reads the members behind a brace.
func (t *Tree) object(n *node, in []byte, i, depth int) int {
	i = blanks(in, i)
	if i < len(in) && in[i] == '}' {
		return i + 1
	}
	guess := &n.first
	for {
		if i >= len(in) || in[i] != '"' {
			return t.bad(i, "key missing")
		}
		i++
		c := *guess
		if c != nil && i+len(c.key) < len(in) && in[i+len(c.key)] == '"' && string(in[i:i+len(c.key)]) == c.key {
			i += len(c.key) + 1
		} else if c, i = t.key(n, in, i); i < 0 {
			return -1
		}
		*guess = c
		guess = &c.next
		if i >= len(in) || in[i] != ':' {
			if i = blanks(in, i); i >= len(in) || in[i] != ':' {
				return t.bad(i, "colon missing")
			}
		}
		i++
		if i < len(in) && in[i] <= ' ' {
			i = blanks(in, i)
		}
		if i = t.value(c, in, i, depth); i < 0 {
			return -1
		}
		if i < len(in) && in[i] <= ' ' {
			i = blanks(in, i)
		}
		if i >= len(in) || in[i] != ',' {
			break
		}
		i++
		if i < len(in) && in[i] <= ' ' {
			i = blanks(in, i)
		}
	}
	if i >= len(in) || in[i] != '}' {
		return t.bad(i, "comma or closing brace missing")
	}
	return i + 1
}

// key reads a key that was not guessed and returns its node and the index behind the quote.
func (t *Tree) key(n *node, in []byte, i int) (*node, int) {
	end, _ := stringEnd(in, i)
	if end < 0 {
		return nil, t.bad(^end, "malformed key")
	}
	if end-i > MaxKey {
		return nil, t.bad(i, "key too long")
	}
	c, ok := t.child(n, in[i:end])
	if !ok {
		return nil, t.bad(i, "malformed key")
	}
	return c, end + 1
}

// array reads the elements behind a bracket; n is their node.
func (t *Tree) array(n *node, in []byte, i, depth int) int {
	i = blanks(in, i)
	if i < len(in) && in[i] == ']' {
		return i + 1
	}
	for {
		if i = t.value(n, in, i, depth); i < 0 {
			return -1
		}
		i = blanks(in, i)
		if i >= len(in) || in[i] != ',' {
			break
		}
		i = blanks(in, i+1)
	}
	if i >= len(in) || in[i] != ']' {
		return t.bad(i, "comma or closing bracket missing")
	}
	return i + 1
}

// wordEnd returns the index behind true, false or null at i, 0 if there is none of them.
func wordEnd(in []byte, i int) int {
	for _, w := range [...]string{"true", "false", "null"} {
		if len(in)-i >= len(w) && string(in[i:i+len(w)]) == w {
			return i + len(w)
		}
	}
	return 0
}

// skipScalar checks a value that is no object or array.
func skipScalar(t *Tree, in []byte, i int) int {
	switch c := in[i]; {
	case c == '"':
		end, _ := stringEnd(in, i+1)
		if end < 0 {
			return t.bad(^end, "malformed string")
		}
		return end + 1
	case c == '-' || c-'0' <= 9:
		if end := numberEnd(in, i); end > 0 {
			return end
		}
		return t.bad(i, "malformed number")
	}
	if end := wordEnd(in, i); end > 0 {
		return end
	}
	return t.bad(i, "unexpected character")
}
