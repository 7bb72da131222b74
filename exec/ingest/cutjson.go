package ingest

import "bytes"

// jsonCutter takes JSON values out of a stream, an array or {"Records":[…]}; several of these may
// follow one another. Objects are found by their brackets, their inside is checked by the parser.
type jsonCutter struct {
	records bool // open {"Records":[ like an array
	inside  bool // of the array
	tail    bool // behind the array of {"Records":[…], up to the brace
}

func (j *jsonCutter) cut(c *chunk, data []byte, last bool) int {
	marks := lineMarks{data: data, line: c.line}
	pos := 0
	for {
		pos = j.skip(data, pos)
		if pos >= len(data) {
			return pos
		}
		end, state := j.element(data, pos, last)
		switch state {
		case entered:
			pos = end
			continue
		case incomplete, broken:
			if end = resync(data, pos); !last && (state == incomplete || end == len(data)) {
				return pos
			}
			c.bad(data, pos, end, "a JSON value that does not end")
		case junk:
			c.bad(data, pos, end, "not a JSON object")
		default:
			c.spans = append(c.spans, span{pos, end, marks.to(pos)})
		}
		pos = end
	}
}

// skip passes blanks, commas and closing brackets between elements.
func (j *jsonCutter) skip(data []byte, pos int) int {
	for ; pos < len(data); pos++ {
		switch data[pos] {
		case ' ', '\t', '\r', '\n', ',', 0xef, 0xbb, 0xbf:
		case ']':
			j.tail = j.records && j.inside
			j.inside = false
		case '}':
			j.tail = false
		default:
			if !j.tail {
				return pos
			}
		}
	}
	return pos
}

type elementState uint8

const (
	whole elementState = iota
	incomplete
	broken  // brackets do not match
	entered // an array was opened
	junk
)

// element finds the end of what starts at pos.
func (j *jsonCutter) element(data []byte, pos int, last bool) (int, elementState) {
	switch data[pos] {
	case '[':
		if !j.inside {
			j.inside = true
			return pos + 1, entered
		}
	case '{':
		if !j.inside && j.records {
			if n, ok := recordsPrefix(data[pos:]); ok {
				j.inside = true
				return pos + n, entered
			}
			if !last && len(data)-pos < 64 {
				return 0, incomplete // the prefix may go on behind data
			}
		}
	default:
		return j.scalar(data, pos, last)
	}
	end, ok := balanced(data, pos)
	switch {
	case ok:
		return end, whole
	case end > 0:
		return 0, broken
	}
	return 0, incomplete
}

// scalar passes what is no object: to the next comma, bracket or line.
func (j *jsonCutter) scalar(data []byte, pos int, last bool) (int, elementState) {
	i := bytes.IndexAny(data[pos:], ",]\n")
	if i < 0 {
		if !last {
			return 0, incomplete
		}
		return len(data), junk
	}
	return pos + max(i, 1), junk
}

// resync returns the start of the next line behind pos whose first mark is a brace.
func resync(data []byte, pos int) int {
	for {
		i := bytes.IndexByte(data[pos:], '\n')
		if i < 0 {
			return len(data)
		}
		pos += i + 1
		rest := bytes.TrimLeft(data[pos:], " \t")
		if len(rest) > 0 && rest[0] == '{' {
			return len(data) - len(rest)
		}
	}
}

// balanced returns the index behind the object or array that starts at pos. Not ok: 0 where the text
// ends first, else the index of a bracket that does not match.
func balanced(data []byte, pos int) (int, bool) {
	var space [64]byte
	open := space[:0]
	for i := pos; i < len(data); i++ {
		switch c := data[i]; c {
		case '{', '[':
			open = append(open, c+2) // the closing bracket, in ASCII
		case '}', ']':
			if open[len(open)-1] != c {
				return i, false
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return i + 1, true
			}
		case '"':
			if i = closingQuote(data, i+1); i < 0 {
				return 0, false
			}
		}
	}
	return 0, false
}

// closingQuote returns the index of the quote that ends the string whose text starts at i, -1 if none.
func closingQuote(data []byte, i int) int {
	for {
		q := bytes.IndexByte(data[i:], '"')
		if q < 0 {
			return -1
		}
		q += i
		b := q
		for b > i && data[b-1] == '\\' {
			b--
		}
		if (q-b)%2 == 0 {
			return q
		}
		i = q + 1
	}
}
