package pattern

import (
	"encoding/json"
	"errors"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// checkTiers compares every engine that can answer with the plainest one.
func checkTiers(t *testing.T, expr, s string) {
	t.Helper()
	re, err := compile(expr)
	if err != nil {
		return
	}
	got, err := re.FindSubmatchIndex(s)
	if err != nil {
		return
	}
	ok, err := re.MatchString(s)
	if err == nil && ok != (got != nil) {
		t.Fatalf("%q on %q: match %v, found %v", expr, s, ok, got)
	}
	if !re.needsFull(s) { // Go's regexp alone, without filters and cuts
		if diff := cmp.Diff(re.renumber(re.std.FindStringSubmatchIndex(s)), got); diff != "" {
			t.Fatalf("%q on %q: %s", expr, s, diff)
		}
		all, err := re.FindAllSubmatchIndex(s, 0)
		want := re.std.FindAllStringSubmatchIndex(s, -1)
		for i := range want {
			want[i] = re.renumber(want[i])
		}
		if diff := cmp.Diff(want, all); diff != "" || err != nil {
			t.Fatalf("all %q on %q: %v %s", expr, s, err, diff)
		}
	}
	// The backtracking engine alone, without filters.
	full, err := re.full.find(s, 1, len(re.tr.groups))
	if err != nil {
		return
	}
	var want []int
	if len(full) > 0 {
		want = re.renumber(full[0])
	}
	if !utf8.ValidString(s) { // the engines count invalid bytes differently
		if (want != nil) != ok {
			t.Fatalf("%q on %q: match %v, backtracking %v", expr, s, ok, want)
		}
		return
	}
	if diff := cmp.Diff(want[:min(len(want), 2)], got[:min(len(got), 2)]); diff != "" {
		t.Fatalf("%q (%q, %q) on %q: %s", expr, re.tr.std, re.tr.full, s, diff)
	}
}

func FuzzRegexTiers(f *testing.F) {
	for _, e := range []string{`a(b|c)*d`, `(?i)user\b.*k`, `^x$|\By`, `(?m)^a$`, `[^\W_]+é?`, `(?=a)b|c++`, `\bfoo\b`, `(?i)[k-s]+`, `\xff|\x{2028}.`, `(?i:ß|ſ)x`} {
		f.Add(e, "abcd user K\u212a\nx foo é")
	}
	f.Fuzz(func(t *testing.T, expr, s string) {
		if len(expr) > 60 || len(s) > 200 {
			return
		}
		checkTiers(t, expr, s)
	})
}

// TestRegexTiers runs random expressions over a small alphabet, where collisions are frequent.
func TestRegexTiers(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	atoms := []string{"a", "b", "k", "é", " ", ".", `\w`, `\W`, `\d`, `\s`, `\b`, `\B`, "^", "$", "[ab]", "[^a]", "(?i)", "(?m)", "(?s)", `\A`, `\z`, "ab", "(?i:K)", "(?=a)", "(?!b)", "(?<=a)", `\n`, "x", `[^\n]`, "[^.]", `[*-\-]`, `[^\]\-]`, "[!-.x]", `\.`}
	var gen func(depth int) string
	gen = func(depth int) string {
		var b strings.Builder
		for range 1 + rng.Intn(4) {
			a := atoms[rng.Intn(len(atoms))]
			if depth > 0 && rng.Intn(3) == 0 {
				a = "(" + gen(depth-1) + ")"
			}
			b.WriteString(a)
			if rng.Intn(4) == 0 && a[0] != '(' || rng.Intn(8) == 0 && !strings.HasPrefix(a, "(?") {
				b.WriteString([]string{"*", "+", "?", "*?", "{2}", "{0,2}", "++"}[rng.Intn(7)])
			}
			if rng.Intn(6) == 0 {
				b.WriteString("|")
			}
		}
		return b.String()
	}
	runes := []rune("aabbkKé \nx1_\u212aÉ.-]")
	rounds := 6000
	if testing.Short() {
		rounds = 600
	}
	for range rounds {
		expr := gen(2)
		for range 3 {
			var s strings.Builder
			for range rng.Intn(10) {
				s.WriteRune(runes[rng.Intn(len(runes))])
			}
			checkTiers(t, expr, s.String())
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	re, err := compile(`(?i)(user|host)=(\w+) .*x(?=y)`)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for k := range 50 {
				s := strings.Repeat("u", k) + " USER=bob " + strings.Repeat("z", i) + " xy"
				if m, err := re.FindSubmatchIndex(s); err != nil || m == nil || s[m[4]:m[5]] != "bob" {
					t.Error(m, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestSmallCache(t *testing.T) {
	// This automaton has 2^k states; the cache must give up or start again, not answer wrongly.
	re, err := compile(`[ab]*a[ab]{14}c`)
	if err != nil {
		t.Fatal(err)
	}
	std := regexp.MustCompile(re.tr.std)
	rng := rand.New(rand.NewSource(2))
	for range 20 {
		b := make([]byte, 4000)
		for i := range b {
			b[i] = "ab"[rng.Intn(2)]
		}
		b[len(b)-1] = 'c'
		if got, err := re.Match(b); err != nil || got != std.Match(b) {
			t.Fatal(got, err)
		}
	}
}

// searchPatterns are the functions and commands of real searches whose argument is a pattern.
var searchPatterns = regexp.MustCompile(`(?s)(?:\brex\b[^|"]*|\bregex\b[^|"]*|\b(?:match|replace)\s*\(\s*[^",()]+,\s*)"((?:[^"\\]|\\.)*)"`)

// corpusPatterns returns the literal patterns of one search, after one level of unescaping.
func corpusPatterns(search string) (exprs []string) {
	for _, m := range searchPatterns.FindAllStringSubmatchIndex(search, -1) {
		rest := strings.TrimLeft(search[m[1]:], " ")
		if strings.HasPrefix(rest, ".") || strings.Contains(search[m[0]:m[1]], "mode=sed") {
			continue // a piece of a pattern that is put together
		}
		exprs = append(exprs, strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\|`, `|`).Replace(search[m[2]:m[3]]))
	}
	return exprs
}

func TestCorpus(t *testing.T) {
	total, backtrack := 0, 0
	for _, name := range []string{"escu-dev.ndjson", "splunkbase-dev.ndjson"} {
		data, err := os.ReadFile("../../../shared/corpus/" + name)
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("no corpus")
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var entry struct{ Search string }
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, expr := range corpusPatterns(entry.Search) {
				total++
				re, err := Compile(expr)
				if err != nil {
					t.Errorf("%s: %q: %v", name, expr, err)
					continue
				}
				if re.Backtracks() {
					backtrack++
				}
				checkTiers(t, expr, "GET /a?x=1 user=bob C:\\Windows\\cmd.exe 10.0.0.1")
			}
		}
	}
	t.Logf("%d expressions, %d backtrack", total, backtrack)
}
