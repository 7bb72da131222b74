// Package evtx reads Windows event logs in their binary form and renders each event as the XML that
// Splunk indexes. It hides chunks, templates and BinXML.
//
//	r, err := evtx.NewReader(file)
//	for {
//		xml, err := r.Next() // valid until the next call; io.EOF at the end
//		var bad *evtx.RecordError
//		if errors.As(err, &bad) { …; continue } // this record only
//	}
//
// Start with NewReader, or with Text for all events as one text.
package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Magic starts every file.
const Magic = "ElfFile\x00"

const (
	headerSize  = 4096
	chunkSize   = 65536
	chunkHeader = 512
	recordHead  = 24
)

var le = binary.LittleEndian

// RecordError is a record that could not be read; the ones behind it can.
type RecordError struct {
	Record uint64 // its number in the log, 0 if that is not known
	Reason string
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("event log record %d: %s", e.Record, e.Reason)
}

// Reader hands out the events of a log in the order of the file.
type Reader struct {
	r     io.Reader
	chunk []byte
	pos   int // of the next record in chunk
	end   int
	xml   renderer
	n     int // chunks read
}

// NewReader checks the file's header.
func NewReader(r io.Reader) (*Reader, error) {
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("event log header: %w", err)
	}
	if !bytes.HasPrefix(head, []byte(Magic)) {
		return nil, errors.New("not a Windows event log")
	}
	return &Reader{r: r, chunk: make([]byte, chunkSize)}, nil
}

// Next returns the XML text of the next event. The error is io.EOF, a *RecordError, or what ended the
// file early.
func (r *Reader) Next() ([]byte, error) {
	for r.pos+recordHead > r.end {
		if err := r.nextChunk(); err != nil {
			return nil, err
		}
	}
	rec := r.chunk[r.pos:r.end]
	size := int(le.Uint32(rec[4:]))
	if string(rec[:4]) != "\x2a\x2a\x00\x00" || size < recordHead+4 || size > len(rec) {
		at := r.pos
		r.pos = r.end
		return nil, &RecordError{0, fmt.Sprintf("no record at offset %d of chunk %d: the rest of the chunk is skipped", at, r.n)}
	}
	from := r.pos + recordHead
	r.pos += size
	out, err := r.xml.render(r.chunk, from, r.pos-4)
	if err != nil {
		return nil, &RecordError{le.Uint64(rec[8:]), err.Error()}
	}
	return out, nil
}

// nextChunk reads up to the next chunk with records.
func (r *Reader) nextChunk() error {
	n, err := io.ReadFull(r.r, r.chunk)
	if err == io.EOF {
		return io.EOF
	}
	if err == io.ErrUnexpectedEOF && len(bytes.Trim(r.chunk[:n], "\x00")) == 0 {
		return io.EOF // padding
	}
	if err != nil {
		return fmt.Errorf("event log chunk %d: %w", r.n+1, err)
	}
	r.n++
	r.pos, r.end = chunkSize, chunkSize
	switch {
	case string(r.chunk[:8]) == "ElfChnk\x00":
	case len(bytes.Trim(r.chunk, "\x00")) == 0:
		return nil // unused
	default:
		return &RecordError{0, fmt.Sprintf("chunk %d is damaged", r.n)}
	}
	r.pos = chunkHeader
	if free := int(le.Uint32(r.chunk[48:])); free >= chunkHeader && free <= chunkSize {
		r.end = free
	}
	r.xml.reset()
	return nil
}

// Text returns all events of a log as one text, one behind another on lines of their own. A record that
// cannot be read is a line that says so.
func Text(r io.Reader) io.Reader { return &textReader{src: r} }

type textReader struct {
	src  io.Reader
	r    *Reader
	rest []byte
	err  error
}

func (t *textReader) Read(p []byte) (int, error) {
	for len(t.rest) == 0 && t.err == nil {
		t.fill()
	}
	if len(t.rest) == 0 {
		return 0, t.err
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

func (t *textReader) fill() {
	if t.r == nil {
		if t.r, t.err = NewReader(t.src); t.err != nil {
			return
		}
	}
	xml, err := t.r.Next()
	var bad *RecordError
	switch {
	case errors.As(err, &bad):
		t.rest = []byte(bad.Error() + "\n")
	case err != nil:
		t.err = err
	default:
		xml = append(xml, '\n')
		t.rest = xml
	}
}
