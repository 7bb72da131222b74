package output

import (
	"bufio"
	"io"
	"unicode/utf8"

	"spl/exec/column"
)

// jsonWriter writes an object a row: every value a string, a multivalue an array of strings, null left
// out.
type jsonWriter struct {
	w     *bufio.Writer
	o     Options
	array bool
	rows  int
	buf   []byte
}

func newJSONWriter(w io.Writer, o Options, array bool) *jsonWriter {
	return &jsonWriter{w: bufio.NewWriterSize(w, 1<<16), o: o, array: array}
}

// Write writes the rows of a batch.
func (j *jsonWriter) Write(b *column.Batch) error {
	names := Visible(b)
	cols := make([]column.Vec, len(names))
	for i, n := range names {
		cols[i] = b.Col(n)
	}
	for r := range b.N {
		j.buf = j.buf[:0]
		switch {
		case j.array && j.rows == 0:
			j.buf = append(j.buf, "[\n"...)
		case j.array:
			j.buf = append(j.buf, ",\n"...)
		}
		j.buf = append(j.buf, '{')
		first := true
		for i, n := range names {
			cells := Cells(n, cols[i], r, j.o.Zone)
			if len(cells) == 0 {
				continue
			}
			if !first {
				j.buf = append(j.buf, ',')
			}
			first = false
			j.buf = append(AppendJSON(j.buf, n), ':')
			j.buf = appendCells(j.buf, cells)
		}
		j.buf = append(j.buf, '}')
		if !j.array {
			j.buf = append(j.buf, '\n')
		}
		j.rows++
		if _, err := j.w.Write(j.buf); err != nil {
			return err
		}
	}
	if j.array {
		return nil
	}
	return j.w.Flush()
}

// Close ends the array and flushes.
func (j *jsonWriter) Close() error {
	if j.array {
		end := "\n]\n"
		if j.rows == 0 {
			end = "[]\n"
		}
		if _, err := j.w.WriteString(end); err != nil {
			return err
		}
	}
	return j.w.Flush()
}

func appendCells(dst []byte, cells []string) []byte {
	if len(cells) == 1 {
		return AppendJSON(dst, cells[0])
	}
	dst = append(dst, '[')
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSON(dst, c)
	}
	return append(dst, ']')
}

const hexDigits = "0123456789abcdef"

// AppendJSON appends s as a JSON string; bytes that are not UTF-8 become U+FFFD.
func AppendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c == '\n':
				dst = append(dst, '\\', 'n')
			case c == '\r':
				dst = append(dst, '\\', 'r')
			case c == '\t':
				dst = append(dst, '\\', 't')
			case c < 0x20:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				dst = append(dst, c)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return append(dst, '"')
}
