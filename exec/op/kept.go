package op

import (
	"errors"
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/plan"
)

// keptRows are batches in order, in memory while the budget lasts and in a file from then on.
type keptRows struct {
	rows  *Rows
	dir   string // "" forbids the file
	parts []keptPart
	file  *spillFile
}

// keptPart is a batch, or where it is in the file.
type keptPart struct {
	batch *column.Batch
	sec   section
}

func newKeptRows(rt *plan.Runtime) *keptRows {
	k := &keptRows{rows: NewRows(rt.Mem)}
	if rt.Env != nil {
		k.dir = rt.Env.TempDir
	}
	return k
}

// add appends a batch without selection.
func (k *keptRows) add(b *column.Batch) error {
	err := k.rows.Add(b)
	if err == nil {
		k.parts = append(k.parts, keptPart{batch: b})
		return nil
	}
	var full *plan.MemoryError
	if !errors.As(err, &full) || k.dir == "" {
		return err
	}
	sec, err := k.write(b)
	k.parts = append(k.parts, keptPart{sec: sec})
	return err
}

func (k *keptRows) write(b *column.Batch) (section, error) {
	var e codec.Encoder
	encodeBatch(&e, b)
	return k.writeData(e.B)
}

func (k *keptRows) writeData(data []byte) (section, error) {
	if k.file == nil {
		f, err := newSpillFile(k.dir)
		if err != nil {
			return section{}, err
		}
		k.file = f
	}
	if err := k.file.write(0, data); err != nil {
		return section{}, err
	}
	secs := k.file.sections[0]
	return secs[len(secs)-1], nil
}

// spill writes what is in memory to the file. It reports whether there was something.
func (k *keptRows) spill() (bool, error) {
	if k.dir == "" || k.rows.Len() == 0 {
		return false, nil
	}
	for i, p := range k.parts {
		if p.batch == nil {
			continue
		}
		sec, err := k.write(p.batch)
		if err != nil {
			return false, err
		}
		k.parts[i] = keptPart{sec: sec}
	}
	k.rows.Free()
	return true, nil
}

// take appends the batches of o, which is unusable afterwards.
func (k *keptRows) take(o *keptRows) error {
	parts := slices.Clone(o.parts)
	o.rows.Free()
	for _, p := range parts {
		if p.batch != nil {
			if err := k.add(p.batch); err != nil {
				return err
			}
			continue
		}
		data, err := o.file.read(p.sec)
		if err != nil {
			return err
		}
		sec, err := k.writeData(data)
		if err != nil {
			return err
		}
		k.parts = append(k.parts, keptPart{sec: sec})
	}
	return o.close()
}

// get returns batch i.
func (k *keptRows) get(i int) (*column.Batch, error) {
	if b := k.parts[i].batch; b != nil {
		return b, nil
	}
	data, err := k.file.read(k.parts[i].sec)
	if err != nil {
		return nil, err
	}
	return decodeBatch(&codec.Decoder{B: data})
}

// close gives memory and file back.
func (k *keptRows) close() error {
	k.rows.Free()
	k.parts = nil
	if k.file == nil {
		return nil
	}
	return k.file.close()
}
