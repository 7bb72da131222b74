package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files expands paths: a folder is every file below it (hidden ones left out), a pattern with * ? [
// every file it matches, sorted by name. A path that names nothing is an error.
func Files(paths ...string) ([]string, error) {
	var out []string
	for _, p := range paths {
		got, err := expand(p)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

func expand(path string) ([]string, error) {
	st, err := os.Stat(path)
	if err == nil {
		if !st.IsDir() {
			return []string{path}, nil
		}
		return folder(path)
	}
	if !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(path, "*?[") {
		return nil, missing(path, err)
	}
	names, err := filepath.Glob(path)
	if err != nil {
		return nil, fmt.Errorf("pattern %s: %w", path, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no file matches %s", path)
	}
	slices.Sort(names)
	var out []string
	for _, n := range names {
		got, err := expand(n)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// missingError is a path that names nothing.
type missingError string

func (e missingError) Error() string { return "no such file or folder: " + string(e) }

func (missingError) Unwrap() error { return fs.ErrNotExist }

func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return missingError(path)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

func folder(path string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p != path && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		st, err := os.Stat(p) // follows links
		if err != nil || st.Mode().IsRegular() {
			out = append(out, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read folder %s: %w", path, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no files in folder %s", path)
	}
	return out, nil
}
