package lookups

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"spl/lang"
	"spl/lang/conf"
)

// Content is the lookups of one content folder, or of a test file: definitions and table files. It is
// filled first and only read afterwards.
type Content struct {
	Problems lang.Diagnostics // what was wrong with its definitions

	defs  map[string]*Definition
	files map[string]tableFile // by file name, without folder
}

// tableFile is a table that is read when it is first used.
type tableFile struct {
	path string
	read func() ([]byte, error)
}

// NewContent returns a content without lookups.
func NewContent() *Content {
	return &Content{defs: map[string]*Definition{}, files: map[string]tableFile{}}
}

// AddDefinition puts a definition in place of one of the same name.
func (c *Content) AddDefinition(d *Definition) { c.defs[d.Name] = d }

// AddTransforms adds the lookups of a transforms.conf; its other stanzas are left alone.
func (c *Content) AddTransforms(f *conf.File) {
	defs, ds := fromConf(f)
	for _, d := range defs {
		c.AddDefinition(d)
	}
	c.Problems = append(c.Problems, ds...)
}

// AddYAML adds a definition in the form of detection repositories.
func (c *Content) AddYAML(name string, text []byte) error {
	d, err := fromYAML(name, text)
	if err != nil {
		return err
	}
	c.AddDefinition(d)
	return nil
}

// AddFile adds a table file of the disk under its own name.
func (c *Content) AddFile(path string) {
	c.files[filepath.Base(path)] = tableFile{path: path, read: func() ([]byte, error) { return os.ReadFile(path) }}
}

// AddFolder adds all CSV files of a folder; a folder that does not exist has none.
func (c *Content) AddFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list lookup tables: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() && isCSV(e.Name()) {
			c.AddFile(filepath.Join(dir, e.Name()))
		}
	}
	return nil
}

// AddText adds a table file whose text is at hand.
func (c *Content) AddText(name, text string) {
	c.files[name] = tableFile{path: name, read: func() ([]byte, error) { return []byte(text), nil }}
}

// AddInline adds the table of a test file: a definition and a file of the same name. settings are keys
// of transforms.conf, nil for the defaults.
func (c *Content) AddInline(name, csv string, settings map[string]string) error {
	file := name
	if !isCSV(file) {
		file += ".csv"
	}
	kv := settings["collection"] != "" || settings["external_type"] == "kvstore"
	d, err := FromSettings(strings.TrimSuffix(name, ".csv"), func(key string) (string, bool) {
		if key == "filename" && !kv {
			return file, true
		}
		v, ok := settings[key]
		return v, ok
	})
	if err != nil {
		return fmt.Errorf("lookup %s: %w", name, err)
	}
	if d.IsCollection() {
		file = d.Collection + ".csv" // what the collection holds at first
	}
	c.AddDefinition(d)
	c.AddText(file, csv)
	return nil
}
