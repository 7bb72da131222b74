package lang

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Parser reads searches with a fixed set of commands. It is safe for concurrent use.
type Parser struct {
	byName map[string]*Grammar
	names  []string
}

// NewParser returns a parser that knows the commands.
func NewParser(gs ...Grammar) *Parser {
	p := &Parser{byName: map[string]*Grammar{}}
	for i := range gs {
		g := gs[i]
		for _, n := range append([]string{g.Name}, g.Aliases...) {
			p.byName[strings.ToLower(n)] = &g
			p.names = append(p.names, strings.ToLower(n))
		}
	}
	sort.Strings(p.names)
	return p
}

// Grammar returns the grammar of a command, by its name or an alias in any case.
func (p *Parser) Grammar(name string) (*Grammar, bool) {
	g, ok := p.byName[name]
	if !ok {
		g, ok = p.byName[strings.ToLower(name)]
	}
	return g, ok
}

// Implied puts the word search in front of a text that starts neither with it nor with a pipe. It
// belongs before macro expansion: what a macro stands for has no say in it.
func Implied(src *Source) *Source {
	s := scanner{text: src.Text, end: len(src.Text)}
	s.blanks()
	rest := src.Text[min(s.pos, len(src.Text)):]
	if strings.HasPrefix(rest, "|") {
		return src
	}
	if len(rest) >= 6 && strings.EqualFold(rest[:6], "search") && (len(rest) == 6 || isBlank(rest[6]) || strings.IndexByte("|[(\"`", rest[6]) >= 0) {
		return src
	}
	return src.Splice([]Edit{{New: "search "}})
}

// Parse reads a whole search: a pipeline whose first command is written out (see Implied). The query
// holds what could be read even if there are errors.
func (p *Parser) Parse(src *Source) (q *Query, ds Diagnostics) {
	defer recoverTo(src, &ds)
	c := p.cutter(src, Span{0, len(src.Text)})
	q = c.query()
	return q, c.ds
}

// ParseStage reads the one command that span covers, for example after text was spliced into it.
func (p *Parser) ParseStage(src *Source, span Span) (st *Stage, ds Diagnostics) {
	defer recoverTo(src, &ds)
	c := p.cutter(src, span)
	st = c.stage()
	c.leftover()
	return st, c.ds
}

// ParseTerm reads a search expression alone; an empty text holds for everything.
func (p *Parser) ParseTerm(src *Source) (t Term, ds Diagnostics) {
	t = &And{}
	ds = p.fragment(src, &termGrammar, func(a any) {
		if w := a.(*termArgs).Where; w != nil {
			t = w
		}
	})
	return t, ds
}

// ParseExpr reads an eval expression alone.
func (p *Parser) ParseExpr(src *Source) (x Expr, ds Diagnostics) {
	ds = p.fragment(src, &exprGrammar, func(a any) { x = a.(*exprArgs).Expr })
	return x, ds
}

// ParseAssigns reads the arguments of eval alone.
func (p *Parser) ParseAssigns(src *Source) (as Assigns, ds Diagnostics) {
	ds = p.fragment(src, &assignGrammar, func(a any) { as = a.(*assignArgs).List })
	return as, ds
}

type termArgs struct {
	Where Term `parser:"@@?"`
}
type exprArgs struct {
	Expr Expr `parser:"@@"`
}
type assignArgs struct {
	List Assigns `parser:"@@+"`
}

var (
	termGrammar   = Syntax[termArgs](Grammar{Name: "search", Terms: true, Sub: SubTerms})
	exprGrammar   = Syntax[exprArgs](Grammar{Name: "eval", Mode: ModeExpr})
	assignGrammar = Syntax[assignArgs](Grammar{Name: "eval", Mode: ModeExpr})
)

// fragment parses a text as the arguments of g.
func (p *Parser) fragment(src *Source, g *Grammar, use func(args any)) (ds Diagnostics) {
	defer recoverTo(src, &ds)
	c := p.cutter(src, Span{0, len(src.Text)})
	subs, macros := c.body(g)
	c.leftover()
	if c.fatal || len(c.ds) > 0 {
		return c.ds
	}
	st := &Stage{Src: src, Name: g.Name, Grammar: g, Span: Span{0, len(src.Text)}, Raw: src.Text, RawSpan: Span{0, len(src.Text)}}
	if len(macros) > 0 {
		return Diagnostics{SubjectErrorf(st, "", macros[0], CodeUnexpandedMacro, "A macro cannot be used here.")}
	}
	c.ds = append(c.ds, p.arguments(st, subs)...)
	if len(st.Deferred) > 0 {
		c.errorf(st.Deferred[0].Span, CodeMisplacedSub, "Error in 'SearchParser': A subsearch cannot be used here.")
	}
	if st.Args != nil {
		use(st.Args)
	}
	return c.ds
}

func (p *Parser) cutter(src *Source, span Span) *cutter {
	return &cutter{p: p, src: src, text: src.Text, pos: span.Start, end: min(span.End, len(src.Text))}
}

