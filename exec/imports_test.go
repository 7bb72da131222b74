package exec_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// levels is which way dependencies point: a package may import those of a lower level only. Packages of
// one level do not know each other.
var levels = map[string]int{
	"lang":                    0,
	"lang/conf":               1,
	"lang/pattern":            1,
	"lang/timefmt":            1,
	"lang/yamltext":           1,
	"macros":                  2,
	"exec/value":              2,
	"exec/xmltree":            2,
	"exec/codec":              2,
	"exec/column":             3,
	"exec/intern":             4,
	"exec/output":             4,
	"exec/eval":               5,
	"exec/agg":                6,
	"exec/agg/aggtest":        7,
	"lookups":                 6,
	"exec/store/flat":         6,
	"exec/store/segment":      7,
	"exec/store":              8,
	"exec/store/storetest":    9,
	"exec/ingest/evtx":        8,
	"exec/ingest/parquetrows": 8,
	"exec/ingest/props":       8,
	"exec/ingest":             9,
	"exec/datamodel":          10,
	"exec/knowledge":          10,
	"exec/plan":               11,
	"exec/op":                 12,
	"exec/opt":                13,
	"exec/commands":           14,
	"exec":                    15,
	"exec/help":               16,
	"detections/lint":         16,
	"detections":              17,
	"detections/suite":        18,
	"cmd/spl":                 19,
}

func TestImportsPointOneWay(t *testing.T) {
	root := ".."
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(p)) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		pkg, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		checkImports(t, p, filepath.ToSlash(pkg))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func checkImports(t *testing.T, file, pkg string) {
	t.Helper()
	level, ok := levels[pkg]
	if !ok {
		t.Errorf("%s: package %s has no level: add it to docs/architecture.md and to this test", file, pkg)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, im := range f.Imports {
		path, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			t.Error(err)
		}
		dep, own := strings.CutPrefix(path, "spl/")
		if !own {
			continue
		}
		if l, ok := levels[dep]; !ok || l >= level {
			t.Errorf("%s: %s (level %d) imports %s (level %d)", file, pkg, level, dep, l)
		}
	}
}
