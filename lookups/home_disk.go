package lookups

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// DiskHome returns a home in a folder, which is made by the first write.
func DiskHome(dir string) Home { return diskHome(dir) }

// diskHome keeps a table in a file of its name. Files beside it whose names start with a dot are its
// lock, its new text before it takes the table's place, and the mark that it was deleted.
type diskHome string

const lockRetry = 5 * time.Millisecond

func (h diskHome) path(name string) string { return filepath.Join(string(h), name) }
func (h diskHome) beside(name, suffix string) string {
	return filepath.Join(string(h), "."+name+suffix)
}

func (h diskHome) Open(name string) (io.ReadCloser, Stamp, error) {
	f, err := os.Open(h.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		state, lookErr := h.missing(name)
		if lookErr != nil || state != Present {
			return nil, Stamp{State: state}, lookErr
		}
		f, err = os.Open(h.path(name))
	}
	if err != nil {
		return nil, Stamp{}, fmt.Errorf("open lookup table: %w", err)
	}
	// The file is never changed in place, so what the handle says belongs to what it reads.
	info, err := f.Stat()
	if err != nil {
		return nil, Stamp{}, errors.Join(fmt.Errorf("open lookup table: %w", err), f.Close())
	}
	return f, stampOf(info), nil
}

func (h diskHome) Stamp(name string) (Stamp, error) {
	info, err := os.Stat(h.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		state, lookErr := h.missing(name)
		if lookErr != nil || state != Present {
			return Stamp{State: state}, lookErr
		}
		info, err = os.Stat(h.path(name))
	}
	if err != nil {
		return Stamp{}, fmt.Errorf("open lookup table: %w", err)
	}
	return stampOf(info), nil
}

func stampOf(info os.FileInfo) Stamp { return Stamp{State: Present, info: info} }

// missing says why there is no file: Present if it came while we looked, which a writer that replaces
// a deleted table may bring about between our two looks.
func (h diskHome) missing(name string) (State, error) {
	_, err := os.Stat(h.beside(name, ".deleted"))
	if err == nil {
		return Deleted, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(h.path(name))
		if err == nil {
			return Present, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			return Absent, nil
		}
	}
	return Absent, fmt.Errorf("open lookup table: %w", err)
}

func (h diskHome) Update(ctx context.Context, name string, change func(w io.Writer) (Outcome, error)) (err error) {
	if err := os.MkdirAll(string(h), 0o755); err != nil {
		return fmt.Errorf("make the folder of lookup tables: %w", err)
	}
	lock := flock.New(h.beside(name, ".lock"))
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		return fmt.Errorf("lock lookup table %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	// The temporary file has one name, which only the holder of the lock uses: what a killed writer left
	// there is overwritten by the next one.
	tmp, err := os.OpenFile(h.beside(name, ".new"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("write lookup table %s: %w", name, err)
	}
	w := bufio.NewWriterSize(tmp, 1<<16)
	outcome, err := change(w)
	if err != nil || outcome != Replace {
		err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name()))
		if err == nil && outcome == Delete {
			err = h.remove(name)
		}
		return err
	}
	if err := h.replace(name, w, tmp); err != nil {
		return fmt.Errorf("write lookup table %s: %w", name, err)
	}
	return nil
}

// replace puts the written file in place of the table.
func (h diskHome) replace(name string, w *bufio.Writer, tmp *os.File) error {
	err := w.Flush()
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	if err := os.Rename(tmp.Name(), h.path(name)); err != nil {
		return err
	}
	// A table wins over the mark that there is none, so this order is safe.
	if err := os.Remove(h.beside(name, ".deleted")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return h.sync()
}

// remove deletes the table; the mark comes first, so that a shipped table never shows in between.
func (h diskHome) remove(name string) error {
	f, err := os.Create(h.beside(name, ".deleted"))
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), h.sync()); err != nil {
		return err
	}
	if err := os.Remove(h.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return h.sync()
}

// sync makes renames and removals in the folder durable. Windows has no such call.
func (h diskHome) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(string(h))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (h diskHome) Names() ([]string, error) {
	entries, err := os.ReadDir(string(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list lookup tables: %w", err)
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
