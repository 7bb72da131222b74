package op

import (
	"context"
	"io"
	"strings"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// runChunk is how many rows of a sorted run are in memory at once while runs are merged.
const runChunk = 1024

// spillRun writes the rows as a sorted run and forgets them. Runs are numbered in stream order, which
// keeps equal rows in order.
func (p *sortPartial) spillRun() error {
	for _, b := range p.rows.Batches() { // the rows of a run alone may not tell the order of columns
		p.columns.Note(b)
	}
	if p.rows.Len() == 0 {
		return nil
	}
	if p.spill == nil {
		f, err := newSpillFile(p.rt.Env.TempDir)
		if err != nil {
			return err
		}
		p.spill = f
	}
	refs := SortRefs(p.rows, p.node.Keys, p.node.Limit)
	for len(refs) > 0 {
		n := min(runChunk, len(refs))
		var e codec.Encoder
		encodeBatch(&e, p.rows.Take(refs[:n]))
		if err := p.spill.write(p.runs, e.B); err != nil {
			return err
		}
		refs = refs[n:]
	}
	p.runs++
	p.spilled += p.rows.Len()
	p.rows.Free()
	p.fresh()
	return nil
}

// addSpilling adds rows that the budget has no room for: what is there becomes a run, and a batch that is
// too large by itself becomes one at once.
func (p *sortPartial) addSpilling(b *column.Batch) error {
	if err := p.spillRun(); err != nil {
		return err
	}
	if p.rows.Add(b) == nil {
		return nil
	}
	p.rows = NewRows(nil)
	if err := p.rows.Add(b); err != nil {
		return err
	}
	return p.spillRun()
}

// takeRuns appends the runs of the rows that follow.
func (p *sortPartial) takeRuns(o *sortPartial) error {
	if o.spill == nil {
		return nil
	}
	if err := p.spillRun(); err != nil { // they precede the other's runs
		return err
	}
	if p.spill == nil {
		p.spill, p.runs, o.spill = o.spill, o.runs, nil
	} else {
		for k := range o.runs {
			if err := o.spill.each(k, func(data []byte) error { return p.spill.write(p.runs, data) }); err != nil {
				return err
			}
			p.runs++
		}
		if err := o.spill.close(); err != nil {
			return err
		}
		o.spill = nil
	}
	p.columns.merge(&o.columns)
	return nil
}

// run reads one sorted run, a chunk at a time.
type run struct {
	no       int
	sections []section
	rows     *column.Batch
	keys     []chunkKeys
	at       int
}

// chunkKeys are the values of a sort field in a form that compares across chunks.
type chunkKeys struct {
	num  []uint64
	text []string // where num says text
}

// mergeRuns streams all runs as one.
func (p *sortPartial) mergeRuns() (column.Stream, error) {
	m := &merger{p: p, left: p.node.Limit}
	m.less = m.before
	for k := range p.runs {
		r := &run{no: k, sections: p.spill.sections[k]}
		if ok, err := m.load(r); err != nil {
			return nil, err
		} else if ok {
			m.add(r)
		}
	}
	return column.StreamFunc(m.next, nil), nil
}

// merger merges runs by their first rows.
type merger struct {
	runHeap[*run]
	p    *sortPartial
	left int // rows still to come when there is a limit
	done bool
}

func (m *merger) before(a, b *run) bool {
	for i, k := range m.p.node.Keys {
		x, y := a.keys[i].num[a.at], b.keys[i].num[b.at]
		if x == nullKey || y == nullKey {
			if x != y {
				return y == nullKey
			}
			continue
		}
		c := 0
		switch {
		case x < y:
			c = -1
		case x > y:
			c = 1
		case a.keys[i].text != nil && b.keys[i].text != nil:
			c = k.compareText(a.keys[i].text[a.at], b.keys[i].text[b.at])
		}
		if c != 0 {
			return (c < 0) != k.Desc
		}
	}
	return a.no < b.no
}

func (k SortKey) compareText(a, b string) int {
	if k.Type == KeyIP && a != "" && b != "" {
		if c := compareIP(a, b); c != 0 {
			return c
		}
	}
	return strings.Compare(a, b)
}

// load reads the next chunk of a run; false at its end.
func (m *merger) load(r *run) (bool, error) {
	if len(r.sections) == 0 {
		return false, nil
	}
	data, err := m.p.spill.read(r.sections[0])
	if err != nil {
		return false, err
	}
	r.sections = r.sections[1:]
	if r.rows, err = decodeBatch(&codec.Decoder{B: data}); err != nil {
		return false, err
	}
	r.at, r.keys = 0, r.keys[:0]
	for _, k := range m.p.node.Keys {
		r.keys = append(r.keys, chunkKeysOf(r.rows.Col(k.Field), k.Type))
	}
	return true, nil
}

// chunkKeysOf reads a column as the ranker does, but keeps the texts in place of their ranks.
func chunkKeysOf(v column.Vec, typ KeyType) chunkKeys {
	r := &ranker{typ: typ}
	v = r.scan(v)
	n := v.Len()
	switch v.(type) {
	case *column.Time, *column.Int, *column.Float:
		return chunkKeys{num: r.keys(v, n)}
	}
	out := chunkKeys{num: make([]uint64, n), text: make([]string, n)}
	for i := range n {
		vs := v.At(i).List()
		if len(vs) == 0 {
			out.num[i] = nullKey
			continue
		}
		out.num[i], out.text[i] = textKey(vs[0], typ)
	}
	return out
}

// textKey is the key of one text, and the text if its place among others is by text.
func textKey(s string, typ KeyType) (uint64, string) {
	switch typ {
	case KeyStr:
		return 0, s
	case KeyIP:
		if (&ranker{typ: KeyIP}).needsRank(s) {
			return 0, s
		}
		return nullKey, ""
	}
	if f, _, ok := value.ParseNumber(s); ok {
		return orderedBits(f), ""
	}
	if typ == KeyNum {
		return nullKey, ""
	}
	if ip, ok := ipv4(s); ok {
		return ipBase + uint64(ip), ""
	}
	return textBase, s
}

// next merges rows until a batch is full or a run needs its next chunk.
func (m *merger) next(ctx context.Context) (*column.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.done || len(m.runs) == 0 {
		return nil, io.EOF
	}
	rows := NewRows(nil)
	place := map[*run]int{}
	for i, r := range m.runs {
		place[r] = i
		if err := rows.Add(r.rows); err != nil {
			return nil, err
		}
	}
	var refs []Ref
	for len(refs) < 4*runChunk {
		r := m.runs[0]
		refs = append(refs, MakeRef(place[r], r.at))
		if m.left > 0 {
			if m.left--; m.left == 0 {
				m.done = true
				break
			}
		}
		if r.at++; r.at < r.rows.N {
			m.moved(true)
			continue
		}
		ok, err := m.load(r)
		if err != nil {
			return nil, err
		}
		m.moved(ok)
		break // the rows of its last chunk are still to be handed out
	}
	return m.p.columns.Arrange(rows.Take(refs)), nil
}
