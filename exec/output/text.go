package output

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"spl/exec/column"
)

// csvWriter writes a header and a line a row; a multivalue is one cell of lines. The columns are those of
// all rows, so rows wait for the end unless a command fixed the columns.
type csvWriter struct {
	w    io.Writer
	o    Options
	held []*column.Batch
}

// Write keeps the rows for Close.
func (c *csvWriter) Write(b *column.Batch) error {
	c.held = append(c.held, b)
	return nil
}

// Close writes everything. No rows and no columns: nothing.
func (c *csvWriter) Close() error {
	names := columnsOf(c.held)
	if len(names) == 0 {
		return nil
	}
	w := csv.NewWriter(c.w)
	if err := w.Write(names); err != nil {
		return err
	}
	cells := make([]string, len(names))
	for _, b := range c.held {
		for r := range b.N {
			for i, n := range names {
				cells[i] = strings.Join(Cells(n, b.Col(n), r, c.o.Zone), "\n")
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
	}
	w.Flush()
	return w.Error()
}

// rawWriter writes the text of events, a line each.
type rawWriter struct{ w io.Writer }

// Write writes _raw of every row; results without it cannot be shown this way.
func (w *rawWriter) Write(b *column.Batch) error {
	if b.N > 0 && !b.Has("_raw") {
		return fmt.Errorf("the result has no _raw: -o raw shows events, not tables")
	}
	bw := bufio.NewWriter(w.w)
	raw := b.Col("_raw")
	for i := range b.N {
		if _, err := bw.WriteString(raw.At(i).Text() + "\n"); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// Close does nothing.
func (w *rawWriter) Close() error { return nil }

// markdown writes a table for issues and reviews.
type markdown struct {
	w    io.Writer
	o    Options
	held []*column.Batch
}

// Write keeps the rows for Close.
func (m *markdown) Write(b *column.Batch) error {
	m.held = append(m.held, b)
	return nil
}

var markdownCell = strings.NewReplacer("|", `\|`, "\r", "", "\n", "<br>")

// Close writes everything.
func (m *markdown) Close() error {
	names := columnsOf(m.held)
	if len(names) == 0 {
		return nil
	}
	bw := bufio.NewWriter(m.w)
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = markdownCell.Replace(c)
		}
		fmt.Fprintf(bw, "| %s |\n", strings.Join(cells, " | "))
	}
	line(append([]string(nil), names...))
	fmt.Fprintf(bw, "|%s\n", strings.Repeat(" --- |", len(names)))
	for _, b := range m.held {
		for r := range b.N {
			cells := make([]string, len(names))
			for i, n := range names {
				cells[i] = strings.Join(Cells(n, b.Col(n), r, m.o.Zone), "\n")
			}
			line(cells)
		}
	}
	return bw.Flush()
}
