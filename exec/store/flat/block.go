package flat

import (
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
	raw  *column.TextBuilder
	row  []pending
	n    int
	size int64
}

// pending is a value of the row that is not closed yet: the text may still turn out to be invalid.
type pending struct {
	field int
	text  []byte
}

// NewBlock returns an empty block whose fields are numbered by tree.
func NewBlock(tree *Tree) *Block { return &Block{tree: tree} }

// Value adds a value to the open row; Block is a Sink.
func (b *Block) Value(field int, _ Kind, text []byte) {
	b.row = append(b.row, pending{field, text})
}

// JSON adds the values of a JSON text to the open row; text must stay as it is until End. After an
// error (as of Tree.Flatten) the row has none of them.
func (b *Block) JSON(text []byte) error {
	before := len(b.row)
	err := b.tree.Flatten(text, b)
	if err != nil {
		b.row = b.row[:before]
	}
	return err
}

// Field returns the number under which Put takes values of a field; it holds until the next Build.
func (b *Block) Field(name string) int { return b.tree.Field(name) }

// Put adds a value to the open row; text must stay as it is until End.
func (b *Block) Put(field int, text []byte) { b.row = append(b.row, pending{field, text}) }

// Discard takes back the values of the open row.
func (b *Block) Discard() { b.row = b.row[:0] }

// End closes the row. raw is its text for the column _raw; nil means that it has none.
func (b *Block) End(raw []byte) {
	for _, p := range b.row {
		b.add(p.field, p.text)
	}
	b.row = b.row[:0]
	if raw != nil {
		if b.raw == nil {
			b.raw = column.NewTextBuilder()
			b.raw.AppendNulls(b.n)
		}
		b.raw.AppendBytes(raw)
		b.size += int64(len(raw))
	} else if b.raw != nil {
		b.raw.AppendNull()
	}
	b.n++
}

// add appends a value to its column, which may lag behind by the rows that had none.
func (b *Block) add(field int, text []byte) {
	if field >= len(b.cols) {
		b.cols = append(b.cols, make([]*column.TextBuilder, len(b.tree.names)-len(b.cols))...)
	}
	c := b.cols[field]
	if c == nil {
		c = column.NewTextBuilder()
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
	for _, f := range b.used {
		c := b.cols[f]
		c.AppendNulls(b.n - c.Len())
		out.Names, out.Cols = append(out.Names, b.tree.names[f]), append(out.Cols, c.Build())
	}
	if b.raw != nil {
		out.Set("_raw", b.raw.Build())
	}
	if len(b.tree.names) > 4*MaxColumns || b.tree.nodes >= maxNodes {
		// Keys that are data: what was learnt is of no use.
		*b.tree = *NewTree(b.tree.want)
	}
	*b = Block{tree: b.tree, row: b.row[:0]}
	return out
}
