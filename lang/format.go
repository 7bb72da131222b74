package lang

import (
	"bytes"
	"slices"
	"strings"
)

// Format lays a search out for people: a command a line, longer subsearches indented, long lists broken and
// aligned, blanks outside quotes made even. Comments and macro calls stay as they are written. Formatting the
// result again changes nothing. Unknown commands keep their arguments as they are; a search with other errors is
// returned unchanged, with the errors.
func (p *Parser) Format(src *Source) (string, Diagnostics) {
	q, ds := p.Parse(Implied(src))
	ds = slices.DeleteFunc(ds, func(d Diagnostic) bool { return d.Code == CodeUnknownCommand })
	if ds.Err() != nil {
		return src.Text, ds
	}
	for _, plain := range []bool{false, true} {
		text := format(src, q, plain)
		again, _ := p.Parse(Implied(NewSource(src.Name, text)))
		if Same(q, again) {
			return text, ds
		}
	}
	return src.Text, ds
}

// format writes the layout; plain keeps the arguments of each command on a line.
func format(src *Source, q *Query, plain bool) string {
	f := formatter{plain: plain, piped: strings.HasPrefix(strings.TrimLeft(stripComments(src.Text), " \t\r\n"), "|")}
	f.implied = len(q.Src.Text) - len(src.Text)
	f.query(q, 0, len(q.Src.Text), 0)
	return f.b.String()
}

// stripComments drops the comments at the start of the text.
func stripComments(text string) string {
	s := scanner{text: text, end: len(text)}
	s.blanks()
	return text[min(s.pos, len(text)):]
}

type formatter struct {
	b       strings.Builder
	plain   bool // arguments stay on one line
	piped   bool // the search starts with a pipe
	subs    map[*Subsearch]string
	implied int // bytes of the implied "search " in front, which are not to be written
}

// inlineSub is the length up to which a subsearch of one command stays on its line.
const inlineSub = 80

// query writes the stages of q, whose text runs from start to end, at an indentation.
func (f *formatter) query(q *Query, start, end, indent int) {
	text := q.Src.Text
	at := start
	for i, st := range q.Stages {
		comments := commentsIn(text[at:st.Start])
		first := i == 0
		if first && indent == 0 { // what heads the search stays in front of its pipe
			f.b.WriteString(before(comments, indent))
			comments = nil
		}
		switch {
		case !first:
			f.newline(indent)
			f.b.WriteString("| ")
		case indent == 0 && f.piped, indent > 0 && strings.Contains(withoutComments(text[at:st.Start]), "|"):
			f.b.WriteString("| ")
		}
		f.b.WriteString(before(comments, indent))
		name := st.Name
		if first && indent == 0 && f.implied > 0 {
			name = ""
		}
		args := f.arguments(st, indent, indent+2+len(name)+1)
		if cs := commentsIn(text[st.NameSpan.End:max(st.NameSpan.End, st.RawSpan.Start)]); len(cs) > 0 {
			args = strings.TrimRight(before(cs, indent)+args, " \n")
		}
		if name != "" && args != "" && args[0] != '\n' {
			name += " "
		}
		f.b.WriteString(name + args)
		at = st.End
	}
	for _, c := range commentsIn(text[at:end]) {
		f.b.WriteString(" " + c)
	}
}

// before returns comments as they stand in front of something, which goes on a line of its own after a
// comment of several lines.
func before(comments []string, indent int) string {
	out := ""
	for _, c := range comments {
		if out += c; strings.Contains(c, "\n") {
			out += "\n" + strings.Repeat(" ", indent)
		} else {
			out += " "
		}
	}
	return out
}

func (f *formatter) newline(indent int) {
	f.b.WriteByte('\n')
	f.b.WriteString(strings.Repeat(" ", indent))
}

// commentsIn returns the comments of a text between two commands.
func commentsIn(gap string) []string {
	var out []string
	for {
		i := strings.Index(gap, comment)
		if i < 0 {
			return out
		}
		e := min(endOfComment(gap, i), len(gap))
		out = append(out, gap[i:e])
		gap = gap[e:]
	}
}

func withoutComments(gap string) string {
	for _, c := range commentsIn(gap) {
		gap = strings.Replace(gap, c, "", 1)
	}
	return gap
}

// arguments returns a stage's arguments with even blanks and laid out subsearches; they start at a column.
func (f *formatter) arguments(st *Stage, indent, col int) string {
	subs := map[int]*Subsearch{}
	for _, s := range st.Subsearches() {
		subs[s.Start] = s
	}
	if st.Grammar == nil && st.Name != "" || st.Grammar != nil && st.Grammar.Mode == ModeText {
		return st.Raw // white space may be part of a pattern
	}
	if !f.plain {
		if text, ok := f.laidOut(st, col, indent); ok {
			return text
		}
	}
	text, end := st.Src.Text, st.RawSpan.End
	var b []byte
	for i := st.RawSpan.Start; i < end; {
		e := i + 1
		switch c := text[i]; {
		case isBlank(c):
			for e < end && isBlank(text[e]) {
				e++
			}
			b = append(b, f.blank(st, text[i:e])...)
			i = e
			continue
		case c == '"':
			e = endOfString(text, i)
		case strings.HasPrefix(text[i:], comment):
			e = endOfComment(text, i)
		case c == '`':
			e = i + 1 + strings.IndexByte(text[i+1:end]+"`", '`') + 1
		case c == '\'' && (st.Grammar == nil || !st.Grammar.Terms):
			if n := strings.IndexByte(text[i+1:end], '\''); n >= 0 {
				e = i + 1 + n + 1
			}
		case c == '\\':
			e = i + 2
		case c == '[' && subs[i] != nil:
			sub := f.sub(subs[i], indent)
			if sub[0] == '\n' {
				b = bytes.TrimRight(b, " ")
			}
			b = append(b, sub...)
			i = subs[i].End
			continue
		}
		e = min(e, end)
		b = append(b, text[i:e]...)
		i = e
	}
	return string(b)
}

// blank returns what a run of white space becomes. The name left of an assignment may hold blanks, so
// only line breaks are touched there.
func (f *formatter) blank(st *Stage, run string) string {
	if st.Grammar != nil && st.Grammar.assign && !strings.ContainsAny(run, "\n\r\t") {
		return run
	}
	return " "
}

// sub returns a subsearch in brackets, on one line or below its command. It is asked for more than once.
func (f *formatter) sub(s *Subsearch, indent int) string {
	if text, ok := f.subs[s]; ok {
		return text
	}
	if f.subs == nil {
		f.subs = map[*Subsearch]string{}
	}
	f.subs[s] = f.bracketed(s, indent)
	return f.subs[s]
}

func (f *formatter) bracketed(s *Subsearch, indent int) string {
	if s.Query == nil || len(s.Query.Stages) == 0 {
		return "[" + s.Raw + "]"
	}
	in := formatter{plain: f.plain}
	in.query(s.Query, s.Start+1, s.End-1, indent+4)
	text := in.b.String()
	if len(s.Query.Stages) == 1 && len(text) <= inlineSub && !strings.Contains(text, "\n") {
		return "[ " + text + " ]"
	}
	pad := "\n" + strings.Repeat(" ", indent+4)
	return pad + "[ " + text + " ]"
}
