package lang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Option is name=value among a command's arguments. The value is a text, or one of Expr (eval(…)),
// Where (( search )) and Sub ([…]); Value then holds the text as written.
type Option struct {
	Span
	Name      string // as Grammar.Options spells it, else as written
	NameSpan  Span
	Value     string
	ValueSpan Span
	Quoted    bool
	Expr      Expr
	Where     Term
	Sub       *Subsearch
}

// Options are the options of one stage, as a production: `parser:"@@*"`. The parser has checked them
// against Grammar.Options.
type Options []*Option

// Get returns the option called name, or nil.
func (os Options) Get(name string) *Option {
	for _, o := range os {
		if strings.EqualFold(o.Name, name) {
			return o
		}
	}
	return nil
}

// Has tells whether the option is given.
func (os Options) Has(name string) bool { return os.Get(name) != nil }

// Text returns the option's value, or def.
func (os Options) Text(name, def string) string {
	if o := os.Get(name); o != nil {
		return o.Value
	}
	return def
}

// Bool returns the option's truth value, or def.
func (os Options) Bool(name string, def bool) bool {
	if o := os.Get(name); o != nil {
		if v, ok := ParseBool(o.Value); ok {
			return v
		}
	}
	return def
}

// Int returns the option's whole number, or def.
func (os Options) Int(name string, def int) int {
	if o := os.Get(name); o != nil {
		if v, err := strconv.Atoi(o.Value); err == nil {
			return v
		}
	}
	return def
}

// Num returns the option's number, or def.
func (os Options) Num(name string, def float64) float64 {
	if o := os.Get(name); o != nil {
		if v, err := strconv.ParseFloat(o.Value, 64); err == nil {
			return v
		}
	}
	return def
}

// ParseBool reads a truth value: t true 1 yes, f false 0 no, in any case.
func ParseBool(s string) (v, ok bool) {
	switch strings.ToLower(s) {
	case "t", "true", "1", "yes":
		return true, true
	case "f", "false", "0", "no":
		return false, true
	}
	return false, false
}

// Parse reads name=value with the commas around it.
func (o *Option) Parse(lex *lexer.PeekingLexer) error {
	c := &cursor{lex: lex}
	at := lex.MakeCheckpoint()
	c.commas()
	t := *c.peek()
	if t.Type != tokWord && t.Type != tokInt && t.Type != tokString || !c.optionNext() {
		lex.LoadCheckpoint(at)
		return participle.NextMatch
	}
	lex.Next()
	op := *lex.Next()
	n := nameOf(&t)
	o.Name, o.NameSpan = n.Text, n.Span
	if err := c.optionValue(o, op); err != nil {
		return err
	}
	o.Span = o.NameSpan.Join(o.ValueSpan)
	c.commas()
	return nil
}

func (c *cursor) optionValue(o *Option, op lexer.Token) error {
	v := *c.peek()
	o.ValueSpan = spanOf(&v)
	switch v.Type {
	case tokWord, tokInt, tokString, tokPattern, tokBool, tokKeyword, tokText:
		c.lex.Next()
		l := literalOf(&v)
		o.Value, o.Quoted = l.Text, l.Quoted
		if v.Value == `"("` {
			c.condition(o)
		}
		c.joined(o)
	case tokQName:
		c.lex.Next()
		o.Value = v.Value
	case tokSub:
		c.lex.Next()
		o.Sub = subsearchOf(&v)
		o.Value = v.Value
	case tokEvalOpen:
		a := Agg{}
		if err := c.agg(&a); err != nil {
			return err
		}
		o.Expr, o.Value, o.ValueSpan = a.Eval, a.Written, a.Span
	case tokFunc:
		o.Value, o.ValueSpan, _ = c.callText()
	default:
		if c.is("(") {
			return c.optionTerm(o, v)
		}
		return c.raise(&problem{span: spanOf(&op), code: CodeBadOption, text: "Invalid argument: '" + o.Name + "='"})
	}
	return nil
}

// condition reads the manual's way to write reset_after="("hour==0")": parentheses in quotes of their own.
func (c *cursor) condition(o *Option) {
	at := c.lex.MakeCheckpoint()
	w := writer{}
	w.text("(", o.ValueSpan)
	for t := c.lex.Next(); !t.EOF(); t = c.lex.Next() {
		if t.Value == `")"` {
			w.text(")", spanOf(t))
			o.Value, o.ValueSpan = w.String(), o.ValueSpan.Join(spanOf(t))
			return
		}
		w.token(t)
	}
	c.lex.LoadCheckpoint(at)
}

