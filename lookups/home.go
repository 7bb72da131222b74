package lookups

import (
	"context"
	"os"
	"sync"
)

// Home is where written tables live, by file name. Texts are replaced as a whole: a reader gets an old
// one or the new one.
type Home interface {
	// Read returns the text of a table and a stamp that changes whenever the text may have.
	Read(name string) (text []byte, stamp Stamp, err error)
	// Stamp returns the stamp without reading.
	Stamp(name string) (Stamp, error)
	// Update lets change make a new text of the table while no one else may write it, in this process
	// or another. A nil text deletes the table, which then hides a shipped one of the same name.
	Update(ctx context.Context, name string, change func() (text []byte, keep bool, err error)) error
	// Names returns the names of the tables.
	Names() ([]string, error)
}

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

func (h *memoryHome) Read(name string) ([]byte, Stamp, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, ok := h.tables[name]
	return t.text, t.stamp(ok), nil
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
	_, s, err := h.Read(name)
	return s, err
}

func (h *memoryHome) Update(_ context.Context, name string, change func() ([]byte, bool, error)) error {
	h.writing.Lock()
	defer h.writing.Unlock()
	text, keep, err := change()
	if err != nil || keep {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.version++
	h.tables[name] = memoryTable{text: text, deleted: text == nil, version: h.version}
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
