package lang

import (
	"strings"
	"testing"
)

// TestHostile parses long inputs that a careless scanner takes quadratic time for, or recursion without
// end. The code says how they are refused; "" means that they are taken.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("long texts")
	}
	for _, tt := range []struct {
		start, unit string
		n           int
		code        string
	}{
		{"search ", "a=b ", 100000, ""},
		{"search x", " OR a", 100000, ""},
		{"search ", "a", 10 << 20, ""},
		{"search ", "a=x(", 100000, CodeTooDeep},
		{"search ", "TERM(", 100000, CodeTooDeep},
		{"search ", "IN(", 100000, CodeBadTerm},
		{"search ", "'a", 100000, ""},
		{"search ", "a,", maxTokens, CodeTooLong},
		{"search ", "[search a] ", 10000, ""},
		{"search ", "|", 100000, CodeEmptyCommand},
		{"search x | table ", "'a", 100000, ""},
		{"search x | table ", "a, ", 20000, ""},
		{"search x | stats ", "sum(", 100000, CodeTooDeep},
		{"search x | eval y=1", "+a", 10000, ""},
		{"search x | eval y=1", "+a", 100000, CodeTooDeep},
		{"search x | eval ", "a ", 100000, CodeBadAssign},
		{"search x | eval y=", "f(", 100000, CodeTooDeep},
		{"search x | rex ", "a ", 100000, ""},
		{"search x ", "\\", 100001, ""},
	} {
		q, ds := fake.Parse(NewSource("", tt.start+strings.Repeat(tt.unit, tt.n)))
		code := ""
		if len(ds) > 0 {
			code = ds[0].Code
		}
		if code != tt.code || len(ds) > maxErrors+1 || q == nil {
			t.Errorf("%s%s…: %q, want %q", tt.start, tt.unit, code, tt.code)
		}
	}
}

// TestHostileFormat formats texts that nest or go on and on.
func TestHostileFormat(t *testing.T) {
	for _, text := range []string{
		"search a" + strings.Repeat(" | append [ search b", 60) + strings.Repeat(" ]", 60),
		"search a" + strings.Repeat(" [ search b", 60) + strings.Repeat(" ]", 60),
		"search x | eval y=" + strings.Repeat("f(a, ", 100) + "1" + strings.Repeat(")", 100),
		"search " + strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60),
		"search " + strings.Repeat("a=b ", 20000), "search x | table " + strings.Repeat("a,", 20000),
		"search a | append [ search " + strings.Repeat("a=b ", 20000) + "]",
	} {
		once, ds := fake.Format(NewSource("", text))
		if ds.Err() != nil {
			t.Errorf("%.40s: %v", text, ds.Err())
		}
		if twice, _ := fake.Format(NewSource("", once)); twice != once {
			t.Errorf("%.40s: not stable", text)
		}
	}
}
