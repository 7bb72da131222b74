package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"spl/exec/column"
)

// The columns that Write needs, and those it treats apart.
const (
	timeField      = "_time"
	indexTimeField = "_indextime"
	rawField       = "_raw"
)

const (
	magic     = "PAR1"
	metaMagic = "SPLI"
	codecZstd = 6
)

// Options changes how files are written.
type Options struct {
	// KeepRaw stores the text of every event, for the users of other engines, even where columns and a
	// shape give it back.
	KeepRaw bool
}

// Write writes batches as the row groups of one file. All hold events of one index and sourcetype,
// ascending by _time, at most column.MaxRows each.
func Write(w io.Writer, groups []*column.Batch, opts Options) (*Meta, error) {
	f := &fileWriter{w: w, meta: &Meta{}}
	if !opts.KeepRaw {
		f.shaper = newShaper()
	}
	if err := f.plan(groups); err != nil {
		return nil, err
	}
	if err := f.put([]byte(magic)); err != nil {
		return nil, err
	}
	for _, g := range groups {
		if err := f.group(g); err != nil {
			return nil, err
		}
	}
	return f.meta, f.finish()
}

type fileWriter struct {
	w      io.Writer
	at     int64
	meta   *Meta
	shaper *shaper // nil: texts are stored
	chunks [][]*chunkWriter
	texts  []map[string]textColumn // by group: made by plan, used by group
}

func (f *fileWriter) put(b []byte) error {
	n, err := f.w.Write(b)
	f.at += int64(n)
	return err
}

// plan finds the columns and their types, which must hold for all groups.
func (f *fileWriter) plan(groups []*column.Batch) error {
	types := map[string]*Column{}
	f.meta.Hosts, f.meta.Sources = map[string]int64{}, map[string]int64{}
	for _, g := range groups {
		if err := f.check(g); err != nil {
			return err
		}
		texts := map[string]textColumn{}
		g = f.withShapes(g)
		for i, name := range g.Names {
			c := types[name]
			if c == nil {
				c = &Column{Name: name, Type: Integer}
				types[name] = c
			}
			if _, ok := g.Cols[i].(*column.Time); ok && (name == timeField || name == indexTimeField) {
				c.Type = Time
				continue
			}
			t := textColumnOf(g.Cols[i])
			texts[name] = t
			c.List = c.List || t.rows != nil
			if c.Type == Integer && !t.integers() {
				c.Type = Text
			}
			f.meta.count(name, &t)
		}
		f.texts = append(f.texts, texts)
	}
	for _, c := range types {
		if c.List || c.Type == Integer && special(c.Name) {
			c.Type = Text
		}
		f.meta.Columns = append(f.meta.Columns, *c)
	}
	sort.Slice(f.meta.Columns, func(i, j int) bool { return f.meta.Columns[i].Name < f.meta.Columns[j].Name })
	if f.shaper != nil {
		f.meta.Shapes = f.shaper.encode(f.meta.Find)
	}
	return nil
}

// withShapes replaces the texts that shapes give back. The group is the last one checked.
func (f *fileWriter) withShapes(g *column.Batch) *column.Batch {
	m := &f.meta.Groups[len(f.meta.Groups)-1]
	raw, ok := g.Col(rawField).(*column.Dict)
	if !ok {
		return g
	}
	for i := range raw.Codes {
		m.RawBytes += int64(len(raw.Text(i)))
	}
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	if f.shaper == nil {
		return g
	}
	ids, rest := f.shaper.split(g)
	if ids == nil {
		return g
	}
	for i := range g.N {
		if !ids.Null(i) {
			m.Shaped++
		}
	}
	g.Set(shapeField, ids)
	g.Set(rawField, rest)
	return g
}

// special columns are texts even if they look like numbers.
func special(name string) bool {
	return slices.Contains([]string{"host", "source", "sourcetype", "index", "_raw"}, name)
}

