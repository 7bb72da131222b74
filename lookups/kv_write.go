package lookups

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"spl/exec/column"
)

func (l *Library) writeCollection(ctx context.Context, d *Definition, rows Rows, m Mode) (Written, error) {
	done := Written{Rows: rows.N}
	file := collectionFile(d.Collection)
	err := l.home.Update(ctx, file, func(w io.Writer) (Outcome, error) {
		if rows.N == 0 && (m.Append || !m.OverrideIfEmpty) {
			done.Kept = true
			return Keep, nil
		}
		var old []record
		if m.Append {
			t, err := l.collection(&Definition{Collection: d.Collection})
			if err != nil {
				return Keep, err
			}
			old = recordsOf(&column.Batch{N: t.Rows, Names: t.Columns, Cols: t.Cols}, t.Columns, t.Columns, "")
		}
		if rows.N == 0 {
			rows.Each = func(func(*column.Batch) error) error { return nil }
		}
		add := func(f func([]record) error) error {
			return rows.Each(func(b *column.Batch) error { return f(recordsOf(b, rows.Names, d.FieldsList, m.KeyField)) })
		}
		keys := &keySet{new: l.NewKey, at: map[string]int{}}
		var err error
		if slices.Contains(rows.Names, cmp.Or(m.KeyField, keyField)) {
			done.Rows, err = keys.replace(w, old, rows, m, add)
		} else {
			done.Rows, err = keys.append(w, old, add)
		}
		return Replace, err
	})
	if err != nil {
		return Written{}, fmt.Errorf("write collection %s: %w", d.Collection, err)
	}
	return done, nil
}

// append writes the records of a collection and, behind them, records without a key, which get new ones.
// It returns how many these were.
func (k *keySet) append(w io.Writer, old []record, add func(func([]record) error) error) (written int, err error) {
	for i := range old {
		k.take(&old[i], i)
	}
	if err := writeRecords(w, old); err != nil {
		return 0, err
	}
	return written, add(func(some []record) error {
		for i := range some {
			some[i].key = k.next()
			if k.new != nil { // numbers do not come twice
				k.at[some[i].key] = -1
			}
		}
		written += len(some)
		return writeRecords(w, some)
	})
}

// replace puts records with keys into a collection and writes it. All of them are held until then.
func (k *keySet) replace(w io.Writer, old []record, rows Rows, m Mode, add func(func([]record) error) error) (written int, err error) {
	var more []record
	err = add(func(some []record) error {
		more = append(more, some...)
		return rows.hold(some)
	})
	if err != nil {
		return 0, err
	}
	records, written := k.merge(old, more, m)
	return written, writeRecords(w, records)
}

// hold takes the memory of records, which wait for those they may replace.
func (r Rows) hold(records []record) error {
	if r.Hold == nil {
		return nil
	}
	size := int64(0)
	for _, rec := range records {
		size += 2*recordBytes + int64(len(rec.key)) // it is in the index of keys, too
		for _, vs := range rec.values {
			size += 40
			for _, s := range vs {
				size += 16 + int64(len(s))
			}
		}
	}
	return r.Hold(size)
}

// recordBytes is about what a record takes beside its values.
const recordBytes = 64

// keySet is the keys of a collection and the places of their records, -1 for none.
type keySet struct {
	new    func() string // see Library.NewKey
	at     map[string]int
	number int
}

// next returns a key that is not taken.
func (k *keySet) next() string {
	if k.new != nil {
		if key := k.new(); key != "" && !k.has(key) {
			return key
		}
	}
	for {
		k.number++
		if key := fmt.Sprintf("%024x", k.number); !k.has(key) {
			return key
		}
	}
}

func (k *keySet) has(key string) bool {
	_, ok := k.at[key]
	return ok
}

// take notes the place of a record, which gets a key if it has none.
func (k *keySet) take(r *record, place int) {
	if r.key == "" {
		r.key = k.next()
	}
	k.at[r.key] = place
}

// merge puts records into a collection: a known key replaces the whole record, unless only inserting
// is allowed; a record without a key gets a new one. It returns how many records were written.
func (k *keySet) merge(old, add []record, m Mode) ([]record, int) {
	out := make([]record, 0, len(old)+len(add))
	for _, r := range add {
		if r.key != "" {
			k.at[r.key] = -1 // taken: a generated key must not meet it later
		}
	}
	for _, r := range old {
		k.take(&r, len(out))
		out = append(out, r)
	}
	written := 0
	for _, r := range add {
		if r.key == "" {
			r.key = k.next()
		}
		switch i, ok := k.at[r.key]; {
		case !ok || i < 0:
			k.at[r.key] = len(out)
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

func writeRecords(w io.Writer, records []record) error {
	var out bytes.Buffer
	for _, r := range records {
		out.Reset()
		out.WriteString(`{"_key":`)
		if err := writeJSON(&out, r.key); err != nil {
			return err
		}
		for i, n := range r.names {
			var v any = r.values[i]
			if len(r.values[i]) == 1 {
				v = r.values[i][0]
			}
			out.WriteByte(',')
			if err := errors.Join(writeJSON(&out, n), out.WriteByte(':'), writeJSON(&out, v)); err != nil {
				return err
			}
		}
		out.WriteString("}\n")
		if _, err := w.Write(out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(out *bytes.Buffer, v any) error {
	text, err := json.Marshal(v)
	out.Write(text)
	return err
}
