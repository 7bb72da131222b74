package ingest

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"unicode/utf8"
	"unsafe"

	"spl/exec/column"
	"spl/exec/store"
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
	in      *input
	block   *flat.Block
	res     *result
	want    func(string) bool // nil: all fields
	keepRaw bool

	readers *column.TextBuilder
	hosts   *column.TextBuilder // by event, where some differ from the text's own
	sources *column.TextBuilder
	stamps  []int64 // times in the text, where found
	dated   int64   // time in the text of the event at hand, or noTime
	found   column.Bitmap
	json    column.Bitmap // rows that were read as JSON
	seen    []uint32      // by field: the row that has it
	row     uint32
	rec     record
	xml     flat.EventXML
	xmlText []byte
	exports *exporter
}

func newParser(in *input) *parser {
	p := &parser{in: in, want: in.wanted()}
	p.block = flat.NewBlock(flat.NewTree(p.want))
	if in.o.Shapes && p.want == nil {
		p.block.Shape(notAsRead)
	}
	p.xml.Value = func(name []byte, from, to int) { p.put(text(name), p.xmlText[from:to]) }
	p.keepRaw = p.want == nil || p.want(store.FieldRaw)
	p.reset()
	return p
}

func (p *parser) reset() {
	p.readers = column.NewTextBuilder()
	p.hosts, p.sources = nil, nil
	p.stamps, p.found, p.json = p.stamps[:0], p.found[:0], p.json[:0]
	clear(p.seen)
	p.row = 0
}

// wanted is Options.Want with the fields that times, hosts and sources are read from.
func (in *input) wanted() func(string) bool {
	if in.o.Want == nil {
		return nil
	}
	also := map[string]bool{in.o.TimeField: true, "Computer": true, "Hostname": true, "Channel": true}
	for _, f := range append(in.rules.timeFields(), xmlTimeFields...) {
		also[f] = true
	}
	return func(name string) bool { return also[name] || in.o.Want(shown(name)) }
}

// put adds a value to the open row if it is wanted; value must stay as it is until the row ends.
func (p *parser) put(name string, value []byte) {
	if p.want == nil || p.want(name) {
		p.block.Put(p.block.Field(name), value)
	}
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
	if p.exports != nil {
		for _, s := range p.exports.order {
			s.flush()
		}
	}
	c.release()
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
	if p.in.shape.format == Exported {
		p.export(raw, line)
		return
	}
	if p.block.Full() {
		p.flush()
	}
	d := draft{raw: raw, host: p.in.host, source: p.in.source}
	p.stamp(&d)
	p.in.rules.apply(&d)
	if !d.drop && len(d.raw) > 0 {
		p.add(&d, line)
	}
}

func (p *parser) reject(raw []byte, line int, reason string) {
	p.res.rejects = append(p.res.rejects, Reject{File: p.in.name, Line: line, Text: bytes.Clone(raw), Reason: reason})
}

// add extracts the fields of an event and closes its row.
func (p *parser) add(d *draft, line int) {
	seen := d.raw // what fields are taken from
	if !utf8.Valid(seen) {
		seen = bytes.ToValidUTF8(seen, []byte("\ufffd"))
	}
	reader, err := p.fields(seen)
	if err != nil {
		p.block.Discard()
		p.reject(d.raw, line, err.Error())
		return
	}
	for _, f := range d.fields {
		p.put(f.name, []byte(f.value))
	}
	if p.in.host == "" && p.in.shape.format == Text && d.host == "" {
		d.host = p.syslogHost(d.raw)
	}
	p.override(&p.hosts, d.host, p.in.host)
	p.override(&p.sources, d.source, p.in.source)
	if p.dated != noTime && p.in.shape.format == Text {
		p.found.Set(int(p.row))
	}
	p.end(d.raw, reader)
}

