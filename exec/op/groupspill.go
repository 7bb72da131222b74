package op

import (
	"context"
	"errors"
	"io"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// sortedRun is how many finished rows are written in one section.
const sortedRun = 4096

// spilledResult finishes one partition after the other, writes its rows in order to a second file and
// merges these.
func (p *groupPartial) spilledResult(ctx context.Context) (column.Stream, error) {
	if err := p.spillTables(); err != nil {
		return nil, err
	}
	out, err := newSpillFile(p.rt.Env.TempDir)
	if err != nil {
		return nil, err
	}
	if p.set.hasReach() && !p.node.Partial {
		err := p.eachWhole(ctx, func(t *groupTable, _ int) error { p.set.widen(t.states); return nil })
		if err != nil {
			return nil, errors.Join(err, out.close())
		}
	}
	runs := 0
	found := make([]bool, len(p.set.cols))
	var none *column.Batch // without rows, for the case that no partition has any
	err = p.eachWhole(ctx, func(t *groupTable, level int) error {
		empty, err := p.finishTable(t, out, runs, level, found)
		if none == nil {
			none = empty
		}
		runs++
		return err
	})
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	m := &runMerge{runHeap: runHeap[*mergeRun]{less: lessKeys}, file: out, by: p.node.By}
	for k := range runs {
		if err := m.open(k); err != nil {
			return nil, errors.Join(err, out.close())
		}
	}
	if len(m.runs) == 0 && none != nil {
		return column.Batches(p.shown(none, found)), out.close()
	}
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		b, err := m.next(ctx)
		if err != nil {
			return nil, err
		}
		return p.shown(b, found), nil
	}, out.close), nil
}

// shown drops the columns that have no value in any partition and then do not show.
func (p *groupPartial) shown(b *column.Batch, found []bool) *column.Batch {
	if p.node.Partial {
		return b
	}
	stays := map[string]bool{}
	for i, c := range p.set.cols {
		stays[c.name] = stays[c.name] || found[i] || !p.set.onlyNumbers(i)
	}
	b = b.Copy()
	for name, stay := range stays {
		if !stay {
			b.Drop(name)
		}
	}
	return b
}

// finishTable writes the rows of a table as a sorted run. If there are none it returns a batch that tells
// the columns.
func (p *groupPartial) finishTable(t *groupTable, out *spillFile, run, level int, found []bool) (none *column.Batch, err error) {
	p.warn(t)
	r, err := newGroupResult(p.node, p.set, []*groupTable{t}, p.workers(), found)
	if err != nil {
		return nil, err
	}
	if len(r.refs) == 0 {
		return r.batch(nil), nil
	}
	rows := max(sortedRun>>(level*partBits), 64) // parts of parts are many runs
	for len(r.refs) > 0 {
		n := min(len(r.refs), rows)
		var e codec.Encoder
		encodeBatch(&e, r.batch(r.refs[:n]))
		if err := out.write(run, e.B); err != nil {
			return nil, err
		}
		r.refs = r.refs[n:]
	}
	return nil, nil
}

// wholeReader puts the sections of spilled partitions together again.
type wholeReader struct {
	p   *groupPartial
	ctx context.Context
	f   func(t *groupTable, level int) error
}

// eachWhole calls f with tables that together are all spilled groups, each group in one of them. A
// partition that memory has no room for is split further; level tells how often.
func (p *groupPartial) eachWhole(ctx context.Context, f func(t *groupTable, level int) error) error {
	r := &wholeReader{p: p, ctx: ctx, f: f}
	for k := range partitions {
		if err := r.part(p.spill, k, 0); err != nil {
			return err
		}
	}
	return nil
}

// maxLevel bounds how often a partition is split: then only single groups can be as large as that.
const maxLevel = 8

func (r *wholeReader) part(file *spillFile, part, level int) error {
	work := workMemory{Hold: NewHold(r.p.rt.Mem), relief: r.p.relief}
	defer work.Free()
	var whole *groupTable
	var sub *spillFile // partitions of this one, once it is too large
	stretch := int64(0)
	err := file.each(part, func(data []byte) error {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		t, err := r.p.load(data)
		if err != nil {
			return err
		}
		if level == 0 {
			arrivedIn(t.order, stretch)
			stretch++
		}
		switch {
		case sub != nil:
			return r.p.writeSplit(sub, t, level+1)
		case whole == nil:
			whole = t
		default:
			whole.absorb(t)
		}
		err = work.hold(whole.bytes())
		if err == nil || whole.keys.Len() < 2 || level == maxLevel {
			return err
		}
		if sub, err = newSpillFile(r.p.rt.Env.TempDir); err != nil {
			return err
		}
		t, whole = whole, nil
		work.Free()
		return r.p.writeSplit(sub, t, level+1)
	})
	switch {
	case sub != nil:
		for k := 0; k < partitions && err == nil; k++ {
			err = r.part(sub, k, level+1)
		}
		return errors.Join(err, sub.close())
	case err == nil && whole != nil && whole.keys.Len() > 0:
		return r.f(whole, level)
	}
	return err
}

func (p *groupPartial) writeSplit(f *spillFile, t *groupTable, level int) error {
	return t.split(level, len(p.node.By), p.set.states, func(k int, part *groupTable) error {
		if part.keys.Len() == 0 {
			return nil
		}
		return writeTable(f, k, part)
	})
}

// runMerge merges sorted runs.
type runMerge struct {
	runHeap[*mergeRun]
	file *spillFile
	by   []string
}

type mergeRun struct {
	part    int
	section int
	batch   *column.Batch
	row     int
	keys    []string // of the row
}

// open starts the run of a partition.
func (m *runMerge) open(part int) error {
	r := &mergeRun{part: part, section: -1}
	more, err := m.advance(r)
	if more {
		m.add(r)
	}
	return err
}

// advance goes to the run's next row.
func (m *runMerge) advance(r *mergeRun) (bool, error) {
	r.row++
	if r.batch == nil || r.row >= r.batch.N {
		r.section++
		if r.section >= len(m.file.sections[r.part]) {
			return false, nil
		}
		data, err := m.file.read(m.file.sections[r.part][r.section])
		if err != nil {
			return false, err
		}
		if r.batch, err = decodeBatch(&codec.Decoder{B: data}); err != nil {
			return false, err
		}
		r.row = 0
	}
	r.keys = r.keys[:0]
	for _, f := range m.by {
		r.keys = append(r.keys, r.batch.Col(f).At(r.row).Text())
	}
	return true, nil
}

func lessKeys(a, b *mergeRun) bool {
	for k := range a.keys {
		if c := value.Compare(a.keys[k], b.keys[k]); c != 0 {
			return c < 0
		}
	}
	return false
}

func (m *runMerge) next(ctx context.Context) (*column.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var batches []*column.Batch
	place := map[*column.Batch]int{}
	var refs []Ref
	for len(m.runs) > 0 && len(refs) < 2*sortedRun {
		r := m.runs[0]
		at, ok := place[r.batch]
		if !ok {
			at = len(batches)
			place[r.batch] = at
			batches = append(batches, r.batch)
		}
		refs = append(refs, MakeRef(at, r.row))
		more, err := m.advance(r)
		if err != nil {
			return nil, err
		}
		m.moved(more)
	}
	if len(refs) == 0 {
		return nil, io.EOF
	}
	rows := &Rows{batches: batches, n: len(refs), ordered: true}
	return rows.Take(refs), nil
}
