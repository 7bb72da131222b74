package store

import (
	"cmp"
	"context"
	"slices"

	"spl/exec/column"
)

// mergeBelow: segments with fewer events are merged with others of their day.
const mergeBelow = 250_000

// Compact merges small segments of one index, sourcetype and day, and writes segments anew from which
// a good part was deleted. Texts are not parsed again.
func (l *Local) Compact(ctx context.Context) error {
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
	for _, pile := range piles(snap.segs) {
		if err := l.merge(ctx, pile); err != nil {
			return err
		}
	}
	return nil
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

// merge replaces segments by new ones with their events.
func (l *Local) merge(ctx context.Context, pile []*segmentFile) error {
	var blocks []*block
	ch := change{}
	seq := uint64(0)
	for _, f := range pile {
		ch.Drop = append(ch.Drop, f.ID)
		file, _, err := f.get(l.dir, l.cache)
		if err != nil {
			return err
		}
		first := 0
		for g := range file.Meta.Groups {
			b, err := f.read(ctx, g, first, column.AllFields(), nil)
			if err != nil {
				return err
			}
			first += file.Meta.Groups[g].Rows
			if b.N == 0 {
				continue
			}
			seq++
			blocks = append(blocks, &block{events{b, b.Col(FieldTime).(*column.Time).V, f.Index, f.Sourcetype}, seq, seq})
		}
	}
	recs, err := l.writeBlocks(ctx, blocks)
	if err == nil {
		ch.Put = recs
		l.mu.Lock()
		defer l.mu.Unlock()
		if err = l.change(ch); err == nil {
			return nil
		}
	}
	return l.discard(recs, err)
}
