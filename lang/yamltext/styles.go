package yamltext

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// flow follows a plain or quoted scalar; escape handles what its quotes make special and reports
// whether it did.
func (w *walker) flow(escape func() bool) bool {
	for !w.done() {
		if w.pos >= len(w.raw) {
			return false
		}
		before := w.pos
		if escape() {
			continue
		}
		if w.pos != before {
			return false
		}
		if w.fold() {
			continue
		}
		if !w.take(1) {
			return false
		}
	}
	return true
}

// fold handles a line break in a flow scalar: with the blanks around it, it stands for one blank, or
// for its empty lines.
func (w *walker) fold() bool {
	end, breaks := w.pos, 0
	for ; end < len(w.raw) && strings.IndexByte(" \t\r\n", w.raw[end]) >= 0; end++ {
		if w.raw[end] == '\n' {
			breaks++
		}
	}
	switch breaks {
	case 0:
		return end > w.pos && w.take(end-w.pos)
	case 1:
		return w.replace(end, " ")
	}
	return w.replace(end, strings.Repeat("\n", breaks-1))
}

// single handles a doubled quote.
func (w *walker) single() bool {
	return strings.HasPrefix(w.raw[w.pos:], "''") && w.replace(w.pos+2, "'")
}

var simpleEscapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r",
	'e': "\x1b", ' ': " ", '"': `"`, '\'': "'", '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0",
	'L': "\u2028", 'P': "\u2029",
}

// double handles a backslash escape, among them the one that joins two lines.
func (w *walker) double() bool {
	if w.raw[w.pos] != '\\' || w.pos+1 >= len(w.raw) {
		return false
	}
	c := w.raw[w.pos+1]
	if s, ok := simpleEscapes[c]; ok {
		return w.replace(w.pos+2, s)
	}
	if n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; n > 0 && w.pos+2+n <= len(w.raw) {
		r, err := strconv.ParseUint(w.raw[w.pos+2:w.pos+2+n], 16, 32)
		return err == nil && w.replace(w.pos+2+n, string(rune(r)))
	}
	if c == '\n' || c == '\r' {
		rest := w.raw[w.pos+1:]
		rest = strings.TrimLeft(rest[strings.IndexByte(rest, '\n')+1:], " \t")
		return w.replace(len(w.raw)-len(rest), "")
	}
	return false
}

// block follows a literal or folded scalar. The value decides what each line break stands for, so
// that chomping and the rules for indented lines need no second implementation.
func (w *walker) block() bool {
	eol := strings.IndexByte(w.raw[w.pos:], '\n')
	if eol < 0 {
		return w.done()
	}
	header := w.raw[w.pos : w.pos+eol]
	w.pos += eol + 1
	indent := w.indent(header)
	for !w.done() {
		if w.pos >= len(w.raw) {
			return false
		}
		if !w.skipIndent(indent) || !w.line() || !w.lineBreak() {
			return false
		}
	}
	return true
}

// indent returns the number of blanks in front of each line: as the header says, relative to the
// parent, or as the first line with text has them.
func (w *walker) indent(header string) int {
	first := 0
	for rest := w.raw[w.pos:]; rest != ""; {
		line, tail, _ := strings.Cut(rest, "\n")
		line = strings.TrimSuffix(line, "\r")
		if t := strings.TrimLeft(line, " "); t != "" {
			first = len(line) - len(t)
			break
		}
		rest = tail
	}
	header, _, _ = strings.Cut(header, "#")
	if i := strings.IndexAny(header, "123456789"); i < 0 {
		return first
	}
	// Blanks beyond the stated indentation belong to the value, which shows them at its first line.
	text := strings.TrimLeft(w.want, "\n")
	return max(first-(len(text)-len(strings.TrimLeft(text, " "))), 0)
}

// skipIndent drops the indentation of a line; a line of fewer blanks is empty.
func (w *walker) skipIndent(indent int) bool {
	n := 0
	for n < indent && w.pos+n < len(w.raw) && w.raw[w.pos+n] == ' ' {
		n++
	}
	return n == 0 || w.replace(w.pos+n, "")
}

// line takes the text of a line.
func (w *walker) line() bool {
	end := len(w.raw)
	if i := strings.IndexByte(w.raw[w.pos:], '\n'); i >= 0 {
		end = w.pos + i
	}
	if end > w.pos && w.raw[end-1] == '\r' {
		end--
	}
	return w.take(min(end-w.pos, len(w.want)-w.have))
}

// lineBreak makes of a line break what the value has there: itself, a blank, or nothing.
func (w *walker) lineBreak() bool {
	if w.done() {
		return true
	}
	i := strings.IndexByte(w.raw[w.pos:], '\n')
	if i < 0 {
		return false
	}
	end := w.pos + i + 1
	switch c, _ := utf8.DecodeRuneInString(w.want[w.have:]); c {
	case '\n', ' ':
		return w.replace(end, string(c))
	}
	return w.replace(end, "")
}
