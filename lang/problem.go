package lang

import (
	"fmt"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// problem is an error of a production, before it is known which command it belongs to.
type problem struct {
	span Span
	code string
	text string
	rest bool // text has one %s for the rest of the stage from span on
}

// Error returns the text.
func (p *problem) Error() string { return p.text }

// Message returns the text; participle asks for it.
func (p *problem) Message() string { return p.text }

// Position returns the place; participle asks for it.
func (p *problem) Position() lexer.Position { return lexer.Position{Offset: p.span.Start} }

var _ participle.Error = (*problem)(nil)

// Errorf makes the error of a command about its own arguments. The text gets the subject
// "Error in '<command>' command: ". A zero span stands for the whole stage.
func Errorf(st *Stage, span Span, code, format string, args ...any) Diagnostic {
	return SubjectErrorf(st, "'"+st.Name+"' command", span, code, format, args...)
}

// SubjectErrorf is Errorf for an error whose subject is a component: "'EvalCommand'". With an empty
// subject the text stands bare.
func SubjectErrorf(st *Stage, subject string, span Span, code, format string, args ...any) Diagnostic {
	if span == (Span{}) {
		span = st.Span
	}
	msg := fmt.Sprintf(format, args...)
	if subject != "" {
		msg = "Error in " + subject + ": " + msg
	}
	d := Diagnostic{Src: st.Src, Span: span, Code: code, Msg: msg}
	if st.Grammar != nil {
		d.Usage = st.Grammar.Usage
	}
	return d
}

// cursor reads tokens by hand inside a production.
type cursor struct {
	lex   *lexer.PeekingLexer
	depth int
}

func (c *cursor) peek() *lexer.Token { return c.lex.Peek() }

// is tells whether the next token is the punctuation or operator s.
func (c *cursor) is(s string) bool {
	t := c.lex.Peek()
	return (t.Type == tokPunct || t.Type == tokOp) && t.Value == s
}

// take consumes the punctuation or operator s if it is next.
func (c *cursor) take(s string) bool {
	if c.is(s) {
		c.lex.Next()
		return true
	}
	return false
}

func (c *cursor) commas() bool {
	n := false
	for c.take(",") {
		n = true
	}
	return n
}

// fail returns a problem at the token. It moves to the end of the input: participle then knows that
// this branch went furthest and reports its error rather than one of its own.
func (c *cursor) fail(t lexer.Token, code, format string, args ...any) error {
	p := &problem{span: spanOf(&t), code: code, text: fmt.Sprintf(format, args...)}
	return c.raise(p)
}

func (c *cursor) raise(p *problem) error {
	for !c.lex.Peek().EOF() {
		c.lex.Next()
	}
	return p
}

const (
	maxDepth = 250
	maxChain = 20000 // operators of one kind in a row: they make a tree as deep
)

func (c *cursor) enter() error {
	if c.depth++; c.depth > maxDepth {
		return c.fail(*c.peek(), CodeTooDeep, "The search is nested more than %d levels deep.", maxDepth)
	}
	return nil
}

func (c *cursor) leave() { c.depth-- }

func spanOf(t *lexer.Token) Span { return Span{t.Pos.Offset, t.Pos.Offset + len(t.Value)} }
