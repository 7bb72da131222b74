package yamltext

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"spl/lang"
)

func scalar(t testing.TB, text string) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Skip(err)
	}
	n := &doc
	for n.Kind != yaml.ScalarNode {
		if len(n.Content) == 0 {
			t.Skip("no scalar")
		}
		n = n.Content[len(n.Content)-1]
	}
	return n
}

func TestSource(t *testing.T) {
	tests := []struct {
		name, text string
		word       string
		line, col  int
	}{
		{"plain", "a: b\nsearch: index=main foo", "foo", 2, 20},
		{"plain over lines", "search: index=main\n  | stats\n  count\n\n  by x", "by", 5, 3},
		{"single", "search: 'it''s | where x=1'", "where", 1, 18},
		{"single over lines", "search: 'one\n  two ''\n  three'", "three", 3, 3},
		{"double", `search: "a \"b\" \\ c"`, "c", 1, 21},
		{"double over lines", "search: \"one two\n  three \\\n  \\ four \\x41\"", "four", 3, 5},
		{"double unicode", `search: "\u00e4\u00f6 x"`, "x", 1, 23},
		{"literal", "search: |\n  one\n    two\n\n  three\n", "three", 5, 3},
		{"literal, stripped", "search: |-\n  one\n  two\n", "two", 3, 3},
		{"literal, kept", "search: |+\n  one\n\n\nx: y", "y", 5, 4},
		{"literal, indented first line", "search: |2\n    one\n  two\n", "two", 3, 3},
		{"folded", "search: >-\n  one\n  two\n\n  three\n", "three", 5, 3},
		{"folded, indented lines", "search: >\n  one\n    two\n    three\n  four\n  five\n", "five", 6, 3},
		{"folded, CRLF", "search: >\r\n  one\r\n  two\r\n", "two", 3, 3},
		{"anchor and tag", "search: &a !!str 'x  y'", "y", 1, 22},
		{"non-ASCII before", "{ä: 'ö', s: 'x y'}", "y", 1, 16},
		{"header comment", "search: |- # 4 lines\n  one\n  two", "two", 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := scalar(t, tt.text)
			s := Source(lang.NewSource("f.yml", tt.text), n)
			if s.Text != n.Value {
				t.Fatalf("text is %q, want %q", s.Text, n.Value)
			}
			l := s.Locate(strings.LastIndex(s.Text, tt.word))
			if l.Name != "f.yml" || l.Line != tt.line || l.Col != tt.col {
				t.Errorf("%q is at %d:%d, want %d:%d", tt.word, l.Line, l.Col, tt.line, tt.col)
			}
		})
	}
}

// FuzzSource checks that every scalar keeps its value, whatever its layout.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"a: >\n  x\n   y\n\n  z\n", "a: \"x\\\n  y\\t\"", "a: 'x\n\n  y'''", "- |1\n  x\n", "a: &b |+\n\n  x\n\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := scalar(t, text)
		if s := Source(lang.NewSource("f", text), n); s.Text != n.Value {
			t.Fatalf("text is %q, want %q", s.Text, n.Value)
		}
	})
}

// TestConformance follows every scalar of the conformance files through to its place.
func TestConformance(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/conformance/*.yml")
	if len(files) == 0 {
		t.Skip("no conformance files here")
	}
	scalars, lost := 0, 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		file := lang.NewSource(name, string(text))
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			for _, c := range n.Content {
				walk(c)
			}
			if n.Kind != yaml.ScalarNode || n.Value == "" {
				return
			}
			scalars++
			s := Source(file, n)
			last := strings.TrimRight(s.Text, "\n")
			if s.Text != n.Value || s.Locate(max(len(last)-1, 0)).Text == "" || !followed(s, file) {
				lost++
				t.Logf("%s:%d: %q", filepath.Base(name), n.Line, n.Value)
			}
		}
		walk(&doc)
	}
	if scalars == 0 || lost > 0 {
		t.Errorf("%d of %d scalars lost their place", lost, scalars)
	}
}

// followed reports whether the letters of s are found at their places in the file.
func followed(s, file *lang.Source) bool {
	for i := 0; i < len(s.Text); i++ {
		if c := s.Text[i]; c >= 'a' && c <= 'z' && file.Text[s.Locate(i).Offset] != c {
			return false
		}
	}
	return true
}
