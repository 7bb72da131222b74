package xmltree

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	root, ok := Parse(`<a n="1" x:n="2">one <b>two</b> three<c> four </c></a><d>five`)
	if !ok || len(root.Children) != 2 {
		t.Fatalf("%v, %+v", ok, root)
	}
	a, d := root.Children[0], root.Children[1]
	if got := a.Text(); got != "one  three" {
		t.Errorf("text %q", got)
	}
	if got := a.AllText(); got != "one two three four" {
		t.Errorf("all text %q", got)
	}
	if got := d.AllText(); got != "five" {
		t.Errorf("an element that does not end has %q", got)
	}
	if v, ok := a.Attr("n"); v != "1" || !ok {
		t.Errorf("attribute %q, %v", v, ok)
	}
	if _, ok := a.Attr("m"); ok {
		t.Error("an attribute that is not there")
	}
	if got := root.Children[0].Children[1].Name; got != "c" {
		t.Errorf("second child %q", got)
	}
}

func TestParseDepth(t *testing.T) {
	for depth, want := range map[int]bool{MaxDepth: true, MaxDepth + 1: false, 1_000_000: false} {
		if _, ok := Parse(strings.Repeat("<a>", depth)); ok != want {
			t.Errorf("%d deep: %v", depth, ok)
		}
	}
}
