package op

import (
	"context"
	"errors"
	"maps"
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
)

// Dealt is rows on the disk in numbered parts, each in the order that the rows had.
type Dealt struct{ file *spillFile }

// PartRows returns how many of the rows may be in memory at once for a command that goes on with them part
// by part: about a quarter of the memory that is left.
func (k *Kept) PartRows() int {
	if k.held.mem == nil || k.n == 0 {
		return max(k.n, 1)
	}
	limit := k.held.mem.SpillLimit()
	bytes := max((limit-k.held.mem.Used())/4, limit/64)
	return max(1, int(float64(bytes)/float64(k.bytes)*float64(k.n)))
}

// Deal writes every row to the part that it has in parts, which is by batch and row; rows of part None go
// nowhere. The rows of k are gone afterwards.
func (k *Kept) Deal(ctx context.Context, parts [][]uint32) (*Dealt, error) {
	f, err := newSpillFile(k.dir)
	if err != nil {
		return nil, err
	}
	d := &Dealt{file: f}
	place := 0
	err = Each(ctx, k.Stream(), func(b *column.Batch) error {
		place++
		return d.add(b, parts[place-1])
	})
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Dealt) add(b *column.Batch, parts []uint32) error {
	rows := map[uint32][]uint32{}
	for i, p := range parts {
		if p != None {
			rows[p] = append(rows[p], uint32(i))
		}
	}
	for _, p := range slices.Sorted(maps.Keys(rows)) {
		var e codec.Encoder
		encodeBatch(&e, b.Pick(rows[p]))
		if err := d.file.write(int(p), e.B); err != nil {
			return err
		}
	}
	return nil
}

// Part returns the rows of a part. Nobody counts their memory.
func (d *Dealt) Part(n int) (*Rows, error) {
	rows := NewRows(nil)
	err := d.file.each(n, func(data []byte) error {
		b, err := decodeBatch(&codec.Decoder{B: data})
		if err != nil {
			return err
		}
		return rows.Add(b)
	})
	return rows, err
}

// Close removes the file.
func (d *Dealt) Close() error { return d.file.close() }
