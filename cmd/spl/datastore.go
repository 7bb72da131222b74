package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"spl/detections"
	"spl/exec"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
)

// wholeBytes is how large files may be together to be kept with all their fields. Of larger ones a search
// reads what it needs.
const wholeBytes = 64 << 20

// dataStore holds the events of the files of --data.
func dataStore(cmd *cobra.Command, env *exec.Env, content *detections.Content, specs []dataSpec) (store.Store, error) {
	load := func(want func(string) bool, quiet bool, add func(*column.Batch) error) error {
		for _, spec := range specs {
			if err := loadFiles(cmd, env, content, spec, want, quiet, add); err != nil {
				return err
			}
		}
		return nil
	}
	if !large(specs) {
		mem := store.NewMemory()
		err := load(nil, false, func(b *column.Batch) error { return mem.Append(cmd.Context(), b) })
		return mem, err
	}
	var indexes []string
	for _, spec := range specs {
		indexes = append(indexes, cmp.Or(spec.options.Index, "main"))
	}
	told := false
	return store.NewReading(indexes, func(_ context.Context, fields column.FieldSet, add func(*column.Batch) error) error {
		want := fields.Has
		if fields.All() {
			want = nil
		}
		quiet := told // what is wrong with the files is said once
		told = true
		return load(want, quiet, add)
	}), nil
}

// large reports whether the files are to be read for each search anew, which needs their indexes to be
// known beforehand.
func large(specs []dataSpec) bool {
	var size int64
	var files []string
	for _, spec := range specs {
		files = append(files, spec.files...)
		for _, f := range spec.files {
			if info, err := os.Stat(f); err == nil {
				size += info.Size()
			}
		}
	}
	return size > wholeBytes && ingest.OneIndex(files)
}

// loadFiles reads the files of one --data with the wanted fields (nil: all), shows progress on a terminal
// and, unless quiet, reports what was left out. A file that cannot be read at all fails the call; a bad
// line does not.
func loadFiles(cmd *cobra.Command, env *exec.Env, content *detections.Content, spec dataSpec, want func(string) bool, quiet bool,
	emit func(*column.Batch) error) error {
	errOut := cmd.ErrOrStderr()
	o := spec.options
	o.Now, o.Zone, o.Props, o.Workers, o.Want = env.Now, env.Zone, content.Props, workers(), want
	if !quiet {
		o.Reject = func(r ingest.Reject) { fmt.Fprintf(errOut, "%s\n", r) }
	}
	bar := newProgress(errOut, spec.files)
	o.Progress = bar.update
	rep, err := ingest.Load(cmd.Context(), spec.files, o, emit)
	bar.done()
	if err != nil {
		return failed(cause(cmd.Context(), err))
	}
	if !quiet && reportFiles(errOut, rep) > 0 && rep.Events() == 0 {
		return silentFailure
	}
	return nil
}
