package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"spl/detections"
	"spl/exec"
	"spl/exec/ingest"
	"spl/exec/store"
)

// dataSpec is one value of --data: files and the default fields of their events.
type dataSpec struct {
	path    string
	files   []string // what path stands for
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
		st, err := openStore(w, cmd.ErrOrStderr(), true)
		if err != nil {
			return nil, err
		}
		env.Store = st
		return func() { _ = st.Close() }, nil // nothing was written
	}
	var specs []dataSpec
	for _, text := range f.data {
		spec, err := parseData(text)
		if err != nil {
			return nil, usage("--data %s: %v", text, err)
		}
		if i := spec.options.Index; i != "" && len(f.indexes) == 0 && !slices.Contains(env.DefaultIndexes, i) {
			env.DefaultIndexes = append(env.DefaultIndexes, i)
		}
		if spec.files, err = ingest.Files(spec.path); err != nil {
			return nil, usage("%v", err)
		}
		specs = append(specs, spec)
	}
	st, err := dataStore(cmd, env, content, specs)
	if err != nil {
		return nil, err
	}
	env.Store = st
	return func() { _ = st.Close() }, nil
}

// openStore opens the store under home; with readOnly a home that does not exist is an empty store and
// stays uncreated.
func openStore(w *world, errOut io.Writer, readOnly bool) (store.Store, error) {
	if readOnly {
		if _, err := os.Stat(w.storeDir()); os.IsNotExist(err) {
			return store.NewMemory(), nil
		}
	}
	st, err := store.Open(w.storeDir(), store.Options{ReadOnly: readOnly, Damaged: warnOnce(errOut)})
	if err != nil {
		return nil, failed(err)
	}
	return st, nil
}

// warnOnce tells of each part of the store that cannot be read, once.
func warnOnce(errOut io.Writer) func(error) {
	var mu sync.Mutex
	told := map[string]bool{}
	return func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if text := err.Error(); !told[text] {
			told[text] = true
			fmt.Fprintf(errOut, "warning: events are missing: %s\n", text)
		}
	}
}
