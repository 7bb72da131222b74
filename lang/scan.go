package lang

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The token types; participle tags use their names (see tokenNames).
const (
	tokWord     lexer.TokenType = -(iota + 2) // bare word or bare value
	tokInt                                    // bare word of digits
	tokString                                 // "…", quotes included
	tokQName                                  // '…' where it is a name
	tokKeyword                                // a word of Grammar.Clauses
	tokFunc                                   // name(
	tokIn                                     // IN before a parenthesis
	tokEvalOpen                               // eval(
	tokBool                                   // AND, OR, NOT
	tokTarget                                 // left side of an assignment
	tokIdent                                  // name in an expression
	tokQField                                 // '…' in an expression
	tokNumber                                 // number in an expression
	tokOp                                     // operator
	tokPunct                                  // ( ) ,
	tokSub                                    // […]
	tokText                                   // verbatim text
	tokPattern                                // "…" in ModeText, in which \| stays as it is
	tokBad                                    // what no expression can hold, to the end of the text
)

var tokenNames = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Word": tokWord, "Int": tokInt, "String": tokString, "QName": tokQName, "Keyword": tokKeyword,
	"Func": tokFunc, "In": tokIn, "EvalOpen": tokEvalOpen, "Bool": tokBool, "Target": tokTarget,
	"Ident": tokIdent, "QField": tokQField, "Number": tokNumber, "Op": tokOp, "Punct": tokPunct,
	"Sub": tokSub, "Text": tokText, "Pattern": tokPattern, "Bad": tokBad,
}

// definition is the scanner as participle wants to see it; the parser itself hands tokens over
// that it has scanned with the knowledge of the command.
type definition struct{ g *Grammar }

// Symbols returns the token types by name.
func (definition) Symbols() map[string]lexer.TokenType { return tokenNames }

// Lex scans the whole of r as arguments of the definition's grammar.
func (d definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	s := scanner{text: string(b), end: len(b), g: d.g}
	return &tokenList{toks: s.scan()}, nil
}

// tokenList plays scanned tokens to participle.
type tokenList struct {
	toks []lexer.Token
	next int
}

// Next returns the next token; the last one is EOF.
func (l *tokenList) Next() (lexer.Token, error) {
	t := l.toks[min(l.next, len(l.toks)-1)]
	l.next++
	return t, nil
}

// scanner cuts the arguments of one stage into tokens. It never fails: what fits nowhere becomes a
// token that the grammar refuses.
type scanner struct {
	text     string
	pos, end int
	g        *Grammar
	subs     []*Subsearch // the stage's subsearches, ascending
	toks     []lexer.Token

	lax   bool   // the next bare word is a value or an alias, which may hold nearly any character
	alias bool   // the next word is no keyword
	terms bool   // inside a search expression
	saved []bool // terms outside of each open parenthesis
	lists int    // depth in parentheses of an IN list, 0: outside

	deferred []*Subsearch // subsearches in the place of a value
	tooLong  bool         // the text holds more than maxTokens
}

const (
	maxTokens  = 1 << 21 // of one command: half a gigabyte of tokens and tree
	maxBalance = 8       // nested parentheses in a value; bounds the look ahead
)

func (s *scanner) scan() []lexer.Token {
	s.toks = make([]lexer.Token, 0, (s.end-s.pos)/5+2)
	s.terms = s.g.Terms
	switch s.g.Mode {
	case ModeExpr:
		s.expression(s.g.assign, 0)
	case ModeText:
		s.verbatim()
	default:
		for s.blanks(); s.pos < s.end; s.blanks() {
			s.term()
		}
	}
	eof := lexer.EOFToken(lexer.Position{Offset: s.end})
	return append(s.toks, eof)
}

func (s *scanner) add(typ lexer.TokenType, end int) {
	if len(s.toks) == maxTokens {
		s.tooLong = true
		s.pos = s.end
		return
	}
	s.toks = append(s.toks, lexer.Token{Type: typ, Value: s.text[s.pos:end], Pos: lexer.Position{Offset: s.pos}})
	s.pos = end
}

