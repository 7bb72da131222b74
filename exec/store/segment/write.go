package segment

import (
	"encoding/binary"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

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

// Write writes row groups, all of one index and sourcetype, as a file. It uses them up.
func Write(w io.Writer, groups []*Prepared) (*Meta, error) {
	f := &fileWriter{w: w, meta: &Meta{}}
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
		*g = Prepared{}
	}
	return f.meta, f.finish()
}

type fileWriter struct {
	w      io.Writer
	at     int64
	meta   *Meta
	chunks [][]*chunkWriter
}

func (f *fileWriter) put(b []byte) error {
	n, err := f.w.Write(b)
	f.at += int64(n)
	return err
}

// group writes the chunks of a row group.
func (f *fileWriter) group(g *Prepared) error {
	row := make([]*chunkWriter, len(f.meta.Columns))
	blooms := make([]bloomFilter, len(row))
	for k := range row {
		if c := g.chunks[f.meta.Columns[k].Name]; c != nil {
			blooms[k] = c.bloom
		}
		var err error
		if row[k], err = g.chunk(f.meta.Columns[k]); err != nil {
			return err
		}
	}
	m := &f.meta.Groups[len(f.chunks)]
	for _, w := range row {
		w.Part = Part{f.at, int64(len(w.pages)), checksum(w.pages)}
		m.Chunks = append(m.Chunks, w.Chunk)
		if err := f.put(w.pages); err != nil {
			return err
		}
		w.pages = nil
	}
	if err := f.putBlooms(m, blooms); err != nil {
		return err
	}
	f.chunks = append(f.chunks, row)
	if k := f.meta.Find(rawField); k >= 0 && m.Shaped > 0 {
		f.rawBytes(m, &m.Chunks[k], shapeBytes(g.shapes))
	}
	return nil
}

// chunk makes the pages of a column.
func (p *Prepared) chunk(col Column) (*chunkWriter, error) {
	c := p.chunks[col.Name]
	switch {
	case c != nil && c.col == col:
		return c.pages, nil
	case col.Type == Time || c != nil && c.col.Type == Time:
		return nil, fmt.Errorf("column %s holds times in some row groups only", col.Name)
	case c == nil:
		t := fromDict(&column.Dict{Codes: make([]uint32, p.Rows), D: column.DictionaryOf()})
		return writeTexts(&t, col), nil
	}
	// Other groups have lists or other texts in this column.
	r := &chunkReader{src: c.pages.pages, rows: p.Rows, col: c.col, values: c.pages.Values}
	v, err := r.read()
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", col.Name, err)
	}
	t := textColumnOf(v)
	return writeTexts(&t, col), nil
}

// parallel calls f for 0 to n-1 on all processors and returns the first error.
func parallel(n int, f func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { return f(i) })
	}
	return g.Wait()
}

// rawBytes finds the bytes that may occur in texts of which some are not stored: those of all columns
// and shapes, and those of escapes.
func (f *fileWriter) rawBytes(g *Group, raw *Chunk, set byteSet) {
	raw.BytesKnown = true
	for i := range g.Chunks {
		if f.meta.Columns[i].Type == Time {
			continue
		}
		raw.BytesKnown = raw.BytesKnown && g.Chunks[i].BytesKnown
		if mayEscape(&g.Chunks[i]) {
			set.add("\\\"bfnrtu" + "0123456789abcdef")
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
