package lang

import (
	"slices"
	"strconv"
	"strings"
)

// cutter cuts a text into stages at the pipes, finds the subsearches in them and has each stage's
// arguments parsed.
type cutter struct {
	p     *Parser
	src   *Source
	text  string
	pos   int
	end   int
	depth int  // of brackets
	fatal bool // the rest of the text cannot be understood
	ds    Diagnostics
}

// maxErrors is after how many the rest of the text is not worth reading.
const maxErrors = 50

func (c *cutter) errorf(span Span, code, msg string) {
	if len(c.ds) == maxErrors {
		c.fatal = true
		c.pos = c.end
	}
	c.ds = append(c.ds, Diagnostic{Src: c.src, Span: span, Code: code, Msg: msg})
}

func (c *cutter) stop(span Span, code, msg string) {
	if !c.fatal {
		c.errorf(span, code, msg)
	}
	c.fatal = true
	c.pos = c.end
}

// blanks skips white space and comments.
func (c *cutter) blanks() {
	for c.pos < c.end {
		switch {
		case isBlank(c.text[c.pos]):
			c.pos++
		case strings.HasPrefix(c.text[c.pos:], comment):
			c.comment()
		default:
			return
		}
	}
}

func (c *cutter) comment() {
	e := endOfComment(c.text, c.pos)
	if e > c.end {
		c.stop(Span{c.pos, c.pos + len(comment)}, CodeUnbalancedComment, "Error in 'SearchParser': Missing closing ``` of a comment.")
		return
	}
	c.pos = e
}

// query reads stages up to the end, or up to the closing bracket of a subsearch.
func (c *cutter) query() *Query {
	q := &Query{Src: c.src}
	c.blanks()
	q.Start = c.pos
	if c.pos < c.end && c.text[c.pos] == '|' {
		c.pos++
	}
	for !c.fatal {
		if st := c.stage(); st != nil {
			if len(q.Stages) > 0 && q.Stages[len(q.Stages)-1].Name != "localop" { // which stands in front of anything
				c.checkPlace(st)
			}
			q.Stages = append(q.Stages, st)
			q.End = st.End
		}
		if c.pos >= c.end || c.text[c.pos] == ']' {
			if c.pos >= c.end || c.depth > 0 {
				break
			}
			c.errorf(Span{c.pos, c.pos + 1}, CodeUnbalancedBracket, "Error in 'SearchParser': Mismatched ']'.")
		}
		c.pos++
	}
	q.End = max(q.Start, q.End)
	return q
}

func (c *cutter) checkPlace(st *Stage) {
	if st.Grammar != nil && st.Grammar.Generating {
		c.ds = append(c.ds, Errorf(st, st.NameSpan, CodeNotFirst, "This command must be the first command of a search."))
	}
}

// stage reads one command. It returns nil where there is none.
func (c *cutter) stage() *Stage {
	c.blanks()
	st := &Stage{Src: c.src, Span: Span{c.pos, c.pos}, NameSpan: Span{c.pos, c.pos}}
	if c.pos >= c.end || c.text[c.pos] == '|' || c.text[c.pos] == ']' {
		if !c.fatal {
			c.empty()
		}
		return nil
	}
	c.name(st)
	var subs []*Subsearch
	if c.text[st.Start] == '[' {
		c.errorf(Span{c.pos, c.pos + 1}, CodeMisplacedSub,
			"Error in 'SearchParser': Subsearches are only valid as arguments to commands.")
	} else {
		c.blanks()
	}
	from := c.pos
	subs, st.Macros = c.body(st.Grammar)
	raw := strings.TrimRight(c.text[from:c.pos], blankBytes)
	st.Raw, st.RawSpan = raw, Span{from, from + len(raw)}
	st.End = max(st.NameSpan.End, st.RawSpan.End)
	if raw == "" {
		st.RawSpan = Span{st.End, st.End}
	}
	if !c.fatal {
		c.ds = append(c.ds, c.p.arguments(st, subs)...)
	}
	return st
}

func (c *cutter) empty() {
	before, at := "the end", Span{c.pos, c.pos}
	if c.pos < c.end {
		before = "'" + c.text[c.pos:c.pos+1] + "'"
		at.End++
	}
	text := c.src.Text
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "..."
	}
	c.errorf(at, CodeEmptyCommand, "Error in 'SearchParser': Missing a search command before "+before+
		". Error at position '"+strconv.Itoa(c.pos)+"' of search query '"+text+"'.")
}

