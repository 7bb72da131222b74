package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Fields is a list of names, as a production: `parser:"@@*"`. Commas are optional and may repeat.
type Fields []Name

// Texts returns the names' texts.
func (fs Fields) Texts() []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.Text
	}
	return out
}

// By is the list behind BY, in which options may stand: by _time span=1h, host.
type By struct {
	Fields Fields  `parser:"( @@"`
	Opts   Options `parser:"| @@ )+"`
}

// Value is a word, a number or a quoted text, unescaped.
type Value struct {
	Span
	Text   string
	Quoted bool
}

// Parse reads a name with the commas around it. A word before "=" is an option, a word of
// Grammar.Clauses a keyword: neither is a name unless quoted.
func (n *Name) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	name, ok := c.name()
	if !ok {
		lex.LoadCheckpoint(at)
		return participle.NextMatch
	}
	*n = name
	c.commas()
	return nil
}

func (c *cursor) name() (Name, bool) {
	t := *c.peek()
	switch t.Type {
	case tokString, tokQName, tokQField, tokBool:
		c.lex.Next()
		return nameOf(&t), true
	case tokWord, tokInt, tokIdent:
		if c.optionNext() {
			return Name{}, false
		}
		c.lex.Next()
		return nameOf(&t), true
	case tokFunc:
		text, span, ok := c.callText()
		return Name{Span: span, Text: text}, ok
	}
	return Name{}, false
}

// optionNext tells whether a word and "=" are next.
func (c *cursor) optionNext() bool {
	at := c.lex.MakeCheckpoint()
	c.lex.Next()
	is := c.peek().Type == tokOp && c.peek().Value == "="
	c.lex.LoadCheckpoint(at)
	return is
}

// callText consumes what looks like a call and returns its text: sum(x) is a field name after stats.
func (c *cursor) callText() (string, Span, bool) {
	at := c.lex.MakeCheckpoint()
	var b strings.Builder
	span := spanOf(c.peek())
	depth := 0
	for end := span.Start; ; {
		t := c.lex.Next()
		if t.EOF() {
			c.lex.LoadCheckpoint(at)
			return "", Span{}, false
		}
		if b.Len() > 0 && t.Pos.Offset > end {
			b.WriteByte(' ')
		}
		b.WriteString(t.Value)
		end = t.Pos.Offset + len(t.Value)
		switch {
		case t.Type == tokFunc, t.Type == tokEvalOpen, t.Type == tokPunct && t.Value == "(":
			depth++
		case t.Type == tokPunct && t.Value == ")":
			depth--
		}
		if depth == 0 {
			return b.String(), Span{span.Start, end}, true
		}
	}
}

// Parse reads a value with the commas around it.
func (v *Value) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	t := *c.peek()
	switch t.Type {
	case tokWord, tokInt, tokString, tokText, tokBool, tokIdent, tokNumber:
		lex.Next()
		l := literalOf(&t)
		if t.Type == tokText {
			l.Text = t.Value
		}
		*v = Value{Span: l.Span, Text: l.Text, Quoted: l.Quoted}
	case tokQName, tokQField:
		lex.Next()
		*v = Value{Span: spanOf(&t), Text: t.Value}
	default:
		lex.LoadCheckpoint(at)
		return participle.NextMatch
	}
	c.commas()
	return nil
}

// Parse reads a bracketed pipeline.
func (s *Subsearch) Parse(lex *lexer.PeekingLexer) error {
	t := *lex.Peek()
	if t.Type != tokSub {
		return participle.NextMatch
	}
	lex.Next()
	*s = *subsearchOf(&t)
	return nil
}

// Call1 is a call over names with an alias, as convert has it: ctime(x) AS y.
type Call1 struct {
	Span
	Func string // as written
	Args Fields
	As   *Name
}

// Parse reads name(args) [AS alias].
func (k *Call1) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	t := *c.peek()
	if t.Type != tokFunc {
		lex.LoadCheckpoint(at)
		return participle.NextMatch
	}
	lex.Next()
	k.Span = spanOf(&t)
	k.Func = strings.TrimSuffix(t.Value, "(")
	for !c.is(")") {
		var n Name
		if n.Parse(lex) != nil {
			return c.unbalanced(t)
		}
		k.Args = append(k.Args, n)
	}
	k.Span = k.Join(spanOf(lex.Next()))
	as, err := c.alias()
	if err != nil {
		return err
	}
	if as != nil {
		k.As = as
		k.Span = k.Join(as.Span)
	}
	c.commas()
	return nil
}

func (c *cursor) unbalanced(open lexer.Token) error {
	if t := *c.peek(); !t.EOF() {
		return c.raise(&problem{span: spanOf(&t), code: CodeBadArgument})
	}
	return c.fail(open, CodeUnbalancedParens, "Mismatched quotes and/or parenthesis.")
}

// alias reads AS name if it is next.
func (c *cursor) alias() (*Name, error) {
	t := *c.peek()
	if t.Type != tokKeyword && t.Type != tokWord || !strings.EqualFold(t.Value, "as") {
		return nil, nil
	}
	c.lex.Next()
	n, ok := c.name()
	if !ok {
		return nil, c.fail(t, CodeBadArgument, "You must specify a field name after 'as'.")
	}
	return &n, nil
}

// SortKey is a key of sort, or of a sortby clause: -count, + num(x), "a b".
type SortKey struct {
	Span
	Desc bool
	Sign bool   // a sign was written
	Func string // lower case: auto, str, ip, num; "" if none
	Name Name
}

