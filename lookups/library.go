package lookups

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"spl/exec/column"
	"spl/lang"
)

// Library finds lookups by name: first what searches wrote to home, then the content folders, last
// what is built in. It is safe for concurrent use.
type Library struct {
	// Filter returns the rows of a table that a definition's filter expression keeps; the engine
	// gives it. Without it a definition with a filter is an error.
	Filter func(expr string, rows *column.Batch) (column.Bitmap, error)
	// NewKey returns a key for a record of a collection that comes without one; nil numbers them.
	NewKey func() string
	// Now and Zone read the times of time-based lookups that leave parts out; At sets them.
	Now  time.Time
	Zone *time.Location

	home   Home
	layers []*Content // highest precedence first

	tables *tables
}

// tables are those that were read, shared by all views of a library.
type tables struct {
	mu     sync.Mutex
	byName map[string]cached
}

type cached struct {
	stamp Stamp
	table *Table
}

// Lookup is a table together with how it is matched.
type Lookup struct {
	Def   *Definition
	Table *Table

	lib *Library
}

// New returns the lookups of home and of content folders; later folders win over earlier ones.
func New(home Home, contents ...*Content) *Library {
	layers := append([]*Content{builtin()}, contents...)
	slices.Reverse(layers)
	return &Library{home: home, layers: layers, tables: &tables{byName: map[string]cached{}}, Zone: time.UTC}
}

// At returns the same library for a search at some time in some zone, for time-based lookups.
func (l *Library) At(now time.Time, zone *time.Location) *Library {
	view := *l
	view.Now, view.Zone = now, zone
	return &view
}

// Definition returns the definition of a lookup name; a table that is named by its file has none.
func (l *Library) Definition(name string) (*Definition, bool) {
	for _, c := range l.layers {
		if d, ok := c.defs[name]; ok {
			return d, true
		}
	}
	return nil, false
}

// resolve returns how the table of a name is matched and where its rows are. A name with .csv is a
// file; it stands for the definition without .csv when there is no such file. A name without is a
// definition or, failing that, the file of that name.
func (l *Library) resolve(name string) (*Definition, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if d, ok := l.Definition(name); ok {
		if d.Unsupported != "" {
			return nil, fmt.Errorf("The lookup '%s' cannot be used: %s.", name, d.Unsupported) //nolint:staticcheck // a message for users, in Splunk's style
		}
		return d, nil
	}
	file := name
	if !isCSV(name) {
		file += ".csv"
	}
	found, err := l.hasFile(file)
	if err != nil {
		return nil, err
	}
	if found {
		return bare(file), nil
	}
	if stem := strings.TrimSuffix(name, ".csv"); stem != name {
		if _, ok := l.Definition(stem); ok {
			return l.resolve(stem)
		}
	}
	return nil, &MissingError{Name: name, Near: lang.Suggest(name, slices.Values(l.Names()))}
}

// bare returns the definition of a file that is named directly.
func bare(file string) *Definition {
	return &Definition{Name: file, Filename: file, MaxOffsetSecs: defaultMaxOffset}
}

// checkName keeps names inside the lookup folder.
func checkName(name string) error {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "/\\\x00") {
		return fmt.Errorf("%q cannot be the name of a lookup", name)
	}
	return nil
}

func (l *Library) hasFile(file string) (bool, error) {
	s, err := l.home.Stamp(file)
	if err != nil || s.State != Absent {
		return s.State == Present, err
	}
	_, ok := l.shipped(file)
	return ok, nil
}

func (l *Library) shipped(file string) (tableFile, bool) {
	for _, c := range l.layers {
		if f, ok := c.files[file]; ok {
			return f, true
		}
	}
	return tableFile{}, false
}

// Open returns a lookup with the rows it has now. The error is a MissingError if there is no such table.
func (l *Library) Open(name string) (*Lookup, error) {
	d, err := l.resolve(name)
	if err != nil {
		return nil, err
	}
	var t *Table
	if d.IsCollection() {
		t, err = l.collection(d)
	} else {
		t, err = l.file(d.Filename)
	}
	if m := (*MissingError)(nil); errors.As(err, &m) {
		return nil, &MissingError{Name: name, Defined: true}
	}
	if err == nil && d.Filter != "" {
		t, err = l.filter(d, t)
	}
	if err != nil {
		return nil, err
	}
	return &Lookup{Def: d, Table: t, lib: l}, nil
}

func (l *Library) filter(d *Definition, t *Table) (*Table, error) {
	if l.Filter == nil {
		return nil, fmt.Errorf("lookup %s: its filter cannot be applied here", d.Name)
	}
	keep, err := l.Filter(d.Filter, &column.Batch{N: t.Rows, Names: slices.Clone(t.Columns), Cols: slices.Clone(t.Cols), Ordered: true})
	if err != nil {
		return nil, fmt.Errorf("filter of lookup %s: %w", d.Name, err)
	}
	return t.filtered(keep), nil
}

// file returns the table of a CSV file.
func (l *Library) file(name string) (*Table, error) {
	return l.cached(name, func(text []byte) (*Table, error) {
		text, err := inflate(name, text)
		if err != nil {
			return nil, err
		}
		return readCSV(name, text)
	})
}

// cached returns the table of a name in home, or the shipped file of that name, read at most once for
// every version of it.
func (l *Library) cached(name string, read func([]byte) (*Table, error)) (*Table, error) {
	stamp, err := l.home.Stamp(name)
	if err != nil {
		return nil, err
	}
	l.tables.mu.Lock()
	c, ok := l.tables.byName[name]
	l.tables.mu.Unlock()
	if ok && c.stamp.Same(stamp) {
		return c.table, nil
	}
	text, stamp, err := l.text(name)
	if err != nil {
		return nil, err
	}
	t, err := read(text)
	if err != nil {
		return nil, err
	}
	l.tables.mu.Lock()
	l.tables.byName[name] = cached{stamp, t}
	l.tables.mu.Unlock()
	return t, nil
}

// text returns the file of a name: home's, else the shipped one.
func (l *Library) text(name string) ([]byte, Stamp, error) {
	r, stamp, err := l.reader(name)
	if err != nil {
		return nil, stamp, err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, stamp, fmt.Errorf("read lookup table: %w", err)
	}
	return text, stamp, nil
}

// reader reads what text returns. The error is a MissingError if there is no such file.
func (l *Library) reader(name string) (io.ReadCloser, Stamp, error) {
	r, stamp, err := l.home.Open(name)
	if err != nil || stamp.State == Present {
		return r, stamp, err
	}
	f, ok := l.shipped(name)
	if !ok || stamp.State == Deleted {
		return nil, stamp, &MissingError{Name: name}
	}
	text, err := f.read()
	if err != nil {
		return nil, stamp, fmt.Errorf("read lookup table: %w", err)
	}
	return io.NopCloser(bytes.NewReader(text)), stamp, nil
}

// Names returns every name that Open knows: definitions, and files that no definition names.
func (l *Library) Names() []string {
	seen := map[string]bool{}
	files := map[string]bool{}
	if written, err := l.home.Names(); err == nil { // an unreadable home is reported by Open
		for _, n := range written {
			files[n] = isCSV(n)
		}
	}
	for _, c := range slices.Backward(l.layers) {
		for n := range c.files {
			files[n] = true
		}
	}
	for _, c := range slices.Backward(l.layers) {
		for n, d := range c.defs {
			seen[n] = true
			delete(files, d.Filename)
			delete(files, d.Collection+".csv")
		}
	}
	for n, ok := range files {
		if ok {
			seen[n] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
