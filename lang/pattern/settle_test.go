package pattern

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestSettled(t *testing.T) {
	for _, c := range []struct {
		expr, prefix, text string
		matched, settled   bool
	}{
		{`"k":"(\w+):`, `"k":"`, `"k":"ab:c`, true, true},
		{`"k":"(\w+):`, `"k":"`, `"k":"ab`, false, false},
		{`"k":"(\w+)`, `"k":"`, `"k":"ab`, true, false},
		{`"k":"(\w+)`, `"k":"`, `"k":"ab"`, true, true},
		{`"k":"(\w+)`, `"k":"`, `"k":""`, false, true},
		{`k=(a|ab)`, `k=a`, `k=a`, true, false},
		{`k=.*z`, `k=`, `k=abz`, true, false},
		{`k=`, `k=`, `k=`, true, true},
		{`k=é(.)`, `k=é`, "k=é\xc3", false, false},
		{`k=(\d+)\b`, ``, ``, false, false},
		{`^k=`, ``, ``, false, false},
		{`k=(?=a)`, ``, ``, false, false},
		{`(?i)k=`, ``, ``, false, false},
		{`k=(\d+)$`, ``, ``, false, false},
	} {
		re, err := Compile(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := re.Prefix(); got != c.prefix {
			t.Errorf("%s: prefix %q, want %q", c.expr, got, c.prefix)
		}
		if c.prefix == "" {
			continue
		}
		if matched, settled := re.Settled(c.text); matched != c.matched || settled != c.settled {
			t.Errorf("%s on %q: %v %v", c.expr, c.text, matched, settled)
		}
	}
}

// TestSettledContinued: what is settled for a text holds for the text with anything behind it.
func TestSettledContinued(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte("ab:\"k1"[r.IntN(6)])
		}
		return b.String()
	}
	parts := []string{"[^:]+", `\d*`, "(a|ab|b)", "(.*?)", "a*", ":", `"`, "(ab)?", `\w+?`, "k", "(?:a|b:)+"}
	settledOnes := 0
	for range 3000 {
		expr := "k"
		for range 1 + r.IntN(4) {
			expr += parts[r.IntN(len(parts))]
		}
		re, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		if re.Prefix() == "" {
			t.Fatalf("%s has no prefix", expr)
		}
		text := "k" + some(8)
		matched, settled := re.Settled(text)
		if !settled {
			continue
		}
		settledOnes++
		for range 5 {
			longer := text + some(8)
			m, err := re.FindSubmatchIndex(longer)
			if err != nil {
				t.Fatal(err)
			}
			if begins := m != nil && m[0] == 0; begins != matched {
				t.Fatalf("%s on %q and %q: %v, %v", expr, text, longer, matched, m)
			}
			if own, _ := re.FindSubmatchIndex(text); matched && !reflect.DeepEqual(own, m) {
				t.Fatalf("%s on %q and %q: %v, %v", expr, text, longer, own, m)
			}
		}
	}
	if settledOnes < 300 {
		t.Errorf("only %d texts were settled", settledOnes)
	}
}
