package suite

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Find lists the test files among paths and below folders, sorted by path. A file named directly must
// be one.
func Find(paths ...string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("%s: no such file or folder", p)
		}
		if !info.IsDir() {
			if !isTestFile(p) && !holdsDetection(p) {
				return nil, fmt.Errorf("%s: not a test file: its name must end in .test.yml, or it must be a detection with tests", p)
			}
			out = append(out, p)
			continue
		}
		n := len(out)
		err = walk(p, func(path string, _ fs.DirEntry) {
			if isTestFile(path) || holdsDetection(path) {
				out = append(out, path)
			}
		})
		if err != nil {
			return nil, err
		}
		if len(out) == n {
			return nil, fmt.Errorf("%s: no test files (*.test.yml, or detections with tests) below this folder", p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func isTestFile(p string) bool {
	return strings.HasSuffix(p, ".test.yml") || strings.HasSuffix(p, ".test.yaml")
}

// holdsDetection looks into a YAML file.
func holdsDetection(p string) bool {
	if !strings.HasSuffix(p, ".yml") && !strings.HasSuffix(p, ".yaml") {
		return false
	}
	text, err := os.ReadFile(p)
	return err == nil && isDetection(text)
}

func walk(dir string, f func(path string, d fs.DirEntry)) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != dir && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !d.IsDir() {
			f(p, d)
		}
		return nil
	})
}

// Fingerprint changes when a file below the paths does: it is made of names, sizes and times.
func Fingerprint(paths ...string) (string, error) {
	var b strings.Builder
	for _, p := range paths {
		err := walk(p, func(path string, d fs.DirEntry) {
			if info, err := d.Info(); err == nil {
				fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
			}
		})
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
