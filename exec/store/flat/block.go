package flat

import (
	"slices"

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
	cols []*col // by field number; nil: never had a value
	used []int  // fields that had a value in this block, in order of appearance
	raw  rawColumn
	row  []int // fields of the open row's values, the last cells of their columns
	n    int
	size int64
	past int // rows of the blocks before that columns remember

	shapes *shaping // nil: none are kept
}

// col is a column of a block.
type col struct {
	column.ValuesBuilder
	used  bool          // it had a value in this block
	cells []column.Cell // values that wait to be looked up
}

const (
	// hold is how many values of a column wait before they are looked up together.
	hold = 128
	// maxPast bounds the memory of what columns remember.
	maxPast = 32 << 20
)

// rawColumn is the texts of the events: hardly any is there twice, so they are not looked up.
type rawColumn struct {
	arena []byte
	offs  []uint32
	codes []uint32
	some  bool
	hint  int // bytes of the block before
}

// NewBlock returns an empty block whose fields are numbered by tree.
func NewBlock(tree *Tree) *Block { return &Block{tree: tree} }

// JSON adds the values of a JSON text to the open row; text must stay as it is until Build. After an
// error (as of Tree.Flatten) the row has none of them.
func (b *Block) JSON(text []byte) error {
	if len(b.row) == 0 && b.shapes != nil {
		return b.walk(text)
	}
	before := len(b.row)
	i, err := b.tree.begin(text)
	if err != nil {
		return err
	}
	c, i := b.tree.next(text, i, nil)
	for ; c != nil; c, i = b.tree.next(text, i, c) {
		b.add(c.field, b.tree.text(text))
	}
	if i < 0 {
		b.takeBack(before)
		return &b.tree.err
	}
	return nil
}

// add adds a value, which stays as it is until Build, to the open row.
func (b *Block) add(field int, text []byte) {
	c := b.column(field)
	c.cells = append(c.cells, column.CellOf(b.n, text))
	b.row = append(b.row, field)
	b.size += int64(len(text))
}

// takeBack drops the values of the open row but for the first n.
func (b *Block) takeBack(n int) {
	for _, f := range b.row[n:] {
		c := b.cols[f]
		c.cells = c.cells[:len(c.cells)-1]
	}
	b.row = b.row[:n]
}

// Field returns the number under which Put takes values of a field; it holds until the next Build.
func (b *Block) Field(name string) int { return b.tree.Field(name) }

// Put adds a value to the open row.
func (b *Block) Put(field int, text []byte) {
	t := b.tree
	from := t.room(len(text))
	t.scratch = append(t.scratch, text...)
	b.add(field, t.scratch[from:])
}

// Forget takes back the values that the current row has for a field.
func (b *Block) Forget(field int) {
	b.row = slices.DeleteFunc(b.row, func(f int) bool {
		if f == field {
			c := b.cols[f]
			c.cells = c.cells[:len(c.cells)-1]
		}
		return f == field
	})
}

// Discard takes back the values of the open row.
func (b *Block) Discard() { b.takeBack(0) }

// End closes the row. raw is its text for the column _raw; nil means that it has none.
func (b *Block) End(raw []byte) {
	n := len(b.row)
	for _, f := range b.row {
		if c := b.cols[f]; len(c.cells) >= hold {
			c.settle()
		}
	}
	b.row = b.row[:0]
	if b.shapes != nil && b.shapes.row(raw, n) {
		raw = nil
	}
	b.raw.add(raw)
	b.size += int64(len(raw))
	b.n++
}

// column returns the column of a field, which is about to get a value.
func (b *Block) column(field int) *col {
	if field >= len(b.cols) {
		b.cols = append(b.cols, make([]*col, len(b.tree.names)-len(b.cols))...)
	}
	c := b.cols[field]
	if c == nil {
		c = &col{}
		b.cols[field] = c
	}
	if !c.used {
		c.used = true
		b.used = append(b.used, field)
	}
	return c
}

// settle looks the values up that wait.
func (c *col) settle() {
	c.Add(c.cells)
	c.cells = c.cells[:0]
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

// Rows returns the number of closed rows.
func (b *Block) Rows() int { return b.n }

// Full reports whether the block should be built before the next row.
func (b *Block) Full() bool {
	return b.n >= MaxRows || b.size >= maxBytes || len(b.used) >= MaxColumns
}

// Build returns the closed rows, with a column for each field that has a value and _raw, and empties
// the block. The tree keeps what it learnt. With shapes, columns keep their dictionaries as well: their
// rows go to a store that puts many blocks together, which then need not look up their texts again.
func (b *Block) Build() *column.Batch {
	b.takeBack(0)
	out := column.NewBatch(b.n)
	for _, f := range b.used {
		c := b.cols[f]
		c.used = false
		c.settle()
		v := c.Take(b.n, b.shapes != nil)
		if len(v.Codes) == 0 || b.tree.names[f] == ShapeField {
			continue
		}
		out.Names = append(out.Names, b.tree.names[f])
		if b.shapes != nil {
			out.Cols = append(out.Cols, v)
		} else {
			out.Cols = append(out.Cols, v.Dense())
		}
	}
	if b.raw.some {
		out.Set("_raw", b.raw.build())
	} else if b.shapes != nil {
		out.Drop("_raw") // a field of the texts
	}
	b.tree.scratch = nil
	shapes := b.shapes.build(out)
	if len(b.tree.names) > 4*MaxColumns || b.tree.nodes >= maxNodes {
		// Keys that are data: what was learnt is of no use.
		*b.tree = *NewTree(b.tree.want)
		b.cols = nil
		if shapes != nil {
			shapes.renew()
		}
	} else if shapes != nil && shapes.dict.Bytes() > maxPast {
		shapes.renew()
	}
	*b = Block{tree: b.tree, cols: b.cols, used: b.used[:0], row: b.row[:0], past: b.past + b.n, raw: b.raw.next(), shapes: shapes}
	b.forget()
	return out
}

// forget drops the dictionaries that go on, after as many rows as are stored together, or when they
// hold much: most of the texts are of the past then.
func (b *Block) forget() {
	var held int64
	for _, c := range b.cols {
		if c != nil {
			held += c.Bytes()
		}
	}
	if b.past < MaxRows && held < maxPast {
		return
	}
	b.past = 0
	for _, c := range b.cols {
		if c != nil {
			c.ValuesBuilder = column.ValuesBuilder{}
		}
	}
}
