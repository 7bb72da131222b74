package op

import (
	"fmt"
	"os"

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
	if s.enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, fmt.Errorf("spill state: %w", err)
	}
	if s.dec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)); err != nil {
		return nil, fmt.Errorf("spill state: %w", err)
	}
	return s, nil
}

// write appends a section to part k.
func (s *spillFile) write(k int, data []byte) error {
	return s.append(k, s.enc.EncodeAll(data, nil))
}

func (s *spillFile) append(k int, packed []byte) error {
	if _, err := s.f.WriteAt(packed, s.size); err != nil {
		return fmt.Errorf("spill state: %w", err)
	}
	s.sections[k] = append(s.sections[k], section{s.size, len(packed)})
	s.size += int64(len(packed))
	return nil
}

// adopt appends the sections of o behind those here.
func (s *spillFile) adopt(o *spillFile) error {
	for k, sections := range o.sections {
		for _, sec := range sections {
			packed := make([]byte, sec.len)
			if _, err := o.f.ReadAt(packed, sec.at); err != nil {
				return fmt.Errorf("read spilled state: %w", err)
			}
			if err := s.append(k, packed); err != nil {
				return err
			}
		}
	}
	return nil
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

func (s *spillFile) read(sec section) ([]byte, error) {
	packed := make([]byte, sec.len)
	if _, err := s.f.ReadAt(packed, sec.at); err != nil {
		return nil, fmt.Errorf("read spilled state: %w", err)
	}
	data, err := s.dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("read spilled state: %w", err)
	}
	return data, nil
}

func (s *spillFile) close() error {
	if s.f == nil {
		return nil
	}
	s.dec.Close()
	err := s.f.Close()
	if rerr := os.Remove(s.f.Name()); rerr != nil && !os.IsNotExist(rerr) && err == nil {
		err = rerr
	}
	s.f = nil
	return err
}
