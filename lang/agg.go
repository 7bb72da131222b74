package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

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
