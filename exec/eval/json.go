package eval

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"spl/exec/value"
)

// document is a parsed JSON value. Objects keep the order of their keys and numbers their spelling.
type document struct {
	kind byte // { [ " 0 t f n
	text string
	keys []string
	vals []*document
}

// jsonDepth bounds the nesting of documents.
const jsonDepth = 500

// parseJSON reads a whole text as one JSON value.
func parseJSON(s string) (*document, bool) {
	p := jsonReader{s: s}
	p.blanks()
	d := p.value(0)
	p.blanks()
	return d, d != nil && p.at == len(s)
}

// jsonKind returns the first byte of the kind of JSON text that v holds, 0 if it holds none.
func jsonKind(v value.Value) byte {
	if v.Kind() != value.Text && v.Kind() != value.String {
		return 0
	}
	if d, ok := parseJSON(v.Text()); ok {
		return d.kind
	}
	return 0
}

type jsonReader struct {
	s  string
	at int
}

func (p *jsonReader) blanks() {
	for p.at < len(p.s) {
		switch p.s[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// value reads the value at the current place; nil if there is none.
func (p *jsonReader) value(depth int) *document {
	if p.at >= len(p.s) || depth > jsonDepth {
		return nil
	}
	switch c := p.s[p.at]; c {
	case '{', '[':
		p.at++
		return p.container(c, depth)
	case '"':
		if s, ok := p.str(); ok {
			return &document{kind: '"', text: s}
		}
		return nil
	case 't':
		return p.word("true")
	case 'f':
		return p.word("false")
	case 'n':
		return p.word("null")
	}
	return p.number()
}

func (p *jsonReader) word(w string) *document {
	if !strings.HasPrefix(p.s[p.at:], w) {
		return nil
	}
	p.at += len(w)
	return &document{kind: w[0], text: w}
}

func (p *jsonReader) number() *document {
	i := p.at
	for i < len(p.s) && strings.IndexByte("+-.0123456789eE", p.s[i]) >= 0 {
		i++
	}
	text := p.s[p.at:i]
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return nil
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil && !strings.Contains(err.Error(), "range") {
		return nil
	}
	p.at = i
	return &document{kind: '0', text: text}
}

// container reads the rest of an object or array.
func (p *jsonReader) container(open byte, depth int) *document {
	d := &document{kind: open}
	end := open + 2 // ] and } follow their partners at a distance of two
	p.blanks()
	if p.take(end) {
		return d
	}
	for {
		p.blanks()
		if open == '{' {
			key, ok := p.str()
			if p.blanks(); !ok || !p.take(':') {
				return nil
			}
			p.blanks()
			d.keys = append(d.keys, key)
		}
		v := p.value(depth + 1)
		if v == nil {
			return nil
		}
		d.vals = append(d.vals, v)
		p.blanks()
		if p.take(end) {
			return d
		}
		if !p.take(',') {
			return nil
		}
	}
}

func (p *jsonReader) take(c byte) bool {
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

// str reads a string in quotes.
func (p *jsonReader) str() (string, bool) {
	if !p.take('"') {
		return "", false
	}
	start := p.at
	for ; p.at < len(p.s); p.at++ {
		switch c := p.s[p.at]; {
		case c == '"':
			p.at++
			return p.s[start : p.at-1], true
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped reads the rest of a string that holds an escape.
func (p *jsonReader) escaped(start int) (string, bool) {
	out := []byte(p.s[start:p.at])
	for p.at < len(p.s) {
		c := p.s[p.at]
		p.at++
		switch {
		case c == '"':
			return string(out), true
		case c < ' ' || c == '\\' && p.at == len(p.s):
			return "", false
		case c != '\\':
			out = append(out, c)
			continue
		}
		c = p.s[p.at]
		p.at++
		if c == 'u' {
			r, ok := p.unicode()
			if !ok {
				return "", false
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			return "", false
		}
		out = append(out, "\"\\/\b\f\n\r\t"[i])
	}
	return "", false
}

// unicode reads the digits of \uXXXX, and those of a second half if there is one.
func (p *jsonReader) unicode() (rune, bool) {
	hex := func(at int) (rune, bool) {
		if at+4 > len(p.s) {
			return 0, false
		}
		n, err := strconv.ParseUint(p.s[at:at+4], 16, 32)
		return rune(n), err == nil
	}
	r, ok := hex(p.at)
	p.at += 4
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	if strings.HasPrefix(p.s[p.at:], `\u`) {
		if low, ok := hex(p.at + 2); ok {
			if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
				p.at += 6
				return full, true
			}
		}
	}
	return utf8.RuneError, true
}

// append writes d without blanks.
func (d *document) append(dst []byte) []byte {
	switch d.kind {
	case '{', '[':
		dst = append(dst, d.kind)
		for i, v := range d.vals {
			if i > 0 {
				dst = append(dst, ',')
			}
			if d.kind == '{' {
				dst = append(appendQuoted(dst, d.keys[i]), ':')
			}
			dst = v.append(dst)
		}
		return append(dst, d.kind+2)
	case '"':
		return appendQuoted(dst, d.text)
	}
	return append(dst, d.text...)
}

// String returns the JSON text.
func (d *document) String() string { return string(d.append(nil)) }

const hexDigits = "0123456789abcdef"

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\b':
			dst = append(dst, `\b`...)
		case c == '\f':
			dst = append(dst, `\f`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, '"')
}

// native is the value a field gets: the text of a string, a number, JSON text of a container; null
// for null.
func (d *document) native() value.Value {
	switch d.kind {
	case 'n':
		return value.Value{}
	case '"':
		return value.OfText(d.text)
	case '0':
		return value.OfText(d.text)
	case 't', 'f':
		return value.OfString(d.text)
	}
	return value.OfString(d.String())
}

// get returns the value of a key of an object.
func (d *document) get(key string) (*document, bool) {
	if d.kind != '{' {
		return nil, false
	}
	for i, k := range d.keys {
		if k == key {
			return d.vals[i], true
		}
	}
	return nil, false
}
