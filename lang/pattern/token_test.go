package pattern

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		text string
		o    TermOptions
		want []string
	}{
		{"Foo", TermOptions{}, []string{"foo"}},
		{"Foo", TermOptions{Case: true}, []string{"Foo"}},
		{"foo*", TermOptions{}, nil},
		{"*a.foo.b*", TermOptions{}, []string{"foo"}},
		{"a*b c*d", TermOptions{Quoted: true}, nil},
		{"x a*b y", TermOptions{Quoted: true}, []string{"x", "y"}},
		{"é kelvin", TermOptions{Quoted: true}, []string{"kelvin"}},
		{"10.1.2.3", TermOptions{Token: true}, []string{"10", "1", "2", "3"}},
		{".foo.*", TermOptions{}, []string{"foo"}},
	} {
		if diff := cmp.Diff(c.want, CompileTerm(c.text, c.o).Tokens()); diff != "" {
			t.Errorf("%q %+v: %s", c.text, c.o, diff)
		}
	}
}

// TestTokensOccur: a text that a term matches has its tokens.
func TestTokensOccur(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString([]string{"a", "B", "%", "20", "2520", "3d", "-", ".", " ", "\"", "--", "x"}[r.IntN(12)])
		}
		return b.String()
	}
	matched := 0
	for range 20000 {
		text := some(1 + r.IntN(9))
		term := some(1 + r.IntN(3))
		if from := r.IntN(len(text)); r.IntN(2) == 0 {
			term = text[from : from+1+r.IntN(len(text)-from)]
		}
		if r.IntN(4) == 0 {
			term = "*" + term
		}
		m := CompileTerm(term, []TermOptions{{}, {Quoted: true}, {Token: true}}[r.IntN(3)])
		if m.All() || !m.Match(text) {
			continue
		}
		matched++
		var tokens []string
		EachToken(text, func(tok string) { tokens = append(tokens, strings.ToLower(tok)) })
		for _, tok := range m.Tokens() {
			if !slices.Contains(tokens, tok) {
				t.Fatalf("%q matches %q, whose tokens %q lack %q", term, text, tokens, tok)
			}
		}
	}
	if matched < 3000 {
		t.Errorf("only %d matches", matched)
	}
}
