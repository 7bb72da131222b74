package op

import (
	"context"
	"errors"
	"slices"

	"spl/exec/column"
	"spl/exec/plan"
)

const (
	dedupBits  = 5 // of the hash choose the part in each pass
	dedupParts = 1 << dedupBits

	// dedupPiece is how many rows are numbered at once when memory runs short. A table takes so many
	// combinations whatever the budget says: with fewer a pass would not be worth its files.
	dedupPiece = 1024
)

// dedupTable are combinations with the number of their rows so far.
type dedupTable struct {
	d     *Dedup
	keys  *Keys
	count []uint32 // by number; not beyond the most that stay
	held  *Hold
	piece int   // dedupPiece
	spare int64 // what must be left for the files
	spill bool  // it may become full
	full  bool  // no combination is added any more
}

// verdicts are what is known of the rows of a batch, and the hashes of combinations that may be unknown.
type verdicts struct {
	of     []rowVerdict
	hashes []uint64
	open   bool // a row is unknown
}

// decide judges the rows of b. It adds their combinations until there is no room.
func (t *dedupTable) decide(b *column.Batch) (verdicts, error) {
	vs := verdicts{of: make([]rowVerdict, b.N)}
	if !t.full && t.fits(b) {
		numbers := t.number(b)
		EachRow(b, func(i int) { vs.of[i] = t.verdict(numbers[i]) })
		return vs, t.settle()
	}
	rows := selectedRows(b)
	for len(rows) > 0 && !t.full {
		n := min(t.piece, len(rows))
		piece := pickColumns(b, t.d.Fields, rows[:n])
		if !t.fits(piece) && t.keys.Len() >= t.piece {
			t.full = true
			break
		}
		for k, number := range t.number(piece) {
			vs.of[rows[k]] = t.verdict(number)
		}
		if err := t.settle(); err != nil {
			return vs, err
		}
		rows = rows[n:]
	}
	if len(rows) == 0 {
		return vs, nil
	}
	rest := pickColumns(b, t.d.Fields, rows)
	numbers, hashes := t.keys.Find(rest), keyHashes(rest, t.d.Fields)
	vs.hashes = make([]uint64, b.N)
	for k, r := range rows {
		vs.of[r], vs.hashes[r] = t.verdict(numbers[k]), hashes[k]
		if numbers[k] == 0 && hashes[k] != 0 {
			vs.of[r], vs.open = unknown, true
		}
	}
	return vs, nil
}

// number numbers the combinations of b, with room to count them.
func (t *dedupTable) number(b *column.Batch) []uint32 {
	numbers := t.keys.Number(b)
	if more := t.keys.Len() + 1 - len(t.count); more > 0 {
		t.count = slices.Grow(t.count, more)[:len(t.count)+more]
	}
	return numbers
}

// verdict counts a row of the combination with that number.
func (t *dedupTable) verdict(number uint32) rowVerdict {
	switch {
	case number == 0:
		return lacking
	case int(t.count[number]) < t.d.Max:
		t.count[number]++
		return first
	}
	return repeats
}

func (t *dedupTable) bytes() int64 { return t.keys.Bytes() + 4*int64(cap(t.count)) }

// fits reserves what the rows of b may take, and reports whether there is as much.
func (t *dedupTable) fits(b *column.Batch) bool {
	if !t.spill {
		return true
	}
	room := t.keys.Room(b)
	if more := t.keys.Len() + 1 + b.Rows() - cap(t.count); more > 0 {
		room += 4 * int64(max(more, len(t.count)/4))
	}
	if room == 0 {
		return true
	}
	if t.held.setSpillable(t.bytes()+room+t.spare) != nil {
		return false
	}
	return t.held.set(t.bytes()+room) == nil // which gives back
}

// settle reserves what is held. A table that may become full does so with the next rows if that is
// refused.
func (t *dedupTable) settle() error {
	err := t.held.set(t.bytes())
	if t.spill {
		return nil
	}
	return err
}

// free forgets all combinations.
func (t *dedupTable) free() {
	t.keys, t.count = NewKeys(t.d.Fields), nil
	t.held.Free()
}

// dedupPass tells first rows from repeats by a table. Rows of combinations that the full table does not
// know wait in a file, dealt by the hash of their combination, until the input has ended: then each part
// has a pass of its own. The rows that are known to stay wait too, since they come behind those.
type dedupPass struct {
	dedupTable
	rt    *plan.Runtime
	level uint
	later *partitioned // rows of unknown combinations
	stay  *partitioned // the rows that stay: a part each of those, and one for the table's
}

