package output

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"spl/exec/column"
	"spl/exec/value"
)

const (
	minWidth = 6    // a column is not squeezed below this
	gap      = "  " // between columns
	ellipsis = "…"
	bold     = "\x1b[1m"
	plain    = "\x1b[0m"
	dayTime  = "2006-01-02 15:04:05"
)

// table writes aligned columns that fit the width; the values of a multivalue stand below each other.
// Events without a fixed set of columns show as time and text.
type table struct {
	w     io.Writer
	o     Options
	held  []*column.Batch
	right []bool // columns of numbers
}

// Write keeps the rows for Close: widths need all of them.
func (t *table) Write(b *column.Batch) error {
	t.held = append(t.held, b)
	return nil
}

// Close writes everything.
func (t *table) Close() error {
	names := t.columns()
	if len(names) == 0 {
		return nil
	}
	rows := t.rows(names)
	t.right = numeric(names, rows)
	widths := t.widths(names, rows)
	bw := bufio.NewWriter(t.w)
	head := make([][]string, len(names))
	for i, n := range names {
		head[i] = []string{n}
	}
	if t.o.Color {
		bw.WriteString(bold)
	}
	t.row(bw, head, widths)
	if t.o.Color {
		bw.WriteString(plain)
	}
	rule := make([][]string, len(names))
	for i, w := range widths {
		rule[i] = []string{strings.Repeat("─", w)}
	}
	t.row(bw, rule, widths)
	for _, r := range rows {
		t.row(bw, r, widths)
	}
	return bw.Flush()
}

// columns picks what fits a table: of events, the time and the text.
func (t *table) columns() []string {
	names := columnsOf(t.held)
	ordered := !slices.ContainsFunc(t.held, func(b *column.Batch) bool { return !b.Ordered })
	if !ordered && slices.Contains(names, "_raw") {
		if slices.Contains(names, "_time") {
			return []string{"_time", "_raw"}
		}
		return []string{"_raw"}
	}
	if i := slices.Index(names, "_raw"); i > 0 && ordered {
		names = slices.Delete(names, i, i+1)
	}
	return names
}

func (t *table) rows(names []string) [][][]string {
	var rows [][][]string
	for _, b := range t.held {
		for r := range b.N {
			row := make([][]string, len(names))
			for i, n := range names {
				for _, v := range t.cell(n, b.Col(n), r) {
					row[i] = append(row[i], strings.Split(clean(v), "\n")...)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// numeric finds the columns that hold nothing but numbers.
func numeric(names []string, rows [][][]string) []bool {
	out := make([]bool, len(names))
	for i := range names {
		seen := false
		out[i] = true
		for _, r := range rows {
			for _, v := range r[i] {
				_, _, ok := value.ParseNumber(v)
				seen = true
				out[i] = out[i] && ok
			}
		}
		out[i] = out[i] && seen
	}
	return out
}

// cell is Cells with _time in the short form that people read.
func (t *table) cell(name string, v column.Vec, r int) []string {
	if name != "_time" {
		return v.At(r).List()
	}
	f, _, ok := v.At(r).Number()
	if !ok {
		return v.At(r).List()
	}
	at := timeOf(f, t.o.Zone)
	s := at.Format(dayTime)
	if ms := at.Nanosecond() / 1e6; ms != 0 {
		s = at.Format(dayTime + ".000")
	}
	return []string{s}
}

// clean makes control characters visible, so that a value cannot steer the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r == '\r':
			return -1
		case r < 0x20 || r == 0x7f:
			return '·'
		}
		return r
	}, s)
}

// widths gives every column its widest cell, then takes from the widest until the line fits.
func (t *table) widths(names []string, rows [][][]string) []int {
	w := make([]int, len(names))
	for i, n := range names {
		w[i] = runewidth.StringWidth(n)
	}
	for _, r := range rows {
		for i, cell := range r {
			for _, line := range cell {
				w[i] = max(w[i], runewidth.StringWidth(line))
			}
		}
	}
	if t.o.Width <= 0 {
		return w
	}
	total := len(gap) * (len(w) - 1)
	for _, x := range w {
		total += x
	}
	// numbers and times say little when they are cut, so texts give way first
	total -= squeeze(w, total-t.o.Width, func(i int) bool { return names[i] != "_time" && !t.right[i] })
	squeeze(w, total-t.o.Width, func(int) bool { return true })
	return w
}

// squeeze takes up to n columns of the screen from the widest of the columns that may give, and returns how
// many it took.
func squeeze(w []int, n int, may func(i int) bool) int {
	for taken := range max(n, 0) {
		widest := -1
		for i, x := range w {
			if may(i) && x > minWidth && (widest < 0 || x > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return taken
		}
		w[widest]--
	}
	return max(n, 0)
}

func (t *table) row(bw *bufio.Writer, cells [][]string, widths []int) {
	height := 1
	for _, c := range cells {
		height = max(height, len(c))
	}
	for line := range height {
		var b strings.Builder
		for i, c := range cells {
			text := ""
			if line < len(c) {
				text = runewidth.Truncate(c[line], widths[i], ellipsis)
			}
			if i > 0 {
				b.WriteString(gap)
			}
			if t.right[i] {
				b.WriteString(runewidth.FillLeft(text, widths[i]))
			} else {
				b.WriteString(runewidth.FillRight(text, widths[i]))
			}
		}
		bw.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}