// Parse reads an optional sign, which may stand apart, and a field or a function of one.
func (k *SortKey) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	t := *c.peek()
	start := spanOf(&t)
	if t.Type == tokWord && (t.Value == "-" || t.Value == "+") {
		k.Sign, k.Desc = true, t.Value == "-"
		lex.Next()
		c.commas()
	}
	ok := false
	if t = *c.peek(); t.Type == tokFunc && sortFuncs[strings.ToLower(strings.Trim(t.Value, "+-("))] {
		k.Func = strings.ToLower(strings.TrimSuffix(t.Value, "("))
		lex.Next()
		if k.Name, ok = c.name(); ok {
			ok = c.take(")")
		}
		k.Func = k.unsign(k.Func)
	} else if k.Name, ok = c.name(); ok && !k.Name.Quoted {
		rest := k.unsign(k.Name.Text)
		k.Name.Start += len(k.Name.Text) - len(rest)
		k.Name.Text = rest
	}
	if !ok || k.Name.Text == "" {
		lex.LoadCheckpoint(at)
		*k = SortKey{}
		return participle.NextMatch
	}
	k.Span = start.Join(k.Name.Span)
	c.commas()
	return nil
}

var sortFuncs = map[string]bool{"auto": true, "str": true, "ip": true, "num": true}

// unsign drops the sign that is written right before the name.
func (k *SortKey) unsign(s string) string {
	if k.Sign || s == "" || s[0] != '-' && s[0] != '+' {
		return s
	}
	k.Sign, k.Desc = true, s[0] == '-'
	return s[1:]
}

// Parse reads one aggregation, such as count, sum(x), count(eval(x>1)) AS n or sparkline(avg(x),1h).
// A sparkline's nested aggregation and any argument after the first are in Args; a plain one of these
// has only Field.
func (a *Agg) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	t := *c.peek()
	switch {
	case t.Type == tokFunc || t.Type == tokEvalOpen:
		if err := c.agg(a); err != nil {
			return err
		}
	case (t.Type == tokWord || t.Type == tokInt) && !c.optionNext():
		lex.Next()
		a.Func, a.Written, a.Span = strings.ToLower(t.Value), t.Value, spanOf(&t)
	default:
		lex.LoadCheckpoint(at)
		return participle.NextMatch
	}
	as, err := c.alias()
	if err != nil {
		return err
	}
	if as != nil {
		a.As = as
		a.Span = a.Join(as.Span)
	}
	c.commas()
	return nil
}

// agg reads an aggregation with parentheses.
func (c *cursor) agg(a *Agg) error {
	if err := c.enter(); err != nil {
		return err
	}
	defer c.leave()
	t := *c.lex.Next()
	a.Func = strings.ToLower(strings.TrimSuffix(t.Value, "("))
	a.HasArgs = true
	w := writer{}
	w.token(&t)
	if t.Type == tokEvalOpen { // eval(avg(x)*2): the aggregations are inside the expression
		if err := c.evalArg(a, &w); err != nil {
			return err
		}
	} else if err := c.aggArgs(a, t, &w); err != nil {
		return err
	}
	a.Written = w.String()
	a.Span = Span{t.Pos.Offset, w.end}
	return nil
}

// evalArg reads the expression behind eval( and its closing parenthesis.
func (c *cursor) evalArg(a *Agg, w *writer) error {
	at := c.lex.MakeCheckpoint()
	x, err := c.xor()
	if err != nil {
		return err
	}
	a.Eval = x
	if !c.is(")") {
		return c.unexpected()
	}
	end := c.lex.RawCursor()
	for _, t := range c.lex.Range(at.RawCursor(), end) {
		w.token(&t)
	}
	w.token(c.lex.Next())
	return nil
}

func (c *cursor) aggArgs(a *Agg, open lexer.Token, w *writer) error {
	for i := 0; ; i++ {
		for c.is(",") {
			w.token(c.lex.Next())
		}
		t := *c.peek()
		switch {
		case c.is(")"):
			w.token(c.lex.Next())
			return nil
		case t.Type == tokEvalOpen && i == 0 && strings.EqualFold(t.Value, "eval("):
			w.token(c.lex.Next())
			if err := c.evalArg(a, w); err != nil {
				return err
			}
		case t.Type == tokFunc || t.Type == tokEvalOpen:
			sub := &Agg{}
			if err := c.agg(sub); err != nil {
				return err
			}
			w.text(sub.Written, sub.Span)
			a.Args = append(a.Args, sub)
		default:
			n, ok := c.name()
			if !ok {
				return c.unbalanced(open)
			}
			w.text(n.Text, n.Span)
			if i == 0 {
				a.Field = &n
			} else {
				a.Args = append(a.Args, &Agg{Span: n.Span, Field: &n, Written: n.Text})
			}
		}
	}
}

// writer puts the text of tokens together again, with a blank where there was white space inside.
type writer struct {
	strings.Builder
	end int
}

func (w *writer) token(t *lexer.Token) { w.text(t.Value, spanOf(t)) }

func (w *writer) text(s string, span Span) {
	if n := w.Len(); n > 0 && span.Start > w.end && s != ")" && !strings.HasSuffix(w.String(), "(") {
		w.WriteByte(' ')
	}
	w.WriteString(s)
	w.end = span.End
}
