package exec_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"spl/exec"
	"spl/exec/opt"
	"spl/lang"
	"spl/lookups"
)

var update = flag.Bool("update", false, "rewrite goldens")

// TestOptimiserRules compares plans with each rule off and on; see opt/testdata.
func TestOptimiserRules(t *testing.T) {
	files, err := filepath.Glob("opt/testdata/*.txtar")
	if err != nil || len(files) < len(opt.Rules()) {
		t.Fatalf("%d goldens for %d rules, %v", len(files), len(opt.Rules()), err)
	}
	var all []string
	for _, r := range opt.Rules() {
		all = append(all, r.Name)
		if _, err := os.Stat("opt/testdata/" + r.Name + ".txtar"); err != nil {
			t.Errorf("rule %s has no golden", r.Name)
		}
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			search := strings.TrimSpace(string(ar.Files[0].Data))
			want := &txtar.Archive{Comment: ar.Comment, Files: []txtar.File{
				{Name: "search", Data: []byte(search + "\n")},
				{Name: "before", Data: explained(t, search, exec.Without(all...))},
				{Name: "after", Data: explained(t, search)},
			}}
			if *update {
				if err := os.WriteFile(file, txtar.Format(want), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(ar)), string(txtar.Format(want))); diff != "" {
				t.Errorf("(-golden +got)\n%s", diff)
			}
		})
	}
}

func explained(t *testing.T, search string, opts ...exec.Option) []byte {
	t.Helper()
	text, ds := exec.New(opts...).Explain(context.Background(), lang.NewSource("<test>", search), emptyEnv(t, lookups.NewContent()))
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	_, plan, _ := strings.Cut(text, "plan\n")
	return []byte(plan)
}
