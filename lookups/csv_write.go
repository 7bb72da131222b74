package lookups

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"

	"spl/exec/column"
)

// csvWriter writes rows as CSV. columns names what to write, fields which of them are columns of the rows;
// one that a batch lacks is left empty. The shadow column of a field holds its lists.
type csvWriter struct {
	w       io.Writer
	columns []string
	fields  []string
	buf     []byte
}

// csvFlush is how many bytes of text are written at once.
const csvFlush = 1 << 16

func (c *csvWriter) header() {
	for i, name := range c.columns {
		c.cell(name, i)
	}
	c.buf = append(c.buf, '\n')
}

// rows writes all rows of a batch.
func (c *csvWriter) rows(b *column.Batch) error {
	cells := make([]func(int) string, len(c.columns))
	for i, name := range c.columns {
		cells[i] = c.cellsOf(b, name)
	}
	for r := range b.N {
		for i := range cells {
			c.cell(cells[i](r), i)
		}
		c.buf = append(c.buf, '\n')
		if len(c.buf) >= csvFlush {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	if err != nil {
		return fmt.Errorf("write lookup table: %w", err)
	}
	return nil
}

// cellsOf returns the text of a column's cells. Values of a list are joined by a blank.
func (c *csvWriter) cellsOf(b *column.Batch, name string) func(int) string {
	base, shadow := strings.CutPrefix(name, mvPrefix)
	if shadow && !slices.Contains(c.fields, name) {
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

// cell writes cell i of a row, in quotes where a reader needs them. The only cell of a row is quoted when
// it is empty: an empty line is no row.
func (c *csvWriter) cell(s string, i int) {
	if i > 0 {
		c.buf = append(c.buf, ',')
	}
	if !strings.ContainsAny(s, ",\"\r\n") && (s != "" || len(c.columns) > 1) && strings.TrimSpace(s) == s {
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, strings.ReplaceAll(s, `"`, `""`)...)
	c.buf = append(c.buf, '"')
}

// withShadows returns columns with the shadow column of every field that holds a list after it.
func withShadows(columns []string, holdsList map[string]bool) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c)
		if holdsList[c] && !slices.Contains(columns, mvPrefix+c) {
			out = append(out, mvPrefix+c)
		}
	}
	return out
}

// header returns the column names of a CSV text as they stand there.
func header(text io.Reader) ([]string, error) {
	r := bufio.NewReader(text)
	if mark, err := r.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		if _, err := r.Discard(len(byteOrderMark)); err != nil {
			return nil, err
		}
	}
	rec, err := newReader(r).Read()
	if err == io.EOF {
		return nil, nil
	}
	out := make([]string, len(rec))
	for i, s := range rec {
		out[i] = strings.Clone(strings.TrimSpace(s))
	}
	return out, err
}

const byteOrderMark = "\ufeff"

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
