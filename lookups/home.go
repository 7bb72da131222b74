package lookups

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
)

// Home is where written tables live, by file name. Texts are replaced as a whole: a reader gets an old
// one or the new one.
type Home interface {
	// Open returns the text of a table, nil unless the stamp says that there is one, and a stamp that
	// changes whenever the text may have.
	Open(name string) (text io.ReadCloser, stamp Stamp, err error)
	// Stamp returns the stamp without reading.
	Stamp(name string) (Stamp, error)
	// Update lets change write a new text of the table while no one else may, in this process or another.
	// Unless change returns Replace and no error, nobody ever sees what it wrote.
	Update(ctx context.Context, name string, change func(w io.Writer) (Outcome, error)) error
	// Names returns the names of the tables.
	Names() ([]string, error)
}

// Outcome is what becomes of a table after a change.
type Outcome uint8

// The outcomes of a change.
const (
	Keep    Outcome = iota // the table stays as it was
	Replace                // what was written takes its place
	Delete                 // it goes, and hides a shipped one of the same name
)

// Stamp identifies a version of a written table.
type Stamp struct {
	State   State
	info    os.FileInfo // on disk
	version int         // in memory
}

// Same reports whether two stamps are of one version.
func (s Stamp) Same(o Stamp) bool {
	if s.State != o.State || s.version != o.version || (s.info == nil) != (o.info == nil) {
		return false
	}
	return s.info == nil || os.SameFile(s.info, o.info) && s.info.Size() == o.info.Size() && s.info.ModTime().Equal(o.info.ModTime())
}

// State says whether home has a table.
type State uint8

// The states of a table in home.
const (
	Absent  State = iota // never written: a shipped table of that name shows
	Present              // written
	Deleted              // written and deleted again
)

// MemoryHome returns a home that ends with the process, for tests.
func MemoryHome() Home { return &memoryHome{tables: map[string]memoryTable{}} }

type memoryHome struct {
	writing sync.Mutex
	mu      sync.Mutex
	tables  map[string]memoryTable
	version int
}

type memoryTable struct {
	text    []byte
	deleted bool
	version int
}

func (h *memoryHome) Open(name string) (io.ReadCloser, Stamp, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, ok := h.tables[name]
	if !ok || t.deleted {
		return nil, t.stamp(ok), nil
	}
	return io.NopCloser(bytes.NewReader(t.text)), t.stamp(ok), nil
}

func (t memoryTable) stamp(ok bool) Stamp {
	switch {
	case !ok:
		return Stamp{}
	case t.deleted:
		return Stamp{State: Deleted}
	}
	return Stamp{State: Present, version: t.version}
}

func (h *memoryHome) Stamp(name string) (Stamp, error) {
	_, s, err := h.Open(name)
	return s, err
}

func (h *memoryHome) Update(_ context.Context, name string, change func(w io.Writer) (Outcome, error)) error {
	h.writing.Lock()
	defer h.writing.Unlock()
	var text bytes.Buffer
	outcome, err := change(&text)
	if err != nil || outcome == Keep {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.version++
	t := memoryTable{deleted: outcome == Delete, version: h.version}
	if !t.deleted {
		t.text = text.Bytes()
	}
	h.tables[name] = t
	return nil
}

func (h *memoryHome) Names() ([]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for n, t := range h.tables {
		if !t.deleted {
			out = append(out, n)
		}
	}
	return out, nil
}
