package ingest

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader reads UTF-16 text, whose byte order mark is gone, as UTF-8.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	rest  []byte
}

// Read implements io.Reader. Half characters become U+FFFD.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.rest) < len(p) {
		r, err := u.unit()
		if err != nil && len(u.rest) == 0 {
			return 0, err
		}
		if err != nil {
			break // told by the next call
		}
		if utf16.IsSurrogate(r) {
			next, err := u.r.Peek(2)
			pair := rune(utf8.RuneError)
			if err == nil {
				pair = utf16.DecodeRune(r, rune(u.order.Uint16(next)))
			}
			if r = pair; pair != utf8.RuneError {
				if _, err := u.r.Discard(2); err != nil {
					return 0, err
				}
			}
		}
		u.rest = utf8.AppendRune(u.rest, r)
	}
	n := copy(p, u.rest)
	u.rest = append(u.rest[:0], u.rest[n:]...)
	return n, nil
}

func (u *utf16Reader) unit() (rune, error) {
	b, err := u.r.Peek(2)
	if len(b) < 2 {
		if err == io.EOF && len(b) == 1 {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	c := rune(u.order.Uint16(b))
	_, err = u.r.Discard(2)
	return c, err
}
