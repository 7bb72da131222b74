package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"spl/exec/column"
)

// A write-ahead log is records of a length, a checksum and a batch. Logs are numbered; a new one is
// begun when the events of the old ones are written to a segment.
const walHeader = 8

func walDir(dir string) string { return filepath.Join(dir, "wal") }

func walPath(dir string, n uint64) string {
	return filepath.Join(walDir(dir), strconv.FormatUint(n, 10)+".wal")
}

// walNumbers lists the logs that exist, ascending.
func walNumbers(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(walDir(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var out []uint64
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".wal"); ok {
			if n, err := strconv.ParseUint(name, 10, 64); err == nil {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out, err
}

// wal is a log being written. Those who append at the same time share the wait for the disk.
type wal struct {
	f    *os.File
	size atomic.Int64          // bytes of whole records
	bad  atomic.Pointer[error] // a fault after which the log is of no use

	mu     sync.Mutex // held while waiting for the disk; guards what follows
	synced int64      // bytes known to be on the disk
}

func createWal(dir string, n uint64) (*wal, error) {
	if err := makeDirs(dir, walDir(dir)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(walPath(dir, n), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return &wal{f: f}, syncDir(walDir(dir))
}

// append writes a batch and returns the offset that sync has to reach for it. One goroutine at a time
// may append.
func (w *wal) append(b *column.Batch) (int64, error) {
	if bad := w.bad.Load(); bad != nil {
		return 0, *bad
	}
	rec := encodeBatch(make([]byte, walHeader), b)
	binary.LittleEndian.PutUint32(rec, uint32(len(rec)-walHeader))
	binary.LittleEndian.PutUint32(rec[4:], crc32.ChecksumIEEE(rec[walHeader:]))
	if _, err := w.f.Write(rec); err != nil {
		err = fmt.Errorf("write-ahead log: %w", err)
		end := w.size.Load()
		if _, e := w.f.Seek(end, io.SeekStart); e != nil || w.f.Truncate(end) != nil {
			w.bad.Store(&err)
		}
		return 0, err
	}
	return w.size.Add(int64(len(rec))), nil
}

// sync waits until the log is on the disk up to an offset. After a fault nobody knows what is there,
// so that the log takes no more.
func (w *wal) sync(end int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.synced >= end {
		return nil
	}
	if bad := w.bad.Load(); bad != nil {
		return *bad
	}
	size := w.size.Load()
	if err := w.f.Sync(); err != nil {
		err = fmt.Errorf("write-ahead log: %w", err)
		w.bad.Store(&err)
		return err
	}
	w.synced = size
	return nil
}

// close ends the log when all of it is on the disk.
func (w *wal) close() error {
	return errors.Join(w.sync(w.size.Load()), w.f.Close())
}

// replay reads the records of a log from an offset on, and returns the offset behind the last whole
// one. A record that the end of the file cuts off was never confirmed and does not count.
func replay(path string, from int64, take func(*column.Batch) error) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return from, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, from, 1<<62))
	if err != nil {
		return from, err
	}
	for len(data) >= walHeader {
		size, sum := int64(binary.LittleEndian.Uint32(data)), binary.LittleEndian.Uint32(data[4:])
		if size > int64(len(data)-walHeader) {
			return from, nil
		}
		body := data[walHeader : walHeader+size]
		last := int64(len(data)) == walHeader+size
		if crc32.ChecksumIEEE(body) != sum {
			if last {
				return from, nil
			}
			return from, fmt.Errorf("write-ahead log %s, offset %d: checksum does not match: the file is damaged", path, from)
		}
		b, err := decodeBatch(body)
		if err == nil {
			err = take(b)
		}
		if err != nil {
			return from, fmt.Errorf("write-ahead log %s, offset %d: %w", path, from, err)
		}
		from += walHeader + size
		data = data[walHeader+size:]
	}
	return from, nil
}
