package conf

import (
	"bytes"
	"strings"

	"spl/lang"
)

// Parse reads a configuration file. It always returns a File; the diagnostics name the lines that
// say nothing to Splunk. A line that ends in a backslash goes on in the next one, whatever that holds.
func Parse(name string, text []byte) (*File, lang.Diagnostics) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	src := lang.NewSource(name, string(text))
	p := &parser{src: src, file: newFile(name)}
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		p.report(lang.Span{}, lang.Error, "conf-encoding", "the file is UTF-16", "save it as UTF-8")
		return p.file, p.problems
	}
	for p.pos < len(src.Text) {
		p.entry()
	}
	p.file.link()
	return p.file, p.problems
}

type parser struct {
	src      *lang.Source
	file     *File
	stanza   *Stanza
	pos      int // start of the next line
	line     int // number of the line read last
	problems lang.Diagnostics
}

// next returns the next line without its line break and whether it asks to be continued; its span
// then ends before the backslash.
func (p *parser) next() (s lang.Span, more bool) {
	s = lang.Span{Start: p.pos, End: len(p.src.Text)}
	p.pos = s.End
	if i := strings.IndexByte(p.src.Text[s.Start:], '\n'); i >= 0 {
		s.End = s.Start + i
		p.pos = s.End + 1
	}
	p.line++
	if s.End > s.Start && p.src.Text[s.End-1] == '\r' {
		s.End--
	}
	if s.End > s.Start && p.src.Text[s.End-1] == '\\' {
		s.End--
		more = true
	}
	return s, more
}

// entry reads a header, a setting with its continuations, a comment or an empty line.
func (p *parser) entry() {
	s, more := p.next()
	line := p.line
	text := p.src.Text[s.Start:s.End]
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "" && !more, strings.HasPrefix(trimmed, "#"):
	case strings.HasPrefix(trimmed, "["):
		p.header(s, trimmed, line)
	default:
		p.setting(s, more, line)
	}
}

func (p *parser) header(s lang.Span, text string, line int) {
	// Names may hold brackets, such as [source::/logs/[ab]*]: the last one closes.
	end := strings.LastIndexByte(text, ']')
	if end < 0 {
		p.report(s, lang.Warning, "conf-stanza", "missing ] in a stanza header", "")
		end = len(text)
	}
	p.stanza = p.file.open(text[1:end], p.src.Name, line)
}

func (p *parser) setting(s lang.Span, more bool, line int) {
	whole := s
	var parts []lang.Span
	eq := strings.IndexByte(p.src.Text[s.Start:s.End], '=')
	start := s.Start + eq + 1
	// The line break after a dropped backslash is part of the value, a CR before it is not.
	for more {
		parts = append(parts, lang.Span{Start: start, End: s.End})
		if p.pos >= len(p.src.Text) {
			start = p.pos
			s.End = p.pos
			break
		}
		start = p.pos - 1
		s, more = p.next()
	}
	parts = append(parts, lang.Span{Start: start, End: s.End})
	if eq < 0 {
		p.report(whole, lang.Warning, "conf-line", "a line without = is ignored", "a comment starts with #")
		return
	}
	if t := p.src.Text[whole.Start:whole.End]; strings.HasSuffix(strings.TrimRight(t, " \t"), `\`) && t[len(t)-1] != '\\' {
		p.report(whole, lang.Warning, "conf-continuation", "blanks after a backslash at the line's end: the line is not continued", "remove the blanks")
	}
	if p.stanza == nil {
		p.stanza = p.file.open(DefaultStanza, p.src.Name, line)
	}
	parts = trim(p.src.Text, parts)
	p.stanza.add(Value{
		Key:   strings.TrimSpace(p.src.Text[whole.Start : whole.Start+eq]),
		Text:  join(p.src.Text, parts),
		File:  p.src.Name,
		Line:  line,
		file:  p.src,
		parts: parts,
	})
}

func (p *parser) report(s lang.Span, sev lang.Severity, code, msg, hint string) {
	p.problems = append(p.problems, lang.Diagnostic{Src: p.src, Span: s, Severity: sev, Code: code, Msg: msg, Hint: hint})
}

const blank = " \t\r\n\v\f"

// trim cuts white space off both ends of the value made of parts, dropping parts that become empty.
func trim(text string, parts []lang.Span) []lang.Span {
	for len(parts) > 0 {
		s := &parts[0]
		s.Start = s.End - len(strings.TrimLeft(text[s.Start:s.End], blank))
		if s.Start < s.End {
			break
		}
		parts = parts[1:]
	}
	for n := len(parts) - 1; n >= 0; n-- {
		s := &parts[n]
		s.End = s.Start + len(strings.TrimRight(text[s.Start:s.End], blank))
		if s.Start < s.End {
			break
		}
		parts = parts[:n]
	}
	return parts
}

func join(text string, parts []lang.Span) string {
	if len(parts) == 1 {
		return text[parts[0].Start:parts[0].End]
	}
	var b strings.Builder
	for _, s := range parts {
		b.WriteString(text[s.Start:s.End])
	}
	return b.String()
}
