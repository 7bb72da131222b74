package help

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//go:generate go test . -run TestPages -update

var update = flag.Bool("update", false, "write the pages below docs")

// TestPages compares the reference in docs with the registrations.
func TestPages(t *testing.T) {
	for name, want := range Pages() {
		path := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("docs/%s is stale: run go generate ./exec/help (-docs +registrations):\n%.2000s", name, cmp.Diff(string(got), want))
		}
	}
}

func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"BUCKET", "bin"}, {"len", "len"}, {"dc", "dc"}, {"unknown-command", "unknown-command"}, {"earliest", "earliest time-modifiers"}, {"nosuch", ""},
	} {
		var got []string
		for _, x := range Find(tt.name) {
			got = append(got, x.Name)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestTopics checks that every topic says something.
func TestTopics(t *testing.T) {
	for _, x := range Topics() {
		var b strings.Builder
		if err := x.Text(&b); err != nil {
			t.Fatal(err)
		}
		if x.Doc == "" || x.Short == "" || x.Usage == "" && x.Kind != Code && x.Kind != Time {
			t.Errorf("%s %s: doc, short and usage must be given", x.Kind, x.Name)
		}
	}
}
