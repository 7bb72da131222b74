package ingest

import (
	"bytes"
	"strconv"
	"strings"
)

// csvMarks are what separates cells and what stands around them; no quote: the double one.
type csvMarks struct{ comma, quote byte }

func (m csvMarks) quoteByte() byte {
	if m.quote == 0 {
		return '"'
	}
	return m.quote
}

// record is one row of a CSV text. Quotes follow RFC 4180; a quote inside of an unquoted cell is text.
type record struct {
	cells []cell
	buf   []byte // unescaped cells
	data  []byte
}

// cell is a range of data, or of buf where the text had doubled quotes.
type cell struct {
	from, to int
	own      bool
}

func (r *record) cell(i int) []byte {
	c := r.cells[i]
	if c.own {
		return r.buf[c.from:c.to]
	}
	return r.data[c.from:c.to]
}

// parse reads the row that starts at pos and returns the index behind its line break. ok is false
// where the data ended first (a last row without a line break is complete for the caller to judge).
func (r *record) parse(data []byte, pos int, m csvMarks) (next int, ok bool) {
	comma, quote := m.comma, m.quoteByte()
	r.data, r.cells, r.buf = data, r.cells[:0], r.buf[:0]
	for {
		if pos < len(data) && data[pos] == quote {
			pos = r.quoted(data, pos+1, comma, quote)
		} else {
			end := pos
			for end < len(data) && data[end] != comma && data[end] != '\n' {
				end++
			}
			to := end
			if end < len(data) && data[end] == '\n' && to > pos && data[to-1] == '\r' || end == len(data) && to > pos && data[to-1] == '\r' {
				to--
			}
			r.cells = append(r.cells, cell{from: pos, to: to})
			pos = end
		}
		if pos >= len(data) {
			return len(data), false
		}
		if data[pos] == '\n' {
			return pos + 1, true
		}
		pos++
	}
}

// quoted reads a cell behind its quote and returns the index of what ends it: comma, line break or
// the end. Text between the closing quote and there is kept.
func (r *record) quoted(data []byte, pos int, comma, quote byte) int {
	start, own := pos, len(r.buf)
	for {
		i := bytes.IndexByte(data[pos:], quote)
		if i < 0 {
			r.buf = append(r.buf, data[pos:]...)
			r.cells = append(r.cells, cell{own, len(r.buf), true})
			return len(data)
		}
		q := pos + i
		if q+1 < len(data) && data[q+1] == quote {
			r.buf = append(r.buf, data[pos:q+1]...)
			pos = q + 2
			continue
		}
		end := q + 1
		for end < len(data) && data[end] != comma && data[end] != '\n' {
			end++
		}
		rest := bytes.TrimSuffix(data[q+1:end], []byte("\r"))
		if len(r.buf) == own && len(rest) == 0 {
			r.cells = append(r.cells, cell{from: start, to: q})
			return end
		}
		r.buf = append(append(r.buf, data[pos:q]...), rest...)
		r.cells = append(r.cells, cell{own, len(r.buf), true})
		return end
	}
}

// csvCutter cuts at line breaks outside of quotes.
type csvCutter struct{ csvMarks }

func (k csvCutter) cut(c *chunk, data []byte, last bool) int {
	marks := lineMarks{data: data, line: c.line}
	pos := 0
	for pos < len(data) {
		end, ok := k.row(data, pos)
		switch {
		case ok:
		case !last:
			return pos
		case end < 0: // a quote that never closes: the row it is in is lost, not the rest
			end = len(data)
			if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
				end = pos + i + 1
			}
			c.bad(data, pos, end, "a quoted cell that does not end")
			pos = end
			continue
		default:
			end = len(data)
		}
		if len(bytes.TrimSpace(data[pos:end])) > 0 {
			c.spans = append(c.spans, span{pos, end, marks.to(pos)})
		}
		pos = end
	}
	return len(data)
}

// row finds the end of the row at pos; end is -1 inside of a quoted cell.
func (k csvCutter) row(data []byte, pos int) (end int, ok bool) {
	for {
		nl := bytes.IndexByte(data[pos:], '\n')
		line := data[pos:]
		if nl >= 0 {
			line = data[pos : pos+nl]
		}
		q := k.opening(line)
		if q < 0 {
			return pos + nl + 1, nl >= 0
		}
		if pos = closingCell(data, pos+q+1, k.quoteByte()); pos < 0 {
			return -1, false
		}
	}
}

// opening returns the index of the first quote that starts a cell.
func (k csvCutter) opening(line []byte) int {
	quote := k.quoteByte()
	for i := 0; ; i++ {
		j := bytes.IndexByte(line[i:], quote)
		if j < 0 {
			return -1
		}
		if i += j; i == 0 || line[i-1] == k.comma {
			return i
		}
	}
}

// closingCell returns the index behind the quote that ends a cell, -1 if there is none.
func closingCell(data []byte, pos int, quote byte) int {
	for {
		i := bytes.IndexByte(data[pos:], quote)
		if i < 0 {
			return -1
		}
		pos += i + 1
		if pos >= len(data) || data[pos] != quote {
			return pos
		}
		pos++
	}
}

// columnNames makes unique names of a header row; an empty one is EXTRA_FIELD_n as Splunk names it.
func columnNames(r *record) []string {
	seen := map[string]bool{}
	out := make([]string, len(r.cells))
	for i := range r.cells {
		name := strings.TrimSpace(strings.TrimPrefix(string(r.cell(i)), "\ufeff"))
		if name == "" {
			name = "EXTRA_FIELD_" + strconv.Itoa(i+1)
		}
		for n := 2; seen[name]; n++ {
			name = strings.TrimSpace(string(r.cell(i))) + "_" + strconv.Itoa(n)
		}
		seen[name] = true
		out[i] = name
	}
	return out
}
