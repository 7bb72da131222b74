package flat

import (
	"slices"
	"unsafe"

	"spl/exec/column"
)

// Limits of a block. Column numbers are a soft limit: the event that passes it is still taken.
const (
	MaxRows    = column.MaxRows
	MaxColumns = 2000
	maxBytes   = 256 << 20 // memory of the columns
)

// Block collects events of one index and sourcetype as columns. It belongs to one goroutine.
type Block struct {
	tree *Tree
	cols []*column.TextBuilder // by field number; nil: no value in this block yet
	used []int                 // fields with a builder, in order of appearance
	raw  rawColumn
	row  []pending
	n    int
	size int64
	hint []extent // by field number: the size of the column in the block before

	shapes *shaping // nil: none are kept
}

// extent is the size of a column.
type extent struct{ values, entries, size int }

// rawColumn is the texts of the events: hardly any is there twice, so they are not looked up.
type rawColumn struct {
	arena []byte
	offs  []uint32
	codes []uint32
	some  bool
	hint  int // bytes of the block before
}

// pending is a value of the row that is not closed yet: the text may still turn out to be invalid.
type pending struct {
	field int
	text  []byte
}

// NewBlock returns an empty block whose fields are numbered by tree.
func NewBlock(tree *Tree) *Block { return &Block{tree: tree} }

// Value adds a value to the open row; Block is a Sink.
func (b *Block) Value(field int, _ Kind, text []byte) { b.row = append(b.row, pending{field, text}) }

// JSON adds the values of a JSON text to the open row; text must stay as it is until End. After an
// error (as of Tree.Flatten) the row has none of them.
func (b *Block) JSON(text []byte) (err error) {
	before := len(b.row)
	if b.shapes != nil && before == 0 {
		err = b.walk(text)
	} else {
		err = b.tree.Flatten(text, b)
	}
	if err != nil {
		b.row = b.row[:before]
	}
	return err
}

// Field returns the number under which Put takes values of a field; it holds until the next Build.
func (b *Block) Field(name string) int { return b.tree.Field(name) }

// Put adds a value to the open row; text must stay as it is until End.
func (b *Block) Put(field int, text []byte) { b.row = append(b.row, pending{field, text}) }

// Forget takes back the values that the current row has for a field.
func (b *Block) Forget(field int) {
	b.row = slices.DeleteFunc(b.row, func(p pending) bool { return p.field == field })
}

// Discard takes back the values of the open row.
func (b *Block) Discard() { b.row = b.row[:0] }

// End closes the row. raw is its text for the column _raw; nil means that it has none.
func (b *Block) End(raw []byte) {
	for _, p := range b.row {
		b.add(p.field, p.text)
	}
	n := len(b.row)
	b.row = b.row[:0]
	if b.shapes != nil && b.shapes.row(raw, n) {
		raw = nil
	}
	b.raw.add(raw)
	b.size += int64(len(raw))
	b.n++
}

func (r *rawColumn) add(raw []byte) {
	if raw == nil {
		r.codes = append(r.codes, 0)
		return
	}
	r.some = true
	if need := len(r.arena) + len(raw); need > cap(r.arena) {
		// In large steps: append would copy a large arena many times, and what is not touched costs little.
		r.arena = append(make([]byte, 0, max(4*cap(r.arena), need, r.hint)), r.arena...)
	}
	r.arena = append(r.arena, raw...)
	r.offs = append(r.offs, uint32(len(r.arena)))
	r.codes = append(r.codes, uint32(len(r.offs)))
}

func (r *rawColumn) build() column.Vec {
	offs := append(make([]uint32, 1, len(r.offs)+1), r.offs...)
	return &column.Dict{Codes: r.codes, D: column.NewDictionary(r.arena, offs)}
}

// next returns an empty column that makes room for as much again.
func (r *rawColumn) next() rawColumn {
	return rawColumn{hint: len(r.arena) + len(r.arena)/16}
}

// add appends a value to its column, which may lag behind by the rows that had none.
func (b *Block) add(field int, text []byte) {
	if field >= len(b.cols) {
		b.cols = append(b.cols, make([]*column.TextBuilder, len(b.tree.names)-len(b.cols))...)
	}
	c := b.cols[field]
	if c == nil {
		c = column.NewTextBuilder()
		if field < len(b.hint) {
			c.Grow(b.hint[field].values, b.hint[field].entries, b.hint[field].size)
		}
		b.cols[field] = c
		b.used = append(b.used, field)
	}
	b.size += int64(len(text))
	rows := c.Len()
	if rows == b.n+1 {
		c.AppendMore(unsafe.String(unsafe.SliceData(text), len(text)))
		return
	}
	if rows < b.n {
		c.AppendNulls(b.n - rows)
	}
	c.AppendBytes(text)
}

// Rows returns the number of closed rows.
func (b *Block) Rows() int { return b.n }

// Full reports whether the block should be built before the next row.
func (b *Block) Full() bool {
	return b.n >= MaxRows || b.size >= maxBytes || len(b.used) >= MaxColumns
}

// Build returns the closed rows, with a column for each field that has a value and _raw, and empties
// the block. The tree keeps what it learnt.
func (b *Block) Build() *column.Batch {
	out := column.NewBatch(b.n)
	hint := make([]extent, len(b.tree.names))
	for _, f := range b.used {
		c := b.cols[f]
		if b.tree.names[f] == ShapeField {
			continue
		}
		c.AppendNulls(b.n - c.Len())
		v := c.Build()
		hint[f] = extentOf(v)
		out.Names, out.Cols = append(out.Names, b.tree.names[f]), append(out.Cols, v)
	}
	if b.raw.some {
		out.Set("_raw", b.raw.build())
	} else if b.shapes != nil {
		out.Drop("_raw") // a field of the texts
	}
	shapes := b.shapes.build(out)
	if len(b.tree.names) > 4*MaxColumns || b.tree.nodes >= maxNodes {
		// Keys that are data: what was learnt is of no use.
		*b.tree = *NewTree(b.tree.want)
		hint = nil
		if shapes != nil {
			shapes.Shaper = NewShaper(shapes.refuse)
		}
	}
	*b = Block{tree: b.tree, row: b.row[:0], hint: hint, raw: b.raw.next(), shapes: shapes}
	return out
}

// extentOf gives the size of a column with an eighth more.
func extentOf(v column.Vec) extent {
	var d *column.Dict
	switch v := v.(type) {
	case *column.Dict:
		d = v
	case *column.List:
		d = v.Inner
	}
	more := func(n int) int { return n + n/8 }
	return extent{more(len(d.Codes)), more(d.D.Len()), more(len(d.D.Arena()))}
}
