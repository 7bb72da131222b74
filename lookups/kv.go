package lookups

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"spl/exec/column"
)

// keyField is the field that identifies a record of a collection.
const keyField = "_key"

// collectionFile returns the name under which home keeps a collection: a record a line.
func collectionFile(collection string) string { return collection + ".kv.ndjson" }

// record is a record of a collection; its values are lists of one or more texts.
type record struct {
	key    string
	names  []string
	values [][]string
}

// collection returns the rows of a KV collection. One that was never written starts with the shipped
// CSV file of its name, if there is one, else empty.
func (l *Library) collection(d *Definition) (*Table, error) {
	name := collectionFile(d.Collection)
	t, err := l.cached(name, func(text []byte) (*Table, error) {
		records, err := readRecords(name, text)
		if err != nil {
			return nil, err
		}
		return tableOf(d.Collection, records), nil
	})
	if m := (*MissingError)(nil); errors.As(err, &m) {
		t, err = l.seed(d)
	}
	if err != nil {
		return nil, err
	}
	if len(d.FieldsList) > 0 {
		t = t.reshape(d.FieldsList)
	}
	return t, nil
}

// seed returns what a collection holds before it was ever written.
func (l *Library) seed(d *Definition) (*Table, error) {
	s, err := l.home.Stamp(collectionFile(d.Collection))
	if err != nil {
		return nil, err
	}
	f, ok := l.shipped(d.Collection + ".csv")
	if !ok || s.State == Deleted {
		return &Table{Name: d.Collection}, nil
	}
	text, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("read lookup table: %w", err)
	}
	return readCSV(d.Collection, text)
}

func readRecords(name string, text []byte) ([]record, error) {
	var p fastjson.Parser
	var out []record
	line := 0
	for len(text) > 0 {
		row, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		line++
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		v, err := p.ParseBytes(row)
		if err != nil {
			return nil, fmt.Errorf("read collection %s:%d: %w", name, line, err)
		}
		o, err := v.Object()
		if err != nil {
			return nil, fmt.Errorf("read collection %s:%d: %w", name, line, err)
		}
		var r record
		o.Visit(func(k []byte, v *fastjson.Value) {
			vs := jsonTexts(v)
			switch {
			case string(k) == keyField && len(vs) > 0:
				r.key = vs[0]
			case len(vs) > 0:
				r.names, r.values = append(r.names, string(k)), append(r.values, vs)
			}
		})
		out = append(out, r)
	}
	return out, nil
}

// jsonTexts returns the texts that a JSON value stands for; objects stay JSON.
func jsonTexts(v *fastjson.Value) []string {
	switch v.Type() {
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeString:
		return []string{string(v.GetStringBytes())}
	case fastjson.TypeArray:
		var out []string
		for _, e := range v.GetArray() {
			if e.Type() == fastjson.TypeArray {
				out = append(out, e.String())
				continue
			}
			out = append(out, jsonTexts(e)...)
		}
		return out
	}
	return []string{v.String()}
}

// tableOf returns the table of records; columns are in order of first appearance, the key is last.
func tableOf(name string, records []record) *Table {
	t := &Table{Name: name, Rows: len(records)}
	at := map[string]int{}
	var builders []*column.TextBuilder
	keys := column.NewTextBuilder()
	for row, r := range records {
		for i, n := range r.names {
			k, ok := at[n]
			if !ok {
				k = len(builders)
				at[strings.Clone(n)] = k
				b := column.NewTextBuilder()
				b.AppendNulls(row)
				builders = append(builders, b)
				t.Columns = append(t.Columns, n)
			}
			if builders[k].Len() == row {
				builders[k].AppendList(r.values[i])
			}
		}
		for _, b := range builders {
			if b.Len() == row {
				b.AppendNull()
			}
		}
		keys.Append(r.key)
	}
	for _, b := range builders {
		t.Cols = append(t.Cols, b.Build())
	}
	t.Columns, t.Cols = append(t.Columns, keyField), append(t.Cols, keys.Build())
	return t
}

// recordsOf returns the named columns of a batch as records; _key and other internal fields are kept only
// where fields asks for them.
func recordsOf(b *column.Batch, names, fields []string, keyName string) []record {
	out := make([]record, b.N)
	for _, name := range names {
		isKey := name == keyName || keyName == "" && name == keyField
		keep := name != keyField && (!column.Internal(name) || name == "_time")
		if len(fields) > 0 {
			keep = name != keyField && slices.Contains(fields, name)
		}
		v := column.AsText(b.Col(name))
		for r := range out {
			vs := v.At(r).List()
			if len(vs) == 0 {
				continue
			}
			if isKey {
				out[r].key = vs[0]
			}
			if keep {
				out[r].names, out[r].values = append(out[r].names, name), append(out[r].values, vs)
			}
		}
	}
	return out
}
