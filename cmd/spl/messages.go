package main

import (
	"fmt"
	"io"
	"time"

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
	fmt.Fprintf(w, "events scanned %d, bytes read %d, peak memory %d\n", r.Stats.EventsScanned.Load(), r.Stats.BytesRead.Load(), r.Peak)
	p := r.Stats.Pruned
	fmt.Fprintf(w, "segments %d, skipped %d; row groups %d, skipped %d\n", p.Segments, p.SegmentsSkipped, p.Groups, p.GroupsSkipped)
	fmt.Fprintf(w, "%12s %10s %12s  %s\n", "rows", "batches", "time", "stage")
	for _, s := range r.Stats.Stages {
		fmt.Fprintf(w, "%12d %10d %12s  %s\n", s.Rows.Load(), s.Batches.Load(),
			time.Duration(s.Nanos.Load()).Round(time.Microsecond), cut(s.Node.String(), 100))
	}
}

// cut shortens a text for a line.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
