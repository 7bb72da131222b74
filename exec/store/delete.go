package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"

	"spl/exec/column"
)

// Delete removes the events of an index whose time lies in r: whole segments by the catalogue, parts
// of segments by bitmaps beside them.
func (l *Local) Delete(ctx context.Context, index string, r TimeRange) error {
	l.flush.Lock()
	defer l.flush.Unlock()
	if err := l.flushOpen(ctx); err != nil {
		return err
	}
	snap, err := l.take(Scan{Indexes: []string{index}, Time: r}, &Pruned{})
	if err != nil {
		return err
	}
	defer snap.release()
	var ch change
	for _, f := range snap.segs {
		if !r.Overlaps(f.Lo, f.Hi) {
			continue
		}
		if r.Earliest <= f.Lo && f.Hi < r.Latest {
			ch.Drop = append(ch.Drop, f.ID)
			continue
		}
		rec, err := l.deletePart(f, r)
		switch {
		case err != nil:
			return err
		case rec.Live == 0:
			ch.Drop = append(ch.Drop, f.ID)
		case rec != f.record:
			ch.Put = append(ch.Put, rec)
		}
	}
	if len(ch.Drop) == 0 && len(ch.Put) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.change(ch)
}

// deletePart writes the bitmap of a segment of which some events go.
func (l *Local) deletePart(f *segmentFile, r TimeRange) (record, error) {
	rec := f.record
	file, old, err := f.get(l.dir, l.cache)
	if err != nil {
		return rec, err
	}
	bits := column.NewBitmap(int(f.Rows))
	copy(bits, old)
	row := 0
	rec.Lo, rec.Hi, rec.Live = 1<<63-1, -1<<63, 0
	for g := range file.Meta.Groups {
		b, err := file.Read(g, func(n string) bool { return n == FieldTime })
		if err != nil {
			return rec, err
		}
		for _, t := range b.Col(FieldTime).(*column.Time).V {
			if t >= r.Earliest && t < r.Latest {
				bits.Set(row)
			}
			if !bits.Get(row) {
				rec.Lo, rec.Hi, rec.Live = min(rec.Lo, t), max(rec.Hi, t), rec.Live+1
			}
			row++
		}
	}
	if rec.Live == f.Live {
		return f.record, nil
	}
	if rec.Live == 0 {
		return rec, nil
	}
	id := l.writer.next.Add(1) - 1
	rec.Deleted = strings.TrimSuffix(f.Path, ".parquet") + fmt.Sprintf(".%08x.deleted", id)
	return rec, writeBitmap(filepath.Join(l.dir, filepath.FromSlash(rec.Deleted)), bits, int(f.Rows))
}

const bitmapMagic = "SPLD"

// writeBitmap writes the bits of n rows with their number and a checksum.
func writeBitmap(path string, bits column.Bitmap, n int) error {
	b := binary.LittleEndian.AppendUint64([]byte(bitmapMagic), uint64(n))
	for _, w := range bits {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	err := writeFile(path, func(w io.Writer) error { _, err := w.Write(b); return err })
	if err != nil {
		return fmt.Errorf("write deletions: %w", err)
	}
	return nil
}

func readBitmap(path string, n int) (column.Bitmap, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	bits := column.NewBitmap(n)
	end := 12 + 8*len(bits)
	if len(b) != end+4 || string(b[:4]) != bitmapMagic || binary.LittleEndian.Uint64(b[4:]) != uint64(n) ||
		crc32.ChecksumIEEE(b[:end]) != binary.LittleEndian.Uint32(b[end:]) {
		return nil, fmt.Errorf("deletions %s: %w", path, errors.New("damaged or cut short"))
	}
	for i := range bits {
		bits[i] = binary.LittleEndian.Uint64(b[12+8*i:])
	}
	return bits, nil
}
