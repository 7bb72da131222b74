package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"spl/exec/column"
)

// ReadFunc reads all events of some source, with the given fields and those that every event has, and
// hands them to add.
type ReadFunc func(ctx context.Context, fields column.FieldSet, add func(*column.Batch) error) error

// Reading is a store whose events are read when a scan asks for them, with no more fields than it asks
// for: files that are too large to be kept whole. A scan that needs other fields reads again.
type Reading struct {
	indexes []string
	read    ReadFunc

	mu   sync.Mutex
	mem  *Memory
	have column.FieldSet
}

// readingRows is the size of blocks: that of the batches that come in, so that none are merged.
const readingRows = 1 << 14

// NewReading returns a store of the events that read gives, which are in the named indexes.
func NewReading(indexes []string, read ReadFunc) *Reading {
	return &Reading{indexes: distinct(indexes), read: read}
}

// IndexNames returns the indexes without reading anything.
func (r *Reading) IndexNames(context.Context) ([]string, error) { return r.indexes, nil }

// with returns the events with the given fields at least.
func (r *Reading) with(ctx context.Context, fields column.FieldSet) (*Memory, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mem != nil && covers(r.have, fields) {
		return r.mem, nil
	}
	fields = fields.Union(r.have)
	mem := NewMemoryBlocks(readingRows)
	if err := r.read(ctx, fields, func(b *column.Batch) error { return mem.Append(ctx, b) }); err != nil {
		return nil, err
	}
	r.mem, r.have = mem, fields
	return mem, nil
}

// covers reports whether a has every field of b.
func covers(a, b column.FieldSet) bool {
	if a.All() {
		return true
	}
	if b.All() || slices.ContainsFunc(b.Patterns(), func(p string) bool { return !slices.Contains(a.Patterns(), p) }) {
		return false
	}
	return !slices.ContainsFunc(b.Names(), func(n string) bool { return !a.Has(n) })
}

// Scan reads the events with the fields that the scan wants.
func (r *Reading) Scan(ctx context.Context, s Scan) (*Units, error) {
	mem, err := r.with(ctx, s.Fields)
	if err != nil {
		return nil, err
	}
	s.Terms = nil // a column that was not read is not one without values
	return mem.Scan(ctx, s)
}

// Indexes describes the indexes that hold events, sorted by name.
func (r *Reading) Indexes(ctx context.Context) ([]IndexInfo, error) {
	mem, err := r.with(ctx, column.FieldSet{})
	if err != nil {
		return nil, err
	}
	return mem.Indexes(ctx)
}

// Fields returns the names of all columns of the given indexes.
func (r *Reading) Fields(ctx context.Context, indexes []string) ([]string, error) {
	mem, err := r.with(ctx, column.AllFields())
	if err != nil {
		return nil, err
	}
	return mem.Fields(ctx, indexes)
}

var errReading = errors.New("events that are read from files cannot be changed")

// Append fails: the events are what read gives.
func (r *Reading) Append(context.Context, *column.Batch) error { return errReading }

// Delete fails: the events are what read gives.
func (r *Reading) Delete(context.Context, string, TimeRange) error { return errReading }

// Close lets go of the events.
func (r *Reading) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mem = nil
	return nil
}
