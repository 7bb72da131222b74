package suite_test

import (
	"context"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"spl/detections/suite"
	"spl/exec"
	"spl/exec/column"
	"spl/exec/store"
)

// TestConformanceModes runs every case, and those of the shipped detections, in other ways that must not
// change a row: tiny blocks, several workers, no optimiser, little memory, everything that can go there on
// the disk, the store on disk, files that are read anew.
func TestConformanceModes(t *testing.T) {
	if testing.Short() {
		t.Skip("the plain conformance test covers the cases")
	}
	files, err := suite.Find(conformanceDir, "..")
	if err != nil {
		t.Fatal(err)
	}
	rules := []string{"filter-early", "filter-into-scan", "having", "topk"}
	temp := t.TempDir()
	modes := []struct {
		name  string
		opts  []exec.Option
		adapt func(t *testing.T, env *exec.Env)
		only  func(file string) bool // nil: all files
	}{
		{"blocks of 7 rows", nil, func(t *testing.T, env *exec.Env) { refill(t, env, store.NewMemoryBlocks(7)) }, nil},
		{"8 workers over blocks of 1 row", nil, func(t *testing.T, env *exec.Env) {
			refill(t, env, store.NewMemoryBlocks(1))
			env.Workers = 8
		}, nil},
		{"no optimiser", []exec.Option{exec.Without(rules...)}, func(*testing.T, *exec.Env) {}, nil},
		{"64 KB of memory", nil, func(_ *testing.T, env *exec.Env) {
			env.Limits.Memory, env.TempDir = 64<<10, temp
		}, nil},
		{"on the disk from 1 KB on", nil, func(_ *testing.T, env *exec.Env) {
			env.Limits.SpillAt, env.TempDir = 1<<10, temp
		}, nil},
		{"on the disk from the first byte on", nil, func(_ *testing.T, env *exec.Env) {
			env.Limits.SpillAt, env.TempDir = 1, temp
		}, nil},
		{"store on disk", nil, func(t *testing.T, env *exec.Env) {
			st, err := store.Open(t.TempDir(), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { st.Close() })
			refill(t, env, st)
		}, func(file string) bool { return *allOnDisk || readsEvents.MatchString(file) }},
		{"plain files", nil, func(t *testing.T, env *exec.Env) { reread(t, env) },
			func(file string) bool { return !strings.Contains(file, "collect") }}, // they take no events
	}
	want := statuses(&suite.Runner{Engine: exec.New(), Now: caseNow}, files)
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			files := files
			if m.only != nil {
				files = slices.DeleteFunc(slices.Clone(files), func(f string) bool { return !m.only(f) })
			}
			r := &suite.Runner{Engine: exec.New(m.opts...), Now: caseNow, Adapt: func(env *exec.Env) { m.adapt(t, env) }}
			for name, got := range statuses(r, files) {
				if want[name].Status == suite.Passed && got.Status != suite.Passed {
					t.Errorf("%s %s\n%s", got.Status, name, got.Detail)
				}
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, error %v", left, err)
			}
		})
	}
}

var allOnDisk = flag.Bool("disk", false, "run every case on the store on disk")

// readsEvents matches the files whose cases are about reading events: a store on disk for each case takes its
// time.
var readsEvents = regexp.MustCompile(`detect_new|lang-(boolean|compare|fields|terms|time-range)|stats-basic|cmd-(dedup|search)`)

func statuses(r *suite.Runner, files []string) map[string]suite.Result {
	out := map[string]suite.Result{}
	for res := range r.RunFiles(context.Background(), files) {
		out[res.File+" › "+res.Name] = res
	}
	return out
}

// reread puts a store in the place of env's that reads its events anew for each search, with no other fields
// than it asks for.
func reread(t *testing.T, env *exec.Env) {
	t.Helper()
	infos, err := env.Store.Indexes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range infos {
		names = append(names, x.Name)
	}
	from := env.Store
	env.Store = store.NewReading(names, func(ctx context.Context, fields column.FieldSet, add func(*column.Batch) error) error {
		return eachBatch(ctx, from, names, fields, add)
	})
}

// refill copies the events of env's store into st and puts st in its place.
func refill(t *testing.T, env *exec.Env, st store.Store) {
	t.Helper()
	ctx := context.Background()
	infos, err := env.Store.Indexes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range infos {
		names = append(names, x.Name)
	}
	if err := eachBatch(ctx, env.Store, names, column.AllFields(), func(b *column.Batch) error { return st.Append(ctx, b) }); err != nil {
		t.Fatal(err)
	}
	env.Store = st
}

// eachBatch hands out the events of a store, oldest block first, with the fields and those that every event
// has.
func eachBatch(ctx context.Context, st store.Store, indexes []string, fields column.FieldSet, f func(*column.Batch) error) error {
	fields = fields.With(store.FieldTime, store.FieldIndexTime, store.FieldIndex, store.FieldSourcetype, store.FieldSource, store.FieldHost)
	for _, name := range indexes {
		units, err := st.Scan(ctx, store.Scan{Indexes: []string{name}, Time: store.AllTime, Fields: fields})
		if err != nil {
			return err
		}
		for _, u := range units.Units {
			bs, err := u.Read(ctx)
			if err != nil {
				return err
			}
			for _, b := range bs {
				if err := f(b.Compact()); err != nil {
					return err
				}
			}
		}
		if units.Release != nil {
			units.Release()
		}
	}
	return nil
}
