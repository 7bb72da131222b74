package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
)

// loading is one call of ingest. Files are committed together, each wholly, once enough events wait.
type loading struct {
	cmd           *cobra.Command
	st            *store.Local
	bulk          *store.Bulk
	waiting       int64
	dedup         bool
	options       ingest.Options
	events, bytes int64
	files, passed int
	broken        int
}

// commitEvents is how many events may wait for a commit: the size of a segment.
const commitEvents = 1 << 20

func (l *loading) paths(args []string) (err error) {
	defer func() {
		if l.bulk != nil {
			err = errors.Join(err, l.bulk.Abort())
		}
	}()
	for _, a := range args {
		if a == "-" {
			if err := l.load("", func(emit emitFunc) (*ingest.Report, error) {
				return ingest.LoadReader(l.cmd.Context(), "<stdin>", l.cmd.InOrStdin(), l.options, emit)
			}); err != nil {
				return err
			}
			continue
		}
		files, err := ingest.Files(a)
		if err != nil {
			return usage("%v", err)
		}
		bar := newProgress(l.cmd.ErrOrStderr(), files)
		l.options.Progress = bar.update
		for _, f := range files {
			if err := l.file(f); err != nil {
				bar.done()
				return err
			}
		}
		bar.done()
	}
	if err := l.commit(); err != nil {
		return err
	}
	if err := l.st.Tidy(l.cmd.Context()); err != nil {
		fmt.Fprintf(l.cmd.ErrOrStderr(), "warning: the events are stored, but small segments were not merged: %v\n", err)
	}
	return nil
}

type emitFunc func(*column.Batch) error

// file loads one file, unless it was loaded before and that counts.
func (l *loading) file(path string) error {
	mark := ""
	if l.dedup {
		sum, err := ingest.Digest(path)
		if err != nil {
			l.note(&ingest.Report{Files: []*ingest.FileReport{{Path: path, Err: err}}})
			return nil
		}
		mark = l.options.Index + " " + sum
		if l.st.Marked(mark) || l.bulk != nil && l.bulk.Marked(mark) {
			l.passed++
			return nil
		}
	}
	return l.load(mark, func(emit emitFunc) (*ingest.Report, error) {
		return ingest.Load(l.cmd.Context(), []string{path}, l.options, emit)
	})
}

// load adds the events of one source to the import and commits it when it is large enough.
func (l *loading) load(mark string, read func(emitFunc) (*ingest.Report, error)) error {
	if l.bulk == nil {
		b, err := l.st.Bulk()
		if err != nil {
			return failed(err)
		}
		l.bulk = b
	}
	ctx := l.cmd.Context()
	rep, err := read(func(b *column.Batch) error { return l.bulk.Add(ctx, b) })
	if err != nil {
		return failed(cause(ctx, err))
	}
	if mark != "" {
		l.bulk.Mark(mark)
	}
	l.note(rep)
	if l.waiting += rep.Events(); l.waiting >= commitEvents {
		return l.commit()
	}
	return nil
}

func (l *loading) commit() error {
	if l.bulk == nil {
		return nil
	}
	if err := l.bulk.Commit(l.cmd.Context()); err != nil {
		return failed(cause(l.cmd.Context(), err))
	}
	l.bulk, l.waiting = nil, 0
	return nil
}

// note adds up a report and says what was noticed.
func (l *loading) note(rep *ingest.Report) {
	reportFiles(l.cmd.ErrOrStderr(), rep)
	for _, f := range rep.Files {
		l.files++
		l.bytes += f.Bytes
		if f.Err != nil {
			l.broken++
		}
	}
	l.events += rep.Events()
}