// fields extracts by the format of the text.
func (p *parser) fields(raw []byte) (reader string, err error) {
	switch p.in.shape.format {
	case NDJSON, JSONStream, JSONArray, JSONRecords:
		return ReaderJSON, p.block.JSON(raw)
	case XMLEvents:
		if !p.eventXML(raw) {
			return "", errors.New("the XML of the event is not well formed")
		}
		return ReaderXML, nil
	case CSV:
		p.cells(raw)
		return ReaderIndexed, nil
	}
	row := int(p.row)
	p.stamps = append(p.stamps, p.dated)
	if row&63 == 0 {
		p.found, p.json = append(p.found, 0), append(p.json, 0)
	}
	reader = p.automatic(raw)
	if reader == ReaderJSON {
		p.json.Set(row)
	}
	return reader, nil
}

// noTime marks an event whose text has no time.
const noTime = math.MinInt64

// stamp cuts and dates an event of a text before it is edited, and trims the line break of a CSV row.
func (p *parser) stamp(d *draft) {
	p.dated = noTime
	switch p.in.shape.format {
	case CSV:
		d.raw = bytes.TrimRight(d.raw, "\r\n")
	case Text:
		var cut bool
		if d.raw, cut = p.in.rules.shorten(d.raw); cut {
			d.fields = append(d.fields, named{"meta", "truncated"})
		}
		if us, ok := p.in.rules.time(&p.in.clock, d.raw); ok {
			p.dated = us
		}
	}
}

// override keeps a value that differs from the text's own; the column is made when the first one does.
func (p *parser) override(to **column.TextBuilder, v, def string) {
	if v == def && *to == nil {
		return
	}
	if *to == nil {
		*to = column.NewTextBuilder()
		(*to).AppendNulls(int(p.row))
	}
	if v == "" {
		(*to).AppendNull()
		return
	}
	(*to).Append(v)
}

// end closes the row.
func (p *parser) end(raw []byte, reader string) {
	if !p.keepRaw {
		raw = nil
	}
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
	p.rec.parse(raw, 0, p.in.shape.csvMarks)
	for i := range p.rec.cells {
		c := p.rec.cell(i)
		switch {
		case len(c) == 0:
		case i >= len(p.in.header):
			p.res.surplus++
		default:
			p.put(p.in.header[i], c)
		}
	}
}

func (p *parser) eventXML(text []byte) bool {
	p.xmlText = text
	return p.xml.Read(text)
}

// automatic extracts what KV_MODE=auto finds. A text that is JSON is not searched for pairs as well.
func (p *parser) automatic(raw []byte) string {
	t := bytes.TrimLeft(raw, blanks)
	if len(t) > 0 && (t[0] == '{' || t[0] == '[') && p.block.JSON(raw) == nil {
		return ReaderJSON
	}
	if bytes.HasPrefix(t, []byte("<Event")) && eventStart(t, 0) == 0 {
		if p.eventXML(t) {
			return ReaderXML
		}
		p.block.Discard()
	}
	if bytes.IndexByte(t, '=') < 0 {
		return ""
	}
	any := false
	Pairs(text(raw), false, func(key, value string) {
		any = true
		if p.want != nil && !p.want(key) {
			return
		}
		f := p.block.Field(key)
		for f >= len(p.seen) {
			p.seen = append(p.seen, make([]uint32, len(p.seen)+64)...)
		}
		if p.seen[f] != p.row+1 {
			p.seen[f] = p.row + 1
			p.block.Put(f, unsafe.Slice(unsafe.StringData(value), len(value)))
		}
	})
	if any {
		return ReaderPairs
	}
	return ""
}

// syslogHost takes the host behind the time of a syslog line, "" if there is none.
func (p *parser) syslogHost(raw []byte) string {
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
		return ""
	}
	from := r.i
	for r.i < len(s) && s[r.i] != ' ' {
		r.i++
	}
	if h := s[from:r.i]; h != "" && h[len(h)-1] != ':' && !strings.ContainsAny(h, "[=") && r.i < len(s) {
		return h
	}
	return ""
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
