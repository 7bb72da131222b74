package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"spl/exec/bench/gen"
)

// dataset is generated events and what the engines made of them, all in one folder.
type dataset struct {
	dir string
	n   int
}

// day is when the events happen; searches run at its end.
var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func openDataset(dir string, n int) (*dataset, error) {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(cache, "spl-bench")
	}
	d := &dataset{dir: filepath.Join(dir, sizeName(n)), n: n}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return nil, err
	}
	for _, flavour := range []string{gen.CloudTrail, gen.Sysmon} {
		if err := d.generate(flavour); err != nil {
			return nil, fmt.Errorf("generate %s: %w", flavour, err)
		}
	}
	return d, nil
}

// file is where the events of a flavour are.
func (d *dataset) file(flavour string) string {
	return filepath.Join(d.dir, map[string]string{gen.CloudTrail: "ct", gen.Sysmon: "sy"}[flavour]+".ndjson")
}

// store is the folder of our store.
func (d *dataset) store() string { return filepath.Join(d.dir, "store") }

// duckdb is DuckDB's file.
func (d *dataset) duckdb() string { return filepath.Join(d.dir, "duck.db") }

// raw is the size of the events as text.
func (d *dataset) raw() (n int64) {
	for _, f := range []string{gen.CloudTrail, gen.Sysmon} {
		n += treeSize(d.file(f))
	}
	return n
}

func (d *dataset) generate(flavour string) (err error) {
	if _, err := os.Stat(d.file(flavour)); err == nil {
		return nil
	}
	part := d.file(flavour) + ".part"
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := gen.Generate(w, gen.Options{Events: d.n, Seed: 1, Flavour: flavour, Start: day, Span: 24 * time.Hour}); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return os.Rename(part, d.file(flavour))
}

// treeSize is the bytes of a file, or of all files in a folder.
func treeSize(path string) (n int64) {
	_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error { // what is not there has no size
		if err != nil {
			return nil
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
