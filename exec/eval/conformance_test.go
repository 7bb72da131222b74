package eval

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"spl/exec/column"
	"spl/lang"
)

// TestConformance runs the eval cases of the conformance suite that need makeresults, eval and table only.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "conformance", "eval-*.test.yml"))
	if err != nil || len(files) == 0 {
		t.Skip("no conformance suite")
	}
	n := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Tests []struct {
				Name, Search string
				Expect       struct {
					Rows  []map[string]any
					Error string
				}
			}
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Tests {
			got, runErr, ok := runEvals(t, c.Search)
			if !ok {
				continue
			}
			n++
			name := filepath.Base(path) + ": " + c.Name
			switch {
			case c.Expect.Error != "":
				if runErr == "" || !regexp.MustCompile(c.Expect.Error).MatchString(runErr) {
					t.Errorf("%s: error %q, want %q", name, runErr, c.Expect.Error)
				}
			case runErr != "":
				t.Errorf("%s: %s", name, runErr)
			default:
				checkRow(t, name, c.Search, got, c.Expect.Rows)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d cases were run", n)
	}
}

// runEvals runs the eval stages of a search over one row; false if it has other stages.
func runEvals(t *testing.T, search string) (*column.Batch, string, bool) {
	b := column.NewBatch(1)
	b.Set("_time", &column.Time{V: []int64{testNow.UnixMicro()}})
	for _, stage := range regexp.MustCompile(`\n\s*\| `).Split("\n"+strings.TrimSpace(search), -1)[1:] {
		stage = strings.TrimSpace(stage)
		name, args, _ := strings.Cut(stage, " ")
		switch {
		case name == "makeresults" || name == "table":
		case name == "eval":
			if msg := assign(t, b, args); msg != "" {
				return nil, msg, true
			}
		default:
			return nil, "", false
		}
	}
	return b, "", true
}

func assign(t *testing.T, b *column.Batch, args string) string {
	src := lang.NewSource("<test>", args)
	c := testCtx(src)
	as, ds := c.Parser.ParseAssigns(src)
	if ds.Err() != nil {
		return ds.Error()
	}
	for _, a := range as {
		p, ds := CompileField(a.Expr, c)
		if ds.Err() != nil {
			return ds.Error()
		}
		v, err := p.Eval(b)
		if err != nil {
			t.Fatal(err)
		}
		target := regexp.MustCompile(`\{(.*?)\}`).ReplaceAllStringFunc(a.Target.Text, func(f string) string { return b.Col(f[1 : len(f)-1]).At(0).Text() })
		b.Set(target, column.Stored(v))
	}
	return ""
}

func checkRow(t *testing.T, name, search string, b *column.Batch, want []map[string]any) {
	if len(want) != 1 {
		return
	}
	i := strings.LastIndex(search, "| table ")
	for _, f := range strings.Fields(search[i+len("| table "):]) {
		var list []string
		switch w := want[0][f].(type) {
		case string:
			list = []string{w}
		case []any:
			for _, x := range w {
				list = append(list, x.(string))
			}
		}
		if got := b.Col(f).At(0).List(); !slices.Equal(got, list) {
			t.Errorf("%s: %s is %q, want %q", name, f, got, list)
		}
	}
}
