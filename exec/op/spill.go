package op

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// spillFile keeps compressed sections of state in a temporary file that has no name any more where the
// system allows that.
type spillFile struct {
	f        *os.File
	size     int64
	sections map[int][]section
	enc      *zstd.Encoder
	dec      *zstd.Decoder
	packed   []byte // scratch
}

type section struct {
	at  int64
	len int
}

func newSpillFile(dir string) (*spillFile, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("spill state: %w", err)
	}
	f, err := os.CreateTemp(dir, "spl-spill-*")
	if err != nil {
		return nil, fmt.Errorf("spill state: %w", err)
	}
	s := &spillFile{f: f, sections: map[int][]section{}}
	// an unlinked file goes away with the process; where that is refused, close removes it
	_ = os.Remove(f.Name())
	s.enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err == nil {
		s.dec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("spill state: %w", err), s.close())
	}
	return s, nil
}

// write appends a section to part k.
func (s *spillFile) write(k int, data []byte) error {
	sec, err := s.put(data)
	if err != nil {
		return err
	}
	s.sections[k] = append(s.sections[k], sec)
	return nil
}

// put appends a section that the caller remembers.
func (s *spillFile) put(data []byte) (section, error) {
	s.packed = s.enc.EncodeAll(data, s.packed[:0])
	return s.append(s.packed)
}

func (s *spillFile) append(packed []byte) (section, error) {
	if _, err := s.f.WriteAt(packed, s.size); err != nil {
		return section{}, fmt.Errorf("spill state: %w", err)
	}
	sec := section{s.size, len(packed)}
	s.size += int64(len(packed))
	return sec, nil
}

// adopt appends the sections of o behind those here.
func (s *spillFile) adopt(o *spillFile) error {
	for k, sections := range o.sections {
		for _, sec := range sections {
			sec, err := s.copy(o, sec)
			if err != nil {
				return err
			}
			s.sections[k] = append(s.sections[k], sec)
		}
	}
	return nil
}

// copy appends a section of o that the caller remembers.
func (s *spillFile) copy(o *spillFile, sec section) (section, error) {
	packed, err := o.packedAt(sec)
	if err != nil {
		return section{}, err
	}
	return s.append(packed)
}

// each reads the sections of part k in the order they were written.
func (s *spillFile) each(k int, f func(data []byte) error) error {
	for _, sec := range s.sections[k] {
		data, err := s.read(sec)
		if err != nil {
			return err
		}
		if err := f(data); err != nil {
			return err
		}
	}
	return nil
}

// read returns what was written as a section.
func (s *spillFile) read(sec section) ([]byte, error) {
	packed, err := s.packedAt(sec)
	if err != nil {
		return nil, err
	}
	data, err := s.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("read spilled state: %w", err)
	}
	return data, nil
}

// packedAt returns the bytes of a section, which are valid until the next call for this file.
func (s *spillFile) packedAt(sec section) ([]byte, error) {
	s.packed = slices.Grow(s.packed[:0], sec.len)[:sec.len]
	if _, err := s.f.ReadAt(s.packed, sec.at); err != nil {
		return nil, fmt.Errorf("read spilled state: %w", err)
	}
	return s.packed, nil
}

func (s *spillFile) close() error {
	if s.f == nil {
		return nil
	}
	if s.dec != nil {
		s.dec.Close()
	}
	err := s.f.Close()
	if rerr := os.Remove(s.f.Name()); rerr != nil && !os.IsNotExist(rerr) && err == nil {
		err = rerr
	}
	s.f = nil
	return err
}
