package main

import (
	"errors"
	"fmt"
	"io"
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
		// It is written only if the search does so, as collect does.
		st, err := openStore(w, cmd.ErrOrStderr(), env.Limits.Memory)
		if err != nil {
			return nil, err
		}
		env.Store = st
		return func() {
			err := st.Tidy(cmd.Context())
			if err = errors.Join(err, st.Close()); err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: close the store: %v\n", err) // what was written is in its log
			}
		}, nil
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

// mostCache is the most memory for columns that are kept between reads, beside an eighth of what a search
// may have: subsearches often read the same ones.
const mostCache = 256 << 20

// openStore opens the store under home for searches of so much memory. It is made, and locked, at the first
// change only.
func openStore(w *world, errOut io.Writer, memory int64) (*store.Local, error) {
	st, err := store.Open(w.storeDir(), store.Options{Damaged: warnOnce(errOut), CacheBytes: min(memory/8, mostCache)})
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
