package commands

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type replaceArgs struct {
	Pairs []*swapPair `parser:"@@*"`
	In    lang.Fields `parser:"( 'in' @@+ )?"`
}

type swapPair struct {
	From lang.Value `parser:"@@ 'with'"`
	To   lang.Value `parser:"@@"`
}

var replace = define(Spec[replaceArgs]{
	Grammar: lang.Grammar{Name: "replace", Clauses: []string{"with", "in"}, Usage: "replace (<value> WITH <value>)... [IN <field>...]"},
	Short:   "Replace whole values.",
	Doc: `A pattern must fit the whole value; * stands for any text, and the replacement may take what the stars
matched, in order. Without IN all fields are looked at but internal ones. A value is replaced once: an exact
pattern goes before one with stars, the later exact one before the earlier, the longer pattern before the
shorter.`,
	Examples: []Example{
		{Search: `replace 0 WITH none, 1 WITH one IN level`, In: "level,n\n0,0\n1,1\n10,2", Out: "level,n\nnone,0\none,1\n10,2"},
		{Search: `replace "* localhost" WITH "localhost *" IN host`, In: "host\nweb1 localhost\ndb", Out: "host\nlocalhost web1\ndb"},
	},
	Plan: func(b *plan.Builder, a *replaceArgs) (plan.Node, error) {
		if len(a.Pairs) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Usage: replace [orig_str WITH new_str]+ [IN field1, field2, ...].")
		}
		exact := map[string]string{}
		var wild []*swapPair
		for _, p := range a.Pairs {
			stars := strings.Count(p.To.Text, "*")
			if stars > 0 && stars != strings.Count(p.From.Text, "*") {
				return nil, lang.Errorf(b.Stage, p.From.Join(p.To.Span), "wildcard-mismatch", "Wildcard mismatch: '%s' as '%s'.", p.From.Text, p.To.Text)
			}
			if strings.Contains(p.From.Text, "*") {
				wild = append(wild, p)
			} else {
				exact[p.From.Text] = p.To.Text
			}
		}
		slices.SortStableFunc(wild, func(x, y *swapPair) int { return literals(y) - literals(x) })
		swap := func(s string) (string, bool) { return swapValue(s, exact, wild), true }
		names := a.In.Texts()
		return rowLocal(b, needSame, func(b *column.Batch) (*column.Batch, error) {
			patterns := names
			if len(patterns) == 0 {
				patterns = []string{"*"}
			}
			for _, n := range op.Expand(b, patterns, false) {
				b.Set(n, op.MapText(b.Col(n), b.Sel, swap))
			}
			return b, nil
		}), nil
	},
})

func literals(p *swapPair) int { return len(p.From.Text) - strings.Count(p.From.Text, "*") }

func swapValue(s string, exact map[string]string, wild []*swapPair) string {
	if to, ok := exact[s]; ok {
		return to
	}
	for _, p := range wild {
		if parts, ok := matchParts(p.From.Text, s); ok {
			return fillStars(p.To.Text, parts)
		}
	}
	return s
}