// joined reads what follows a quoted value with a point: datamodel="Network"."DNS".
func (c *cursor) joined(o *Option) {
	for o.Quoted {
		at := c.lex.MakeCheckpoint()
		dot, str := *c.lex.Next(), *c.lex.Next()
		if dot.Value != "." || dot.Pos.Offset != o.ValueSpan.End || str.Type != tokString || str.Pos.Offset != o.ValueSpan.End+1 {
			c.lex.LoadCheckpoint(at)
			return
		}
		o.Value += "." + literalOf(&str).Text
		o.ValueSpan = o.ValueSpan.Join(spanOf(&str))
	}
}

// optionTerm reads ( search ) as a value.
func (c *cursor) optionTerm(o *Option, open lexer.Token) error {
	at := c.lex.MakeCheckpoint()
	c.lex.Next()
	x, err := c.conj()
	if err != nil {
		return err
	}
	if !c.is(")") {
		return c.fail(open, CodeUnbalancedParens, "Mismatched quotes and/or parenthesis.")
	}
	end := c.lex.Next()
	w := writer{}
	for _, t := range c.lex.Range(at.RawCursor(), c.lex.RawCursor()) {
		w.token(&t)
	}
	o.Where, o.Value = x, w.String()
	o.ValueSpan = o.ValueSpan.Join(spanOf(end))
	return nil
}

// checkOptions compares the options with what the grammar declares.
func (g *Grammar) checkOptions(st *Stage, os Options) Diagnostics {
	var ds Diagnostics
	seen := map[string]bool{}
	for _, o := range os {
		decl := g.option(o.Name)
		if decl == nil {
			if !g.AnyOption {
				ds = append(ds, g.unknownOption(st, o))
			}
			continue
		}
		o.Name = decl.Name
		if seen[o.Name] {
			ds = append(ds, SubjectErrorf(st, "'SearchProcessor'", o.Span, CodeDoubleOption,
				"Option '%s' should not be specified more than once.", o.Name))
			continue
		}
		seen[o.Name] = true
		if o.Expr != nil || o.Where != nil || o.Sub != nil {
			continue
		}
		if want := decl.wants(o.Value); want != "" {
			d := SubjectErrorf(st, "'SearchProcessor'", o.ValueSpan, CodeBadOption,
				"Invalid option value. Expecting a '%s' for option '%s'. Instead got '%s'.", want, o.Name, o.Value)
			if decl.Type == Enum {
				d.Hint = "one of " + strings.Join(decl.Values, ", ")
			}
			ds = append(ds, d)
		}
	}
	return ds
}

func (g *Grammar) option(name string) *Opt {
	for i := range g.Options {
		if strings.EqualFold(g.Options[i].Name, name) {
			return &g.Options[i]
		}
	}
	return nil
}

func (g *Grammar) unknownOption(st *Stage, o *Option) Diagnostic {
	d := Errorf(st, o.Span, CodeUnknownOption, g.badArg(), o.Name+"="+o.Value)
	names := make([]string, len(g.Options))
	for i := range g.Options {
		names[i] = g.Options[i].Name
	}
	if s := Suggest(strings.ToLower(o.Name), slices.Values(names)); s != "" {
		d.Hint = `did you mean "` + s + `"?`
	}
	return d
}

func (g *Grammar) badArg() string {
	if g.BadArg != "" {
		return g.BadArg
	}
	return "Invalid argument: '%s'"
}

// wants returns what kind of value is expected if v is not one, else "".
func (o *Opt) wants(v string) string {
	switch o.Type {
	case Bool:
		if _, ok := ParseBool(v); !ok {
			return "boolean"
		}
	case Int:
		if n, err := strconv.Atoi(v); err != nil || n < 0 || o.Max > 0 && n > o.Max {
			return "non-negative integer"
		}
	case SignedInt:
		if _, err := strconv.Atoi(v); err != nil {
			return "integer"
		}
	case Num:
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			return "number"
		}
	case Enum:
		for _, w := range o.Values {
			if strings.EqualFold(v, w) {
				return ""
			}
		}
		return strings.Join(o.Values, "|")
	case SpanLen:
		if !spanLike(v) {
			return "time span"
		}
	case FieldName:
		if v == "" {
			return "field name"
		}
	}
	return ""
}

// spanLike tells whether v can be a bucket width: 5m, 1d@d, 10, 0.5, log2, 2log10.
func spanLike(v string) bool {
	digit := strings.IndexFunc(v, func(r rune) bool { return r >= '0' && r <= '9' }) >= 0
	if v == "" || strings.ContainsAny(v, " \t\n,=\"'") {
		return false
	}
	return digit || isLetter(v[0]) || v[0] == '@'
}
