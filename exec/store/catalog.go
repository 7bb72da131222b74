package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// record is a segment as the catalogue knows it.
type record struct {
	ID         uint64 `json:"id"`
	Path       string `json:"path"` // below the store's folder, with slashes
	Index      string `json:"index"`
	Sourcetype string `json:"sourcetype"`
	Rows       int64  `json:"rows"`  // in the file
	Live       int64  `json:"live"`  // not deleted
	Lo         int64  `json:"lo"`    // of _time, both included
	Hi         int64  `json:"hi"`    //
	Bytes      int64  `json:"bytes"` //
	// Deleted is the file with the bitmap of deleted rows.
	Deleted string `json:"deleted,omitempty"`
}

// catalogVersion is that of the lines that this code writes. A line without a version is of the first.
const catalogVersion = 1

// change is one line of the catalogue: it happens as a whole or not at all.
type change struct {
	V    int      `json:"v,omitempty"`    // 0 and 1 are the same
	Put  []record `json:"put,omitempty"`  // new segments, or new facts about known ones
	Drop []uint64 `json:"drop,omitempty"` // segments that are gone
	Wal  uint64   `json:"wal,omitempty"`  // the first write-ahead log whose events are in no segment
	Mark []string `json:"mark,omitempty"` // what the new segments were made from, as Bulk.Mark was told
}

// catalog is the list of segments: a log of changes, each a line with a checksum, which is written
// anew from time to time.
type catalog struct {
	path    string
	segs    map[uint64]record
	wal     uint64
	next    uint64 // id of the next segment
	marks   map[string]bool
	lines   int
	size    int64 // bytes of the file that count
	torn    bool  // an unfinished line follows them
	changed os.FileInfo
}

const catalogName = "catalog"

// loadCatalog reads the catalogue; one that does not exist is empty.
func loadCatalog(dir string) (*catalog, error) {
	c := &catalog{path: filepath.Join(dir, catalogName), segs: map[uint64]record{}, marks: map[string]bool{}, wal: 1, next: 1}
	f, err := os.Open(c.path)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if c.changed, err = f.Stat(); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return c, c.parse(data)
}

func (c *catalog) parse(data []byte) error {
	for len(data) > 0 {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		ch, err := parseChange(line)
		if err != nil && (len(rest) > 0 || errors.Is(err, errNewer)) {
			return fmt.Errorf("catalogue %s, offset %d: %w", c.path, c.size, err)
		}
		if err != nil || !whole {
			c.torn = true // the writer died here; nobody was told that it happened
			return nil
		}
		c.apply(ch)
		c.size += int64(len(line)) + 1
		c.lines++
		data = rest
	}
	return nil
}

var errNewer = errors.New("written by a newer program")

func parseChange(line []byte) (ch change, err error) {
	if len(line) < 10 || line[8] != ' ' {
		return ch, errors.New("malformed line")
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || uint32(sum) != crc32.ChecksumIEEE(line[9:]) {
		return ch, errors.New("checksum does not match: the file is damaged")
	}
	if err := json.Unmarshal(line[9:], &ch); err != nil {
		return ch, err
	}
	if ch.V > catalogVersion {
		return ch, fmt.Errorf("%w: version %d, this program knows %d", errNewer, ch.V, catalogVersion)
	}
	return ch, nil
}

func formatChange(ch change) ([]byte, error) {
	body, err := json.Marshal(ch)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(body), body), nil
}

func (c *catalog) apply(ch change) {
	for _, r := range ch.Put {
		c.segs[r.ID] = r
		c.next = max(c.next, r.ID+1)
	}
	for _, id := range ch.Drop {
		delete(c.segs, id)
		c.next = max(c.next, id+1)
	}
	if ch.Wal != 0 {
		c.wal = ch.Wal
	}
	for _, m := range ch.Mark {
		c.marks[m] = true
	}
}

// errUncertain: a change may or may not be found by the next process.
var errUncertain = errors.New("whether the change is kept is unknown")

// commit writes a change and waits until it is on the disk.
func (c *catalog) commit(ch change) error {
	if c.torn || c.lines > 1000+4*len(c.segs) {
		if err := c.checkpoint(); err != nil {
			return err
		}
	}
	line, err := formatChange(ch)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	fresh := c.size == 0
	_, err = f.Write(line)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil && fresh {
		err = syncDir(filepath.Dir(c.path))
	}
	if err != nil {
		if cut := os.Truncate(c.path, c.size); cut != nil && !errors.Is(cut, os.ErrNotExist) {
			c.torn = true // the next commit starts from what is known
			err = errors.Join(errUncertain, err, cut)
		}
		return fmt.Errorf("write catalogue: %w", err)
	}
	c.apply(ch)
	c.size += int64(len(line))
	c.lines++
	return nil
}

// checkpoint replaces the log by one line that holds everything.
func (c *catalog) checkpoint() error {
	// The line keeps the counter of ids by dropping the last one given, which no segment has.
	all := change{Wal: c.wal, Drop: []uint64{c.next - 1}, Mark: sortedKeys(c.marks)}
	for _, r := range c.segs {
		all.Put = append(all.Put, r)
	}
	if _, used := c.segs[c.next-1]; used {
		all.Drop = nil
	}
	line, err := formatChange(all)
	if err != nil {
		return err
	}
	if err := writeFile(c.path, func(w io.Writer) error { _, err := w.Write(line); return err }); err != nil {
		return fmt.Errorf("write catalogue: %w", err)
	}
	c.size, c.lines, c.torn = int64(len(line)), 1, false
	return nil
}

// writeFile writes a file that appears with all its bytes on the disk or not at all.
func writeFile(path string, write func(w io.Writer) error) error {
	tmp := path + ".tmp"
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return syncDir(filepath.Dir(path))
}

// makeDirs makes a folder below root, and makes sure that the new names are on the disk.
func makeDirs(root, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for d := filepath.Dir(dir); len(d) >= len(root); d = filepath.Dir(d) {
		if err := syncDir(d); err != nil {
			return err
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	return nil
}
