package op

import (
	"slices"

	"spl/exec/codec"
	"spl/exec/column"
)

// frames remember the batches of a stream whose rows take the way over a file, so that what comes back is
// the same batches with the same columns: an operator behind sees no difference. A batch takes a few
// bytes.
type frames struct {
	record codec.Encoder
	read   codec.Decoder // of the record, once rows come back
	shapes []*column.Batch
	byKey  map[string]int // places in shapes, by what they are in a file
	noted  uint64         // places given away
	given  uint64         // of the frames handed out
}

// frame is a batch without its values. Its rows have the places from first on.
type frame struct {
	n     int
	seq   uint64
	first uint64
	shape *column.Batch // see shapeOf
}

func (f frame) end() uint64 { return f.first + uint64(f.n) }

// shapeOf is b without rows, and with no more of the columns than must come back whatever rows there are.
func shapeOf(b *column.Batch) *column.Batch {
	out := &column.Batch{Names: slices.Clone(b.Names), Ordered: b.Ordered}
	for _, v := range b.Cols {
		shape, none := withoutValues(v)
		if !none {
			switch v := v.(type) {
			case *column.Const: // counts as there even without rows
				shape = column.ConstText("", 0)
			case *column.List:
				shape = noLists(v.Delim)
			}
		}
		out.Cols = append(out.Cols, shape)
	}
	return out
}

// withoutValues reports whether v cannot have any, and returns its like without rows: one that counts as
// there, see Declared, or one that does not.
func withoutValues(v column.Vec) (like column.Vec, none bool) {
	switch v := v.(type) {
	case *column.Const:
		return column.Nulls(0), v.V.IsNull()
	case *column.Dict:
		if v.D.Len() == 0 {
			return noTexts(0), true
		}
	}
	return column.Nulls(0), false
}

// noTexts is a column of n nulls that counts as there.
func noTexts(n int) column.Vec { return column.AsText(column.Nulls(n)) }

// noLists is a column without rows whose multivalues have a delimiter.
func noLists(delim string) column.Vec {
	return &column.List{Offsets: make([]uint32, 1), Inner: &column.Dict{D: column.DictionaryOf()}, Delim: delim}
}

// note takes up the next batch and returns the place of its first row. Rows that are not selected have
// places too.
func (f *frames) note(b *column.Batch) (first uint64) {
	shape := shapeOf(b)
	var key codec.Encoder
	encodeBatch(&key, shape)
	at, ok := f.byKey[string(key.B)]
	if !ok {
		if f.byKey == nil {
			f.byKey = map[string]int{}
		}
		at = len(f.shapes)
		f.shapes = append(f.shapes, shape)
		f.byKey[string(key.B)] = at
	}
	f.record.Uint(uint64(b.N))
	f.record.Uint(b.Seq)
	f.record.Uint(uint64(at))
	f.read.B = f.record.B
	first = f.noted
	f.noted += uint64(b.N)
	return first
}

// next returns the frames in order once all are noted; false behind the last one.
func (f *frames) next() (frame, bool) {
	if len(f.read.B) == 0 {
		return frame{}, false
	}
	out := frame{n: int(f.read.Uint()), seq: f.read.Uint(), first: f.given}
	out.shape = f.shapes[f.read.Uint()]
	f.given += uint64(out.n)
	return out, true
}

// fill returns the named rows with the columns of the frame.
func (f frame) fill(rows *Rows, refs []Ref) *column.Batch {
	out := f.shape.Copy()
	out.N, out.Seq = len(refs), f.seq
	for i, name := range out.Names {
		out.Cols[i] = takeColumn(rows, name, refs, out.Cols[i])
	}
	return out
}

// takeColumn gathers a column and makes it like shape, see shapeOf: it may have no values, or no rows.
func takeColumn(rows *Rows, name string, refs []Ref, shape column.Vec) column.Vec {
	if len(refs) == 0 {
		return shape
	}
	v := Gather(rows.Columns(name), refs)
	switch {
	case AllNull(v, nil) && Declared(shape, nil):
		return noTexts(len(refs))
	case AllNull(v, nil):
		return column.Nulls(len(refs))
	}
	delim := "" // maybe not that of other rows in the file
	if l, ok := shape.(*column.List); ok {
		delim = l.Delim
	}
	return column.WithDelim(v, delim)
}
