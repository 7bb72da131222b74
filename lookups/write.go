package lookups

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

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

// Write changes a table in home; shipped tables stay as they are but no longer show. A name without
// .csv must be one that is known. Columns are written in the order of rows.
func (l *Library) Write(ctx context.Context, name string, rows *column.Batch, m Mode) (Written, error) {
	d, err := l.resolve(name)
	if missing := (*MissingError)(nil); errors.As(err, &missing) && isCSV(name) {
		d, err = bare(name), nil
	}
	if err != nil {
		return Written{}, err
	}
	rows = rows.Compact()
	if m.Max > 0 && rows.N > m.Max {
		rows = column.Join(&column.Batch{N: rows.N, Names: rows.Names, Cols: rows.Cols, Ordered: rows.Ordered, Sel: firstRows(rows.N, m.Max)})
	}
	if len(rows.Names) == 0 {
		rows = column.NewBatch(0) // rows without fields leave nothing to write
	}
	if d.IsCollection() {
		return l.writeCollection(ctx, d, rows, m)
	}
	return l.writeFile(ctx, d.Filename, rows, m)
}

func firstRows(n, keep int) column.Bitmap {
	b := column.NewBitmap(n)
	for i := range keep {
		b.Set(i)
	}
	return b
}

func (l *Library) writeFile(ctx context.Context, file string, rows *column.Batch, m Mode) (Written, error) {
	done := Written{Rows: rows.N}
	if m.Append && isGzip(file) {
		return Written{}, fmt.Errorf("cannot append to the compressed lookup table %s", file)
	}
	err := l.home.Update(ctx, file, func() ([]byte, bool, error) {
		old, err := l.current(file)
		if err != nil {
			return nil, false, err
		}
		if rows.N == 0 {
			return done.empty(old != nil, m)
		}
		text, err := csvText(old, rows, m)
		if err != nil {
			return nil, false, fmt.Errorf("append to lookup table %s: %w", file, err)
		}
		text, err = deflate(file, text)
		return text, false, err
	})
	if err != nil {
		return Written{}, err
	}
	return done, nil
}

// current returns the text that the table has now, nil if there is no table.
func (l *Library) current(file string) ([]byte, error) {
	text, _, err := l.text(file)
	if m := (*MissingError)(nil); errors.As(err, &m) {
		return nil, nil
	}
	if text == nil {
		text = []byte{}
	}
	return text, err
}

// empty decides what writing no rows does to a table.
func (w *Written) empty(exists bool, m Mode) (text []byte, keep bool, err error) {
	switch {
	case m.Append, exists && !m.OverrideIfEmpty:
		w.Kept = true
		return nil, true, nil
	case m.CreateEmpty:
		return []byte{}, false, nil
	case !exists:
		w.Kept = true
		return nil, true, nil
	}
	w.Deleted = true
	return nil, false, nil
}

// csvText returns the new text of a CSV file. Appending keeps the old text and its header as they are.
func csvText(old []byte, rows *column.Batch, m Mode) ([]byte, error) {
	var out bytes.Buffer
	columns := slices.Clone(rows.Names)
	if m.MultivalueCSV {
		columns = withShadows(rows, columns)
	}
	isNew := !m.Append || len(bytes.TrimSpace(old)) == 0
	if !isNew {
		head, err := header(old)
		if err != nil {
			return nil, err
		}
		columns = head
		out.Write(old)
		if old[len(old)-1] != '\n' {
			out.WriteByte('\n')
		}
	}
	writeCSV(&out, rows, columns, isNew)
	return out.Bytes(), nil
}

func (l *Library) writeCollection(ctx context.Context, d *Definition, rows *column.Batch, m Mode) (Written, error) {
	done := Written{Rows: rows.N}
	file := collectionFile(d.Collection)
	err := l.home.Update(ctx, file, func() ([]byte, bool, error) {
		if rows.N == 0 && (m.Append || !m.OverrideIfEmpty) {
			done.Kept = true
			return nil, true, nil
		}
		var old []record
		if m.Append {
			t, err := l.collection(&Definition{Collection: d.Collection})
			if err != nil {
				return nil, false, err
			}
			old = recordsOf(&column.Batch{N: t.Rows, Names: t.Columns, Cols: t.Cols}, t.Columns, "")
		}
		add := recordsOf(rows, d.FieldsList, m.KeyField)
		records, inserted := l.merge(old, add, m)
		done.Rows = inserted
		text, err := writeRecords(records)
		if text == nil {
			text = []byte{}
		}
		return text, false, err
	})
	if err != nil {
		return Written{}, fmt.Errorf("write collection %s: %w", d.Collection, err)
	}
	return done, nil
}

// merge puts records into a collection: a known key replaces the whole record, unless only inserting
// is allowed; a record without a key gets a new one. It returns how many records were written.
func (l *Library) merge(old, add []record, m Mode) ([]record, int) {
	at := make(map[string]int, len(old)+len(add))
	next := 0
	newKey := func() string {
		if l.NewKey != nil {
			if k := l.NewKey(); k != "" && !has(at, k) {
				return k
			}
		}
		for {
			next++
			if k := fmt.Sprintf("%024x", next); !has(at, k) {
				return k
			}
		}
	}
	out := make([]record, 0, len(old)+len(add))
	for _, r := range add {
		if r.key != "" {
			at[r.key] = -1 // taken: a generated key must not meet it later
		}
	}
	for _, r := range old {
		if r.key == "" {
			r.key = newKey()
		}
		at[r.key] = len(out)
		out = append(out, r)
	}
	written := 0
	for _, r := range add {
		if r.key == "" {
			r.key = newKey()
		}
		switch i, ok := at[r.key]; {
		case !ok || i < 0:
			at[r.key] = len(out)
			out = append(out, r)
		case m.InsertOnly:
			continue
		default:
			out[i] = r
		}
		written++
	}
	return out, written
}

func has(set map[string]int, key string) bool {
	_, ok := set[key]
	return ok
}
