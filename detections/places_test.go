package detections_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"spl/detections"
	"spl/exec"
	"spl/exec/plan"
	"spl/exec/store"
)

var updatePlaces = flag.Bool("update", false, "rewrite the messages in testdata")

// TestPlaces shows messages in full: each names the place in the file that the user wrote, through macros,
// YAML scalars and continued lines of .conf files.
func TestPlaces(t *testing.T) {
	const file = "testdata/places.txtar"
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := ""
	for _, f := range ar.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		p := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := detections.Load(detections.Config{Content: []string{filepath.Join(dir, "app")}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := detections.Find(filepath.Join(dir, "searches"))
	if err != nil {
		t.Fatal(err)
	}
	env := &exec.Env{Store: store.NewMemory(), Macros: c.Macros, Lookups: c.Lookups, Knowledge: c.Knowledge, External: c.External,
		Now: time.Unix(0, 0), Zone: time.UTC, Range: store.AllTime, Limits: plan.DefaultLimits()}
	var b strings.Builder
	for _, s := range detections.Check(context.Background(), exec.New(), func(string) *exec.Env { return env }, found, false) {
		for _, d := range s.Problems {
			if err := d.Render(&b, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := strings.ReplaceAll(b.String(), dir+string(filepath.Separator), "")
	if *updatePlaces {
		ar.Files[len(ar.Files)-1].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}
