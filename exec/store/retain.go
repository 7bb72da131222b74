package store

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Retention is how much of an index is kept. Whole segments go: an event leaves when all that are in its
// segment may.
type Retention struct {
	Earliest int64 // segments whose events are all before it go; microseconds, math.MinInt64: none
	Bytes    int64 // the oldest segments go while the index takes more on the disk; 0: no limit
}

// Retain drops the segments of an index that are not to be kept, all at once, and returns how many and
// how many events they held. The age of a segment is that of its newest event.
func (l *Local) Retain(ctx context.Context, index string, r Retention) (segments int, events int64, err error) {
	l.flush.Lock()
	defer l.flush.Unlock()
	if err := l.flushOpen(ctx); err != nil {
		return 0, 0, err
	}
	if r.Earliest == math.MinInt64 && r.Bytes <= 0 {
		return 0, 0, nil
	}
	snap, err := l.take(Scan{Indexes: []string{index}, Time: AllTime}, &Pruned{})
	if err != nil {
		return 0, 0, err
	}
	defer snap.release()
	slices.SortFunc(snap.segs, func(a, b *segmentFile) int {
		return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.ID, b.ID))
	})
	var bytes int64
	for _, f := range snap.segs {
		bytes += f.Bytes
	}
	var ch change
	for _, f := range snap.segs {
		if f.Hi >= r.Earliest && (r.Bytes <= 0 || bytes <= r.Bytes) {
			break
		}
		ch.Drop = append(ch.Drop, f.ID)
		bytes -= f.Bytes
		events += f.Live
	}
	if len(ch.Drop) == 0 {
		return 0, 0, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(ch.Drop), events, l.change(ch)
}
