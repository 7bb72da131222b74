package ingest

import (
	"slices"

	"spl/exec/column"
	"spl/exec/store"
)

// reserved are the default fields that the text of an event cannot set. A field of the text with such
// a name becomes extracted_<name>, as Splunk does for indexed extractions.
var reserved = []string{store.FieldIndex, store.FieldHost, store.FieldSource, store.FieldSourcetype}

// defaultHost is the host of events that come without one.
const defaultHost = "localhost"

// finish adds the default fields to the rows of a block.
func (p *parser) finish(b *column.Batch) *column.Batch {
	t := p.times(b)
	for _, n := range []string{store.FieldTime, store.FieldIndexTime, FieldReader} {
		b.Drop(n)
	}
	out := column.NewBatch(b.N)
	out.Set(store.FieldTime, t)
	out.Set(store.FieldIndexTime, indexTime(p.in.o.Now.UnixMicro(), b.N))
	out.Set(store.FieldIndex, column.ConstText(p.in.o.Index, b.N))
	out.Set(store.FieldHost, p.hostOf(b))
	out.Set(store.FieldSource, p.sourceOf(b))
	out.Set(store.FieldSourcetype, column.ConstText(p.in.sourcetype, b.N))
	out.Set(FieldReader, p.readers.Build())
	for i, n := range b.Names {
		if n != shown(n) && b.Has(shown(n)) {
			continue
		}
		if p.in.o.Want == nil || p.in.o.Want(shown(n)) {
			out.Names, out.Cols = append(out.Names, shown(n)), append(out.Cols, b.Cols[i])
		}
	}
	return out
}

// notAsRead tells the fields of a text that are not in the batch under their names: their texts cannot be
// put together again.
func notAsRead(name string) bool {
	switch name {
	case store.FieldTime, store.FieldIndexTime, store.FieldRaw, FieldReader, "_shape":
		return true
	}
	return shown(name) != name
}

// shown is the name under which a field of the text is kept.
func shown(name string) string {
	if slices.Contains(reserved, name) {
		return "extracted_" + name
	}
	return name
}

func indexTime(us int64, n int) *column.Time {
	out := &column.Time{V: make([]int64, n)}
	for i := range out.V {
		out.V[i] = us
	}
	return out
}

// times finds _time of the rows; those without stay null until the order of the batches is known.
func (p *parser) times(b *column.Batch) *column.Time {
	k, o := &p.in.clock, p.in.o
	out := &column.Time{V: make([]int64, b.N), Nulls: column.FullBitmap(b.N)}
	if o.TimeField != "" {
		out = k.fieldTimes(b, []string{o.TimeField}, o.TimeFormat)
	}
	var rest *column.Time
	switch p.in.shape.format {
	case XMLEvents:
		rest = k.fieldTimes(b, xmlTimeFields, "")
	case Text:
		rest = p.textTimes(b)
	default:
		format := ""
		if o.TimeField == "" {
			format = o.TimeFormat
		}
		rest = k.fieldTimes(b, p.in.rules.timeFields(), format)
	}
	return coalesce(out, rest)
}

// textTimes are the times found in the lines, and the time fields of lines that are JSON.
func (p *parser) textTimes(b *column.Batch) *column.Time {
	out := &column.Time{V: slices.Clone(p.stamps), Nulls: column.FullBitmap(b.N)}
	out.Nulls.AndNot(p.found)
	if !p.json.Any() {
		return out
	}
	fields := p.in.clock.fieldTimes(b, p.in.rules.timeFields(), "")
	p.json.Each(func(i int) {
		if !fields.Null(i) {
			out.V[i] = fields.V[i]
			out.Nulls.Clear(i)
		}
	})
	return out
}

// coalesce takes b's times where a has none.
func coalesce(a, b *column.Time) *column.Time {
	if a.Nulls == nil {
		return a
	}
	for i := range a.V {
		if a.Nulls.Get(i) && !b.Nulls.Get(i) {
			a.V[i] = b.V[i]
			a.Nulls.Clear(i)
		}
	}
	if !a.Nulls.Any() {
		a.Nulls = nil
	}
	return a
}

func (p *parser) hostOf(b *column.Batch) column.Vec {
	def := p.in.host
	if def == "" {
		def = defaultHost
	}
	switch {
	case p.hosts != nil:
		return orElse(padded(p.hosts, b.N), "", def)
	case p.in.host == "" && p.in.shape.windows && !b.Has("Computer"):
		return orElse(b.Col("Hostname"), "", def)
	case p.in.host == "" && (p.in.shape.format == XMLEvents || p.in.shape.windows):
		return orElse(b.Col("Computer"), "", def)
	}
	return column.ConstText(def, b.N)
}

func (p *parser) sourceOf(b *column.Batch) column.Vec {
	switch {
	case p.sources != nil:
		return orElse(padded(p.sources, b.N), "", p.in.name)
	case p.in.source != "":
		return column.ConstText(p.in.source, b.N)
	}
	return orElse(b.Col("Channel"), "XmlWinEventLog:", p.in.name)
}

func padded(b *column.TextBuilder, n int) column.Vec {
	b.AppendNulls(n - b.Len())
	return b.Build()
}

// orElse puts prefix before the first value of every row and def where there is none.
func orElse(v column.Vec, prefix, def string) column.Vec {
	out := column.NewTextBuilder()
	codes, d := firstCodes(v)
	if d == nil {
		return column.ConstText(def, v.Len())
	}
	buf := []byte(prefix)
	for i := range v.Len() {
		if c := codes(i); c != 0 {
			buf = append(buf[:len(prefix)], d.Text(int(c-1))...)
			out.AppendBytes(buf)
			continue
		}
		out.Append(def)
	}
	return out.Build()
}

// undated gives the rows without a time that of the row before, the first ones last; it returns the
// time of the last row.
func undated(b *column.Batch, last int64) int64 {
	t := b.Cols[0].(*column.Time)
	if t.Nulls == nil {
		return t.V[len(t.V)-1]
	}
	for i := range t.V {
		if t.Nulls.Get(i) {
			t.V[i] = last
		}
		last = t.V[i]
	}
	t.Nulls = nil
	return last
}
