package lint_test

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

	"spl/detections/lint"
	"spl/exec"
	"spl/exec/knowledge"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

var update = flag.Bool("update", false, "rewrite the findings in testdata")

func inspect(t *testing.T, text string) *exec.Inspection {
	t.Helper()
	know, err := knowledge.New(knowledge.Config{})
	if err != nil {
		t.Fatal(err)
	}
	lib := macros.NewLibrary()
	env := &exec.Env{Knowledge: know, Macros: macros.Layer(macros.Builtin(), lib), Lookups: lookups.New(lookups.MemoryHome()), Store: store.NewMemory(),
		Now: time.Unix(0, 0), Zone: time.UTC, Range: store.AllTime, Limits: plan.DefaultLimits()}
	return exec.New().Inspect(context.Background(), lang.NewSource("bad.spl", text), env, exec.Known{})
}

// TestRules runs each rule on a search that it should find and on one that it should not; both stand in its page.
func TestRules(t *testing.T) {
	for _, r := range lint.Rules {
		t.Run(r.ID, func(t *testing.T) {
			file := filepath.Join("testdata", r.ID+".txtar")
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range ar.Files {
				part[f.Name] = string(f.Data)
			}
			got := findings(t, r, part["bad.spl"])
			if *update {
				ar.Files[len(ar.Files)-1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				part["want"] = got
			}
			if diff := cmp.Diff(part["want"], got); diff != "" || got == "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if got := findings(t, r, part["good.spl"]); got != "" {
				t.Errorf("nothing should be found:\n%s", got)
			}
			page, err := os.ReadFile(filepath.Join("..", "..", "docs", "lint", r.ID+".md"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []string{"bad.spl", "good.spl"} {
				if text := strings.TrimSpace(part[f]); !strings.Contains(string(page), text) {
					t.Errorf("the page does not show %s", text)
				}
			}
		})
	}
}

func findings(t *testing.T, r *lint.Rule, text string) string {
	t.Helper()
	in := inspect(t, text)
	for _, d := range in.Problems {
		if d.Severity == lang.Error && d.Code != "not-built" {
			t.Errorf("%s: %s", text, d.Msg)
		}
	}
	var b strings.Builder
	for _, d := range lint.Search(in) {
		if d.Code != r.ID {
			continue
		}
		if err := d.Render(&b, false); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestAcross(t *testing.T) {
	ins := []*exec.Inspection{inspect(t, "index=main | stats count by user | outputlookup a.csv"), inspect(t, "index=main | table x | outputlookup b.csv"), inspect(t, "| inputlookup b.csv")}
	var got []string
	for _, ds := range lint.Across(ins) {
		for _, d := range ds {
			got = append(got, d.Msg)
		}
	}
	if diff := cmp.Diff([]string{"The lookup a.csv is written here, and no search that was checked reads it."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPages looks for the page of the rule over many searches too.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "lint", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := len(lint.Rules) + 1; len(pages) != want {
		t.Errorf("%d pages, want %d", len(pages), want)
	}
}
