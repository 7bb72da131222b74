package exec_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec"
	"spl/exec/column"
	"spl/exec/commands"
	"spl/exec/knowledge"
	"spl/exec/output"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

// exampleNow is what now() returns in the examples of commands.
var exampleNow = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func emptyEnv(t testing.TB, tables *lookups.Content) *exec.Env {
	t.Helper()
	know, err := knowledge.New(knowledge.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Env{Store: store.NewMemory(), Macros: macros.Builtin(), Lookups: lookups.New(lookups.MemoryHome(), tables),
		Knowledge: know, Now: exampleNow, Zone: time.UTC, Range: store.AllTime, DefaultIndexes: []string{"main"},
		Limits: plan.DefaultLimits(), Workers: 1, Seed: 1, TempDir: t.TempDir()}
}

// TestCommandExamples runs what help and docs show.
func TestCommandExamples(t *testing.T) {
	eng := exec.New()
	for _, c := range commands.All {
		t.Run(c.Grammar.Name, func(t *testing.T) {
			if c.Grammar.Usage == "" || c.Short == "" || c.Doc == "" {
				t.Error("usage, short and doc must be given")
			}
			if c.Built() && len(c.Examples) == 0 {
				t.Error("a command that runs needs an example")
			}
			for _, e := range c.Examples {
				if !c.Built() {
					continue
				}
				got := runExample(t, eng, e)
				if diff := cmp.Diff(readCSV(t, e.Out), got); diff != "" {
					t.Errorf("%s (-want +got)\n%s", e.Search, diff)
				}
			}
		})
	}
}

// runExample runs the search on the rows of In, which wait in a lookup table, and returns the result as
// a header and rows of texts.
func runExample(t *testing.T, eng *exec.Engine, e commands.Example) [][]string {
	t.Helper()
	tables := lookups.NewContent()
	search := "| " + strings.TrimPrefix(strings.TrimSpace(e.Search), "|")
	if e.In != "" {
		tables.AddText("example.csv", e.In+"\n")
		search = "| inputlookup example.csv " + search
	}
	q, ds := eng.Prepare(context.Background(), lang.NewSource("<example>", search), emptyEnv(t, tables))
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	b, err := q.Collect(context.Background())
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	return table(b)
}

func table(b *column.Batch) [][]string {
	names := output.Visible(b)
	if len(names) == 0 {
		return nil
	}
	out := [][]string{names}
	for i := range b.N {
		row := make([]string, len(names))
		for j, n := range names {
			row[j] = strings.Join(b.Col(n).At(i).List(), "\n")
		}
		out = append(out, row)
	}
	return out
}

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	r := csv.NewReader(strings.NewReader(text))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("example output: %v\n%s", err, text)
	}
	return rows
}
