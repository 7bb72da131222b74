package ingest

import (
	"bytes"
	"strings"

	"spl/exec/store"
	"spl/exec/store/flat"
)

// exporter reads rows that a search wrote: JSON objects with _raw, or {"result":{…}} around them. The
// text in _raw is the event; _time, host, source and sourcetype come back unless the call gives others.
type exporter struct {
	tree   *flat.Tree
	fields map[string][]byte
	subs   map[string]*parser // by sourcetype
	order  []*parser
}

// resultPrefix is what the export endpoint wraps rows in.
const resultPrefix = "result."

// isExport reports whether a JSON object is such a row.
func isExport(line []byte) bool {
	if !bytes.Contains(line, []byte(`"_raw"`)) {
		return false
	}
	x := newExporter()
	return x.read(line) == nil && len(x.fields[store.FieldRaw]) > 0
}

func newExporter() *exporter {
	return &exporter{tree: flat.NewTree(func(name string) bool {
		switch strings.TrimPrefix(name, resultPrefix) {
		case store.FieldRaw, store.FieldTime, store.FieldHost, store.FieldSource, store.FieldSourcetype:
			return true
		}
		return false
	}), fields: map[string][]byte{}, subs: map[string]*parser{}}
}

func (x *exporter) read(line []byte) error {
	clear(x.fields)
	return x.tree.Flatten(line, x)
}

// Value implements flat.Sink.
func (x *exporter) Value(field int, _ flat.Kind, text []byte) {
	x.fields[strings.TrimPrefix(x.tree.Names()[field], resultPrefix)] = text
}

// export adds the event of a row, to the parser of its sourcetype.
func (p *parser) export(line []byte, at int) {
	if p.exports == nil {
		p.exports = newExporter()
	}
	x := p.exports
	if err := x.read(line); err != nil {
		p.reject(line, at, err.Error())
		return
	}
	raw := x.fields[store.FieldRaw]
	if len(raw) == 0 {
		p.reject(line, at, "an exported row without _raw")
		return
	}
	d := draft{raw: raw, host: p.in.o.Host, source: p.in.o.Source}
	if d.host == "" {
		d.host = string(x.fields[store.FieldHost])
	}
	if d.source == "" {
		d.source = string(x.fields[store.FieldSource])
	}
	sub := x.sub(p, string(x.fields[store.FieldSourcetype]))
	if sub.block.Full() {
		sub.flush()
	}
	sub.dated = noTime
	if us, ok := p.in.clock.textStamp(text(x.fields[store.FieldTime])); ok {
		sub.dated = us
	}
	sub.add(&d, at)
}

// sub returns the parser for a sourcetype.
func (x *exporter) sub(p *parser, sourcetype string) *parser {
	if p.in.o.Sourcetype != "" || sourcetype == "" {
		sourcetype = p.in.sourcetype
	}
	s := x.subs[sourcetype]
	if s == nil {
		in := *p.in
		in.shape.format, in.sourcetype, in.rules, in.host = Text, sourcetype, &lineRules{}, defaultHost
		s = newParser(&in)
		x.subs[sourcetype] = s
		x.order = append(x.order, s)
	}
	s.res = p.res
	return s
}
