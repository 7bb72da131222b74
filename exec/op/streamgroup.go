package op

import (
	"context"
	"slices"
	"time"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang/timefmt"
)

// StreamGroup is the running aggregation of streamstats.
type StreamGroup struct {
	plan.Base
	By            []string
	Aggs          []Agg
	Current       bool // the row itself counts
	Window        int  // rows looked back over; 0: all
	Global        bool // one window over all rows instead of one per group
	TimeWindow    *timefmt.Span
	ResetOnChange bool
	ResetBefore   RowTest // nil: never
	ResetAfter    RowTest // sees the row's results
	Text          string
	// Unsorted is the error of a time window over rows that are not in time order.
	Unsorted error
}

// RowTest is a condition that narrows a batch's selection.
type RowTest interface {
	Apply(b *column.Batch) error
	Fields() column.FieldSet
}

// String returns the text.
func (g *StreamGroup) String() string { return g.Text }

// Needs adds what is read.
func (g *StreamGroup) Needs(out column.FieldSet) column.FieldSet {
	out = out.Union(aggNeeds(g.Aggs)).With(g.By...)
	for _, t := range []RowTest{g.ResetBefore, g.ResetAfter} {
		if t != nil {
			out = out.Union(t.Fields())
		}
	}
	if g.TimeWindow != nil {
		out = out.With("_time")
	}
	return out
}

// Open returns the rows of in with their results.
func (g *StreamGroup) Open(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
	s := &streamRun{node: g, set: newAggSet(g.Aggs, g.By), keys: NewKeyTable(len(g.By)), last: None}
	if rt != nil && rt.Env != nil {
		s.zone = rt.Env.Zone
	}
	if g.TimeWindow != nil {
		s.clock = newWindowClock(*g.TimeWindow, s.zone)
	}
	s.held = holdOf(rt)
	s.states = s.set.states()
	out := Mapped(in, func(ctx context.Context, b *column.Batch) (*column.Batch, error) { return s.batch(ctx, b.Compact()) })
	return column.StreamFunc(out.Next, func() error {
		s.held.Free()
		return out.Close()
	}), nil
}

// streamRun is the state while the rows pass.
type streamRun struct {
	node   *StreamGroup
	set    *aggSet
	keys   *KeyTable
	states []agg.State
	last   uint32 // group of the row before, for ResetOnChange
	zone   *time.Location
	clock  *windowClock

	windows windows       // rows looked back over
	tail    *column.Batch // the rows that windows refers to, from earlier batches

	held *Hold
}

func (s *streamRun) windowed() bool { return s.node.Window > 0 || s.node.TimeWindow != nil }

func (s *streamRun) batch(ctx context.Context, b *column.Batch) (*column.Batch, error) {
	if b.N == 0 {
		return b, nil
	}
	old := 0
	whole := b
	if s.tail != nil && s.tail.N > 0 {
		old = s.tail.N
		whole = column.Join(s.tail, b)
	}
	s.set.expand(b)
	for i := len(s.states); i < len(s.set.cols); i++ {
		s.states = append(s.states, s.set.state(i))
	}
	ids := s.groups(whole)
	r, err := s.prepare(whole, b, ids, old)
	if err != nil {
		return nil, err
	}
	for i := old; i < whole.N; i++ {
		if i&0xfff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := r.row(i); err != nil {
			return nil, err
		}
	}
	r.write(b)
	if s.windowed() {
		s.keepTail(whole)
	}
	return b, s.account()
}

// account reserves what is remembered for the rows to come: groups, states and windows cannot go to a file.
func (s *streamRun) account() error {
	now := s.keys.Bytes() + s.windows.bytes()
	for _, st := range s.states {
		now += st.Bytes()
	}
	if s.tail != nil {
		now += newMeter().add(s.tail)
	}
	return s.held.set(now)
}

func (s *streamRun) groups(b *column.Batch) []uint32 {
	rows, keys, n := firstKeys(b, s.node.By)
	ids := make([]uint32, b.N)
	groups := s.keys.AddBatch(keys, n, nil)
	scatterGroups(ids, groups, rows, n, len(keys) == 0)
	return ids
}

// keepTail remembers the rows that windows still refer to.
func (s *streamRun) keepTail(whole *column.Batch) {
	rows := s.windows.rows()
	place := make(map[uint32]uint32, len(rows))
	for i, r := range rows {
		place[r] = uint32(i)
	}
	s.windows.renumber(place)
	s.tail = whole.Pick(rows)
}

// streamBatch is the work on one batch: earlier rows at the front, then the new ones.
type streamBatch struct {
	*streamRun
	inputs  []agg.Input // slices that move over the entries
	ids     []uint32
	old     int
	n       int
	batch   *column.Batch // the new rows
	before  column.Bitmap
	after   column.Bitmap
	perRow  bool // ResetAfter reads the results
	out     []*runningColumn
	targets []string
	times   []int64
}

