package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"spl/exec/ingest"
)

// shownRejects is how many rejected lines are named one by one.
const shownRejects = 10

// rejectFile keeps what did not become an event: a comment line with place and reason, then the text.
type rejectFile struct {
	path, home string
	errOut     io.Writer
	f          *os.File
	err        error
	count      int
}

func (r *rejectFile) add(x ingest.Reject) {
	r.count++
	if r.count <= shownRejects {
		fmt.Fprintln(r.errOut, x)
	}
	if r.err != nil {
		return
	}
	if r.f == nil {
		r.open()
	}
	if r.err == nil {
		_, r.err = fmt.Fprintf(r.f, "# %s\n%s\n", x, bytes.TrimRight(x.Text, "\r\n"))
	}
}

func (r *rejectFile) open() {
	if r.path == "" {
		r.path = filepath.Join(r.home, "rejects.txt")
	}
	r.f, r.err = os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}

// close flushes and tells where the rejects are; it may be called twice.
func (r *rejectFile) close() error {
	if r.f == nil {
		return r.err
	}
	if err := r.f.Close(); r.err == nil {
		r.err = err
	}
	r.f = nil
	if r.count > shownRejects {
		fmt.Fprintf(r.errOut, "and %d more\n", r.count-shownRejects)
	}
	fmt.Fprintf(r.errOut, "rejected lines are in %s\n", r.path)
	return r.err
}