// check refuses what cannot be read back as it was.
func (f *fileWriter) check(g *column.Batch) error {
	t, ok := g.Col(timeField).(*column.Time)
	switch {
	case g.N == 0 || g.N > column.MaxRows || g.Sel != nil:
		return fmt.Errorf("a row group has 1 to %d rows, not %d", column.MaxRows, g.N)
	case !ok || t.Nulls.Any() || !slices.IsSorted(t.V):
		return errors.New("rows of a row group need ascending times")
	}
	if it, ok := g.Col(indexTimeField).(*column.Time); ok && it.Nulls.Any() {
		return errors.New("an event without _indextime")
	}
	m := f.meta
	index, sourcetype := g.Col("index").At(0).Text(), g.Col("sourcetype").At(0).Text()
	if m.Rows > 0 && (index != m.Index || sourcetype != m.Sourcetype) {
		return errors.New("a segment holds one index and sourcetype")
	}
	if m.Rows == 0 {
		m.Index, m.Sourcetype, m.Earliest, m.Latest = index, sourcetype, t.V[0], t.V[g.N-1]
	}
	m.Rows += int64(g.N)
	m.Earliest, m.Latest = min(m.Earliest, t.V[0]), max(m.Latest, t.V[g.N-1])
	m.Groups = append(m.Groups, Group{Rows: g.N, Earliest: t.V[0], Latest: t.V[g.N-1]})
	return nil
}

// count adds the events of a group to the counts by host or source.
func (m *Meta) count(name string, c *textColumn) {
	counts := &m.Hosts
	switch name {
	case "host":
	case "source":
		counts = &m.Sources
	default:
		return
	}
	if *counts == nil || len(*counts)+c.dict.Len() > maxListed {
		*counts = nil
		return
	}
	by := make([]int64, c.dict.Len())
	for _, k := range c.vals {
		by[k]++
	}
	for k, n := range by {
		(*counts)[c.dict.Text(k)] += n
	}
}

// group writes the chunks of a row group.
func (f *fileWriter) group(g *column.Batch) error {
	i := len(f.chunks)
	var row []*chunkWriter
	for _, col := range f.meta.Columns {
		var w *chunkWriter
		switch t, ok := f.texts[i][col.Name]; {
		case ok:
			if col.List && t.rep == nil {
				t.rep = column.NewBitmap(t.n)
			}
			w = writeTexts(&t, col)
		case col.Type == Time && g.Has(col.Name):
			w = writeTimes(g.Col(col.Name).(*column.Time))
		case col.Type == Time:
			return fmt.Errorf("column %s is missing in a row group", col.Name)
		default:
			t := fromDict(&column.Dict{Codes: make([]uint32, g.N), D: column.DictionaryOf()})
			t.rep = column.NewBitmap(t.n)
			w = writeTexts(&t, col)
		}
		w.Offset, w.Size, w.Sum = f.at, int64(len(w.pages)), checksum(w.pages)
		f.meta.Groups[i].Chunks = append(f.meta.Groups[i].Chunks, w.Chunk)
		if err := f.put(w.pages); err != nil {
			return err
		}
		w.pages = nil
		row = append(row, w)
	}
	f.texts[i] = nil
	f.chunks = append(f.chunks, row)
	if k := f.meta.Find(rawField); k >= 0 && f.meta.Groups[i].Shaped > 0 {
		f.rawBytes(&f.meta.Groups[i], &f.meta.Groups[i].Chunks[k])
	}
	return nil
}

// rawBytes finds the bytes that may occur in texts of which some are not stored: those of all columns
// and shapes, and those of escapes.
func (f *fileWriter) rawBytes(g *Group, raw *Chunk) {
	set := f.shaper.bytes
	raw.BytesKnown = true
	for i := range g.Chunks {
		if f.meta.Columns[i].Type == Time {
			continue
		}
		raw.BytesKnown = raw.BytesKnown && g.Chunks[i].BytesKnown
		if mayEscape(&g.Chunks[i]) {
			set.add("\\\"bfnrtu" + hexDigits)
		}
		for w, bits := range g.Chunks[i].Bytes {
			set[w] |= bits
		}
	}
	raw.Bytes = set
	if !raw.BytesKnown {
		raw.Bytes = byteSet{}
	}
}

// finish writes our index, then Parquet's footer. The index ends with its length and a mark, right in
// front of the footer: two reads find it, and other readers never see it.
func (f *fileWriter) finish() error {
	footer := f.footer()
	f.meta.Footer = checksum(footer)
	index := encoder().EncodeAll(f.meta.encode(), nil)
	index = binary.LittleEndian.AppendUint32(index, checksum(index))
	index = binary.LittleEndian.AppendUint32(index, uint32(len(index)-4))
	if err := f.put(append(index, metaMagic...)); err != nil {
		return err
	}
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	return f.put(append(footer, magic...))
}
