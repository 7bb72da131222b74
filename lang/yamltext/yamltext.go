// Package yamltext gives the text of a YAML scalar the places where its bytes stand in the file,
// whatever the scalar's style: plain, quoted, folded or literal. It hides YAML's line folding,
// indentation and escapes.
//
//	file := lang.NewSource("detection.yml", string(text))
//	var doc yaml.Node
//	err := yaml.Unmarshal(text, &doc)
//	search := yamltext.Source(file, doc.Content[0].Content[1])
//	search.Locate(12)                // line and column in detection.yml
//
// Start with Source.
package yamltext

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"spl/lang"
)

// Source returns the text of scalar n as a source whose offsets locate in the file that n was read
// from. Where the way from file to value cannot be followed, all of it locates at the scalar's start.
func Source(file *lang.Source, n *yaml.Node) *lang.Source {
	start := offset(file.Text, n.Line, n.Column)
	w := &walker{raw: file.Text, want: n.Value, pos: start, begin: start}
	w.properties()
	ok := false
	switch {
	case n.Style&yaml.LiteralStyle != 0, n.Style&yaml.FoldedStyle != 0:
		ok = w.block()
	case n.Style&yaml.DoubleQuotedStyle != 0:
		w.pos++
		ok = w.flow(w.double)
	case n.Style&yaml.SingleQuotedStyle != 0:
		w.pos++
		ok = w.flow(w.single)
	default:
		ok = w.flow(func() bool { return false })
	}
	if ok {
		if s := w.source(file); s.Text == n.Value {
			return s
		}
	}
	return lang.NewSourceAt(file.Name, n.Value, lang.Position{Line: n.Line, Col: n.Column})
}

// offset turns a line and a column in runes, both from 1, into a byte offset.
func offset(text string, line, col int) int {
	pos := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[pos:], '\n')
		if i < 0 {
			return len(text)
		}
		pos += i + 1
	}
	if line == 1 && pos == 0 && strings.HasPrefix(text, "\ufeff") {
		pos = len("\ufeff")
	}
	for ; col > 1 && pos < len(text) && text[pos] != '\n'; col-- {
		_, n := utf8.DecodeRuneInString(text[pos:])
		pos += n
	}
	return pos
}

// walker follows the value through the raw text, noting where the raw text differs from it.
type walker struct {
	raw, want  string
	begin, pos int // in raw: start of the scalar, how far it was read
	have       int // bytes of want accounted for
	edits      []lang.Edit
	started    bool
}

// replace notes that raw[w.pos:to] stands for text in the value.
func (w *walker) replace(to int, text string) bool {
	if !strings.HasPrefix(w.want[w.have:], text) {
		return false
	}
	w.start()
	w.edits = append(w.edits, lang.Edit{Span: lang.Span{Start: w.pos, End: to}, New: text})
	w.pos = to
	w.have += len(text)
	return true
}

// take notes that the next n bytes stand for themselves.
func (w *walker) take(n int) bool {
	if w.pos+n > len(w.raw) || !strings.HasPrefix(w.want[w.have:], w.raw[w.pos:w.pos+n]) {
		return false
	}
	w.start()
	w.pos += n
	w.have += n
	return true
}

// start drops what precedes the scalar's first byte.
func (w *walker) start() {
	if !w.started {
		w.started = true
		if w.pos > 0 {
			w.edits = append(w.edits, lang.Edit{Span: lang.Span{Start: 0, End: w.pos}})
		}
	}
}

func (w *walker) source(file *lang.Source) *lang.Source {
	w.start()
	return file.Splice(append(w.edits, lang.Edit{Span: lang.Span{Start: w.pos, End: len(w.raw)}}))
}

func (w *walker) done() bool { return w.have == len(w.want) }

// properties skips an anchor and a tag in front of the scalar.
func (w *walker) properties() {
	for w.pos < len(w.raw) && (w.raw[w.pos] == '&' || w.raw[w.pos] == '!') {
		i := strings.IndexAny(w.raw[w.pos:], " \t\r\n")
		if i < 0 {
			return
		}
		rest := strings.TrimLeft(w.raw[w.pos+i:], " \t\r\n")
		w.pos = len(w.raw) - len(rest)
	}
}
