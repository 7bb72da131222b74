package lang

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRender(t *testing.T) {
	macro := NewSourceAt("macros.conf", "stat count by user", Position{Line: 120, Col: 14})
	through := NewSource("a.spl", "search x | `m(1)`").Splice([]Edit{{Span: Span{11, 17}, New: macro.Text, Origin: macro, What: "macro `m(1)`"}})
	for _, tt := range []struct {
		src  *Source
		want string
	}{
		{NewSource("a.spl", "search x\n  | stat count by user"), `
a.spl:2:5: Unknown search command 'stat'.
  | stat count by user
    ^^^^ did you mean "stats"?
`},
		{through, `
macros.conf:120:14: Unknown search command 'stat'.
  stat count by user
  ^^^^ did you mean "stats"?
in macro ` + "`m(1)`" + `, used at a.spl:1:12
`},
		{NewSource("a.spl", "search \"日本\" x= | head limt=5"), `
a.spl:1:14: Error in 'search' command: Unable to parse the search: Comparator '=' is missing a term on the right hand side.
  search "日本" x= | head limt=5
                 ^
a.spl:1:23: Error in 'head' command: Invalid argument: 'limt=5'
  search "日本" x= | head limt=5
                          ^^^^^^ did you mean "limit"?
`},
		{NewSource("a.spl", "search "+strings.Repeat("abcdefghi ", 30)+"x= "+strings.Repeat("y", 300)+" ="), `
a.spl:1:612: Error in 'search' command: Unable to parse the search: Comparator '=' has an invalid term on the left hand side: =
  …yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy =
                                                     ^
`},
	} {
		_, ds := fake.Parse(tt.src)
		var b strings.Builder
		b.WriteString("\n")
		for _, d := range ds {
			if err := d.Render(&b, false); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(tt.want, b.String()); d != "" {
			t.Error(d)
		}
	}
}

func TestRenderPlaceless(t *testing.T) {
	var b strings.Builder
	d := Diagnostic{Severity: Warning, Msg: "no lookups\nhere", Hint: "add -lookups"}
	if err := d.Render(&b, true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("\x1b[1mwarning: no lookups here\x1b[0m\n  add -lookups\n", b.String()); diff != "" {
		t.Error(diff)
	}
}
