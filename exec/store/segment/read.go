package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"spl/exec/column"
)

// File is a segment that can be read. It is safe for concurrent use and holds no open file between
// reads.
type File struct {
	Path string
	Meta *Meta
	// Cache keeps columns between reads; nil: none.
	Cache *Cache

	shapes []groupShapes // by group
}

func checksum(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// Open reads the index of a file.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := readMeta(f)
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", path, err)
	}
	return &File{Path: path, Meta: m, shapes: make([]groupShapes, len(m.Groups))}, nil
}

var errDamaged = errors.New("damaged or cut short")

// readMeta finds the index in front of the footer.
func readMeta(f *os.File) (*Meta, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var tail [12]byte
	end := info.Size() - 8
	if _, err := f.ReadAt(tail[:8], end); err != nil || end < 0 || string(tail[4:8]) != magic {
		return nil, errDamaged
	}
	end -= int64(binary.LittleEndian.Uint32(tail[:]))
	if end < 12 {
		return nil, errDamaged
	}
	if _, err := f.ReadAt(tail[:], end-12); err != nil {
		return nil, err
	}
	if string(tail[8:]) != metaMagic {
		return nil, errors.New("Parquet file that was not written as a segment")
	}
	size := int64(binary.LittleEndian.Uint32(tail[4:]))
	if size > end-12 {
		return nil, errDamaged
	}
	packed := make([]byte, size)
	if _, err := f.ReadAt(packed, end-12-size); err != nil {
		return nil, err
	}
	if checksum(packed) != binary.LittleEndian.Uint32(tail[:]) {
		return nil, errDamaged
	}
	raw, err := decoder().DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	return decodeMeta(raw)
}

// buffers are reused for the bytes of chunks, which no vector keeps.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Read returns the columns of a row group that are wanted and hold a value.
func (s *File) Read(group int, want func(name string) bool) (*column.Batch, error) {
	return s.ReadRows(group, want, nil, nil)
}

// ReadRows is Read for the rows in sel (nil: all); what the others hold is not said. read, if not nil,
// counts the bytes that came from the file.
func (s *File) ReadRows(group int, want func(name string) bool, sel column.Bitmap, read *atomic.Int64) (*column.Batch, error) {
	r, err := s.open(group, read)
	if err != nil {
		return nil, err
	}
	defer r.close()
	g := &s.Meta.Groups[group]
	out := column.NewBatch(g.Rows)
	fault := func(name string, err error) error {
		return fmt.Errorf("segment %s, row group %d, column %s: %w", s.Path, group, name, err)
	}
	have := map[int]column.Vec{}
	for i, c := range s.Meta.Columns {
		if g.Chunks[i].Values == 0 || c.Name == shapeField || c.Name == rawField || !want(c.Name) {
			continue
		}
		v, err := r.column(i)
		if err != nil {
			return nil, fault(c.Name, err)
		}
		have[i] = v
		out.Names, out.Cols = append(out.Names, c.Name), append(out.Cols, v)
	}
	if i := s.Meta.Find(rawField); i >= 0 && g.Shaped+g.Chunks[i].Values > 0 && want(rawField) {
		v, err := r.raw(have, sel)
		if err != nil {
			return nil, fault(rawField, err)
		}
		out.Names, out.Cols = append(out.Names, rawField), append(out.Cols, v)
	}
	return out, nil
}

// groupReader reads columns of one row group.
type groupReader struct {
	*File
	f     *os.File
	group int
	buf   *[]byte
	read  *atomic.Int64 // bytes; nil: not counted
}

func (s *File) open(group int, read *atomic.Int64) (*groupReader, error) {
	f, err := os.Open(s.Path)
	if err != nil {
		return nil, err
	}
	return &groupReader{File: s, f: f, group: group, buf: buffers.Get().(*[]byte), read: read}, nil
}

func (r *groupReader) close() {
	buffers.Put(r.buf)
	r.f.Close()
}

// bytes reads a part of the file; they are there until the next one is read.
func (r *groupReader) bytes(p Part) ([]byte, error) {
	if p.Size < 0 || p.Size > 1<<32 {
		return nil, errDamaged
	}
	if int64(cap(*r.buf)) < p.Size {
		*r.buf = make([]byte, p.Size)
	}
	b := (*r.buf)[:p.Size]
	if _, err := r.f.ReadAt(b, p.Offset); err != nil {
		if err == io.EOF {
			err = errDamaged
		}
		return nil, err
	}
	if r.read != nil {
		r.read.Add(p.Size)
	}
	if checksum(b) != p.Sum {
		return nil, errors.New("checksum does not match: the file is damaged")
	}
	return b, nil
}

func (r *groupReader) column(i int) (column.Vec, error) { return r.probed(i, nil) }

// probed is column that gives up, returning nil, when the dictionary does not pass the probe.
func (r *groupReader) probed(i int, probe func(arena []byte) bool) (column.Vec, error) {
	s := r.File
	key := cacheKey{s, r.group, i}
	vec, dict := s.Cache.get(key)
	if vec != nil || dict != nil && probe != nil && !probe(dict) {
		return vec, nil
	}
	g := &s.Meta.Groups[r.group]
	c := &g.Chunks[i]
	b, err := r.bytes(c.Part)
	if err != nil {
		return nil, err
	}
	d := &chunkReader{src: b, rows: g.Rows, col: s.Meta.Columns[i], values: c.Values, probe: probe}
	vec, err = d.read()
	if err != nil {
		return nil, err
	}
	if vec != nil {
		s.Cache.put(key, vec, nil)
	} else {
		s.Cache.put(key, nil, d.arena)
	}
	return vec, nil
}

// Verify reads every byte and reports the first fault.
func (s *File) Verify() error {
	s, err := Open(s.Path) // without what was read before
	if err != nil {
		return err
	}
	var rows int64
	for g := range s.Meta.Groups {
		b, err := s.Read(g, func(string) bool { return true })
		if err != nil {
			return err
		}
		rows += int64(b.N)
		if err := s.verifyBlooms(g); err != nil {
			return fmt.Errorf("segment %s, row group %d, filters of tokens: %w", s.Path, g, err)
		}
	}
	err = s.verifyFrame()
	if err == nil && rows != s.Meta.Rows {
		err = errDamaged
	}
	if err != nil {
		return fmt.Errorf("segment %s: %w", s.Path, err)
	}
	return nil
}

// verifyFrame checks what only other readers look at: the mark at the start and Parquet's footer.
func (s *File) verifyFrame() error {
	data, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer data.Close()
	info, err := data.Stat()
	if err != nil {
		return err
	}
	var head, tail [8]byte
	if _, err := data.ReadAt(head[:], 0); err != nil {
		return err
	}
	if _, err := data.ReadAt(tail[:], info.Size()-8); err != nil {
		return err
	}
	size := int64(binary.LittleEndian.Uint32(tail[:]))
	if string(head[:4]) != magic || size > info.Size()-8 {
		return errDamaged
	}
	footer := make([]byte, size)
	if _, err := data.ReadAt(footer, info.Size()-8-size); err != nil {
		return err
	}
	if checksum(footer) != s.Meta.Footer {
		return errDamaged
	}
	return nil
}
