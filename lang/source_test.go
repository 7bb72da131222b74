package lang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trail renders a location as "name:line:col < what name:line:col < …".
func trail(l Location) string {
	s := fmt.Sprintf("%s:%d:%d", l.Name, l.Line, l.Col)
	for _, v := range l.Via {
		s += fmt.Sprintf(" < %s %s:%d:%d", v.What, v.Name, v.Line, v.Col)
	}
	return s
}

func TestSpliceNested(t *testing.T) {
	inner := NewSource("in", "user=$u$")
	argument := NewSourceAt("search", "bob", Position{Line: 1, Col: 30})
	inner = inner.Splice([]Edit{{Span: Span{5, 8}, New: "bob", Origin: argument, What: "argument u"}})
	outer := NewSourceAt("out", "x=1 `in(bob)` y=2", Position{Line: 7, Col: 14})
	outer = outer.Splice([]Edit{{Span: Span{4, 13}, New: inner.Text, Origin: inner, What: "macro in"}})
	search := NewSource("search", "index=main\n`out` | head 1")
	got := search.Splice([]Edit{{Span: Span{11, 16}, New: outer.Text, Origin: outer, What: "macro out"}})

	if d := cmp.Diff("index=main\nx=1 user=bob y=2 | head 1", got.Text); d != "" {
		t.Fatal(d)
	}
	for _, tt := range []struct{ word, want string }{
		{"main", "search:1:7"},
		{"x=1", "out:7:14 < macro out search:2:1"},
		{"user", "in:1:1 < macro in out:7:18 < macro out search:2:1"},
		{"bob", "search:1:30 < argument u in:1:6 < macro in out:7:18 < macro out search:2:1"},
		{"y=", "out:7:28 < macro out search:2:1"},
		{"head", "search:2:9"},
	} {
		if d := cmp.Diff(tt.want, trail(got.Locate(strings.Index(got.Text, tt.word)))); d != "" {
			t.Errorf("%s: %s", tt.word, d)
		}
	}
}
