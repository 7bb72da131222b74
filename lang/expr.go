package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// parseExpr is the production of an eval expression.
func parseExpr(lex *lexer.PeekingLexer) (Expr, error) {
	if lex.Peek().EOF() {
		return nil, participle.NextMatch
	}
	c := &cursor{lex: lex}
	return c.xor()
}

// unexpected is the error for a token that cannot stand where it does.
func (c *cursor) unexpected() error {
	t := *c.peek()
	if t.EOF() {
		return c.fail(t, CodeBadExpr, "The expression is malformed.")
	}
	return c.raise(&problem{span: spanOf(&t), code: CodeBadExpr, rest: true,
		text: "The expression is malformed. An unexpected character is reached at '%s'."})
}

// word returns the upper-case operator word that is next, or "".
func (c *cursor) word() string {
	t := c.peek()
	if t.Type != tokIdent || len(t.Value) > 4 {
		return ""
	}
	switch w := strings.ToUpper(t.Value); w {
	case "AND", "OR", "XOR", "NOT", "LIKE", "IN":
		return w
	}
	return ""
}

// chain reads operands joined by one left-associative operator word.
func (c *cursor) chain(op string, operand func() (Expr, error)) (Expr, error) {
	l, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 0; c.word() == op; n++ {
		t := *c.lex.Next()
		if n == maxChain {
			return nil, c.fail(t, CodeTooDeep, "The expression has more than %d operators in a row.", maxChain)
		}
		r, err := operand()
		if err != nil {
			return nil, err
		}
		l = &Binary{Span: l.Pos().Join(r.Pos()), Op: op, OpSpan: spanOf(&t), L: l, R: r}
	}
	return l, nil
}

func (c *cursor) xor() (Expr, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	return c.chain("XOR", c.or)
}

func (c *cursor) or() (Expr, error)  { return c.chain("OR", c.and) }
func (c *cursor) and() (Expr, error) { return c.chain("AND", c.not) }

func (c *cursor) not() (Expr, error) {
	if c.word() != "NOT" && !c.is("!") {
		return c.compareExpr()
	}
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	t := *c.lex.Next()
	x, err := c.not()
	if err != nil {
		return nil, err
	}
	return &Unary{Span: spanOf(&t).Join(x.Pos()), Op: "NOT", X: x}, nil
}

func (c *cursor) compareExpr() (Expr, error) {
	l, err := c.sum()
	if err != nil {
		return nil, err
	}
	t := *c.peek()
	switch c.word() {
	case "LIKE":
		return c.binary(l, "LIKE", c.sum)
	case "IN":
		return c.in(l)
	case "NOT": // x NOT IN (…), x NOT LIKE y
		at := c.lex.MakeCheckpoint()
		c.lex.Next()
		var x Expr
		switch c.word() {
		case "IN":
			x, err = c.in(l)
		case "LIKE":
			x, err = c.binary(l, "LIKE", c.sum)
		default:
			c.lex.LoadCheckpoint(at)
			return l, nil
		}
		if err != nil {
			return nil, err
		}
		return &Unary{Span: x.Pos(), Op: "NOT", X: x}, nil
	}
	if t.Type == tokOp {
		switch t.Value {
		case "=", "==", "!=", "<", "<=", ">", ">=":
			return c.binary(l, t.Value, c.sum)
		}
	}
	return l, nil
}

// binary reads an operator and its right operand.
func (c *cursor) binary(l Expr, op string, operand func() (Expr, error)) (Expr, error) {
	t := *c.lex.Next()
	r, err := operand()
	if err != nil {
		return nil, err
	}
	return &Binary{Span: l.Pos().Join(r.Pos()), Op: op, OpSpan: spanOf(&t), L: l, R: r}, nil
}

func (c *cursor) in(l Expr) (Expr, error) {
	c.lex.Next()
	if !c.take("(") {
		return nil, c.unexpected()
	}
	list, end, err := c.list()
	if err != nil {
		return nil, err
	}
	return &InList{Span: l.Pos().Join(end), X: l, List: list}, nil
}

// list reads expressions up to the closing parenthesis; empty items are skipped.
func (c *cursor) list() ([]Expr, Span, error) {
	var list []Expr
	for {
		c.commas()
		end := *c.peek()
		if c.take(")") {
			return list, spanOf(&end), nil
		}
		if end.EOF() {
			return nil, Span{}, c.fail(end, CodeBadExpr, "The expression is malformed. Expected ).")
		}
		x, err := c.xor()
		if err != nil {
			return nil, Span{}, err
		}
		list = append(list, x)
		if !c.is(",") && !c.is(")") {
			if t := *c.peek(); t.EOF() {
				return nil, Span{}, c.fail(t, CodeBadExpr, "The expression is malformed. Expected ).")
			}
			return nil, Span{}, c.unexpected()
		}
	}
}

