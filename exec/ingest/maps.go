package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/store"
)

// Pair is a field of an event that is written down as a list of fields. Value is a string, a number,
// a bool, nil, or a []any of these; maps and lists nest as in JSON.
type Pair struct {
	Name  string
	Value any
}

// Object is a nested value with ordered keys.
type Object []Pair

// FromMaps makes batches of events that are given as fields, in their order, one batch a run of equal
// index and sourcetype. _time may be RFC 3339, epoch seconds or "YYYY-MM-DD HH:MM:SS" and is now by
// default. Without _raw the event's text is its compact JSON without the default fields, and the
// fields are those of that text; with _raw, the other keys are fields beside what is found in it.
func FromMaps(events [][]Pair, o Options) ([]*column.Batch, error) {
	m := newMaker(o, func(g *given, b *column.Batch) error { g.done = append(g.done, b); return nil })
	for i, ev := range events {
		if err := m.Add(ev); err != nil {
			return nil, fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	if err := m.Flush(); err != nil {
		return nil, err
	}
	var out []*column.Batch
	for _, k := range m.keys {
		out = append(out, m.parsers[k].done...)
	}
	return out, nil
}

// Maker is FromMaps for events that come one by one: it hands out each batch when it is full.
type Maker struct {
	o       *Options
	ready   func(g *given, b *column.Batch) error
	keys    [][2]string
	parsers map[[2]string]*given
}

// NewMaker returns a Maker that hands its batches to add.
func NewMaker(o Options, add func(b *column.Batch) error) *Maker {
	return newMaker(o, func(_ *given, b *column.Batch) error { return add(b) })
}

func newMaker(o Options, ready func(g *given, b *column.Batch) error) *Maker {
	o = o.withDefaults()
	return &Maker{o: &o, ready: ready, parsers: map[[2]string]*given{}}
}

// Flush hands out what is not full.
func (m *Maker) Flush() error {
	for _, k := range m.keys {
		if err := m.flush(m.parsers[k]); err != nil {
			return err
		}
	}
	return nil
}

// given collects the events of one index and sourcetype.
type given struct {
	p               *parser
	times           []int64
	hosts, sources  *column.TextBuilder
	done            []*column.Batch
	index           string
	defSrc, defHost string
}

// Add takes an event.
func (m *Maker) Add(ev []Pair) error {
	meta := map[string]string{store.FieldIndex: m.o.Index, store.FieldHost: m.o.Host, store.FieldSource: m.o.Source,
		store.FieldSourcetype: m.o.Sourcetype}
	us := m.o.Now.UnixMicro()
	var fields []Pair
	var raw []byte
	hasRaw := false
	for _, f := range ev {
		switch f.Name {
		case store.FieldTime:
			k := clock{zone: m.o.Zone, now: m.o.Now}
			t, ok := k.given(f.Value)
			if !ok {
				return fmt.Errorf("_time %v is no time", f.Value)
			}
			us = t
		case store.FieldRaw:
			s, ok := f.Value.(string)
			if !ok {
				return fmt.Errorf("_raw must be a text")
			}
			raw, hasRaw = []byte(s), true
		case store.FieldIndex, store.FieldHost, store.FieldSource, store.FieldSourcetype:
			meta[f.Name] = scalarText(f.Value)
		default:
			fields = append(fields, f)
		}
	}
	g := m.of(meta[store.FieldIndex], meta[store.FieldSourcetype])
	if !hasRaw {
		raw = appendJSON(nil, Object(fields))
		fields = nil
	}
	if g.p.block.Full() {
		if err := m.flush(g); err != nil {
			return err
		}
	}
	g.add(raw, fields, us, meta[store.FieldHost], meta[store.FieldSource])
	return nil
}

func (m *Maker) of(index, sourcetype string) *given {
	key := [2]string{index, sourcetype}
	g := m.parsers[key]
	if g == nil {
		in := &input{name: "event", sourcetype: sourcetype, source: "-", host: "-", rules: &lineRules{}, o: m.o,
			clock: clock{zone: m.o.Zone, now: m.o.Now}}
		g = &given{p: newParser(in), index: index, defSrc: "test", defHost: defaultHost}
		g.reset()
		m.parsers[key] = g
		m.keys = append(m.keys, key)
	}
	return g
}

func (g *given) reset() {
	g.times, g.hosts, g.sources = nil, column.NewTextBuilder(), column.NewTextBuilder()
}

func (g *given) add(raw []byte, fields []Pair, us int64, host, source string) {
	g.p.res = &result{}
	reader := g.p.automatic(raw)
	for _, f := range fields {
		if strings.HasPrefix(f.Name, "_") && f.Name == store.FieldIndexTime {
			continue
		}
		id := g.p.block.Field(f.Name)
		g.p.block.Forget(id) // what is given wins over what the text says
		for _, v := range listOf(f.Value) {
			g.p.block.Put(id, []byte(v))
		}
	}
	if reader == "" && len(fields) > 0 {
		reader = ReaderIndexed
	}
	g.p.end(raw, reader)
	g.times = append(g.times, us)
	g.hosts.Append(orText(host, g.defHost))
	g.sources.Append(orText(source, g.defSrc))
}

func orText(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// flush hands out the events of g.
func (m *Maker) flush(g *given) error {
	if g.p.block.Rows() == 0 {
		return nil
	}
	return m.ready(g, g.build())
}

// build returns the events and starts afresh.
func (g *given) build() *column.Batch {
	n := g.p.block.Rows()
	b := g.p.block.Build()
	b.Drop(store.FieldTime)
	b.Drop(store.FieldIndexTime)
	out := column.NewBatch(n)
	out.Set(store.FieldTime, &column.Time{V: g.times})
	out.Set(store.FieldIndexTime, indexTime(g.p.in.o.Now.UnixMicro(), n))
	out.Set(store.FieldIndex, column.ConstText(g.index, n))
	out.Set(store.FieldHost, g.hosts.Build())
	out.Set(store.FieldSource, g.sources.Build())
	out.Set(store.FieldSourcetype, column.ConstText(g.p.in.sourcetype, n))
	out.Set(FieldReader, g.p.readers.Build())
	for i, name := range b.Names {
		if !out.Has(name) {
			out.Set(name, b.Cols[i])
		}
	}
	g.p.reset()
	g.reset()
	return out
}

// given reads a _time that was written by hand.
func (k *clock) given(v any) (int64, bool) {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMicro(), true
	case int:
		return int64(v) * 1e6, true
	case int64:
		return v * 1e6, true
	case float64:
		return int64(v*1e6 + 0.5), true
	case json.Number: // a number as it is written
		return k.given(v.String())
	case string:
		if us, ok := k.textStamp(v); ok {
			return us, true
		}
		if bareDigits(v) && v != "" {
			r := &reader{s: v}
			n := int64(0)
			for ; r.i < len(v) && v[r.i] != '.'; r.i++ {
				n = n*10 + int64(v[r.i]-'0')
			}
			var h hms
			r.fraction(&h)
			return n*1e6 + int64(h.micro), true
		}
	}
	return 0, false
}