func (s *streamRun) prepare(whole, b *column.Batch, ids []uint32, old int) (*streamBatch, error) {
	args, err := s.set.args(whole)
	if err != nil {
		return nil, err
	}
	r := &streamBatch{streamRun: s, ids: ids, old: old, n: b.N, batch: b}
	shared := make([]*agg.Column, len(args.vecs))
	for i, v := range args.vecs {
		shared[i] = agg.NewColumn(v)
	}
	var times *agg.Column
	if args.times != nil {
		times = agg.NewColumn(args.times)
	}
	for i, c := range s.set.cols {
		in := agg.NewInput(ids, s.keys.Len(), whole.N, nil, times)
		if k := args.of[i]; k >= 0 {
			in.Arg = shared[k]
		}
		r.inputs = append(r.inputs, in.Slice(0, 0, s.windowed()))
		r.out = append(r.out, newRunningColumn(b.N))
		r.targets = append(r.targets, c.name)
	}
	if s.node.TimeWindow != nil {
		r.times = agg.Micros(whole.Col("_time"))
	}
	if r.before, err = test(s.node.ResetBefore, b); err != nil {
		return nil, err
	}
	if t := s.node.ResetAfter; t != nil {
		r.perRow = slices.ContainsFunc(r.targets, t.Fields().Has)
		if !r.perRow {
			r.after, err = test(t, b)
		}
	}
	return r, err
}

// test returns the rows for which a condition holds, nil without a condition.
func test(t RowTest, b *column.Batch) (column.Bitmap, error) {
	if t == nil {
		return nil, nil
	}
	c := b.Copy()
	c.Sel = column.FullBitmap(b.N)
	if err := t.Apply(c); err != nil {
		return nil, err
	}
	if c.Sel == nil {
		return column.FullBitmap(b.N), nil
	}
	return c.Sel, nil
}

// row takes row i of the whole batch in and writes its results.
func (r *streamBatch) row(i int) error {
	g := r.ids[i]
	if g == None {
		r.skip()
		return nil
	}
	if r.clock != nil {
		if err := r.clock.check(r.times[i]); err != nil {
			return r.node.Unsorted
		}
	}
	k := i - r.old
	if r.before.Get(k) || r.node.ResetOnChange && r.last != None && r.last != g {
		r.reset()
	}
	r.last = g
	switch {
	case r.windowed():
		r.windowRow(i, g)
	case r.node.Current:
		r.add(i)
		r.emit(int(g), r.states)
	default:
		r.emit(int(g), r.states)
		r.add(i)
	}
	return r.resetAfter(k)
}

func (r *streamBatch) skip() {
	for _, c := range r.out {
		c.null()
	}
}

func (r *streamBatch) add(i int) {
	for c := range r.inputs {
		in := &r.inputs[c]
		in.Move(i, i+1)
		r.states[c].Add(in)
	}
}

func (r *streamBatch) emit(g int, states []agg.State) {
	for c, out := range r.out {
		out.append(states[c].At(g))
	}
}

// windowRow computes the results over the rows in the window from scratch, which keeps them exact.
func (r *streamBatch) windowRow(i int, g uint32) {
	if r.node.Current {
		r.windows.push(r.node, g, uint32(i))
	}
	rows := r.windows.list(r.node, g)
	if r.clock != nil {
		rows = r.windows.trim(r.node, g, func(row uint32) bool { return r.clock.near(r.times[row], r.times[i]) })
	}
	states := r.set.states()
	for c := range r.inputs {
		in := &r.inputs[c]
		runsOf(rows, r.ids, g, func(from, to int) {
			in.Move(from, to)
			states[c].Add(in)
		})
	}
	r.emit(0, states)
	if !r.node.Current {
		r.windows.push(r.node, g, uint32(i))
	}
}

// runsOf calls f for stretches of neighbouring rows of group g.
func runsOf(rows, ids []uint32, g uint32, f func(from, to int)) {
	for k := 0; k < len(rows); {
		if ids[rows[k]] != g {
			k++
			continue
		}
		from := k
		for k++; k < len(rows) && rows[k] == rows[k-1]+1 && ids[rows[k]] == g; k++ {
		}
		f(int(rows[from]), int(rows[k-1])+1)
	}
}

// reset forgets all groups and the windows.
func (r *streamBatch) reset() {
	r.states = r.set.states()
	r.windows = windows{}
}

func (r *streamBatch) resetAfter(k int) error {
	if r.perRow {
		one := r.batch.Pick([]uint32{uint32(k)})
		for c, name := range r.targets {
			one.Set(name, column.Stored(column.FromValues([]value.Value{r.out[c].at(k)})))
		}
		hit, err := test(r.node.ResetAfter, one)
		if err != nil {
			return err
		}
		if hit.Get(0) {
			r.reset()
		}
		return nil
	}
	if r.after.Get(k) {
		r.reset()
	}
	return nil
}

// write puts the results into the batch; a result without any value does not show.
func (r *streamBatch) write(b *column.Batch) {
	for c, out := range r.out {
		v := out.build()
		if AllNull(v, nil) {
			continue
		}
		if name := r.targets[c]; b.Has(name) {
			b.Set(name, Coalesce(v, b.Col(name)))
		} else {
			b.Set(name, v)
		}
	}
}
