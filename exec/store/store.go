// Package store keeps events. A Store holds them by index; Scan hands them out newest first in units
// that workers read side by side. The segment store keeps Parquet files under a catalogue, the memory
// store keeps batches.
//
//	st, err := store.Open(dir, store.Options{}) // or store.NewMemory()
//	err = st.Append(ctx, batch)                 // one index and sourcetype a batch
//	scan, err := st.Scan(ctx, store.Scan{Indexes: []string{"main"}, Ordered: true})
//	for _, u := range scan.Units { bs, err := u.Read(ctx) … }
//
// Local.Bulk imports much at once; Flush, Tidy, Compact and Verify look after a folder, whose files
// docs/storage.md describes. Start with Store and Scan.
package store

import (
	"context"
	"math"
	"sync/atomic"

	"spl/exec/column"
	"spl/lang"
)

// The fields that every event has, beside those found in its text. _time and _indextime are
// *column.Time; the others are text. A batch that is appended holds one value of index and of
// sourcetype throughout (column.Const or a Dict of one entry).
const (
	FieldTime       = "_time"
	FieldIndexTime  = "_indextime"
	FieldRaw        = "_raw"
	FieldIndex      = "index"
	FieldHost       = "host"
	FieldSource     = "source"
	FieldSourcetype = "sourcetype"
)

// TimeRange is microseconds since the epoch, Earliest included, Latest excluded.
type TimeRange struct{ Earliest, Latest int64 }

// AllTime is the range without bounds.
var AllTime = TimeRange{math.MinInt64, math.MaxInt64}

// Overlaps reports whether the closed range lo..hi has a moment inside r.
func (r TimeRange) Overlaps(lo, hi int64) bool { return lo < r.Latest && hi >= r.Earliest }

// Scan says what is wanted. Terms and Time only help pruning: a scan may return more events than
// match, never fewer, and the caller keeps its own filter.
type Scan struct {
	Indexes []string        // exact names, as Indexes lists them
	Time    TimeRange       // of _time
	Terms   lang.Term       // nil: everything
	Fields  column.FieldSet // stored columns wanted; others are left out
	// Stored reports whether a field of Terms has just the stored values in all events of an origin; nothing
	// is concluded from the others. Unset, all have.
	Stored func(o *Origin, field string) bool
	// Ordered asks for units whose time ranges do not overlap and whose rows come newest first (equal
	// times: last appended first). Unset, units come roughly newest first and rows as stored.
	Ordered bool
	// Load makes the rows of each part; unset, they are all rows with Fields. It lets the caller read the
	// columns it tests first, and the others only where rows are left. It reads no others than Fields.
	Load LoadFunc
	// Bytes, if set, counts what is read from files.
	Bytes *atomic.Int64
}

// Origin is where the events of a segment or block come from. Sources and Hosts list them all; nil: they
// are not known.
type Origin struct {
	Sourcetype     string
	Sources, Hosts []string
}

// Units is what a scan found: to be read in their order, or side by side by several workers and put
// together in their order.
type Units struct {
	Units  []Unit
	Pruned Pruned
	// Release gives the snapshot back; segments merged away meanwhile are deleted then.
	Release func()
}

// Pruned counts what a scan did not have to read.
type Pruned struct {
	Segments, Groups int // looked at; the row groups are those of the segments that are left
	SegmentsSkipped  Skipped
	GroupsSkipped    Skipped
	Events           int64 // events in the units that are left
}

// Skipped counts what was left out, by the reason: no moment of the time range, or no match for the terms.
type Skipped struct{ Time, Terms int }

// note counts one; inTime tells that the time range was no reason.
func (s *Skipped) note(inTime bool) {
	if inTime {
		s.Terms++
	} else {
		s.Time++
	}
}

// Unit is a part of a scan that one worker reads: a row group, or several that overlap in time.
type Unit interface {
	// Read returns the unit's rows as one or more batches with the wanted columns that exist in it.
	Read(ctx context.Context) ([]*column.Batch, error)
	Rows() int
}

// IndexInfo describes one index. Times are microseconds; Bytes is the size on disk.
type IndexInfo struct {
	Name             string
	Events           int64
	Earliest, Latest int64
	Segments         int
	Bytes            int64
	Sourcetypes      map[string]int64 // events by sourcetype
}

// Store is where events live. It is safe for concurrent use.
type Store interface {
	// Append adds events; when it returns they are durable as far as the store is.
	Append(ctx context.Context, b *column.Batch) error
	Scan(ctx context.Context, s Scan) (*Units, error)
	Indexes(ctx context.Context) ([]IndexInfo, error)
	// Fields returns the names of all stored columns of the given indexes.
	Fields(ctx context.Context, indexes []string) ([]string, error)
	// Delete removes the events of an index whose time lies in r.
	Delete(ctx context.Context, index string, r TimeRange) error
	Close() error
}
