package lang

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Render writes the diagnostic for people: place and message, the line, a caret with the hint, and the
// way by which the text got into the search.
//
//	search.spl:1:10: Unknown search command 'stat'.
//	  index=main | stat count
//	               ^^^^ did you mean "stats"?
//	in macro `m(1)`, used at search.spl:1:3
func (d Diagnostic) Render(w io.Writer, color bool) error {
	var b strings.Builder
	paint := func(code, s string) string {
		if !color || s == "" {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	msg := strings.Join(strings.Fields(d.Msg), " ")
	label := [...]string{Error: "", Warning: "warning: ", Info: "note: "}[d.Severity]
	if d.Src == nil {
		b.WriteString(paint("1", label+msg) + "\n")
		if d.Hint != "" {
			b.WriteString("  " + d.Hint + "\n")
		}
	} else {
		loc := d.Location()
		fmt.Fprintf(&b, "%s: %s\n", place(loc), paint("1", label+msg))
		line, pad, width := excerpt(loc, d.Src.Text[min(d.Span.Start, len(d.Src.Text)):min(d.Span.End, len(d.Src.Text))])
		if strings.TrimSpace(line) != "" || d.Hint != "" {
			b.WriteString("  " + line + "\n")
			b.WriteString("  " + strings.Repeat(" ", pad) + paint("31", strings.Repeat("^", width)))
			if d.Hint != "" {
				b.WriteString(" " + d.Hint)
			}
			b.WriteByte('\n')
		}
		for _, via := range loc.Via {
			fmt.Fprintf(&b, "in %s, used at %s\n", via.What, place(via))
		}
	}
	if d.Usage != "" && d.Severity == Error {
		b.WriteString("usage: " + d.Usage + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func place(l Location) string { return fmt.Sprintf("%s:%d:%d", l.Name, l.Line, l.Col) }

// excerptWidth is how much of a long line is shown.
const excerptWidth = 100

// excerpt cuts the part of the line around the place that fits a terminal, and returns the columns
// before the caret and the caret's width.
func excerpt(loc Location, marked string) (line string, pad, width int) {
	runes := []rune(strings.ReplaceAll(loc.Text, "\t", " "))
	at := min(loc.Caret, len(runes))
	if i := strings.IndexByte(marked, '\n'); i >= 0 {
		marked = marked[:i]
	}
	n := min(len([]rune(marked)), len(runes)-at)
	from, to := 0, len(runes)
	head, tail := "", ""
	if to > excerptWidth {
		if from = max(0, at-excerptWidth/2); from > 0 {
			head = "…"
		}
		if to = min(len(runes), from+excerptWidth); to < len(runes) {
			tail = "…"
		}
	}
	for from < at && runes[from] == ' ' && head == "" {
		from++
	}
	n = max(min(n, to-at), 0)
	pad = runewidth.StringWidth(head + string(runes[from:at]))
	width = max(runewidth.StringWidth(string(runes[at:at+n])), 1)
	return head + string(runes[from:to]) + tail, pad, width
}
