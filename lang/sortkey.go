package lang

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

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
