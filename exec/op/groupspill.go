package op

import (
	"container/heap"
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
	var none *column.Batch
	for k := range partitions {
		if err = ctx.Err(); err == nil {
			none, err = p.finishPartition(k, out, none)
		}
		if err != nil {
			return nil, errors.Join(err, out.close())
		}
	}
	m := &runMerge{file: out, by: p.node.By}
	for k := range partitions {
		if err := m.open(k); err != nil {
			return nil, errors.Join(err, out.close())
		}
	}
	if len(m.runs) == 0 && none != nil {
		return column.Batches(none), out.close()
	}
	heap.Init(m)
	return column.StreamFunc(m.next, out.close), nil
}

// finishPartition writes the rows of a partition. It returns a batch without rows for the case that none
// has any; given that of another partition, it returns this.
func (p *groupPartial) finishPartition(k int, out *spillFile, none *column.Batch) (*column.Batch, error) {
	var whole *groupTable
	err := p.spill.each(k, func(data []byte) error {
		t, err := p.load(data)
		if err != nil {
			return err
		}
		if whole == nil {
			whole = t
		} else {
			whole.absorb(t)
		}
		return nil
	})
	if err != nil || whole == nil {
		return none, err
	}
	p.set.warn(p.rt, p.node.Text, whole.states)
	r, err := newGroupResult(p.node, p.set, []*groupTable{whole}, p.workers())
	if err != nil {
		return none, err
	}
	if len(r.refs) == 0 && none == nil {
		none = r.batch(nil)
	}
	for len(r.refs) > 0 {
		n := min(len(r.refs), sortedRun)
		var e codec.Encoder
		encodeBatch(&e, r.batch(r.refs[:n]))
		if err := out.write(k, e.B); err != nil {
			return none, err
		}
		r.refs = r.refs[n:]
	}
	return none, nil
}

// runMerge merges sorted runs; it is a heap of the runs' next rows.
type runMerge struct {
	file *spillFile
	by   []string
	runs []*mergeRun
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
		m.runs = append(m.runs, r)
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

func (m *runMerge) Len() int      { return len(m.runs) }
func (m *runMerge) Swap(i, j int) { m.runs[i], m.runs[j] = m.runs[j], m.runs[i] }
func (m *runMerge) Push(any)      {}

func (m *runMerge) Pop() any {
	m.runs = m.runs[:len(m.runs)-1]
	return nil
}

func (m *runMerge) Less(i, j int) bool {
	a, b := m.runs[i].keys, m.runs[j].keys
	for k := range a {
		if c := value.Compare(a[k], b[k]); c != 0 {
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
		if more {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
		}
	}
	if len(refs) == 0 {
		return nil, io.EOF
	}
	rows := &Rows{batches: batches, n: len(refs), ordered: true}
	return rows.Take(refs), nil
}
