package lang

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// syntax parses the arguments of one command.
type syntax struct {
	parse   func(toks []lexer.Token) (any, error)
	options [][]int // where the fields of type Options are in the arguments' struct
}

// Syntax makes A, a struct with participle tags, the argument type of the grammar: Stage.Args will be
// an *A. The participle parser is built when the command is parsed for the first time; a wrong tag
// panics then, see Check.
//
// Productions of this package are ready for use as "@@": Name (Fields), Value, Option (Options), Agg,
// Assign (Assigns), By, Args, SortKey, Call1, Subsearch, Term and Expr. Lists skip commas by themselves, and stop
// at an option and at a word of Grammar.Clauses, which is a token of type Keyword:
//
//	type headArgs struct { // head 5 (x<3) keeplast=t, with Paren: ModeExpr
//		Opts  lang.Options `parser:"( @@"`
//		Count *int         `parser:"| @Int"`
//		While lang.Expr    `parser:"| '(' @@ ')' )*"`
//	}
//	type statsArgs struct { // stats sum(x) AS s, count by a b allnum=t, with Clauses: by, as
//		Opts lang.Options `parser:"( @@"`
//		Aggs []*lang.Agg  `parser:"| @@"`
//		By   lang.By      `parser:"| 'by' @@ )*"`
//	}
//	type lookupArgs struct { // lookup t k AS f OUTPUT a b AS c, with Clauses: as, output, outputnew
//		Opts  lang.Options `parser:"@@*"`
//		Table lang.Name    `parser:"@@"`
//		Keys  []*pair      `parser:"@@*"`
//		Mode  string       `parser:"( @( 'output' | 'outputnew' )"`
//		Out   []*pair      `parser:"  @@* )?"`
//	}
//	type pair struct { // also rename a AS b, with Clauses: as, to
//		From lang.Name  `parser:"@@"`
//		To   *lang.Name `parser:"( 'as' @@ )?"`
//	}
//	type sortArgs struct { // sort 10 -num(x), + y
//		Count *int            `parser:"@Int?"`
//		Keys  []*lang.SortKey `parser:"@@*"`
//	}
//	type convertArgs struct { // convert timeformat="%F" ctime(x) AS y, with Clauses: as
//		Opts  lang.Options  `parser:"( @@"`
//		Calls []*lang.Call1 `parser:"| @@ )*"`
//	}
//	type replaceArgs struct { // replace "a" WITH "b", c WITH d IN f, with Clauses: with, in
//		Pairs []*swap     `parser:"@@*"`
//		In    lang.Fields `parser:"( 'in' @@+ )?"`
//	}
//	type swap struct {
//		From lang.Value `parser:"@@ 'with'"`
//		To   lang.Value `parser:"@@"`
//	}
//
// A search expression is Term (Grammar.Terms, or behind the clause where), an argument list of eval is
// Assigns, a subsearch with rows is *Subsearch (Grammar.Sub).
func Syntax[A any](g Grammar) Grammar {
	typ := reflect.TypeFor[A]()
	g.assign = holds(typ, reflect.TypeFor[Assign]())
	g.syntax = sync.OnceValue(func() *syntax { return buildSyntax[A](&g) })
	return g
}

// holds tells whether a field of the struct t is a list of elem or a pointer to it.
func holds(t, elem reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i).Type
		for f.Kind() == reflect.Slice || f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		if f == elem {
			return true
		}
	}
	return false
}

func buildSyntax[A any](g *Grammar) *syntax {
	typ := reflect.TypeFor[A]()
	if typ.NumField() == 0 {
		return &syntax{parse: func(toks []lexer.Token) (any, error) {
			if !toks[0].EOF() {
				return nil, &participle.UnexpectedTokenError{Unexpected: toks[0]}
			}
			return new(A), nil
		}}
	}
	p, err := participle.Build[A](
		participle.Lexer(definition{g}),
		participle.CaseInsensitive("Word", "Keyword", "Func", "Ident"),
		participle.UseLookahead(2),
		participle.ParseTypeWith(parseTerm),
		participle.ParseTypeWith(parseExpr),
	)
	if err != nil {
		panic(fmt.Sprintf("grammar of %s: %v", g.Name, err))
	}
	parse := func(toks []lexer.Token) (any, error) {
		lex, err := lexer.Upgrade(&tokenList{toks: toks})
		if err != nil {
			return nil, err
		}
		return p.ParseFromLexer(lex)
	}
	return &syntax{parse: parse, options: optionFields(typ, nil)}
}

// optionFields finds the fields of type Options in t and in the structs it embeds by value.
func optionFields(t reflect.Type, at []int) [][]int {
	var out [][]int
	for i := range t.NumField() {
		f := t.Field(i)
		path := append(append([]int(nil), at...), i)
		switch {
		case f.Type == reflect.TypeFor[Options]():
			out = append(out, path)
		case f.Type.Kind() == reflect.Struct && f.IsExported():
			out = append(out, optionFields(f.Type, path)...)
		}
	}
	return out
}

// given collects the options of parsed arguments.
func (s *syntax) given(args any) Options {
	var os Options
	for _, path := range s.options {
		os = append(os, reflect.ValueOf(args).Elem().FieldByIndex(path).Interface().(Options)...)
	}
	return os
}

// Check builds the grammar's parser, if it has one, and returns what is wrong with its tags.
func (g *Grammar) Check() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("check grammar: %v", r)
		}
	}()
	if g.syntax != nil {
		g.syntax()
	}
	return nil
}

// link puts the parsed subsearches into the arguments, whose productions know only their places.
func link(v reflect.Value, subs map[int]*Subsearch) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*Query]() {
			return
		}
		if s, ok := v.Interface().(*Subsearch); ok {
			if parsed := subs[s.Start]; parsed != nil && v.CanSet() {
				v.Set(reflect.ValueOf(parsed))
			}
			return
		}
		link(v.Elem(), subs)
	case reflect.Interface:
		if !v.IsNil() {
			link(v.Elem(), subs)
		}
	case reflect.Slice:
		for i := range v.Len() {
			link(v.Index(i), subs)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Subsearch]() {
			if parsed := subs[int(v.Field(0).Field(0).Int())]; parsed != nil && v.CanSet() {
				v.Set(reflect.ValueOf(*parsed))
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				link(v.Field(i), subs)
			}
		}
	}
}
