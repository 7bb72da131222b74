package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/detections"
	"spl/exec"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
)

// dataSpec is one value of --data: files and the default fields of their events.
type dataSpec struct {
	path    string
	options ingest.Options
}

// parseData reads FILE[,index=I][,sourcetype=S][,source=X][,host=H]; a comma that starts no such setting
// belongs to the file name.
func parseData(text string) (dataSpec, error) {
	var d dataSpec
	for i, part := range strings.Split(text, ",") {
		key, val, ok := strings.Cut(part, "=")
		fields := map[string]*string{"index": &d.options.Index, "sourcetype": &d.options.Sourcetype,
			"source": &d.options.Source, "host": &d.options.Host}
		switch dst := fields[key]; {
		case i > 0 && ok && dst != nil:
			if val == "" {
				return d, fmt.Errorf("%s= has no value", key)
			}
			*dst = val
		case i > 0:
			d.path += "," + part
		default:
			d.path = part
		}
	}
	if d.path == "" {
		return d, fmt.Errorf("a file is missing")
	}
	return d, nil
}

// openEvents gives env the store that a call asks for: the files of --data in memory, or the indexes
// under home. The function it returns closes the store.
func openEvents(cmd *cobra.Command, w *world, f *runFlags, env *exec.Env, content *detections.Content) (func(), error) {
	if len(f.indexes) > 0 {
		env.DefaultIndexes = f.indexes
	}
	if len(f.data) == 0 {
		st, err := openStore(w, true)
		if err != nil {
			return nil, err
		}
		env.Store = st
		return func() { _ = st.Close() }, nil // nothing was written
	}
	mem := store.NewMemory()
	env.Store = mem
	for _, text := range f.data {
		spec, err := parseData(text)
		if err != nil {
			return nil, usage("--data %s: %v", text, err)
		}
		if i := spec.options.Index; i != "" && len(f.indexes) == 0 && !slices.Contains(env.DefaultIndexes, i) {
			env.DefaultIndexes = append(env.DefaultIndexes, i)
		}
		if err := loadFiles(cmd, env, content, spec, func(b *column.Batch) error { return mem.Append(cmd.Context(), b) }); err != nil {
			return nil, err
		}
	}
	return func() { _ = mem.Close() }, nil
}

// openStore opens the store under home; with readOnly a home that does not exist is an empty store and
// stays uncreated.
func openStore(w *world, readOnly bool) (store.Store, error) {
	if readOnly {
		if _, err := os.Stat(w.storeDir()); os.IsNotExist(err) {
			return store.NewMemory(), nil
		}
	}
	st, err := store.Open(w.storeDir(), store.Options{ReadOnly: readOnly})
	if err != nil {
		return nil, failed(err)
	}
	return st, nil
}

// loadFiles reads the files of one --data, shows progress on a terminal and reports what was left out. A
// file that cannot be read at all fails the call; a bad line does not.
func loadFiles(cmd *cobra.Command, env *exec.Env, content *detections.Content, spec dataSpec, emit func(*column.Batch) error) error {
	errOut := cmd.ErrOrStderr()
	files, err := ingest.Files(spec.path)
	if err != nil {
		return usage("%v", err)
	}
	o := spec.options
	o.Now, o.Zone, o.Props, o.Workers = env.Now, env.Zone, content.Props, workers()
	o.Reject = func(r ingest.Reject) { fmt.Fprintf(errOut, "%s\n", r) }
	bar := newProgress(errOut, files)
	o.Progress = bar.update
	rep, err := ingest.Load(cmd.Context(), files, o, emit)
	bar.done()
	if err != nil {
		return failed(cause(cmd.Context(), err))
	}
	if reportFiles(errOut, rep) > 0 && rep.Events() == 0 {
		return silentFailure
	}
	return nil
}
