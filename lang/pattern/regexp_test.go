package pattern

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes a match as group texts joined by |; "-" for a group without part, "no" for no match.
func show(s string, m []int) string {
	if m == nil {
		return "no"
	}
	var parts []string
	for i := 0; i < len(m); i += 2 {
		if m[i] < 0 {
			parts = append(parts, "-")
			continue
		}
		parts = append(parts, s[m[i]:m[i+1]])
	}
	return strings.Join(parts, "|")
}

func TestRegexp(t *testing.T) {
	for _, c := range []struct{ expr, s, want string }{
		{`user=(?<who>\w+)`, "a user=bob b", "user=bob|bob"}, {`user=(?P<who>\w+)`, "user=bob", "user=bob|bob"}, {`user=(?'who'\w+)`, "user=bob", "user=bob|bob"},
		{`user=(\w+)`, "User=X", "no"}, {`(?i)user=(\w+)`, "USER=X", "USER=X|X"}, {`a(?i)b|c`, "C", "C"}, {`(?i:a)b`, "Ab", "Ab"}, {`(?i:a)b`, "AB", "no"}, {`(?i)a(?-i)b`, "AB", "no"}, {`(a(?i)b)c`, "aBC", "no"},
		{`(?<w>[a-z]+)(?=\d)`, "abc123", "abc|abc"}, {`foo(?!bar)`, "foobar foobaz", "foo"}, {`(?<=id=)\d+`, "id=42", "42"}, {`(?<!x)y`, "xy zy", "y"}, {`(\w)\1`, "abccd", "cc|c"}, {`(?<q>['"]).*?\k<q>`, `a "b' c" d`, `"b' c"|"`},
		{`(?P<a>x)(?P=a)`, "axx", "xx|x"}, {`(a)\g{1}\g1\g{-1}`, "aaaa", "aaaa|a"}, {`a++b`, "aaab", "aaab"}, {`a++a`, "aaa", "no"}, {`[^"]*+"`, `ab"`, `ab"`}, {`(?>a|ab)c`, "abc", "no"},
		{`\h+\H`, " \t\u00a0x", " \t\u00a0x"}, {`a\Rb`, "a\r\nb", "a\r\nb"}, {`\R\n`, "\r\n", "no"}, {`\N+`, "ab\nc", "ab"}, {`key=\K\w+`, "key=val", "val"}, {`(?|a(b)|c(d))(e)`, "cde", "cde|d|e"}, {`(?|(?<x>a)|(?<x>b))`, "b", "b|b"}, {`(?J)(?<x>a)|(?<x>b)`, "b", "b|-|b"},
		{`abc$`, "abc\n", "abc"}, {`abc$`, "abc\n\n", "no"}, {`abc\Z`, "abc\n", "abc"}, {`abc\z`, "abc\n", "no"}, {`(?m)b$`, "ab\nc", "b"}, {`(?m)^c`, "ab\nc", "c"}, {`(?m)^`, "", ""}, {`(?m)\n^`, "a\n", "no"}, {`a.c`, "a\nc", "no"}, {`(?s)a.c`, "a\nc", "a\nc"}, {`$`, "\n", ""},
		{`(?x) a b # comment
			c`, "abc", "abc"}, {`(?x)a\ b[ ]c`, "a b c", "a b c"}, {`a(?#note)b`, "ab", "ab"}, {`\Qa.b\E+`, "a.bb", "a.bb"}, {`[\Qa]\E]+`, "a]b", "a]"}, {`a{2}{3}`, "aaaaaaa", "aaaaaa"}, {`x{,3}`, "x{,3}", "x{,3}"}, {`a{`, "a{", "a{"}, {`{a}`, "{a}", "{a}"}, {`(?U)a+`, "aaa", "a"}, {`(?U)a+?`, "aaa", "aaa"},
		{`[]a]+`, "a]b", "a]"}, {`[^]a]+`, "a]b", "b"}, {`[a\-z]+`, "a-zb", "a-z"}, {`[\w-.]+`, "a-b.c d", "a-b.c"}, {`[a-]+`, "a-", "a-"}, {`[[:alpha:][:digit:]]+`, "ab1_", "ab1"}, {`[[:^alpha:]]+`, "ab1_", "1_"}, {`[^\W_]+`, "_ab_", "ab"}, {`[\S]+`, " ab ", "ab"}, {`(?i)[k]`, "\u212a", "\u212a"}, {`[\\/]+`, `a\/`, `\/`}, {`[&&~~[]+`, "&~[", "&~["},
		{`\x41\x{202E}\e\t\cA`, "A\u202e\x1b\t\x01", "A\u202e\x1b\t\x01"}, {`\101\0`, "A\x00", "A\x00"}, {`\_\-\"\/\<`, `_-"/<`, `_-"/<`}, {`\d+`, "٣3", "3"}, {`\w+`, "é_a", "_a"}, {`\s`, "\v", "\v"}, {`\bé`, "aé", "aé"[1:]}, {`(?=a)\bab`, "x ab", "ab"},
		{`\p{Lu}\pL`, "aBc", "Bc"}, {`\p{^L}`, "a1", "1"}, {`\P{L}`, "a1", "1"}, {`[\p{Greek}x]+`, "aωx", "ωx"}, {`(?=.)\p{Greek}`, "aω", "ω"}, {`^(a)?(?(1)b|c)$`, "ab", "ab|a"}, {`^(a)?(?(1)b|c)$`, "c", "c|-"}, {`a(*FAIL)|b`, "ab", "b"}, {`(?n)(a)(?<x>b)`, "ab", "ab|b"}, {`(a|(b))*`, "ba", "ba|a|b"},
		{`(.*\\)(?=.*(\.\w*)$|(\w+)$)`, `C:\Win\cmd.exe`, `C:\Win\|C:\Win\|.exe|-`}, {`^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$`, "10.0.0.1", "10.0.0.1"}, {`(?s-i:.)`, "\n", "\n"}, {`(?^)A`, "a", "no"}, {`é{2}`, "éé", "éé"}, {`a|b|`, "c", ""}, {`(x{600}){2}`, strings.Repeat("x", 1200), strings.Repeat("x", 1200) + "|" + strings.Repeat("x", 600)}, {`.`, "\xff", "\xff"}, {`(?=.)..`, "é\xffx", "é\xff"},
		{`(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10`, "abcdefghijj", "abcdefghijj|a|b|c|d|e|f|g|h|i|j"}, {`\Aab`, "cab", "no"}, {`(?:\A|,)x`, "a,x", ",x"}, {`(?i)straße`, "STRAßE", "STRAßE"}, {`a\E*b`, "aab", "aab"}, {`(?-s).+`, "a\nb", "a"}, {`x*`, "", ""},
	} {
		re, err := Compile(c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		m, err := re.FindSubmatchIndex(c.s)
		if diff := cmp.Diff(c.want, show(c.s, m)); diff != "" || err != nil {
			t.Errorf("%s on %q: %v %s", c.expr, c.s, err, diff)
		}
		if ok, err := re.Match([]byte(c.s)); ok != (c.want != "no") || err != nil {
			t.Errorf("%s on %q: match %v %v", c.expr, c.s, ok, err)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		{`[a-z`, "missing terminating ] for character class"}, {`[]`, "missing terminating ] for character class"}, {`[[:alpha:]`, "missing terminating ] for character class"},
		{`(a`, "missing closing parenthesis"}, {`(?:a`, "missing closing parenthesis"}, {`(?<n>a`, "missing closing parenthesis"}, {`a)`, "unmatched closing parenthesis"},
		{`*a`, "quantifier does not follow a repeatable item"}, {`a|+`, "quantifier does not follow a repeatable item"}, {`a**`, "quantifier does not follow a repeatable item"}, {`(?i)*`, "quantifier does not follow a repeatable item"}, {`{2}`, "quantifier does not follow a repeatable item"},
		{`a{3,2}`, "numbers out of order in {} quantifier"}, {`a{70000}`, "number too big in {} quantifier"}, {`[z-a]`, "range out of order in character class"}, {`(?<1a>x)`, "subpattern name must start with a non-digit"}, {`(?<>x)`, "subpattern name expected"}, {`(?P<a-b>x)`, "syntax error in subpattern name (missing terminator?)"},
		{`(?<a>x)(?<a>y)`, "two named subpatterns have the same name (PCRE2_DUPNAMES not set)"}, {`a\`, `\ at end of pattern`}, {`\2(a)`, "reference to non-existent subpattern"}, {`\k<x>`, "reference to non-existent subpattern"}, {`(?Z)`, "unrecognized character after (? or (?-"}, {`(?#a`, "missing ) after (?# comment"}, {`\y`, `unrecognized character follows \`},
		{`[[:foo:]]`, "unknown POSIX class name"}, {`[\R]`, "escape sequence is invalid in character class"}, {`\p{Foo}`, `unknown property after \P or \p`}, {`(?R)`, "recursion and subroutine calls are not supported"}, {`(?1)(a)`, "recursion and subroutine calls are not supported"}, {`(*SKIP)`, "backtracking control verbs are not supported"}, {`(*X)`, "(*VERB) not recognized or malformed"}, {`\x{110000}`, `character code point value in \x{} or \o{} is too large`},
		{strings.Repeat("(", 300), "parentheses are too deeply nested"},
	} {
		_, err := Compile(c.expr)
		var ce *CompileError
		if !errors.As(err, &ce) || ce.Msg != c.want {
			t.Errorf("%s: got %v, want %s", c.expr, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	re, err := Compile(`(?<a>x)(y)(?=(?<c>z))`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "a", "", "c"}, re.SubexpNames()); diff != "" || re.NumSubexp() != 3 {
		t.Error(diff)
	}
}

func TestFindAll(t *testing.T) {
	for _, c := range []struct {
		expr, s string
		n       int
		want    string
	}{
		{`\d`, "a1 b2 c3", 0, "1 2 3"}, {`\d`, "a1 b2 c3", 2, "1 2"}, {`(?=\d)\d`, "a1 b2 c3", 2, "1 2"}, {`a*`, "baac", 0, " aa "}, {`(?=|x)a*`, "baac", 0, " aa "}, {`x`, "abc", 0, ""}, {`é(?!x)`, "éxéé", 0, "é é"},
	} {
		re, err := Compile(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		all, err := re.FindAllSubmatchIndex(c.s, c.n)
		var got []string
		for _, m := range all {
			got = append(got, c.s[m[0]:m[1]])
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" || err != nil {
			t.Errorf("%s on %q: %v %s", c.expr, c.s, err, diff)
		}
	}
}

func TestReplaceAll(t *testing.T) {
	for _, c := range [][4]string{
		{`^(\d{1,2})/(\d{1,2})/`, `\2/\1/`, "1/14/2023", "14/1/2023"}, {`\\`, "", `a\b\c`, "abc"}, {`b`, `[\0]`, "abcb", "a[b]c[b]"}, {`b`, `\\\n$1`, "abc", `a\\n$1c`}, {`x*`, "-", "abc", "-a-b-c-"},
		{`(a)|(b)`, `<\1\2\9>`, "ab", "<a><b>"}, {`z`, "y", "abc", "abc"}, {`a\Kb`, "x", "abab", "axax"}, {`(?<=a)b`, "", "abab", "aa"}, {`$`, "!", "a", "a!"},
	} {
		re, err := Compile(c[0])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.ReplaceAll(c[2], CompileTemplate(c[1])); got != c[3] || err != nil {
			t.Errorf("%v: got %q %v", c, got, err)
		}
	}
}

func TestMatchLimit(t *testing.T) {
	re, err := Compile(`^(?=(a+)+$)b`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = re.MatchString(strings.Repeat("a", 40) + "b!"); !errors.Is(err, ErrMatchLimit) && err != nil {
		t.Error(err)
	}
	re, _ = Compile(`^(a+)+$(?<!x)`)
	if _, err = re.FindSubmatchIndex(strings.Repeat("a", 40) + "b"); !errors.Is(err, ErrMatchLimit) {
		t.Error("no limit:", err)
	}
}

func TestSed(t *testing.T) {
	for _, c := range [][3]string{
		{"s/X/-/", "aXbXc", "a-bXc"}, {"s/X/-/g", "aXbXc", "a-b-c"}, {"s/X/-/2", "aXbXc", "aXb-c"}, {"s/x/-/2g", "axbxcx", "axb-c-"}, {"s/x/-/gi", "aXbxc", "a-b-c"}, {`s/(\w+) (\w+)/\2 \1/`, "john smith", "smith john"},
		{`s/(\d{4}-){3}/XXXX-XXXX-XXXX-/g`, "1234-5678-9012-3456", "XXXX-XXXX-XXXX-3456"}, {"y/abc/xyz/", "aabbcd", "xxyyzd"}, {`s/\//-/g`, "a/b/c", "a-b-c"}, {"s#/#-#g", "a/b", "a-b"}, {"s/a/b/ s/b/c/g; y/c/d/", "ab", "dd"}, {`s/\s+$//`, "a  ", "a"}, {`s/a(?=b)/x/g`, "abac", "xbac"},
	} {
		sed, err := ParseSed(c[0])
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		if got, err := sed.Apply(c[1]); got != c[2] || err != nil {
			t.Errorf("%v: got %q %v", c, got, err)
		}
	}
	for _, bad := range []string{"", "x/a/b/", "s/a/b", "s/a", "s", "s/a/b/q", "y/ab/c/", "s/(/b/"} {
		if _, err := ParseSed(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func BenchmarkRegex(b *testing.B) {
	hit := `2026-01-15T10:34:56 host-17 sshd[4242]: Failed password for invalid user admin from 10.20.30.40 port 2222`
	miss := `2026-01-15T10:34:56 host-17 cron[4242]: session opened by (uid=0), nothing else to be seen in this line..`
	for _, expr := range []string{`Failed password`, `(?i)failed\s+password|invalid user`, `\d+\.\d+\.\d+\.\d+ port`, `(?i)(admin|root|guest)\s+from`, `^\S+ \S+ sshd`, `[a-z]+\d{2,}x?y`} {
		re, err := Compile(expr)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range []string{hit, miss} {
			name := fmt.Sprintf("%.22s/%.4s", expr, s[24:])
			b.Run(name+"/std", func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for range b.N {
					re.std.MatchString(s)
				}
			})
			b.Run(name+"/ours", func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for range b.N {
					if _, err := re.MatchString(s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
