package lookups

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"

	"spl/exec/column"
)

// writeCSV appends the header, if asked for, and the rows of b. columns names what to write; one that
// b lacks is left empty. A name in lists gets its multivalues into its shadow column.
func writeCSV(out *bytes.Buffer, b *column.Batch, columns []string, header bool) {
	cells := make([]func(int) string, len(columns))
	for i, name := range columns {
		cells[i] = cellsOf(b, name)
	}
	if header {
		for i, name := range columns {
			writeCell(out, name, i > 0, len(columns) == 1)
		}
		out.WriteByte('\n')
	}
	for r := range b.N {
		for i := range columns {
			writeCell(out, cells[i](r), i > 0, len(columns) == 1)
		}
		out.WriteByte('\n')
	}
}

// cellsOf returns the text of a column's cells. Values of a list are joined by a blank; the shadow
// column of a field holds its lists.
func cellsOf(b *column.Batch, name string) func(int) string {
	base, shadow := strings.CutPrefix(name, mvPrefix)
	if shadow && !b.Has(name) {
		l, ok := column.AsText(b.Col(base)).(*column.List)
		if !ok {
			return func(int) string { return "" }
		}
		return func(i int) string {
			if vs := l.Values(i, nil); len(vs) > 1 {
				return encodeMV(vs)
			}
			return ""
		}
	}
	switch v := column.AsText(b.Col(name)).(type) {
	case *column.Dict:
		return v.Text
	case *column.List:
		return func(i int) string { return strings.Join(v.Values(i, nil), " ") }
	}
	return func(int) string { return "" }
}

// writeCell writes a cell, in quotes where a reader needs them. The only cell of a row is quoted when
// it is empty: an empty line is no row.
func writeCell(out *bytes.Buffer, s string, comma, only bool) {
	if comma {
		out.WriteByte(',')
	}
	if !strings.ContainsAny(s, ",\"\r\n") && !(only && s == "") && strings.TrimSpace(s) == s {
		out.WriteString(s)
		return
	}
	out.WriteByte('"')
	out.WriteString(strings.ReplaceAll(s, `"`, `""`))
	out.WriteByte('"')
}

// withShadows returns columns with the shadow column of every field that holds a list after it.
func withShadows(b *column.Batch, columns []string) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c)
		if _, ok := column.AsText(b.Col(c)).(*column.List); ok && !slices.Contains(columns, mvPrefix+c) {
			out = append(out, mvPrefix+c)
		}
	}
	return out
}

// header returns the column names of a CSV text as they stand there.
func header(text []byte) ([]string, error) {
	rec, err := newReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).Read()
	if err == io.EOF {
		return nil, nil
	}
	out := make([]string, len(rec))
	for i, s := range rec {
		out[i] = strings.Clone(strings.TrimSpace(s))
	}
	return out, err
}

func isGzip(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".gz") }

func inflate(name string, text []byte) ([]byte, error) {
	if !isGzip(name) || len(text) == 0 {
		return text, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read lookup table %s: %w", name, err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read lookup table %s: %w", name, err)
	}
	return out, nil
}

func deflate(name string, text []byte) ([]byte, error) {
	if !isGzip(name) {
		return text, nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("compress lookup table %s: %w", name, err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress lookup table %s: %w", name, err)
	}
	return b.Bytes(), nil
}
