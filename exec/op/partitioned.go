package op

import (
	"context"
	"slices"
	"strings"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/plan"
)

// What a partitioned gathers before it writes.
const (
	dealtRows = 16384 // to be spread over the parts
	runRows   = 1024  // of one run: so many rows of each are in memory while runs are merged

	leastBuffer = 64 << 10 // bytes; taken even when the budget has nothing left
	mostBuffer  = 16 << 20
)

// partitioned are rows in a file, dealt to parts. Every row has a number, and the rows of a part are read
// in the order they were added, which is that of their numbers.
type partitioned struct {
	dir   string
	file  *spillFile
	chunk int   // rows gathered before they are written
	most  int64 // and bytes
	held  *Hold // of the buffer

	pending *Rows
	kinds   string // of the pending rows, see numericColumns
	no      []uint64
	part    []uint32
}

// Numbers are twice the place of the row in its stream, and one more where the row is marked. What a mark
// means is up to who sets it.
func placeNumber(place uint64, marked bool) uint64 {
	if marked {
		return place<<1 | 1
	}
	return place << 1
}

func isMarked(no uint64) bool { return no&1 != 0 }

// bufferSize is how many bytes of rows are gathered for a file.
func bufferSize(mem *plan.Budget) int64 {
	if mem == nil {
		return mostBuffer
	}
	return min(max(mem.SpillLimit()/16, leastBuffer), mostBuffer)
}

// runBuffer is the same for rows that are merged again: as much of each part is then in memory.
func runBuffer(mem *plan.Budget) int64 { return max(bufferSize(mem)/32, leastBuffer/4) }

// newPartitioned returns an empty one that gathers chunk rows, in bytes of memory as far as the budget
// has them.
func newPartitioned(rt *plan.Runtime, chunk int, bytes int64) *partitioned {
	p := &partitioned{dir: rt.Env.TempDir, chunk: chunk, most: bytes, held: NewHold(rt.Mem), pending: NewRows(nil)}
	if p.held.takeSpillable(bytes) != nil {
		p.most = min(bytes, leastBuffer)
	}
	return p
}

// add appends rows of b, all of them if rows is nil, with a number and a part for each.
func (p *partitioned) add(b *column.Batch, rows []uint32, no []uint64, parts []uint32) error {
	if len(no) == 0 {
		return nil
	}
	b = withValues(b)
	if kinds := numericColumns(b); kinds != p.kinds { // put together, they would become text
		if err := p.flush(); err != nil {
			return err
		}
		p.kinds = kinds
	}
	if rows != nil {
		b = b.Pick(rows)
	}
	if err := p.pending.Add(b); err != nil {
		return err
	}
	p.no, p.part = append(p.no, no...), append(p.part, parts...)
	if p.pending.Len() >= p.chunk || p.pending.held.n >= p.most {
		return p.flush()
	}
	return nil
}

// addTo is add to one part.
func (p *partitioned) addTo(part int, b *column.Batch, rows []uint32, no []uint64) error {
	return p.add(b, rows, no, slices.Repeat([]uint32{uint32(part)}, len(no)))
}

// withValues is b without the columns that cannot have any.
func withValues(b *column.Batch) *column.Batch {
	out := &column.Batch{N: b.N}
	for i, v := range b.Cols {
		if _, none := withoutValues(v); !none {
			out.Names, out.Cols = append(out.Names, b.Names[i]), append(out.Cols, v)
		}
	}
	return out
}

// numericColumns names the columns that are kept as numbers.
func numericColumns(b *column.Batch) string {
	var out []string
	for i, v := range b.Cols {
		switch v.(type) {
		case *column.Time:
			out = append(out, "t"+b.Names[i])
		case *column.Int:
			out = append(out, "i"+b.Names[i])
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\x00")
}

// flush writes the pending rows.
func (p *partitioned) flush() error {
	if len(p.no) == 0 {
		return nil
	}
	if p.file == nil {
		f, err := newSpillFile(p.dir)
		if err != nil {
			return err
		}
		p.file = f
	}
	rows, starts := p.byPart()
	for k, from := range starts[:len(starts)-1] {
		mine := rows[from:starts[k+1]]
		if len(mine) == 0 {
			continue
		}
		var e codec.Encoder
		e.Uint(uint64(len(mine)))
		last := uint64(0)
		refs := make([]Ref, len(mine))
		for i, x := range mine {
			e.Uint(p.no[x.at] - last)
			last, refs[i] = p.no[x.at], x.ref
		}
		encodeBatch(&e, p.pending.Take(refs))
		if err := p.file.write(k, e.B); err != nil {
			return err
		}
	}
	p.pending.Free()
	p.no, p.part = p.no[:0], p.part[:0]
	return nil
}

// pendingRow is a row and where its number is.
type pendingRow struct {
	ref Ref
	at  int
}

// byPart returns the pending rows part by part; those of part k are from starts[k] to starts[k+1].
func (p *partitioned) byPart() (rows []pendingRow, starts []int) {
	starts = make([]int, slices.Max(p.part)+2)
	for _, k := range p.part {
		starts[k+1]++
	}
	for k := range starts[1:] {
		starts[k+1] += starts[k]
	}
	next := slices.Clone(starts)
	rows = make([]pendingRow, len(p.part))
	at := 0
	for place, b := range p.pending.Batches() {
		for i := range b.N {
			k := p.part[at]
			rows[next[k]] = pendingRow{MakeRef(place, i), at}
			next[k]++
			at++
		}
	}
	return rows, starts
}

// seal ends the writing and gives its memory back.
func (p *partitioned) seal() error {
	err := p.flush()
	p.held.Free()
	return err
}

// close gives memory and file back.
func (p *partitioned) close() error {
	if p == nil {
		return nil
	}
	p.pending.Free()
	p.held.Free()
	if p.file == nil {
		return nil
	}
	return p.file.close()
}

// reader reads the rows of a part, which must be sealed.
func (p *partitioned) reader(part int) *partReader {
	r := &partReader{file: p.file}
	if p.file != nil {
		r.sections = p.file.sections[part]
	}
	return r
}

// each calls f with the rows of a part in order, some at a time.
func (p *partitioned) each(ctx context.Context, part int, f func(b *column.Batch, no []uint64) error) error {
	r := p.reader(part)
	for r.more() {
		if err := r.next(ctx); err != nil {
			return err
		}
		if err := f(r.rows, r.no); err != nil {
			return err
		}
	}
	return nil
}

// partReader reads a part section by section.
type partReader struct {
	file     *spillFile
	sections []section
	rows     *column.Batch
	no       []uint64
}

// more reports whether there is a section left.
func (r *partReader) more() bool { return len(r.sections) > 0 }

// next reads the section that comes.
func (r *partReader) next(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := r.file.read(r.sections[0])
	if err != nil {
		return err
	}
	r.sections = r.sections[1:]
	d := &codec.Decoder{B: data}
	r.no = make([]uint64, d.Length(1))
	last := uint64(0)
	for i := range r.no {
		last += d.Uint()
		r.no[i] = last
	}
	if r.rows, err = decodeBatch(d); err != nil {
		return err
	}
	if r.rows.N != len(r.no) {
		return errSpilled
	}
	return nil
}
