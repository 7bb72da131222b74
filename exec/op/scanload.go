package op

import (
	"context"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/knowledge"
	"spl/exec/plan"
	"spl/exec/store"
)

// scanLoader makes the rows of the parts that a scan reads. What the filters look at is read first, the
// rest only where rows are left, and raw text is not made for rows that cannot match.
type scanLoader struct {
	scan   *Scan
	stats  *plan.ScanStats
	bounds store.TimeRange
	test   *knowledge.Extractor // of the fields that filters read
	want   *knowledge.Extractor // of those handed out
	// both is that of all fields, if the filters need nothing less; then everything is read at once.
	both *knowledge.Extractor
	// deferRaw: _raw is looked at by filters only, and nothing they need is computed from it.
	deferRaw bool
	rawOnly  *column.TextQuery // of Scan, if knowledge does not read _raw either
}

func newLoader(s *Scan) (*scanLoader, error) {
	l := &scanLoader{scan: s, stats: &plan.ScanStats{}, bounds: s.Range()}
	know := s.env.Knowledge.With(eval.Ctx{Now: s.env.Now, Zone: s.env.Zone, Seed: s.env.Seed})
	tested := s.filter.Fields()
	for _, f := range s.extra {
		tested = tested.Union(f.F.Fields())
	}
	var err error
	if l.test, err = know.Extractor(knowledge.Stream{}, tested.Without(store.FieldRaw)); err != nil {
		return nil, err
	}
	l.deferRaw = tested.Has(store.FieldRaw) && tested.Exact() && !l.test.Needs().Has(store.FieldRaw)
	if tested.Has(store.FieldRaw) && !l.deferRaw {
		if l.test, err = know.Extractor(knowledge.Stream{}, tested); err != nil {
			return nil, err
		}
	}
	if l.want, err = know.Extractor(knowledge.Stream{}, s.want); err != nil {
		return nil, err
	}
	if s.rawOnly != nil {
		x, err := know.Extractor(knowledge.Stream{}, s.want.Without(store.FieldRaw))
		if err != nil {
			return nil, err
		}
		if !x.Needs().Has(store.FieldRaw) { // no field is computed from it
			l.rawOnly = s.rawOnly
		}
	}
	both, err := know.Extractor(knowledge.Stream{}, s.want.Union(tested))
	if err == nil && !l.deferRaw && both.Needs().Key() == l.test.Needs().Key() {
		l.both = both
	}
	return l, err
}

// reads is every stored column that load may ask for.
func (l *scanLoader) reads() column.FieldSet {
	out := l.want.Needs().Union(l.test.Needs()).With(store.FieldTime)
	if l.deferRaw {
		out = out.With(store.FieldRaw)
	}
	return out
}

// load reads, filters and completes the rows of a part.
func (l *scanLoader) load(ctx context.Context, p store.Part, fields column.FieldSet) (*column.Batch, error) {
	l.stats.Events.Add(int64(p.Rows()))
	lo, hi := p.Times()
	clip := lo < l.bounds.Earliest || hi >= l.bounds.Latest
	out := l.want.Needs()
	if fields.Has(store.FieldTime) {
		out = out.With(store.FieldTime)
	}
	first, x := l.test.Needs(), l.test
	if l.both != nil {
		first, x = out.Union(first), l.both
	}
	if clip {
		first = first.With(store.FieldTime)
	}
	stored, err := p.Read(ctx, first, nil)
	if err != nil {
		return nil, err
	}
	b := stored.Copy()
	if clip {
		clipTime(b, l.bounds)
	}
	if b.Rows() == 0 {
		return column.NewBatch(0), nil
	}
	if b, err = x.Apply(b); err != nil {
		return nil, err
	}
	if err := l.filter(ctx, p, b); err != nil {
		return nil, err
	}
	switch {
	case b.Rows() == 0:
		return column.NewBatch(0), nil
	case l.both != nil:
		return b, nil
	}
	return l.complete(ctx, p, stored, b.Sel, out)
}

