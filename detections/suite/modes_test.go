package suite_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"spl/detections/suite"
	"spl/exec"
	"spl/exec/column"
	"spl/exec/store"
)

// TestConformanceModes runs every case, and those of the shipped detections, in other ways that must not
// change a row: tiny blocks, several workers, no optimiser, little memory, the store on disk.
func TestConformanceModes(t *testing.T) {
	if testing.Short() {
		t.Skip("the plain conformance test covers the cases")
	}
	files, err := suite.Find(conformanceDir, "..")
	if err != nil {
		t.Fatal(err)
	}
	rules := []string{"filter-early", "filter-into-scan", "having", "topk"}
	modes := []struct {
		name  string
		opts  []exec.Option
		adapt func(t *testing.T, env *exec.Env)
		only  *regexp.Regexp // files; nil: all
	}{
		{"blocks of 7 rows", nil, func(t *testing.T, env *exec.Env) { refill(t, env, store.NewMemoryBlocks(7)) }, nil},
		{"8 workers over blocks of 1 row", nil, func(t *testing.T, env *exec.Env) {
			refill(t, env, store.NewMemoryBlocks(1))
			env.Workers = 8
		}, nil},
		{"no optimiser", []exec.Option{exec.Without(rules...)}, func(*testing.T, *exec.Env) {}, nil},
		{"64 KB of memory", nil, func(t *testing.T, env *exec.Env) {
			env.Limits.Memory, env.TempDir = 64<<10, t.TempDir()
		}, regexp.MustCompile("conformance")}, // a table to be written stays in memory
		{"store on disk", nil, func(t *testing.T, env *exec.Env) {
			st, err := store.Open(t.TempDir(), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { st.Close() })
			refill(t, env, st)
		}, readsEvents},
	}
	want := statuses(&suite.Runner{Engine: exec.New(), Now: caseNow}, files)
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			files := files
			if m.only != nil {
				files = slices.DeleteFunc(slices.Clone(files), func(f string) bool { return !m.only.MatchString(f) })
			}
			r := &suite.Runner{Engine: exec.New(m.opts...), Now: caseNow, Adapt: func(env *exec.Env) { m.adapt(t, env) }}
			for name, got := range statuses(r, files) {
				if want[name].Status == suite.Passed && got.Status != suite.Passed {
					t.Errorf("%s %s\n%s", got.Status, name, got.Detail)
				}
			}
		})
	}
}

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

// refill copies the events of env's store into st and puts st in its place.
func refill(t *testing.T, env *exec.Env, st store.Store) {
	t.Helper()
	ctx := context.Background()
	infos, err := env.Store.Indexes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range infos {
		units, err := env.Store.Scan(ctx, store.Scan{Indexes: []string{x.Name}, Time: store.AllTime, Fields: column.AllFields()})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range units.Units {
			bs, err := u.Read(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range bs {
				if err := st.Append(ctx, b.Compact()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if units.Release != nil {
			units.Release()
		}
	}
	env.Store = st
}