// name reads the command's name and looks it up. A stage that is a macro call has the call as its name.
func (c *cutter) name(st *Stage) {
	i := c.pos
	switch c.text[i] {
	case '`', '[':
		return
	case '"':
		if i = endOfString(c.text, i); i > c.end {
			return // body will complain
		}
	}
	for i < c.end && (isLetter(c.text[i]) || isDigit(c.text[i]) || c.text[i] == '-') {
		i++
	}
	if i == c.pos {
		for i < c.end && !isBlank(c.text[i]) && strings.IndexByte("|[]`\"", c.text[i]) < 0 {
			i++
		}
	}
	if i == c.pos {
		i++
	}
	st.NameSpan = Span{c.pos, i}
	st.Name = c.text[c.pos:i]
	c.pos = i
	if g, ok := c.p.Grammar(st.Name); ok {
		st.Grammar, st.Name = g, g.Name
		return
	}
	d := Diagnostic{Src: c.src, Span: st.NameSpan, Code: CodeUnknownCommand, Msg: "Unknown search command '" + st.Name + "'."}
	if s := Suggest(strings.ToLower(st.Name), slices.Values(c.p.names)); s != "" {
		d.Hint = `did you mean "` + s + `"?`
	} else if c.depth > 0 && i < c.end && strings.IndexByte("=!<>", c.text[i]) >= 0 {
		d.Hint = "inside brackets the command search must be written out"
	}
	c.ds = append(c.ds, d)
}

// body moves over the arguments of a stage, to the pipe, closing bracket or end behind them.
func (c *cutter) body(g *Grammar) (subs []*Subsearch, macros []Span) {
	for c.pos < c.end {
		switch c.text[c.pos] {
		case '|':
			return subs, macros
		case ']':
			return subs, macros
		case '\\':
			c.pos = min(c.pos+2, c.end)
		case '"':
			e := endOfString(c.text, c.pos)
			if e > c.end {
				c.stop(Span{c.pos, c.pos + 1}, CodeUnbalancedQuotes, "Unbalanced quotes.")
				return subs, macros
			}
			c.pos = e
		case '`':
			if strings.HasPrefix(c.text[c.pos:], comment) {
				c.comment()
				continue
			}
			macros = append(macros, c.macro())
		case '[':
			if s := c.sub(g); s != nil {
				subs = append(subs, s)
			}
		default:
			c.pos++
		}
	}
	return subs, macros
}

// macro moves over a call in backticks; quoted arguments may hold backticks.
func (c *cutter) macro() Span {
	start := c.pos
	for i := start + 1; i < c.end; i++ {
		switch c.text[i] {
		case '"':
			if e := endOfString(c.text, i); e <= c.end {
				i = e - 1
			}
		case '`':
			c.pos = i + 1
			return Span{start, c.pos}
		}
	}
	c.stop(Span{start, start + 1}, CodeUnbalancedMacro, "Error in 'SearchParser': Missing closing backtick of a macro.")
	return Span{start, c.end}
}

// sub reads a subsearch.
func (c *cutter) sub(g *Grammar) *Subsearch {
	start := c.pos
	if c.depth == maxDepth {
		c.stop(Span{start, start + 1}, CodeTooDeep, "Error in 'SearchParser': Subsearches are nested too deeply.")
		return nil
	}
	c.depth++
	c.pos++
	s := &Subsearch{}
	mark := len(c.ds)
	if g != nil && g.Sub == SubTemplate {
		c.template()
	} else {
		s.Query = c.query()
	}
	c.depth--
	if c.pos >= c.end {
		c.stop(Span{start, start + 1}, CodeUnbalancedBracket, "Error in 'SearchParser': Missing closing ']'.")
		return nil
	}
	s.Raw = c.text[start+1 : c.pos]
	c.pos++
	s.Span = Span{start, c.pos}
	if (g == nil || g.Sub == SubPipeline) && strings.Contains(s.Raw, "<<") {
		c.ds, s.Query = c.ds[:mark], nil // foreach: not a pipeline until <<FIELD>> is filled in
	}
	return s
}

// template moves over bracketed text without reading it as a pipeline.
func (c *cutter) template() {
	for !c.fatal {
		c.body(templateBody)
		if c.pos >= c.end || c.text[c.pos] == ']' {
			return
		}
		c.pos++
	}
}

var templateBody = &Grammar{Sub: SubTemplate}
