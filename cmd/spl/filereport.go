package main

import (
	"errors"
	"fmt"
	"io"

	"spl/exec/ingest"
)

// reportFiles tells what was noticed per file and returns how many could not be read to their end.
func reportFiles(w io.Writer, rep *ingest.Report) int {
	broken := 0
	for _, f := range rep.Files {
		if f.Rejects > 0 {
			fmt.Fprintf(w, "%s: %s\n", f.Path, plural(f.Rejects, "line was no event", "lines were no events"))
		}
		for _, n := range f.Notes {
			fmt.Fprintf(w, "%s: %s\n", f.Path, n)
		}
		switch {
		case errors.Is(f.Err, ingest.ErrEmpty): // no events is a result, not a failure
			fmt.Fprintf(w, "warning: %v\n", f.Err)
		case f.Err != nil:
			fmt.Fprintf(w, "spl: %v\n", f.Err)
			broken++
		}
	}
	return broken
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
