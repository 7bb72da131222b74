package lang

import (
	"strings"
	"testing"
)

var fuzzSeeds = []string{
	`index=main user="a \"b\"" NOT (a OR b c) x IN ("a". "b",,) TERM(a.b) f::v`,
	`| tstats count from datamodel=X.Y where X.a="* Nul*"X.b=*GetCurrent()*) by _time span=1h`,
	`search [ search a | table b ] NOT ( ) | head 3 (x<5) | rex (?<a>b|c`,
	"a | eval 'x y' = if(match(a,\"(.*\\\\\\)\"), .5e3, -b . \"c\"), {z}=!isnull(q) | `m(\"|\")` ```c|```",
	`a\|b \" "x\\" System\ Volume | sort - a, -num(b) | stats count(eval(x=1)) AS "n m", sparkline(avg(x),1h) by a`,
	`| append [| foreach a* [eval <<FIELD>>=1]] | streamstats reset_after="(""x==0"")" count as aceFlags(inheritance)`,
	"search NOT NOT NOT a=CASE(b) OR OR", "] [ | ``` \" '", "|", "",
}

// FuzzScan cuts any text in every mode: tokens stay inside the text and ascend.
func FuzzScan(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	grammars := []Grammar{{Terms: true, Sub: SubTerms}, {Clauses: by}, {Mode: ModeExpr}, {Mode: ModeExpr, assign: true},
		{Mode: ModeText}, {Mode: ModeText, Options: opts("a", "field")}, {Paren: ModeExpr}}
	f.Fuzz(func(t *testing.T, text string) {
		for i := range grammars {
			s := scanner{text: text, end: len(text), g: &grammars[i]}
			at := 0
			for _, tok := range s.scan() {
				if tok.Pos.Offset < at || tok.Pos.Offset+len(tok.Value) > len(text) {
					t.Fatalf("grammar %d: token %q at %d, after %d", i, tok.Value, tok.Pos.Offset, at)
				}
				at = tok.Pos.Offset + len(tok.Value)
			}
		}
	})
}

// FuzzParsePrint parses any text: no panic, and what is accepted prints to itself.
func FuzzParsePrint(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, ds := fake.Parse(Implied(NewSource("", text)))
		for _, d := range ds {
			if d.Code == CodeInternal {
				t.Fatal(d.Msg)
			}
			var b strings.Builder
			if err := d.Render(&b, true); err != nil {
				t.Fatal(err)
			}
		}
		if ds.Err() == nil {
			sameAgain(t, text, q)
		}
	})
}

// FuzzExpr parses any text as an expression: what is accepted prints to itself.
func FuzzExpr(f *testing.F) {
	for _, s := range []string{`a+b*-c . "d" % 5`, `NOT a=1 AND (b OR c XOR d)`, `x NOT IN (1,"b",,) like y`, `!f('a b', .5e-3)`, `((((`, `a.5 -- +b`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, ds := fake.ParseExpr(NewSource("", text))
		if len(ds) > 0 || x == nil {
			return
		}
		if _, ds := fake.ParseExpr(NewSource("", ExprString(x))); len(ds) == 0 || ds[0].Code != CodeTooDeep { // the printed parentheses count
			sameExpr(t, x)
		}
	})
}
