package main

import (
	"fmt"
	"io"

	"spl/exec"
	"spl/lang"
)

// printMessages shows the warnings of a search that ran.
func printMessages(w io.Writer, q *exec.Query) {
	for _, m := range q.Report().Messages {
		kind := "warning"
		if m.Severity == lang.Info {
			kind = "info"
		}
		place := ""
		if m.Src != nil {
			loc := m.Src.Locate(m.Span.Start)
			place = fmt.Sprintf("%s:%d:%d: ", loc.Name, loc.Line, loc.Col)
		}
		fmt.Fprintf(w, "%s%s: %s\n", place, kind, m.Text)
	}
}

// printStats shows what a search did: rows and time by stage, what was read and what was not.
func printStats(w io.Writer, q *exec.Query) {
	r := q.Report()
	events, bytes, _, _ := r.Stats.Total()
	fmt.Fprintf(w, "events scanned %d, bytes read %d, peak memory %d\n%s", events, bytes, r.Peak, q.Analyze())
}

// cut shortens a text for a line.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
