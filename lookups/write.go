package lookups

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode"

	"spl/exec/column"
)

// Mode says how Write changes a table; the fields are outputlookup's options. OverrideIfEmpty is true
// by default in SPL; Append is as well where KeyField is set.
type Mode struct {
	Append          bool
	CreateEmpty     bool
	OverrideIfEmpty bool
	Max             int    // the most rows to write; 0: all
	KeyField        string // collections: the field whose value is the record's key
	InsertOnly      bool   // collections: allow_updates=false
	MultivalueCSV   bool   // output_format=splunk_mv_csv
}

// Written is what a write did.
type Written struct {
	Rows    int  // rows written by this call
	Deleted bool // there were no rows and the table is gone
	Kept    bool // the table was left as it was
}

// Rows are what a write writes.
type Rows struct {
	N     int
	Names []string // of the columns, in their order
	// Each hands the rows to f batch by batch, in order and whatever is selected, each time it is called.
	// A batch may lack columns.
	Each func(f func(b *column.Batch) error) error
	// Hold takes so many bytes of memory until the write is over; nil: nobody counts them.
	Hold func(bytes int64) error
}

// RowsOf returns the selected rows of one batch.
func RowsOf(b *column.Batch) Rows {
	b = b.Compact()
	return Rows{N: b.N, Names: b.Names, Each: func(f func(*column.Batch) error) error { return f(b) }}
}

// first returns the first n rows.
func (r Rows) first(n int) Rows {
	if n >= r.N {
		return r
	}
	each := r.Each
	r.N = n
	r.Each = func(f func(*column.Batch) error) error {
		left := n
		return each(func(b *column.Batch) error {
			if b.N > left {
				b = b.Copy()
				b.Sel = firstRows(b.N, left)
				b = b.Compact()
			}
			left -= b.N
			return f(b)
		})
	}
	return r
}

func firstRows(n, keep int) column.Bitmap {
	b := column.NewBitmap(n)
	for i := range keep {
		b.Set(i)
	}
	return b
}

// Write changes a table in home; shipped tables stay as they are but no longer show. A name without
// .csv must be one that is known. A write that fails leaves the table as it was.
func (l *Library) Write(ctx context.Context, name string, rows Rows, m Mode) (Written, error) {
	d, err := l.resolve(name)
	if missing := (*MissingError)(nil); errors.As(err, &missing) && isCSV(name) {
		d, err = bare(name), nil
	}
	if err != nil {
		return Written{}, err
	}
	if m.Max > 0 {
		rows = rows.first(m.Max)
	}
	if len(rows.Names) == 0 {
		rows.N = 0 // rows without fields leave nothing to write
	}
	if d.IsCollection() {
		return l.writeCollection(ctx, d, rows, m)
	}
	return l.writeFile(ctx, d.Filename, rows, m)
}

func (l *Library) writeFile(ctx context.Context, file string, rows Rows, m Mode) (Written, error) {
	done := Written{Rows: rows.N}
	if m.Append && isGzip(file) {
		return Written{}, fmt.Errorf("cannot append to the compressed lookup table %s", file)
	}
	err := l.home.Update(ctx, file, func(w io.Writer) (Outcome, error) {
		if rows.N == 0 {
			exists, err := l.hasFile(file)
			return done.empty(exists, m), err
		}
		if !isGzip(file) {
			return Replace, l.writeText(w, file, rows, m)
		}
		z := gzip.NewWriter(w)
		return Replace, errors.Join(l.writeText(z, file, rows, m), z.Close())
	})
	if err != nil {
		return Written{}, err
	}
	return done, nil
}

// empty decides what writing no rows does to a table.
func (w *Written) empty(exists bool, m Mode) Outcome {
	switch {
	case m.Append, exists && !m.OverrideIfEmpty:
		w.Kept = true
		return Keep
	case m.CreateEmpty:
		return Replace
	case !exists:
		w.Kept = true
		return Keep
	}
	w.Deleted = true
	return Delete
}

// writeText writes the new text of a CSV file. Appending keeps the old text and its header as they are.
func (l *Library) writeText(w io.Writer, file string, rows Rows, m Mode) error {
	c := &csvWriter{w: w, columns: rows.Names, fields: rows.Names}
	if m.MultivalueCSV {
		lists, err := rows.lists()
		if err != nil {
			return err
		}
		c.columns = withShadows(c.columns, lists)
	}
	isNew := true
	if m.Append {
		old, err := l.copyOld(w, file)
		if err != nil {
			return fmt.Errorf("append to lookup table %s: %w", file, err)
		}
		if old != nil {
			isNew, c.columns = false, *old
		}
	}
	if isNew {
		c.header()
	}
	if err := rows.Each(c.rows); err != nil {
		return err
	}
	return c.flush()
}

// lists returns the fields that hold lists.
func (r Rows) lists() (map[string]bool, error) {
	out := map[string]bool{}
	return out, r.Each(func(b *column.Batch) error {
		for _, n := range r.Names {
			if _, ok := column.AsText(b.Col(n)).(*column.List); ok {
				out[n] = true
			}
		}
		return nil
	})
}

// copyOld writes the text that a file has now, ending it with a newline, and returns its columns; nil if
// there is no text but blanks.
func (l *Library) copyOld(w io.Writer, file string) (*[]string, error) {
	read := func(f func(r io.Reader) error) error {
		r, _, err := l.reader(file)
		if err != nil {
			return err
		}
		defer r.Close()
		return f(r)
	}
	blank := true
	err := read(func(r io.Reader) (err error) { blank, err = isBlank(r); return err })
	if m := (*MissingError)(nil); errors.As(err, &m) || err == nil && blank {
		return nil, nil
	}
	var columns []string
	if err == nil {
		err = read(func(r io.Reader) (err error) { columns, err = header(r); return err })
	}
	if err == nil {
		end := &lastByte{w: w}
		err = read(func(r io.Reader) error { _, err := io.Copy(end, r); return err })
		if err == nil && end.b != '\n' {
			_, err = w.Write([]byte{'\n'})
		}
	}
	return &columns, err
}

// isBlank reports whether a text holds nothing but space.
func isBlank(text io.Reader) (bool, error) {
	r := bufio.NewReader(text)
	for {
		c, _, err := r.ReadRune()
		if err == io.EOF {
			return true, nil
		}
		if err != nil || !unicode.IsSpace(c) {
			return false, err
		}
	}
}

// lastByte passes a text on and remembers its end.
type lastByte struct {
	w io.Writer
	b byte
}

func (l *lastByte) Write(p []byte) (int, error) {
	if len(p) > 0 {
		l.b = p[len(p)-1]
	}
	return l.w.Write(p)
}
