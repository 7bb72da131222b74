package pattern

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		fold       bool
		kind       WildcardKind
		want       string // captures joined by |, "no"
	}{
		{"abc", "abc", false, Exact, ""}, {"abc", "ABC", true, Exact, ""}, {"abc", "ABC", false, Exact, "no"}, {"abc", "abcd", true, Exact, "no"},
		{"*", "", false, Any, ""}, {"**", "ab", false, Any, "ab|"}, {"ab*", "ABc", true, Prefix, "c"}, {"ab*", "b", true, Prefix, "no"},
		{"*.exe", "CMD.EXE", true, Suffix, "CMD"}, {"*.exe", "exe", true, Suffix, "no"}, {`*\sys*`, `c:\SYSTEM`, true, Contains, "c:|TEM"}, {"*ab*", "xaaby", false, Contains, "xa|y"},
		{"a*a", "a", false, General, "no"}, {"a*a", "aa", false, General, ""}, {"a*b*c", "a1b2b3c", false, General, "1b2|3"}, {"*_*_ip", "a_b_c_ip", false, General, "a_b|c"},
		{"é*", "École", true, Prefix, "cole"}, {"*STRASSE", "große straße", true, Suffix, "no"}, {"*ΣΑΣ", "λόγοσας", true, Suffix, "λόγο"}, {"*ж*", "ёЖик", true, Contains, "ё|ик"},
		{"", "", true, Exact, ""}, {"", "x", true, Exact, "no"}, {"k", "\u212a", true, Exact, "no"},
	} {
		w := CompileWildcard(c.pattern, c.fold)
		got := "no"
		if caps, ok := w.Capture(nil, c.s); ok {
			var parts []string
			for i := 0; i < len(caps); i += 2 {
				parts = append(parts, c.s[caps[i]:caps[i+1]])
			}
			got = strings.Join(parts, "|")
		}
		if got != c.want || w.Kind() != c.kind || w.MatchBytes([]byte(c.s)) != (c.want != "no") {
			t.Errorf("%q on %q: got %q kind %d match %v, want %q kind %d", c.pattern, c.s, got, w.Kind(), w.Match(c.s), c.want, c.kind)
		}
	}
	for _, c := range [][4]string{{"EU*", "EMEA*", "EU_UK", "EMEA_UK"}, {"* localhost", "localhost *", "my localhost", "localhost my"}, {"a*", "x", "ab", "x"}, {"a*", "*x*", "ab", ""}, {"*.*", "*_*", "a.b.c", "a.b_c"}} {
		if got, _ := CompileWildcard(c[0], false).Fill(c[1], c[2]); got != c[3] {
			t.Errorf("%v: got %q", c, got)
		}
	}
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"a%", "abc", true}, {"a%", "Abc", false}, {"_b_", "abc", true}, {"_", "é", true}, {"_", "", false}, {"%_", "", false}, {"%_c", "ac", true}, {"%_c", "c", false},
		{`%\Scripts\%`, `c:\Scripts\x`, true}, {`%NT%\%`, `MyNT\x`, true}, {"a.c", "abc", false}, {"a*", "a*", true}, {"a*", "ab", false}, {"%a%\n%", "xa\n", true}, {"%ab_", "aabababx", true}, {"", "", true}, {"", "a", false}, {"%%", "", true}, {"*_", "*x", true},
	} {
		if got := CompileLike(c.pattern).MatchBytes([]byte(c.s)); got != c.want {
			t.Errorf("%q on %q: got %v", c.pattern, c.s, got)
		}
	}
}

