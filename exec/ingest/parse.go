package ingest

import (
	"bytes"
	"errors"
	"unicode/utf8"
	"unsafe"

	"spl/exec/column"
	"spl/exec/store/flat"
)

// input is what all parsers of one text share.
type input struct {
	name       string // as reported
	shape      shape
	source     string // "": by event (Windows)
	host       string // "": by event (Windows, syslog)
	sourcetype string
	header     []string // CSV
	rules      *lineRules
	clock      clock
	o          *Options
}

// result is what a parser made of a chunk.
type result struct {
	batches []*column.Batch
	rejects []Reject
	events  int64
	surplus int64 // CSV cells beyond the header
}

// parser turns chunks of one text into batches. It belongs to one goroutine.
type parser struct {
	in    *input
	block *flat.Block
	res   *result

	readers *column.TextBuilder
	hosts   *column.TextBuilder // syslog: by line
	stamps  []int64             // times in the text, where found
	found   column.Bitmap
	json    column.Bitmap // rows that were read as JSON
	seen    []uint32      // by field: the row that has it
	row     uint32
	rec     record
	xml     windowsXML
	buf     []byte
}

func newParser(in *input) *parser {
	p := &parser{in: in, block: flat.NewBlock(flat.NewTree(nil))}
	p.xml.put = func(name, value []byte) { p.block.Put(p.block.Field(text(name)), value) }
	p.reset()
	return p
}

func (p *parser) reset() {
	p.readers = column.NewTextBuilder()
	p.hosts = nil
	p.stamps, p.found, p.json = p.stamps[:0], p.found[:0], p.json[:0]
	clear(p.seen)
	p.row = 0
}

// text views bytes as a string for the length of a call.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// parse reads the events of a chunk.
func (p *parser) parse(c *chunk) *result {
	p.res = &result{rejects: c.rejects}
	if c.lines {
		p.lines(c)
	}
	for _, s := range c.spans {
		p.event(c.data[s.start:s.end], s.line)
	}
	p.flush()
	return p.res
}

func (p *parser) lines(c *chunk) {
	data, line := c.data, c.line
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		ev := data
		if i >= 0 {
			ev, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		if ev = bytes.TrimSuffix(ev, []byte("\r")); len(bytes.TrimSpace(ev)) > 0 {
			p.event(ev, line)
		}
		line++
	}
}

// event adds one event, or rejects it.
func (p *parser) event(raw []byte, line int) {
	if p.block.Full() {
		p.flush()
	}
	seen := raw // what fields are taken from
	if !utf8.Valid(raw) {
		seen = bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	var err error
	reader := ""
	switch p.in.shape.format {
	case NDJSON, JSONStream, JSONArray, JSONRecords:
		reader, err = ReaderJSON, p.block.JSON(seen)
	case XMLEvents:
		reader = ReaderXML
		if !p.xml.read(seen) {
			err = errors.New("the XML of the event is not well formed")
		}
	case CSV:
		raw = bytes.TrimRight(raw, "\r\n")
		reader = ReaderIndexed
		p.cells(seen)
	default:
		if raw, seen = p.in.rules.prepare(raw, seen); len(raw) == 0 {
			return
		}
		reader = p.line(seen)
	}
	if err != nil {
		p.block.Discard()
		p.res.rejects = append(p.res.rejects, Reject{File: p.in.name, Line: line, Text: raw, Reason: err.Error()})
		return
	}
	p.end(raw, reader)
}

// end closes the row.
func (p *parser) end(raw []byte, reader string) {
	p.block.End(raw)
	if reader == "" {
		p.readers.AppendNull()
	} else {
		p.readers.Append(reader)
	}
	p.row++
}

// cells puts the cells of a CSV row; empty ones are null.
func (p *parser) cells(raw []byte) {
	p.rec.parse(raw, 0, p.in.shape.comma)
	for i := range p.rec.cells {
		c := p.rec.cell(i)
		switch {
		case len(c) == 0:
		case i >= len(p.in.header):
			p.res.surplus++
		default:
			p.block.Put(p.block.Field(p.in.header[i]), c)
		}
	}
}

// line reads an event of a text: JSON and Windows XML by themselves, anything else as pairs.
func (p *parser) line(raw []byte) string {
	row := int(p.row)
	p.stamps = append(p.stamps, 0)
	if row&63 == 0 {
		p.found, p.json = append(p.found, 0), append(p.json, 0)
	}
	if us, ok := p.in.rules.time(&p.in.clock, raw); ok {
		p.stamps[row] = us
		p.found.Set(row)
	}
	if p.in.host == "" && p.in.shape.format == Text {
		p.syslogHost(raw)
	}
	reader := p.automatic(raw)
	if reader == ReaderJSON {
		p.json.Set(row)
	}
	return reader
}

// automatic extracts what KV_MODE=auto finds. A text that is JSON is not searched for pairs as well.
func (p *parser) automatic(raw []byte) string {
	t := bytes.TrimLeft(raw, blanks)
	if len(t) > 0 && (t[0] == '{' || t[0] == '[') && p.block.JSON(raw) == nil {
		return ReaderJSON
	}
	if bytes.HasPrefix(t, []byte("<Event")) && eventStart(t, 0) == 0 {
		if p.xml.read(t) {
			return ReaderXML
		}
		p.block.Discard()
	}
	if bytes.IndexByte(t, '=') < 0 {
		return ""
	}
	any := false
	Pairs(text(raw), false, func(key, value string) {
		f := p.block.Field(key)
		for f >= len(p.seen) {
			p.seen = append(p.seen, make([]uint32, len(p.seen)+64)...)
		}
		if p.seen[f] != p.row+1 {
			p.seen[f] = p.row + 1
			p.block.Put(f, unsafe.Slice(unsafe.StringData(value), len(value)))
			any = true
		}
	})
	if any {
		return ReaderPairs
	}
	return ""
}

// syslogHost takes the host behind the time of a syslog line.
func (p *parser) syslogHost(raw []byte) {
	if p.hosts == nil {
		p.hosts = column.NewTextBuilder()
	}
	s := text(raw)
	if len(s) > 0 && s[0] == '<' {
		if i := bytes.IndexByte(raw, '>'); i > 0 && i < 5 {
			s = s[i+1:]
			if len(s) > 2 && s[0] == '1' && s[1] == ' ' { // RFC 5424: version
				s = s[2:]
			}
		}
	}
	_, n, ok := p.in.clock.stamp(s)
	r := reader{s: s, i: n}
	if !ok || !r.blanks() {
		p.hosts.AppendNull()
		return
	}
	from := r.i
	for r.i < len(s) && s[r.i] != ' ' {
		r.i++
	}
	if h := s[from:r.i]; h != "" && h[len(h)-1] != ':' && !bytes.ContainsAny([]byte(h), "[=") && r.i < len(s) {
		p.hosts.Append(h)
		return
	}
	p.hosts.AppendNull()
}

// flush makes a batch of the rows so far.
func (p *parser) flush() {
	n := p.block.Rows()
	if n == 0 {
		return
	}
	b := p.block.Build()
	p.res.events += int64(n)
	p.res.batches = append(p.res.batches, p.finish(b))
	p.reset()
}
