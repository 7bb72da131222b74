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

// Args collects options and names in any order: join type=outer a, b max=0.
type Args struct {
	Opts  Options `parser:"( @@"`
	Names Fields  `parser:"| @@ )*"`
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
	case tokWord, tokInt, tokString, tokPattern, tokText, tokBool, tokIdent, tokNumber:
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