// leftover complains about text behind what should have been all.
func (c *cutter) leftover() {
	if c.pos < c.end && !c.fatal {
		c.stop(Span{c.pos, c.pos + 1}, CodeBadArgument, "Error in 'SearchParser': Unexpected '"+c.text[c.pos:c.pos+1]+"'.")
	}
}

// recoverTo turns a panic of a grammar into a diagnostic: a search is user input and must not end the process.
func recoverTo(src *Source, ds *Diagnostics) {
	if r := recover(); r != nil {
		*ds = append(*ds, Diagnostic{Src: src, Code: CodeInternal, Msg: fmt.Sprintf("the parser failed on this search: %v", r)})
	}
}

// arguments parses a stage's arguments, unless they must wait for text.
func (p *Parser) arguments(st *Stage, subs []*Subsearch) Diagnostics {
	g := st.Grammar
	if g != nil && g.Sub == SubText {
		st.Deferred = subs
	} else {
		st.Subs = subs
	}
	if g == nil || g.syntax == nil || len(st.Macros) > 0 || len(st.Deferred) > 0 {
		return nil
	}
	s := scanner{text: st.Src.Text, pos: st.RawSpan.Start, end: st.RawSpan.End, g: g, subs: subs}
	toks := s.scan()
	if s.tooLong {
		return Diagnostics{SubjectErrorf(st, "'SearchParser'", st.NameSpan, CodeTooLong, "The arguments have more than %d words.", maxTokens)}
	}
	if len(s.deferred) > 0 {
		st.Deferred = s.deferred
		st.Subs = slices.DeleteFunc(slices.Clone(subs), func(s *Subsearch) bool { return slices.Contains(st.Deferred, s) })
		return nil
	}
	syn := g.syntax()
	args, err := syn.parse(toks)
	if err != nil {
		return Diagnostics{explain(st, err)}
	}
	if len(subs) > 0 {
		byStart := make(map[int]*Subsearch, len(subs))
		for _, sub := range subs {
			byStart[sub.Start] = sub
		}
		link(reflect.ValueOf(args), byStart)
	}
	st.Args = args
	if len(syn.options) > 0 {
		return g.checkOptions(st, syn.given(args))
	}
	return nil
}

// explain turns a parse error into the words of the command.
func explain(st *Stage, err error) Diagnostic {
	var p *problem
	if !errors.As(err, &p) {
		var u *participle.UnexpectedTokenError
		if errors.As(err, &u) {
			return unexpectedToken(st, &u.Unexpected)
		}
		var pe participle.Error
		span := st.RawSpan
		if errors.As(err, &pe) {
			span = Span{pe.Position().Offset, pe.Position().Offset}
		}
		return badArgument(st, span)
	}
	text := p.text
	if p.rest {
		text = fmt.Sprintf(text, st.Src.Text[p.span.Start:st.RawSpan.End])
	}
	switch {
	case text == "":
		return badArgument(st, p.span)
	case p.code == CodeBadTerm, text == "unbalanced parentheses.":
		return Errorf(st, p.span, p.code, "Unable to parse the search: %s", text)
	case p.code == CodeBadExpr && st.Name == "eval":
		return SubjectErrorf(st, "'EvalCommand'", p.span, p.code, "%s", text)
	case p.code == CodeTooDeep:
		return SubjectErrorf(st, "'SearchParser'", p.span, p.code, "%s", text)
	}
	return Errorf(st, p.span, p.code, "%s", text)
}

func unexpectedToken(st *Stage, t *lexer.Token) Diagnostic {
	g := st.Grammar
	span := Span{t.Pos.Offset, t.Pos.Offset + len(t.Value)}
	switch {
	case t.EOF() && g.assign && st.Raw == "":
		return Errorf(st, st.NameSpan, CodeBadAssign, "Arguments are missing. Usage: eval dest_key = expression.")
	case t.EOF():
		d := Errorf(st, st.NameSpan, CodeBadArgument, "The arguments are incomplete.")
		if g.Usage != "" {
			d.Msg += " Usage: " + g.Usage
		}
		return d
	case g.Mode == ModeExpr:
		return explain(st, &problem{span: span, code: CodeBadExpr, rest: true,
			text: "The expression is malformed. An unexpected character is reached at '%s'."})
	case t.Value == ")" && g.Terms:
		return explain(st, &problem{span: span, code: CodeUnbalancedParens, text: "unbalanced parentheses."})
	case t.Value == ")":
		return Errorf(st, span, CodeUnbalancedParens, "Mismatched quotes and/or parenthesis.")
	}
	return badArgument(st, span)
}

// badArgument refuses the whole word that starts at span.
func badArgument(st *Stage, span Span) Diagnostic {
	e := span.Start
	for depth := 0; e < st.RawSpan.End; e++ {
		c := st.Src.Text[e]
		if depth <= 0 && e > span.Start && (isBlank(c) || c == ',') {
			break
		}
		switch c {
		case '"':
			e = min(endOfString(st.Src.Text, e), st.RawSpan.End) - 1
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
	}
	span.End = max(e, span.Start)
	return Errorf(st, span, CodeBadArgument, st.Grammar.badArg(), st.Src.Text[span.Start:span.End])
}
