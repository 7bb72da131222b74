package ingest

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// span is an event inside a chunk; line counts from the start of the file, at 1.
type span struct{ start, end, line int }

// chunk is a run of whole events, for one parser.
type chunk struct {
	data    []byte
	lines   bool // the events are the lines of data; else spans
	line    int  // of data's first byte
	spans   []span
	rejects []Reject
	buf     []byte // what data lies in, to be used again
}

// buffers of full chunks go round.
var buffers sync.Pool

// release gives the text of a chunk back; nothing may refer to it any more.
func (c *chunk) release() {
	buf := c.buf
	c.buf, c.data, c.spans = nil, nil, nil
	if cap(buf) >= minPooled {
		buffers.Put(&buf) // not &c.buf: who gets it must not see c change
	}
}

const minPooled = 1 << 20

// buffer returns size bytes whose content does not matter.
func buffer(size int) []byte {
	if size >= minPooled {
		if b, ok := buffers.Get().(*[]byte); ok && cap(*b) >= size {
			return (*b)[:size]
		}
	}
	return make([]byte, size)
}

// cutter finds the events of a format in a text that comes piece by piece.
type cutter interface {
	// cut takes the whole events at the start of data into c and returns the bytes that are done with.
	// last: nothing comes behind data, all of it must be used.
	cut(c *chunk, data []byte, last bool) int
}

// pieces reads a text chunk by chunk.
type pieces struct {
	file  string
	r     io.Reader
	cut   cutter
	size  int
	limit int // of one event

	carry []byte
	line  int
	bytes int64
	skip  bool // inside of a line that is too long
	done  bool
	err   error // why the text ends early
}

const firstBuffer = 128 << 10

func newPieces(file string, r io.Reader, c cutter, size, limit int) *pieces {
	return &pieces{file: file, r: r, cut: c, size: size, limit: max(limit, 1), line: 1}
}

// next returns the next chunk, nil at the end. After it p.err says whether the text was cut off.
func (p *pieces) next() *chunk {
	if p.done {
		return nil
	}
	size := max(min(p.size, p.limit), len(p.carry)+1)
	// Most files are small: the buffer of the first chunk grows to what there is.
	buf := make([]byte, min(size, max(firstBuffer, len(p.carry)+1)))
	if p.bytes > 0 {
		buf = buffer(size)
	}
	n := copy(buf, p.carry)
	p.carry = nil
	for {
		m, eof := p.fill(buf[n:])
		n += m
		if !eof && n < size {
			buf = append(buf, make([]byte, min(3*len(buf), size-len(buf)))...)
			continue
		}
		if p.skip {
			n = copy(buf, p.skipLine(buf[:n]))
		}
		data := buf[:n]
		c := &chunk{data: data, line: p.line, buf: buf}
		used := p.cut.cut(c, data, eof && p.err == nil)
		if eof {
			p.done = true
			if rest := bytes.TrimSpace(data[used:]); len(rest) > 0 {
				c.bad(data, used, n, "the text ends in the middle of an event")
			}
			p.finish(c, data, n)
			if c.lines {
				c.data = data[:used]
			}
			return c
		}
		if used > 0 {
			return p.finish(c, data, used)
		}
		if n >= p.limit {
			return p.oversize(data)
		}
		if n == len(buf) {
			buf = append(buf, make([]byte, min(len(buf), p.limit-len(buf)+1))...)
		}
	}
}

// fill reads until buf is full or the text ends.
func (p *pieces) fill(buf []byte) (n int, eof bool) {
	for n < len(buf) {
		m, err := p.r.Read(buf[n:])
		n += m
		p.bytes += int64(m)
		if err == io.EOF {
			return n, true
		}
		if err != nil {
			p.err = fmt.Errorf("read %s: %w", p.file, err)
			return n, true
		}
	}
	return n, false
}

func (p *pieces) finish(c *chunk, data []byte, used int) *chunk {
	p.carry = append([]byte(nil), data[used:]...)
	p.line += bytes.Count(data[:used], []byte{'\n'})
	if c.lines {
		c.data = data[:used]
	}
	for i := range c.rejects {
		c.rejects[i].File = p.file
	}
	return c
}

// oversize gives up an event that passes the limit and goes on at the next line.
func (p *pieces) oversize(data []byte) *chunk {
	c := &chunk{data: data, line: p.line}
	c.bad(data, 0, min(len(data), 1<<16), fmt.Sprintf("an event is longer than %d bytes", p.limit))
	p.skip = data[len(data)-1] != '\n'
	return p.finish(c, data, len(data))
}

func (p *pieces) skipLine(data []byte) []byte {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return data[len(data):]
	}
	p.skip = false
	p.line++
	return data[i+1:]
}

// bad rejects data[from:to].
func (c *chunk) bad(data []byte, from, to int, reason string) {
	line := c.line + bytes.Count(data[:from], []byte{'\n'})
	c.rejects = append(c.rejects, Reject{Line: line, Text: bytes.Clone(bytes.TrimRight(data[from:to], blanks)), Reason: reason})
}

// lineCutter makes every line an event.
type lineCutter struct{}

func (lineCutter) cut(c *chunk, data []byte, last bool) int {
	c.lines = true
	if last {
		return len(data)
	}
	return bytes.LastIndexByte(data, '\n') + 1
}

// lineMarks counts lines up to growing offsets.
type lineMarks struct {
	data []byte
	at   int
	line int
}

func (m *lineMarks) to(off int) int {
	m.line += bytes.Count(m.data[m.at:off], []byte{'\n'})
	m.at = off
	return m.line
}

// xmlCutter takes <Event>…</Event>; declarations and the element around the events are passed over.
type xmlCutter struct{}

var eventEnd = []byte("</Event>")

// eventStart returns the index of the next <Event tag, -1 if there is none.
func eventStart(data []byte, from int) int {
	for i := from; ; {
		j := bytes.Index(data[i:], []byte("<Event"))
		if j < 0 {
			return -1
		}
		i += j
		if i+6 < len(data) && (data[i+6] == '>' || data[i+6] <= ' ') {
			return i
		}
		i += 6
	}
}

func (xmlCutter) cut(c *chunk, data []byte, last bool) int {
	marks := lineMarks{data: data, line: c.line}
	pos := 0
	for {
		start := eventStart(data, pos)
		if start < 0 {
			break
		}
		c.between(data, pos, start)
		end := bytes.Index(data[start:], eventEnd)
		if end < 0 {
			pos = start
			break
		}
		end += start + len(eventEnd)
		if again := eventStart(data[:end], start+6); again >= 0 {
			c.bad(data, start, again, "a Windows event without </Event>")
			pos = again
			continue
		}
		c.spans = append(c.spans, span{start, end, marks.to(start)})
		pos = end
	}
	if !last {
		return pos
	}
	c.between(data, pos, len(data))
	return len(data)
}

// between checks the text around events.
func (c *chunk) between(data []byte, from, to int) {
	s := bytes.Trim(data[from:to], blanks+"\ufeff")
	for len(s) > 0 {
		i := bytes.IndexByte(s, '>')
		if i < 0 || !(bytes.HasPrefix(s, []byte("<?xml")) || bytes.HasPrefix(s, []byte("<Events")) || bytes.HasPrefix(s, []byte("</Events")) || bytes.HasPrefix(s, []byte("<!--"))) {
			c.bad(data, from+bytes.Index(data[from:to], s), to, "not a Windows event")
			return
		}
		s = bytes.TrimLeft(s[i+1:], blanks)
	}
}
