package lookups

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/gocarina/gocsv"

	"spl/exec/column"
)

// mvPrefix marks the shadow column that keeps a multivalue's list.
const mvPrefix = "__mv_"

// nullCell decides whether a cell of a file holds nothing. The file cannot tell an absent value from
// an empty one (docs/compat.md: empty lookup cells).
func nullCell(s string) bool { return s == "" }

// newReader reads cells as they are: blanks kept, stray quotes taken literally, rows of any length.
func newReader(r io.Reader) gocsv.CSVReader {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	c.ReuseRecord = true
	return c
}

// readCSV reads a table; text without any line is a table without columns.
func readCSV(name string, text []byte) (*Table, error) {
	r := newReader(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	t := &Table{Name: name}
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return t, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read lookup table %s: %w", name, err)
	}
	c := newCSVColumns(head, &t.Report)
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read lookup table %s: %w", name, err)
		}
		c.add(rec)
		t.Rows++
	}
	t.Columns = c.names
	for _, b := range c.builders {
		t.Cols = append(t.Cols, b.Build())
	}
	return t, nil
}

// csvColumns turns records into columns.
type csvColumns struct {
	width    int
	report   *Report
	names    []string
	builders []*column.TextBuilder
	cell     []int // per column: its place in a record
	list     []int // per column: the place of its shadow column, or -1
}

func newCSVColumns(head []string, report *Report) *csvColumns {
	c := &csvColumns{width: len(head), report: report}
	at := map[string]int{}
	for i, name := range head {
		name = strings.ToValidUTF8(strings.TrimSpace(name), "\ufffd")
		if _, ok := at[name]; ok {
			report.Repeated = append(report.Repeated, name)
			continue
		}
		at[strings.Clone(name)] = i
	}
	for i, name := range head {
		name = strings.Clone(strings.ToValidUTF8(strings.TrimSpace(name), "\ufffd"))
		base, shadow := strings.CutPrefix(name, mvPrefix)
		if _, ok := at[base]; shadow && ok || name == "" || at[name] != i {
			continue
		}
		list, ok := at[mvPrefix+name]
		if !ok {
			list = -1
		}
		c.names = append(c.names, name)
		c.builders = append(c.builders, column.NewTextBuilder())
		c.cell, c.list = append(c.cell, i), append(c.list, list)
	}
	return c
}

func (c *csvColumns) add(rec []string) {
	switch {
	case len(rec) < c.width:
		c.report.Short++
	case len(rec) > c.width:
		c.report.Long++
	}
	for i, b := range c.builders {
		if l := c.list[i]; l >= 0 && l < len(rec) && rec[l] != "" {
			if vs, ok := decodeMV(rec[l]); ok {
				b.AppendList(vs)
				continue
			}
		}
		if c.cell[i] >= len(rec) || nullCell(rec[c.cell[i]]) {
			b.AppendNull()
			continue
		}
		s := rec[c.cell[i]]
		if !utf8.ValidString(s) {
			c.report.BadUTF8++
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		b.Append(s)
	}
}

// decodeMV reads "$a$;$b$", in which a doubled $ stands for one.
func decodeMV(s string) ([]string, bool) {
	var out []string
	for {
		if !strings.HasPrefix(s, "$") {
			return nil, false
		}
		s = s[1:]
		var b strings.Builder
		for {
			i := strings.IndexByte(s, '$')
			if i < 0 {
				return nil, false
			}
			b.WriteString(s[:i])
			s = s[i+1:]
			if !strings.HasPrefix(s, "$") {
				break
			}
			b.WriteByte('$')
			s = s[1:]
		}
		out = append(out, b.String())
		if s == "" {
			return out, true
		}
		if !strings.HasPrefix(s, ";") {
			return nil, false
		}
		s = s[1:]
	}
}

// encodeMV is the inverse of decodeMV.
func encodeMV(vs []string) string {
	var b strings.Builder
	for i, v := range vs {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte('$')
		b.WriteString(strings.ReplaceAll(v, "$", "$$"))
		b.WriteByte('$')
	}
	return b.String()
}