func TestCIDR(t *testing.T) {
	for _, c := range []struct{ net, s, want string }{
		{"10.0.0.0/8", "10.1.2.3", "in"}, {"10.9.9.9/8", "10.1.2.3", "in"}, {"10.0.0.0/8", "11.1.2.3", "out"}, {"10.0.0.0/8", "::ffff:10.1.2.3", "out"}, {"2001:db8::/32", "2001:DB8::1", "in"},
		{"::/0", "10.0.0.1", "out"}, {"10.0.0.1", "10.0.0.1", "in"}, {"10.0.0.0/33", "10.0.0.1", "bad"}, {"x/8", "x", "bad"}, {"10.0.0.0/8", "host", "out"}, {"10.0.0.0/8", "", "out"}, {"10.0.0/8", "10.0.0.1", "bad"},
	} {
		n, ok := ParseCIDR(c.net)
		got := "bad"
		if ok {
			got = map[bool]string{true: "in", false: "out"}[n.MatchBytes([]byte(c.s))]
		}
		if got != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.net, c.s, got, c.want)
		}
	}
}

func TestTerm(t *testing.T) {
	raws := []string{
		"2026-01-15 11:00:00 ERROR login failed for user=alice from 10.0.0.1",
		"2026-01-15 10:50:00 INFO login ok user=bob src=10.0.0.12 AND done",
		"2026-01-15 10:40:00 WARN errors: disk_full on host-a ip=10.9.9.9",
		`2026-01-15 10:30:00 DEBUG sudoedit -s \ probe a%20b fooBarError`,
		"127.0.0.1 - admin École ab,lo,in",
	}
	plain, phrase, exact, token := TermOptions{}, TermOptions{Quoted: true}, TermOptions{Case: true}, TermOptions{Token: true}
	for _, c := range []struct {
		text string
		opts TermOptions
		want string
	}{
		{"error", plain, "0"}, {"error*", plain, "02"}, {"lo*in", plain, "01"}, {"lo*in", phrase, "014"}, {"login failed", phrase, "0"}, {"login fail", phrase, ""}, {"login fail*", phrase, "0"}, {"host", plain, "2"},
		{"user=alice", phrase, "0"}, {"10.9", plain, "2"}, {"10.0.0.1", plain, "0"}, {"10.9.9.9", token, ""}, {"ip=10.9.9.9", token, "2"}, {"ip=10.9", token, "2"}, {"127.0.0.1", token, "4"}, {"disk", token, "2"}, {"full", token, "2"}, {"9.9", token, ""},
		{"ERROR", exact, "0"}, {"error", exact, ""}, {"ERR*", exact, "0"}, {"*Error", plain, "03"}, {"*error*", plain, "023"}, {`sudoedit -s \`, phrase, "3"}, {`sudoedit -s \*`, phrase, "3"}, {"*", plain, "01234"}, {"b", plain, "3"},
		{"école", plain, "4"}, {"ÉCOLE", exact, ""}, {"ab,lo", plain, "4"}, {"disk_full", plain, "2"}, {"disk_ful", plain, ""}, {"l*n f*d", phrase, "0"}, {"", phrase, ""},
	} {
		m, got := CompileTerm(c.text, c.opts), ""
		for i, raw := range raws {
			if m.MatchBytes([]byte(raw)) {
				got += string(rune('0' + i))
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q %+v: %s", c.text, c.opts, diff)
		}
	}
}

func BenchmarkTerm(b *testing.B) {
	raw := "2026-01-15T10:34:56 host-17 sshd[4242]: Failed password for invalid user admin from 10.20.30.40 port 2222"
	for _, term := range []string{"admin", "nothere", "lo*in", "10.20.30.40"} {
		m := CompileTerm(term, TermOptions{})
		b.Run(term, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for range b.N {
				m.Match(raw)
			}
		})
	}
}

func FuzzWildcard(f *testing.F) {
	f.Add("a*É*b", "aÉxB")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		for _, fold := range []bool{false, true} {
			w := CompileWildcard(pattern, fold)
			caps, ok := w.Capture(nil, s)
			if ok != w.Match(s) || ok && len(caps) != 2*w.Stars() {
				t.Fatalf("%q on %q: capture %v %v, match %v", pattern, s, caps, ok, w.Match(s))
			}
		}
		CompileTerm(pattern, TermOptions{}).Match(s)
		CompileTerm(pattern, TermOptions{Token: true}).Match(s)
		CompileLike(pattern).Match(s)
	})
}
