package store_test

import (
	"context"
	"math"
	"testing"

	"spl/exec/store"
)

// TestRetain drops segments by age and by size, the oldest first.
func TestRetain(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	st := open(t, dir, store.Options{})
	for _, from := range []int{200, 0, 100} { // five events of one second each, a segment a call
		check(t, st.Append(ctx, events(from, from+5)), st.Flush(ctx))
	}
	info := func() store.IndexInfo {
		t.Helper()
		infos, err := st.Indexes(ctx)
		check(t, err)
		if len(infos) == 0 {
			return store.IndexInfo{}
		}
		return infos[0]
	}
	one := info().Bytes / 3
	at := info().Earliest
	for _, c := range []struct {
		r        store.Retention
		segments int
		events   int64
		left     int
	}{
		{store.Retention{Earliest: math.MinInt64}, 0, 0, 3},
		{store.Retention{Earliest: at + 4e6}, 0, 0, 3}, // the newest of the first segment stays
		{store.Retention{Earliest: at + 5e6}, 1, 5, 2},
		{store.Retention{Earliest: math.MinInt64, Bytes: 2*one + one/2}, 0, 0, 2},
		{store.Retention{Earliest: math.MinInt64, Bytes: one + one/2}, 1, 5, 1},
	} {
		segments, n, err := st.Retain(ctx, "main", c.r)
		check(t, err)
		if segments != c.segments || n != c.events || info().Segments != c.left {
			t.Errorf("%+v: dropped %d segments of %d events, %d left", c.r, segments, n, info().Segments)
		}
	}
	if got := info().Earliest; got != at+200e6 {
		t.Errorf("what is left begins at %d", got)
	}
	check(t, st.Close())
	if left := files(t, dir, ".parquet"); len(left) != 1 {
		t.Error(left)
	}
}
