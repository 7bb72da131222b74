package exec_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	mostFileLines = 600
	mostFuncLines = 100
)

// What is longer than this is more than one thing, and hard to read for who comes new.
func TestSizes(t *testing.T) {
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != ".." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		return checkSizes(t, p)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkSizes(t *testing.T, file string) error {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if n := bytes.Count(text, []byte("\n")); n > mostFileLines {
		t.Errorf("%s has %d lines, the most is %d", file, n, mostFileLines)
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			from := set.Position(n.Pos())
			if lines := set.Position(n.End()).Line - from.Line + 1; lines > mostFuncLines {
				t.Errorf("%s:%d: a function of %d lines, the most is %d", file, from.Line, lines, mostFuncLines)
			}
		}
		return true
	})
	return nil
}