func (c *cursor) sum() (Expr, error)     { return c.arith("+-.", c.product) }
func (c *cursor) product() (Expr, error) { return c.arith("*/%", c.sign) }

func (c *cursor) arith(ops string, operand func() (Expr, error)) (Expr, error) {
	l, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		t := c.peek()
		if t.Type != tokOp || len(t.Value) != 1 || !strings.Contains(ops, t.Value) {
			return l, nil
		}
		if n == maxChain {
			return nil, c.fail(*t, CodeTooDeep, "The expression has more than %d operators in a row.", maxChain)
		}
		if l, err = c.binary(l, t.Value, operand); err != nil {
			return nil, err
		}
	}
}

func (c *cursor) sign() (Expr, error) {
	t := *c.peek()
	if t.Type != tokOp || t.Value != "-" && t.Value != "+" && t.Value != "!" {
		return c.primary()
	}
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	c.lex.Next()
	x, err := c.sign()
	if err != nil {
		return nil, err
	}
	op := t.Value
	if op == "!" {
		op = "NOT"
	}
	return &Unary{Span: spanOf(&t).Join(x.Pos()), Op: op, X: x}, nil
}

func (c *cursor) primary() (Expr, error) {
	t := *c.peek()
	switch {
	case t.Type == tokNumber:
		c.lex.Next()
		return &Number{Span: spanOf(&t), Text: t.Value}, nil
	case t.Type == tokString:
		c.lex.Next()
		return &String{Span: spanOf(&t), Value: unquoteExpr(t.Value)}, nil
	case t.Type == tokQField:
		c.lex.Next()
		return &Field{Span: spanOf(&t), Name: trimQuotes(t.Value), Quoted: true}, nil
	case t.Type == tokIdent:
		return c.ident(t)
	case c.take("("):
		x, err := c.xor()
		if err != nil {
			return nil, err
		}
		if !c.take(")") {
			if e := *c.peek(); e.EOF() {
				return nil, c.fail(e, CodeBadExpr, "The expression is malformed. Expected ).")
			}
			return nil, c.unexpected()
		}
		return x, nil
	}
	return nil, c.unexpected()
}

// ident reads a field or a call. The operator words are names only when called: like(…), in(…).
func (c *cursor) ident(t lexer.Token) (Expr, error) {
	w := c.word()
	at := c.lex.MakeCheckpoint()
	c.lex.Next()
	if c.is("(") && (w == "" || w == "LIKE" || w == "IN") {
		c.lex.Next()
		if err := c.enter(); err != nil {
			return nil, err
		}
		defer c.leave()
		args, end, err := c.list()
		if err != nil {
			return nil, err
		}
		return &Call{Span: spanOf(&t).Join(end), Func: strings.ToLower(t.Value), Written: t.Value,
			FuncSpan: spanOf(&t), Args: args}, nil
	}
	if w != "" {
		c.lex.LoadCheckpoint(at)
		return nil, c.unexpected()
	}
	return &Field{Span: spanOf(&t), Name: t.Value}, nil
}

// Parse reads one assignment.
func (a *Assign) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	c.commas()
	t := *c.peek()
	if t.EOF() {
		return participle.NextMatch
	}
	if t.Type != tokTarget {
		return c.fail(t, CodeBadAssign, "Failed to parse the provided arguments. Usage: eval dest_key = expression.")
	}
	c.lex.Next()
	a.Target = targetOf(&t)
	if !c.take("=") {
		return c.unexpected()
	}
	x, err := c.xor()
	if err != nil {
		return err
	}
	a.Expr = x
	a.Span = spanOf(&t).Join(x.Pos())
	if n := c.peek(); !n.EOF() && !c.is(",") {
		return c.unexpected()
	}
	c.commas()
	return nil
}

func targetOf(t *lexer.Token) Name {
	n := Name{Span: spanOf(t), Text: t.Value}
	switch t.Value[0] {
	case '"':
		n.Text, n.Quoted = unescape(trimQuotes(t.Value), false), true
	case '\'':
		n.Text, n.Quoted = trimQuotes(t.Value), true
	}
	return n
}

// Assigns is the argument list of eval.
type Assigns []*Assign