func newDedupPass(d *Dedup, rt *plan.Runtime, level uint) *dedupPass {
	p := &dedupPass{rt: rt, level: level, dedupTable: dedupTable{d: d, keys: NewKeys(d.Fields), held: NewHold(rt.Mem),
		piece: dedupPiece, spill: canSpill(rt) && rt.Mem != nil}}
	if level == 64/dedupBits { // all of the hash is used: what is left is one combination
		p.spill, p.held = false, NewHold(nil)
	}
	if p.spill {
		p.spare = min(2*bufferSize(rt.Mem), rt.Mem.SpillLimit()/4)
	}
	return p
}

// diverts reports whether the rows of a batch go to files: as soon as one is unknown, and from then on.
func (p *dedupPass) diverts(vs verdicts) bool { return p.later != nil || vs.open }

// divert takes the rows of b to files.
func (p *dedupPass) divert(b *column.Batch, vs verdicts, place func(i int) uint64) error {
	if p.later == nil {
		p.later = newPartitioned(p.rt, dealtRows, bufferSize(p.rt.Mem))
		p.stay = newPartitioned(p.rt, runRows, runBuffer(p.rt.Mem))
	}
	shift := 64 - dedupBits*(p.level+1)
	var rows, stay, parts []uint32
	var no, stayNo []uint64
	EachRow(b, func(i int) {
		switch v := vs.of[i]; {
		case v == unknown:
			rows, no = append(rows, uint32(i)), append(no, placeNumber(place(i), false))
			parts = append(parts, uint32(vs.hashes[i]>>shift)%dedupParts)
		case p.d.stays(v):
			stay, stayNo = append(stay, uint32(i)), append(stayNo, placeNumber(place(i), v == repeats))
		}
	})
	if err := p.later.add(b, rows, no, parts); err != nil {
		return err
	}
	return p.stay.addTo(dedupParts, b, stay, stayNo)
}

// finish decides the rows that wait and returns all rows that stay and have not been handed out.
func (p *dedupPass) finish(ctx context.Context) (*placeMerge, error) {
	p.free() // none of what waits is in the table
	if err := p.later.seal(); err != nil {
		return nil, err
	}
	for k := range dedupParts {
		out := func(b *column.Batch, rows []uint32, no []uint64) error { return p.stay.addTo(k, b, rows, no) }
		next := newDedupPass(p.d, p.rt, p.level+1)
		next.piece = p.piece
		if err := next.run(ctx, p.later, k, out); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(p.later.close(), p.stay.seal()); err != nil {
		return nil, err
	}
	return p.stay.merge(ctx)
}

// run takes the rows of a part through the pass and hands those that stay to out, in order.
func (p *dedupPass) run(ctx context.Context, from *partitioned, part int, out func(b *column.Batch, rows []uint32, no []uint64) error) (err error) {
	defer func() { err = errors.Join(err, p.close()) }()
	err = from.each(ctx, part, func(b *column.Batch, no []uint64) error {
		vs, err := p.decide(b)
		if err != nil {
			return err
		}
		if p.diverts(vs) {
			return p.divert(b, vs, func(i int) uint64 { return no[i] >> 1 })
		}
		var rows []uint32
		var kept []uint64
		for i, v := range vs.of {
			if p.d.stays(v) {
				rows, kept = append(rows, uint32(i)), append(kept, placeNumber(no[i]>>1, v == repeats))
			}
		}
		return out(b, rows, kept)
	})
	if err != nil || p.later == nil {
		return err
	}
	rest, err := p.finish(ctx)
	if err != nil {
		return err
	}
	for {
		rows, err := rest.some(ctx)
		if err != nil || len(rows.refs) == 0 {
			return err
		}
		if err := out(rows.batch(), nil, rows.no); err != nil {
			return err
		}
	}
}

// close gives memory and files back.
func (p *dedupPass) close() error {
	p.free()
	return errors.Join(p.later.close(), p.stay.close())
}

func selectedRows(b *column.Batch) []uint32 {
	rows := make([]uint32, 0, b.Rows())
	EachRow(b, func(i int) { rows = append(rows, uint32(i)) })
	return rows
}

// pickColumns returns the named columns of some rows.
func pickColumns(b *column.Batch, names []string, rows []uint32) *column.Batch {
	out := &column.Batch{N: len(rows), Names: names}
	for _, n := range names {
		out.Cols = append(out.Cols, column.Gather(b.Col(n), rows))
	}
	return out
}
