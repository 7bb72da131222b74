package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"spl/exec/ingest/evtx"
	"spl/exec/ingest/parquetrows"
)

// ErrEmpty is given for a file without any text.
var ErrEmpty = errors.New("the file is empty")

// headSize is how much of a file detection looks at.
const headSize = 64 << 10

// maxLayers bounds packings inside packings.
const maxLayers = 4

// counter counts what was read of a file as stored.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// unpacker walks the layers of a file down to its texts.
type unpacker struct {
	// text takes one text: name is path, or path!member.
	text func(name string, r *bufio.Reader) error
	// fail takes the reason why a member is not read.
	fail func(name string, err error)
	size int64 // of the stored file, for zip; -1 where it cannot be read at random
	file io.ReaderAt
}

// walk unpacks r, whose layers above were counted by depth. Errors of members go to fail.
func (u *unpacker) walk(name string, r io.Reader, depth int) error {
	br := bufio.NewReaderSize(r, headSize)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF && len(head) == 0 {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if len(head) == 0 {
		return fmt.Errorf("%s: %w", name, ErrEmpty)
	}
	if depth > maxLayers {
		return fmt.Errorf("%s: packed more than %d times", name, maxLayers)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(br)
		if err != nil {
			return fmt.Errorf("read gzip %s: %w", name, err)
		}
		return u.walk(name, z, depth+1)
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return fmt.Errorf("read zstd %s: %w", name, err)
		}
		defer z.Close()
		return u.walk(name, z, depth+1)
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 9 && string(head[4:10]) == "1AY&SY":
		return u.walk(name, bzip2.NewReader(br), depth+1)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return u.zip(name, br, depth)
	case bytes.HasPrefix(head, []byte(evtx.Magic)):
		return u.text(name, bufio.NewReaderSize(evtx.Text(br), headSize))
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return u.utf16(name, br, head[0] == 0xff)
	case bytes.HasPrefix(head, []byte(parquetrows.Magic)):
		return u.parquet(name, br, depth)
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return u.tar(name, br, depth)
	}
	if err := unreadable(head); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return u.text(name, br)
}

func (u *unpacker) utf16(name string, br *bufio.Reader, little bool) error {
	r := &utf16Reader{r: br, order: binary.BigEndian}
	if little {
		r.order = binary.LittleEndian
	}
	if _, err := br.Discard(2); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return u.text(name, bufio.NewReaderSize(r, headSize))
}

// unreadable tells formats that are recognised but not read.
func unreadable(head []byte) error {
	for _, m := range []struct{ magic, what string }{
		{"\xfd7zXZ\x00", "xz is not supported: unpack the file first"},
		{"7z\xbc\xaf\x27\x1c", "7z is not supported: unpack the file first"},
		{"Rar!", "rar is not supported: unpack the file first"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return errors.New(m.what)
		}
	}
	if bytes.HasPrefix(head, []byte("version https://git-lfs.github.com/spec/")) {
		return errors.New("this is a Git LFS pointer, not the data: fetch it with `git lfs pull`")
	}
	if n := bytes.Count(head, []byte{0}); n*20 > len(head) {
		return errors.New("binary data of an unknown format")
	}
	return nil
}

// zip reads the members by the archive's directory, which is at its end.
func (u *unpacker) zip(name string, br *bufio.Reader, depth int) error {
	at, size, err := u.random(br, depth)
	if err != nil {
		return fmt.Errorf("read zip %s: %w", name, err)
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return fmt.Errorf("read zip %s: %w", name, err)
	}
	n := 0
	for _, f := range z.File {
		if f.FileInfo().IsDir() || hidden(f.Name) {
			continue
		}
		n++
		u.member(name+"!"+f.Name, f.Open, depth)
	}
	if n == 0 {
		return fmt.Errorf("%s: the archive holds no files", name)
	}
	return nil
}

// random gives access to any place of what is being read: the stored file itself, or a copy in memory.
func (u *unpacker) random(br *bufio.Reader, depth int) (io.ReaderAt, int64, error) {
	if depth == 0 && u.file != nil {
		return u.file, u.size, nil
	}
	data, err := io.ReadAll(br)
	return bytes.NewReader(data), int64(len(data)), err
}

func (u *unpacker) parquet(name string, br *bufio.Reader, depth int) error {
	at, size, err := u.random(br, depth)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	r, err := parquetrows.Text(at, size, appendQuoted)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return u.text(name, bufio.NewReaderSize(r, headSize))
}

// hidden tells what archivers of desktops add beside the files: __MACOSX/._x, .DS_Store.
func hidden(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".")
}

func (u *unpacker) member(name string, open func() (io.ReadCloser, error), depth int) {
	r, err := open()
	if err != nil {
		u.fail(name, fmt.Errorf("open %s: %w", name, err))
		return
	}
	defer r.Close()
	if err := u.walk(name, r, depth+1); err != nil {
		u.fail(name, err)
	}
}

func (u *unpacker) tar(name string, br *bufio.Reader, depth int) error {
	t := tar.NewReader(br)
	for n := 0; ; {
		h, err := t.Next()
		if err == io.EOF {
			if n == 0 {
				return fmt.Errorf("%s: the archive holds no files", name)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read tar %s: %w", name, err)
		}
		if h.Typeflag != tar.TypeReg || hidden(h.Name) {
			continue
		}
		n++
		u.member(name+"!"+h.Name, func() (io.ReadCloser, error) { return io.NopCloser(t), nil }, depth)
	}
}

// openFile opens a file for an unpacker.
func openFile(name string) (*os.File, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, missing(name, err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = errors.New("it is a folder")
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("open %s: %w", name, err)
	}
	return f, st.Size(), nil
}
