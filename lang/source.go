package lang

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Span is a half-open range of byte offsets into a Source's Text.
type Span struct{ Start, End int }

// Pos returns the span itself, so that embedding Span satisfies the Pos method of AST nodes.
func (s Span) Pos() Span { return s }

// Join returns the smallest span that covers both.
func (s Span) Join(o Span) Span { return Span{min(s.Start, o.Start), max(s.End, o.End)} }

// Source is a text that can tell of each byte where it was written: in a file, a YAML scalar, a macro
// definition, the result of a subsearch. It is immutable; Splice returns a new one.
type Source struct {
	Name string // what the user calls it: a path, "<search>"
	Text string

	base   Position // place of Text[0] for a source without chunks (a search inside a larger file)
	chunks []chunk  // ascending by start; empty: the text is as the user wrote it
}

// Position is where a source begins inside the file that holds it, both counted from 1.
// The zero value means the file's start.
type Position struct{ Line, Col int }

// chunk says that Text[start:] (up to the next chunk) is from.Text[at:]. A chunk with opaque set
// stands for its whole origin range: every byte of it maps to from.Text[at].
type chunk struct {
	start  int
	from   *Source
	at     int
	opaque bool
	via    *use
}

// use is the place that pulled in a chunk: the call of a macro, the brackets of a subsearch.
type use struct {
	src  *Source
	span Span
	what string // "macro `auth_events(1)`", "subsearch"
}

// Edit replaces Text[Span] by New. When Origin is set, New's bytes keep their own origins and
// What (such as "macro `m(1)`") is shown as the way by which they came.
type Edit struct {
	Span
	New    string
	Origin *Source
	What   string
}

// Location is where the user wrote a byte. Text is the whole line; Via lists the uses (innermost
// first) through which it got into the search.
type Location struct {
	Name      string
	Line, Col int // from 1; Col counts runes
	Offset    int // in the Source that was written by the user
	Text      string
	Caret     int    // runes of Text before the byte
	What      string // for an entry of Via: what was used there
	Via       []Location
}

// NewSource returns the source of a text that is a whole file or argument.
func NewSource(name, text string) *Source { return &Source{Name: name, Text: text} }

// NewSourceAt returns the source of a text that starts at a place inside the file called name, for
// example a search in a .conf file. Lines after the first are taken to start at column 1.
func NewSourceAt(name, text string, at Position) *Source {
	return &Source{Name: name, Text: text, base: at}
}

// Splice returns the text with the edits applied; they must not overlap. Bytes that no edit touches
// keep their origin.
func (s *Source) Splice(edits []Edit) *Source {
	if len(edits) == 0 {
		return s
	}
	edits = append([]Edit(nil), edits...)
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].Start < edits[j].Start })
	out := &Source{Name: s.Name}
	var b strings.Builder
	pos := 0
	keep := func(to int) {
		if to > pos {
			out.chunks = append(out.chunks, s.slice(pos, to, b.Len())...)
			b.WriteString(s.Text[pos:to])
		}
	}
	for _, e := range edits {
		keep(e.Start)
		if e.New != "" {
			via := &use{src: s, span: e.Span, what: e.What}
			if e.Origin != nil {
				// One chunk however many Origin has: its own trail is found when it is asked for.
				out.chunks = append(out.chunks, chunk{start: b.Len(), from: e.Origin, via: via})
			} else {
				out.chunks = append(out.chunks, chunk{start: b.Len(), from: s, at: e.Start, opaque: true})
			}
			b.WriteString(e.New)
		}
		pos = e.End
	}
	keep(len(s.Text))
	out.Text = b.String()
	return out
}

// slice returns the chunks of Text[from:to], moved so that they start at offset dst.
func (s *Source) slice(from, to, dst int) []chunk {
	if len(s.chunks) == 0 {
		return []chunk{{start: dst, from: s, at: from}}
	}
	var out []chunk
	i := max(sort.Search(len(s.chunks), func(i int) bool { return s.chunks[i].start > from })-1, 0)
	for ; i < len(s.chunks) && s.chunks[i].start < to; i++ {
		c := s.chunks[i]
		if d := from - c.start; d > 0 {
			c.start = from
			if !c.opaque {
				c.at += d
			}
		}
		c.start += dst - from
		out = append(out, c)
	}
	return out
}

// Locate returns where the user wrote the byte at off. Offsets outside the text are clamped.
func (s *Source) Locate(off int) Location {
	off = min(max(off, 0), len(s.Text))
	if len(s.chunks) == 0 {
		return s.place(off)
	}
	i := max(sort.Search(len(s.chunks), func(i int) bool { return s.chunks[i].start > off })-1, 0)
	c := s.chunks[i]
	at := c.at
	if !c.opaque {
		at += off - c.start
	}
	loc := c.from.Locate(at)
	if c.via != nil {
		v := c.via.src.Locate(c.via.span.Start)
		v.What = c.via.what
		loc.Via = append(append(loc.Via, v), v.Via...)
	}
	return loc
}

func (s *Source) place(off int) Location {
	start := strings.LastIndexByte(s.Text[:off], '\n') + 1
	end := len(s.Text)
	if i := strings.IndexByte(s.Text[off:], '\n'); i >= 0 {
		end = off + i
	}
	line := strings.Count(s.Text[:start], "\n")
	caret := utf8.RuneCountInString(s.Text[start:off])
	col := caret + 1
	if s.base.Line > 0 {
		if line == 0 {
			col += s.base.Col - 1
		}
		line += s.base.Line - 1
	}
	return Location{Name: s.Name, Line: line + 1, Col: col, Offset: off, Caret: caret,
		Text: strings.TrimRight(s.Text[start:end], "\r")}
}