// filter narrows b to the rows that match.
func (l *scanLoader) filter(ctx context.Context, p store.Part, b *column.Batch) error {
	var raw *column.Deferred
	if l.deferRaw {
		raw = deferredRaw(ctx, p)
		b.Set(store.FieldRaw, raw)
	}
	if err := l.scan.filter.Apply(b); err != nil {
		return err
	}
	for _, f := range l.scan.extra {
		if b.Rows() == 0 {
			break
		}
		if raw != nil && f.F.Fields().Has(store.FieldRaw) {
			b.Set(store.FieldRaw, raw.Texts(b.Sel))
		}
		if err := f.F.Apply(b); err != nil {
			return err
		}
	}
	if raw != nil {
		return raw.Err
	}
	return nil
}

// deferredRaw is the raw text of a part, made for the rows that are asked for.
func deferredRaw(ctx context.Context, p store.Part) *column.Deferred {
	return &column.Deferred{
		N: p.Rows(),
		Make: func(sel column.Bitmap) (column.Vec, error) {
			b, err := p.Read(ctx, column.Fields(store.FieldRaw), sel)
			if err != nil {
				return nil, err
			}
			return b.Col(store.FieldRaw), nil
		},
		Find: func(q *column.TextQuery, sel column.Bitmap) (column.Bitmap, bool, error) {
			return p.FindRaw(ctx, q, sel)
		},
	}
}

// few: when no more than one row in so many is left, columns are cut before more is computed from them.
const few = 4

// complete reads the columns that the filters did not need, and computes the fields of the rows in sel.
func (l *scanLoader) complete(ctx context.Context, p store.Part, stored *column.Batch, sel column.Bitmap, fields column.FieldSet) (*column.Batch, error) {
	b := column.NewBatch(p.Rows())
	if more := fields.Without(stored.Names...); !more.Empty() {
		var err error
		if b, err = l.read(ctx, p, more, sel); err != nil {
			return nil, err
		}
		if b.N != stored.N {
			return column.NewBatch(0), nil // damaged, and left out by the store
		}
		b = b.Copy()
	}
	for i, n := range stored.Names {
		if fields.Has(n) {
			b.Set(n, stored.Cols[i])
		}
	}
	if b.Sel = sel; sel != nil && few*sel.Count() <= b.N {
		b = b.Compact()
	}
	return l.want.Apply(b)
}

// read reads columns; raw text only where its only reader can do something with it.
func (l *scanLoader) read(ctx context.Context, p store.Part, fields column.FieldSet, sel column.Bitmap) (*column.Batch, error) {
	q := l.rawOnly
	if q == nil || !fields.Exact() || !fields.Has(store.FieldRaw) {
		return p.Read(ctx, fields, sel)
	}
	b, err := p.Read(ctx, fields.Without(store.FieldRaw), sel)
	if err != nil {
		return nil, err
	}
	if sel == nil {
		sel = column.FullBitmap(b.N)
	}
	texts, ok, err := p.FirstMatches(ctx, q, sel)
	if err != nil {
		return nil, err
	}
	if !ok {
		found, _, err := p.FindRaw(ctx, q, sel)
		if err != nil || !found.Any() {
			return b, err
		}
		raw, err := p.Read(ctx, column.Fields(store.FieldRaw), found)
		if err != nil || raw.N != b.N {
			return raw, err
		}
		texts = raw.Col(store.FieldRaw)
	}
	b = b.Copy()
	b.Set(store.FieldRaw, texts)
	return b, nil
}

// clipTime drops the rows outside of the range.
func clipTime(b *column.Batch, r store.TimeRange) {
	t, ok := b.Col(store.FieldTime).(*column.Time)
	if !ok {
		return
	}
	sel := column.NewBitmap(b.N)
	for i, at := range t.V {
		if at >= r.Earliest && at < r.Latest {
			sel.Set(i)
		}
	}
	b.Sel = sel
}