// blanks skips white space and comments.
func (s *scanner) blanks() {
	for s.pos < s.end {
		switch {
		case isBlank(s.text[s.pos]):
			s.pos++
		case strings.HasPrefix(s.text[s.pos:s.end], comment):
			s.pos = min(endOfComment(s.text, s.pos), s.end)
		default:
			return
		}
	}
}

const (
	comment    = "```"
	blankBytes = " \t\r\n\f\v"
)

func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'
}

// endOfComment returns the offset behind the comment at i, or one past the text if it is not closed.
func endOfComment(text string, i int) int {
	if n := strings.Index(text[i+3:], comment); n >= 0 {
		return i + 3 + n + 3
	}
	return len(text) + 1
}

// endOfString returns the offset behind the string that starts at i, or one past the text if it is
// not closed.
func endOfString(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text) + 1
}

// term scans one token of a list of arguments or of a search expression.
func (s *scanner) term() {
	lax := s.lax
	s.lax = false
	switch c := s.text[s.pos]; c {
	case '"':
		s.add(tokString, min(endOfString(s.text, s.pos), s.end))
		s.alias, s.lax = false, s.lists > 0
	case '(':
		s.open()
	case ')':
		s.close()
	case ',':
		if lax && !s.terms && s.lists == 0 && (s.pos+1 == s.end || isBlank(s.text[s.pos+1])) && s.isOp() {
			s.add(tokWord, s.pos+1) // delim=,
			return
		}
		s.lax = s.lists > 0
		s.add(tokPunct, s.pos+1)
	case '[':
		s.sub(lax)
	case '=', '<', '>':
		if lax && c != '=' && s.isOp() {
			s.word(true)
			return
		}
		s.operator()
	default:
		if c == '!' && !lax && s.pos+1 < s.end && s.text[s.pos+1] == '=' {
			s.operator()
			return
		}
		if c == '\'' && !s.terms {
			if e := s.quotedName(); e > 0 {
				s.add(tokQName, e)
				s.alias = false
				return
			}
		}
		s.word(lax)
	}
}

func (s *scanner) isOp() bool { return len(s.toks) > 0 && s.toks[len(s.toks)-1].Type == tokOp }

func (s *scanner) operator() {
	n := 1
	if s.pos+1 < s.end && s.text[s.pos+1] == '=' {
		n = 2
	}
	s.add(tokOp, s.pos+n)
	s.lax = true
}

// open scans an opening parenthesis.
func (s *scanner) open() {
	s.saved = append(s.saved, s.terms)
	if s.isOp() && !s.terms {
		s.terms = true // startswith=( search )
	}
	s.add(tokPunct, s.pos+1)
	if s.g.Paren == ModeExpr && !s.terms && len(s.saved) == 1 {
		s.expression(false, 1)
	}
}

func (s *scanner) close() {
	if n := len(s.saved); n > 0 {
		if s.lists == n {
			s.lists = 0
		}
		s.terms = s.saved[n-1]
		s.saved = s.saved[:n-1]
	}
	s.add(tokPunct, s.pos+1)
}

// sub scans a subsearch, whose end the cutter has found already.
func (s *scanner) sub(lax bool) {
	for len(s.subs) > 0 && s.subs[0].Start < s.pos {
		s.subs = s.subs[1:]
	}
	if len(s.subs) == 0 || s.subs[0].Start != s.pos {
		s.word(true)
		return
	}
	if s.g.Sub == SubTerms && (lax || s.lists > 0 || s.afterIn()) {
		s.deferred = append(s.deferred, s.subs[0])
	}
	s.add(tokSub, min(s.subs[0].End, s.end))
}

func (s *scanner) afterIn() bool {
	n := len(s.toks)
	return n > 0 && s.toks[n-1].Type == tokWord && s.toks[n-1].Value == "IN"
}

// quotedName returns the end of the name in single quotes at pos, or 0 if there is none.
func (s *scanner) quotedName() int {
	n := strings.IndexByte(s.text[s.pos+1:s.end], '\'')
	if n < 0 {
		return 0
	}
	e := s.pos + 1 + n + 1
	if e < s.end && !isBlank(s.text[e]) && !strings.ContainsRune("),=[(<>!", rune(s.text[e])) {
		return 0
	}
	return e
}
