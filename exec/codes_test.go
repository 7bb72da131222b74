package exec_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"spl/exec"
	"spl/exec/eval"
	"spl/lang"
	"spl/lookups"
)

// TestCodes runs the examples of the codes and looks for each code that the sources use.
func TestCodes(t *testing.T) {
	env := emptyEnv(t, lookups.NewContent())
	eng := exec.New()
	codes := func(text string) []string {
		var out []string
		for _, d := range eng.Check(context.Background(), lang.NewSource("example", text), env) {
			out = append(out, d.Code)
		}
		return out
	}
	for _, c := range exec.Codes() {
		if c.Doc == "" || c.Page == "" {
			t.Errorf("%s has no text", c.Code)
		}
		if c.Bad != "" && !slices.Contains(codes(c.Bad), c.Code) {
			t.Errorf("%s: %s gives %v", c.Code, c.Bad, codes(c.Bad))
		}
		if got := codes(c.Good); c.Good != "" && len(got) > 0 {
			t.Errorf("%s: %s is not mended: %v", c.Code, c.Good, got)
		}
	}
	for _, c := range eval.Codes {
		if _, ok := exec.Code(c.Code); !ok {
			t.Errorf("%s has no page", c.Code)
		}
	}
	used := regexp.MustCompile(`(?:Span\w*(?:\{\})?, |Code: +|Code\w+ += |l\.call, |c\.Span, |(?:Error|Warning), )"([a-z]+-[a-z-]+)"`)
	for file, text := range sources(t) {
		for _, m := range used.FindAllStringSubmatch(text, -1) {
			if _, ok := exec.Code(m[1]); !ok {
				t.Errorf("%s: code %s has no page", file, m[1])
			}
		}
	}
}

// sources reads the Go files of the packages that make diagnostics.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range []string{".", "commands", "eval", "knowledge", "../lang", "../lang/conf", "../macros", "../lookups", "../detections"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = string(text)
		}
	}
	return out
}
