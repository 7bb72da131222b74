package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/gofrs/flock"

	"spl/exec/column"
	"spl/exec/store/segment"
)

// Options changes how a store in a folder works; the zero value is right for most.
type Options struct {
	// SegmentRows and SegmentBytes end a segment; 0 means a million events, 256 MB of columns.
	SegmentRows  int
	SegmentBytes int64
	// BatchRows is the most rows of a row group, unit or batch; 0 means column.MaxRows. Tests use tiny ones.
	BatchRows int
	// KeepRaw stores the texts of JSON events even where their fields give them back, for the users of
	// other engines.
	KeepRaw bool
	// BloomEvents is from how many events of an index on its new segments get filters of the tokens in them,
	// which spare searches for rare ones reading columns; 0 means ten million, less than 0 never.
	BloomEvents int64
	// CacheBytes bounds the columns that are kept between searches; 0 means 256 MB, less than 0 none.
	CacheBytes int64
	// ReadOnly refuses all changes.
	ReadOnly bool
	// Damaged is told of a segment that cannot be read; the scan then goes on without it. Unset, the
	// scan fails. Several goroutines may call it.
	Damaged func(err error)
}

// ErrLocked is given for a change while another process writes to the store.
var ErrLocked = errors.New("another process is writing to the store; try again when it is done")

// Local is a store in a folder: Parquet segments under a catalogue. Many processes may read it; the
// first change makes a process its writer, until Close.
type Local struct {
	dir   string
	opts  Options
	cache *segment.Cache

	mu       sync.Mutex // guards what follows
	cat      *catalog
	segs     map[uint64]*segmentFile
	open     *Memory // appended events that are in no segment
	frozen   *Memory // those that are being written to segments
	base     uint64  // order of the open events, behind all segments
	readers  *flock.Flock
	holds    int // snapshots of this process, while it is a reader
	logs     map[uint64]int64
	obsolete []*segmentFile

	writer *writer
	flush  sync.Mutex // one flush, deletion or compaction at a time
	closed bool
}

// segmentFile is a segment in use.
type segmentFile struct {
	record
	refs int // snapshots
	gone bool

	load    sync.Mutex
	file    *segment.File
	deleted column.Bitmap
}

// Open opens the store in a folder, which need not exist yet.
func Open(dir string, opts Options) (*Local, error) {
	if opts.SegmentRows == 0 {
		opts.SegmentRows = 1 << 20
	}
	if opts.SegmentBytes == 0 {
		opts.SegmentBytes = 256 << 20
	}
	if opts.BatchRows == 0 {
		opts.BatchRows = column.MaxRows
	}
	if opts.BloomEvents == 0 {
		opts.BloomEvents = 10_000_000
	}
	if opts.CacheBytes == 0 {
		opts.CacheBytes = 256 << 20
	}
	l := &Local{dir: filepath.Clean(dir), opts: opts, segs: map[uint64]*segmentFile{}}
	if opts.CacheBytes > 0 {
		l.cache = segment.NewCache(opts.CacheBytes)
	}
	l.reset()
	if info, err := os.Stat(l.dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("store %s is not a folder", dir)
	}
	if err := l.refresh(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return l, nil
}

// reset forgets the open events.
func (l *Local) reset() {
	l.base = 1 << 62
	l.open = &Memory{limit: l.opts.BatchRows, byIdx: map[string][]*block{}, seq: l.base}
	l.logs = map[uint64]int64{}
}

// refresh makes a reader see what the writer did since the last look. The lock is held, or the store
// not yet shared.
func (l *Local) refresh() error {
	if l.writer != nil {
		return nil
	}
	info, err := os.Stat(filepath.Join(l.dir, catalogName))
	switch {
	case errors.Is(err, os.ErrNotExist):
		info = nil
	case err != nil:
		return err
	}
	if old := l.cat; old == nil || !sameState(old.changed, info) {
		cat, err := loadCatalog(l.dir)
		if err != nil {
			return err
		}
		if old == nil || old.wal != cat.wal {
			l.reset()
		}
		l.cat = cat
		l.align()
	}
	return l.replayLogs()
}

func sameState(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// align makes the segments in use those of the catalogue.
func (l *Local) align() {
	for id, s := range l.segs {
		if r, ok := l.cat.segs[id]; !ok || r != s.record {
			l.retire(s)
		}
	}
	for id, r := range l.cat.segs {
		if l.segs[id] == nil {
			l.segs[id] = &segmentFile{record: r}
		}
	}
}

// retire takes a segment out of use. Its files go with its last snapshot.
func (l *Local) retire(s *segmentFile) {
	delete(l.segs, s.ID)
	s.gone = true
	s.load.Lock()
	l.cache.Forget(s.file)
	s.load.Unlock()
	l.obsolete = append(l.obsolete, s)
}

// replayLogs reads what the write-ahead logs hold beyond what was read before.
func (l *Local) replayLogs() error {
	numbers, err := walNumbers(l.dir)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if n < l.cat.wal {
			continue
		}
		end, err := replay(walPath(l.dir, n), l.logs[n], func(b *column.Batch) error {
			e, err := checkEvents(b)
			if err == nil {
				l.open.add(e)
			}
			return err
		})
		l.logs[n] = end
		if err != nil {
			return err
		}
	}
	return nil
}

// hold keeps the writer from deleting files while this process, a reader, has a snapshot.
func (l *Local) hold() error {
	if l.writer != nil {
		return nil
	}
	if l.holds == 0 {
		if _, err := os.Stat(l.dir); errors.Is(err, os.ErrNotExist) {
			return nil // nothing to read, and reading makes no folders
		}
		l.readers = flock.New(filepath.Join(l.dir, readersLock))
		err := l.readers.RLock()
		if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) {
			// A folder that may only be read: if its writer deletes a segment now, the scan fails.
			l.readers = nil
			return nil
		}
		if err != nil {
			return fmt.Errorf("lock store for reading: %w", err)
		}
	}
	l.holds++
	return nil
}

func (l *Local) unhold() error {
	if l.holds == 0 {
		return nil
	}
	if l.holds--; l.holds > 0 {
		return nil
	}
	err := l.readers.Close()
	l.readers = nil
	return err
}
