package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"spl/exec/column"
)

// mergeBelow: segments with fewer events are merged with others of their day.
const mergeBelow = 250_000

// manySmall is how many small segments of one index, sourcetype and day Tidy leaves alone.
const manySmall = 8

// Tidy merges small segments where imports have left many: those which together are larger than the
// next one, so that an event is merged a few times only, however many imports there are. It does nothing
// most of the time, and never in a process that has not written.
func (l *Local) Tidy(ctx context.Context) error {
	l.mu.Lock()
	writes := l.writer != nil
	l.mu.Unlock()
	if !writes {
		return nil
	}
	return l.mergePiles(ctx, func(segs []*segmentFile) [][]*segmentFile {
		var out [][]*segmentFile
		for _, pile := range piles(segs) {
			if len(pile) <= manySmall {
				continue
			}
			slices.SortStableFunc(pile, func(a, b *segmentFile) int { return cmp.Compare(a.Live, b.Live) })
			n, sum := 1, pile[0].Live
			for i, f := range pile[1:] {
				if f.Live <= 2*sum {
					n = i + 2
				}
				sum += f.Live
			}
			if pile = pile[:n]; n > 1 {
				slices.SortFunc(pile, func(a, b *segmentFile) int { return cmp.Compare(a.ID, b.ID) })
				out = append(out, pile)
			}
		}
		return out
	})
}

// Compact merges small segments of one index, sourcetype and day, and writes segments anew from which
// a good part was deleted. What cannot be read is left as it is; the error names it.
func (l *Local) Compact(ctx context.Context) error { return l.mergePiles(ctx, piles) }

// mergePiles merges the segments that pick puts together.
func (l *Local) mergePiles(ctx context.Context, pick func([]*segmentFile) [][]*segmentFile) error {
	l.flush.Lock()
	defer l.flush.Unlock()
	if err := l.flushOpen(ctx); err != nil {
		return err
	}
	snap, err := l.take(Scan{Time: AllTime}, &Pruned{})
	if err != nil {
		return err
	}
	defer snap.release()
	var faults []error
	for _, pile := range pick(snap.segs) {
		if err := l.merge(ctx, pile); err != nil {
			if ctx.Err() != nil {
				return err
			}
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// piles groups the segments that should become one, at most a segment's events each.
func piles(segs []*segmentFile) [][]*segmentFile {
	type kind struct {
		index, sourcetype string
		day               int64
	}
	slices.SortFunc(segs, func(a, b *segmentFile) int { return cmp.Compare(a.ID, b.ID) })
	by := map[kind][]*segmentFile{}
	var order []kind
	for _, f := range segs {
		if f.Live >= mergeBelow && 4*f.Live > 3*f.Rows {
			continue
		}
		k := kind{f.Index, f.Sourcetype, f.Lo / 86400e6}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], f)
	}
	var out [][]*segmentFile
	for _, k := range order {
		var pile []*segmentFile
		rows := int64(0)
		for _, f := range by[k] {
			if rows += f.Live; rows > 1<<20 {
				out, pile, rows = append(out, pile), nil, f.Live
			}
			pile = append(pile, f)
		}
		out = append(out, pile)
	}
	return slices.DeleteFunc(out, func(p []*segmentFile) bool {
		return len(p) == 0 || len(p) == 1 && 4*p[0].Live > 3*p[0].Rows
	})
}

// merge replaces segments by new ones with their events. One that cannot be read stays as it is.
func (l *Local) merge(ctx context.Context, pile []*segmentFile) error {
	var faults []error
	for len(pile) > 0 {
		bad, err := l.mergeWhole(ctx, pile)
		if err == nil || bad == nil {
			return errors.Join(append(faults, err)...)
		}
		faults = append(faults, err)
		if pile = slices.DeleteFunc(slices.Clone(pile), func(f *segmentFile) bool { return f == bad }); len(pile) == 1 {
			break
		}
	}
	return errors.Join(faults...)
}

// mergeWhole is merge of segments that can all be read; else it names one that cannot.
func (l *Local) mergeWhole(ctx context.Context, pile []*segmentFile) (bad *segmentFile, err error) {
	var blocks []waiting
	var mu sync.Mutex // guards bad
	ch := change{}
	for _, f := range pile {
		ch.Drop = append(ch.Drop, f.ID)
		file, _, err := f.get(l.dir, l.cache)
		if err != nil {
			return f, err
		}
		first := 0
		for g := range file.Meta.Groups {
			group := &file.Meta.Groups[g]
			start, seq := first, uint64(len(blocks))
			blocks = append(blocks, waiting{group.Earliest, group.Rows, group.RawBytes / 4, seq, func() (*block, error) {
				b, err := f.read(ctx, g, start, column.AllFields(), nil, nil)
				if err != nil && ctx.Err() == nil {
					mu.Lock()
					defer mu.Unlock()
					bad = f
				}
				if err != nil || b.N == 0 {
					return nil, err
				}
				return &block{events{b, b.Col(FieldTime).(*column.Time).V, f.Index, f.Sourcetype}, seq, seq}, nil
			}})
			first += group.Rows
		}
	}
	recs, err := l.writeWaiting(ctx, blocks)
	if err != nil {
		return bad, l.discard(recs, err)
	}
	ch.Put = recs
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.change(ch); err != nil {
		return nil, l.discard(recs, err)
	}
	return nil, nil
}
