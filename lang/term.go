package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// parseTerm is the production of a search expression. It stops at what belongs to the command: a
// keyword, the parenthesis that closes an option's value.
func parseTerm(lex *lexer.PeekingLexer) (Term, error) {
	c := &cursor{lex: lex}
	c.commas()
	if c.termEnd() {
		return nil, participle.NextMatch
	}
	return c.conj()
}

func (c *cursor) termEnd() bool {
	t := c.peek()
	return t.EOF() || t.Type == tokKeyword || t.Type == tokPunct && t.Value == ")"
}

// conj reads terms joined by AND, written or implied.
func (c *cursor) conj() (Term, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	var terms []Term
	for {
		c.commas()
		if c.termEnd() {
			break
		}
		if t := c.peek(); t.Type == tokBool && t.Value == "AND" {
			if len(terms) == 0 {
				return nil, c.fail(*t, CodeBadTerm, "'AND' operator is missing a clause on the left hand side.")
			}
			op := *c.lex.Next()
			if c.termEnd() {
				return nil, c.fail(op, CodeBadTerm, "'AND' operator is missing a clause on the right hand side.")
			}
			if n := c.peek(); n.Type == tokBool && n.Value != "NOT" {
				return nil, c.fail(*n, CodeBadTerm, "'%s' operator is missing a clause on the left hand side.", n.Value)
			}
			continue
		}
		x, err := c.disj()
		if err != nil {
			return nil, err
		}
		terms = append(terms, x)
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	and := &And{Terms: terms}
	if len(terms) > 0 {
		and.Span = terms[0].Pos().Join(terms[len(terms)-1].Pos())
	}
	return and, nil
}

func (c *cursor) disj() (Term, error) {
	first, err := c.unaryTerm()
	if err != nil {
		return nil, err
	}
	var or *Or
	for {
		t := c.peek()
		if t.Type != tokBool || t.Value != "OR" {
			break
		}
		op := *c.lex.Next()
		if c.termEnd() {
			return nil, c.fail(op, CodeBadTerm, "'OR' operator is missing a clause on the right hand side.")
		}
		x, err := c.unaryTerm()
		if err != nil {
			return nil, err
		}
		if or == nil {
			or = &Or{Terms: []Term{first}}
		}
		or.Terms = append(or.Terms, x)
		or.Span = first.Pos().Join(x.Pos())
	}
	if or != nil {
		return or, nil
	}
	return first, nil
}

func (c *cursor) unaryTerm() (Term, error) {
	t := *c.peek()
	if t.Type != tokBool {
		return c.atom()
	}
	if t.Value != "NOT" {
		return nil, c.fail(t, CodeBadTerm, "'%s' operator is missing a clause on the left hand side.", t.Value)
	}
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	c.lex.Next()
	if c.termEnd() {
		return nil, c.fail(t, CodeBadTerm, "'NOT' operator is missing a clause on the right hand side.")
	}
	x, err := c.unaryTerm()
	if err != nil {
		return nil, err
	}
	return negate(spanOf(&t).Join(x.Pos()), x), nil
}

// negate returns NOT x; the empty conjunction, which is everything, turns into nothing.
func negate(span Span, x Term) Term {
	if and, ok := x.(*And); ok && len(and.Terms) == 0 {
		return &Or{Span: span}
	}
	return &Not{Span: span, X: x}
}

func (c *cursor) atom() (Term, error) {
	t := *c.lex.Next()
	switch t.Type {
	case tokPunct: // "(": the other ones ended the conjunction
		return c.group(t)
	case tokSub:
		return &TermSub{Span: spanOf(&t), Sub: subsearchOf(&t)}, nil
	case tokFunc:
		lit, err := c.directive(t)
		if err != nil {
			return nil, err
		}
		return &Word{Span: lit.Span, Value: lit}, nil
	case tokOp, tokIn:
		return nil, c.fail(t, CodeBadTerm, "Comparator '%s' has an invalid term on the left hand side: %s", t.Value, t.Value)
	case tokWord, tokInt, tokString, tokQName:
		return c.compare(t)
	}
	return nil, c.fail(t, CodeBadTerm, "Unexpected '%s'.", t.Value)
}

func (c *cursor) group(open lexer.Token) (Term, error) {
	x, err := c.conj()
	if err != nil {
		return nil, err
	}
	end := *c.peek()
	if !c.take(")") {
		return nil, c.fail(open, CodeUnbalancedParens, "unbalanced parentheses.")
	}
	if and, ok := x.(*And); ok && len(and.Terms) == 0 {
		and.Span = spanOf(&open).Join(spanOf(&end))
	}
	return x, nil
}

// directive reads TERM(…) or CASE(…) behind its opening.
func (c *cursor) directive(t lexer.Token) (Literal, error) {
	lit := Literal{Span: spanOf(&t)}
	switch t.Value {
	case "TERM(":
		lit.Dir = TermWord
	case "CASE(":
		lit.Dir = CaseWord
	default:
		return lit, c.fail(t, CodeBadTerm, "'%s)' cannot be used here.", t.Value)
	}
	if v := c.peek(); v.Type == tokWord || v.Type == tokString || v.Type == tokInt {
		t := *c.lex.Next()
		if t.Type != tokString {
			t.Value = strings.Join(strings.Fields(t.Value), " ")
		}
		l := literalOf(&t)
		lit.Text, lit.Quoted = l.Text, l.Quoted
	}
	end := c.lex.Next()
	lit.Span = lit.Span.Join(spanOf(end))
	return lit, nil
}

// compare reads what starts with a word: field op value, field IN (…), field::value, or the word alone.
func (c *cursor) compare(t lexer.Token) (Term, error) {
	next := *c.peek()
	switch {
	case next.Type == tokOp:
		return c.comparison(t)
	case next.Type == tokIn:
		return c.inList(t)
	case next.Type == tokBool && next.Value == "NOT":
		if x, ok, err := c.notIn(t); ok {
			return x, err
		}
	case next.Type == tokWord && next.Value == "IN":
		return nil, c.badList(*c.lex.Next())
	case t.Type == tokWord && t.Value == "IN":
		return nil, c.badList(t)
	}
	if t.Type == tokWord {
		if cmp := c.indexed(t); cmp != nil {
			return cmp, nil
		}
	}
	return &Word{Span: spanOf(&t), Value: literalOf(&t)}, nil
}

// badList is the error for IN without a list.
func (c *cursor) badList(in lexer.Token) error {
	if v := *c.peek(); v.Type == tokString || v.Type == tokWord || v.Type == tokInt {
		return c.fail(v, CodeBadTerm, "Right hand side of IN must be a collection of literals. '%s' is not a literal.", v.Value)
	}
	return c.fail(in, CodeBadTerm, "Right hand side of IN must be a collection of literals.")
}

func (c *cursor) comparison(t lexer.Token) (Term, error) {
	op := *c.lex.Next()
	cmp := &Compare{Field: nameOf(&t), Op: CompareOp(op.Value)}
	if op.Value == "==" {
		cmp.Op = OpEq
	}
	v := *c.peek()
	switch v.Type {
	case tokWord, tokInt, tokString, tokQName:
		c.lex.Next()
		cmp.Value = literalOf(&v)
	case tokFunc:
		c.lex.Next()
		lit, err := c.directive(v)
		if err != nil {
			return nil, err
		}
		cmp.Value = lit
	default:
		return nil, c.fail(op, CodeBadTerm, "Comparator '%s' is missing a term on the right hand side.", op.Value)
	}
	cmp.Span = spanOf(&t).Join(cmp.Value.Span)
	return cmp, nil
}

// indexed reads field::value, whose value may be quoted.
func (c *cursor) indexed(t lexer.Token) Term {
	i := strings.Index(t.Value, "::")
	if i <= 0 {
		return nil
	}
	cmp := &Compare{Span: spanOf(&t), Op: OpEq, Indexed: true}
	cmp.Field = Name{Span: Span{t.Pos.Offset, t.Pos.Offset + i}, Text: unescape(t.Value[:i], true)}
	if i+2 < len(t.Value) {
		cmp.Value = Literal{Span: Span{t.Pos.Offset + i + 2, cmp.End}, Text: unescape(t.Value[i+2:], true)}
		return cmp
	}
	if v := c.peek(); v.Type == tokString && v.Pos.Offset == cmp.End {
		cmp.Value = literalOf(c.lex.Next())
		cmp.Span = cmp.Join(cmp.Value.Span)
		return cmp
	}
	return nil
}

// notIn reads field NOT IN (…).
func (c *cursor) notIn(t lexer.Token) (Term, bool, error) {
	at := c.lex.MakeCheckpoint()
	c.lex.Next()
	if c.peek().Type != tokIn {
		c.lex.LoadCheckpoint(at)
		return nil, false, nil
	}
	in, err := c.inList(t)
	if err != nil {
		return nil, true, err
	}
	return &Not{Span: in.Pos(), X: in}, true, nil
}

func (c *cursor) inList(t lexer.Token) (Term, error) {
	c.lex.Next()
	open := *c.lex.Next() // the scanner makes an In token only before a parenthesis
	in := &In{Field: nameOf(&t)}
	for {
		v := *c.lex.Next()
		switch {
		case v.Type == tokPunct && v.Value == ",":
		case v.Type == tokPunct && v.Value == ")":
			in.Span = spanOf(&t).Join(spanOf(&v))
			return in, nil
		case v.Type == tokWord && v.Value == "." && len(in.Values) > 0: // a slip for a comma that Splunk forgives
		case v.Type == tokWord, v.Type == tokInt, v.Type == tokString, v.Type == tokBool:
			in.Values = append(in.Values, literalOf(&v))
		case v.Type == tokFunc:
			lit, err := c.directive(v)
			if err != nil {
				return nil, err
			}
			in.Values = append(in.Values, lit)
		case v.EOF():
			return nil, c.fail(open, CodeUnbalancedParens, "unbalanced parentheses.")
		default:
			return nil, c.fail(v, CodeBadTerm, "Right hand side of IN must be a collection of literals. '%s' is not a literal.", v.Value)
		}
	}
}

func literalOf(t *lexer.Token) Literal {
	if t.Type == tokString {
		return Literal{Span: spanOf(t), Text: unescape(trimQuotes(t.Value), false), Quoted: true}
	}
	if t.Type == tokPattern {
		return Literal{Span: spanOf(t), Text: unescapePattern(trimQuotes(t.Value)), Quoted: true}
	}
	return Literal{Span: spanOf(t), Text: unescape(t.Value, true)}
}

func nameOf(t *lexer.Token) Name {
	switch t.Type {
	case tokString:
		return Name{Span: spanOf(t), Text: unescape(trimQuotes(t.Value), false), Quoted: true}
	case tokQName:
		return Name{Span: spanOf(t), Text: trimQuotes(t.Value), Quoted: true}
	}
	return Name{Span: spanOf(t), Text: unescape(t.Value, true)}
}

func subsearchOf(t *lexer.Token) *Subsearch {
	raw := t.Value
	if len(raw) >= 2 {
		raw = raw[1 : len(raw)-1]
	}
	return &Subsearch{Span: spanOf(t), Raw: raw}
}
