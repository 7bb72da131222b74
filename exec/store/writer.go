package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/gofrs/flock"

	"spl/exec/column"
)

// Locks of a store's folder: one process writes; files are deleted only while no process reads.
const (
	writerLock  = "writer.lock"
	readersLock = "readers.lock"
)

// writer is what the process that changes the store has beside a reader.
type writer struct {
	lock   *flock.Flock
	log    *wal
	number uint64 // of the log
	size   int64  // of the open events, about
	next   atomic.Uint64
}

// write makes this process the writer. The lock is held.
func (l *Local) write() error {
	switch {
	case l.closed:
		return errors.New("the store is closed")
	case l.opts.ReadOnly:
		return errors.New("the store was opened for reading only")
	case l.writer != nil:
		return nil
	}
	if err := os.MkdirAll(l.dir, 0o755); err != nil {
		return err
	}
	w := &writer{lock: flock.New(filepath.Join(l.dir, writerLock))}
	if ok, err := w.lock.TryLock(); err != nil || !ok {
		if err == nil {
			err = ErrLocked
		}
		return fmt.Errorf("store %s: %w", l.dir, err)
	}
	err := l.refresh()
	if err == nil {
		err = l.removeOrphans()
	}
	var numbers []uint64
	if err == nil {
		numbers, err = walNumbers(l.dir)
	}
	if err != nil {
		return errors.Join(err, w.lock.Close())
	}
	w.number = l.cat.wal
	for _, n := range numbers {
		w.number = max(w.number, n+1)
		w.size += l.logs[n]
	}
	w.next.Store(l.cat.next)
	l.writer = w
	return nil
}

// removeOrphans deletes what a writer that died left behind: files that the catalogue does not know.
func (l *Local) removeOrphans() error {
	known := map[string]bool{}
	for _, r := range l.cat.segs {
		known[r.Path], known[r.Deleted] = true, true
	}
	numbers, err := walNumbers(l.dir)
	if err != nil {
		return err
	}
	var orphans []string
	for _, n := range numbers {
		if n < l.cat.wal {
			orphans = append(orphans, walPath(l.dir, n))
		}
	}
	err = filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(l.dir, path)
		ours := strings.Count(rel, string(filepath.Separator)) == 2 && isOurs(rel) || rel == catalogName+".tmp"
		if ours && !known[filepath.ToSlash(rel)] {
			orphans = append(orphans, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.deleteFiles(orphans)
}

// isOurs: other files in the folder are not touched.
func isOurs(name string) bool {
	for _, suffix := range []string{".parquet", ".deleted", ".tmp"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// deleteFiles deletes files unless another process is reading; those that are left are orphans, which
// the next writer finds.
func (l *Local) deleteFiles(paths []string) error {
	if len(paths) == 0 || l.holds > 0 {
		return nil
	}
	lock := flock.New(filepath.Join(l.dir, readersLock))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return err
	}
	var errs []error
	for _, p := range paths {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, lock.Close())...)
}

// Append adds events: they are in the write-ahead log on the disk when it returns.
func (l *Local) Append(ctx context.Context, b *column.Batch) error {
	if err := ctx.Err(); err != nil || b.Rows() == 0 {
		return err
	}
	e, err := checkEvents(b)
	if err == nil {
		err = checkIndex(e.index)
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	var log *wal
	var end int64
	if err = l.write(); err == nil {
		log, end, err = l.logEvents(e)
	}
	full := err == nil && (l.writer.size >= l.opts.SegmentBytes || l.open.events() >= l.opts.SegmentRows)
	l.mu.Unlock()
	if err == nil {
		err = log.sync(end) // beside the lock: scans go on, and others' events join
	}
	if err == nil && full {
		if err := l.Flush(context.WithoutCancel(ctx)); err != nil {
			return fmt.Errorf("the events are stored in the write-ahead log only: %w", err)
		}
	}
	return err
}

// logEvents writes events to the log and makes them visible. They are safe when the log is synced to
// the offset that is returned. The lock is held.
func (l *Local) logEvents(e events) (*wal, int64, error) {
	w := l.writer
	if w.log == nil {
		log, err := createWal(l.dir, w.number)
		if err != nil {
			w.number++ // the file may be there
			return nil, 0, fmt.Errorf("write-ahead log: %w", err)
		}
		w.log = log
	}
	before := w.log.size.Load()
	end, err := w.log.append(e.Batch)
	if err != nil {
		return nil, 0, err
	}
	w.size += end - before
	l.open.add(e)
	return w.log, end, nil
}

// checkIndex refuses names that cannot be a folder of the store.
func checkIndex(name string) error {
	if name == "" || name == "wal" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "/\\:*?\"<>|\x00") {
		return fmt.Errorf("append: %q cannot be the name of an index", name)
	}
	return nil
}

// change commits a change of the catalogue and makes it visible. The lock is held.
func (l *Local) change(ch change) error {
	if err := l.cat.commit(ch); err != nil {
		return err
	}
	l.align()
	return nil
}

// sweep deletes the files of segments that nobody uses any more. The lock is held.
func (l *Local) sweep() error {
	if l.writer == nil {
		l.obsolete = nil // the writer's business
		return nil
	}
	var paths []string
	kept := l.obsolete[:0]
	for _, s := range l.obsolete {
		if s.refs > 0 {
			kept = append(kept, s)
			continue
		}
		now, alive := l.cat.segs[s.ID]
		if !alive {
			paths = append(paths, filepath.Join(l.dir, filepath.FromSlash(s.Path)))
		}
		if s.Deleted != "" && now.Deleted != s.Deleted {
			paths = append(paths, filepath.Join(l.dir, filepath.FromSlash(s.Deleted)))
		}
	}
	l.obsolete = kept
	return l.deleteFiles(paths)
}

// Close writes the open events to segments and gives the locks back.
func (l *Local) Close() error {
	var err error
	if l.writer != nil {
		err = l.Flush(context.Background())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if w := l.writer; w != nil {
		err = errors.Join(err, l.sweep())
		if w.log != nil {
			err = errors.Join(err, w.log.close())
		}
		err = errors.Join(err, w.lock.Close())
	}
	if l.readers != nil {
		err = errors.Join(err, l.readers.Close())
	}
	return err
}
