package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/store"
	"spl/exec/store/storetest"
)

func open(t testing.TB, dir string, opts store.Options) *store.Local {
	t.Helper()
	st, err := store.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// flushing is a store that writes a segment after every append.
type flushing struct{ *store.Local }

func (f flushing) Append(ctx context.Context, b *column.Batch) error {
	return errors.Join(f.Local.Append(ctx, b), f.Flush(ctx))
}

// bulk is a store that imports every batch in bulk.
type bulk struct{ *store.Local }

func (f bulk) Append(ctx context.Context, b *column.Batch) error {
	w, err := f.Bulk()
	if err != nil {
		return err
	}
	return errors.Join(w.Add(ctx, b), w.Commit(ctx))
}

// compacting merges segments after every append.
type compacting struct{ *store.Local }

func (f compacting) Append(ctx context.Context, b *column.Batch) error {
	return errors.Join(f.Local.Append(ctx, b), f.Compact(ctx))
}

// reading is a store whose scans are answered by a second one, as another process would.
type reading struct {
	*store.Local
	reader *store.Local
}

func (f reading) Scan(ctx context.Context, s store.Scan) (*store.Units, error) {
	return f.reader.Scan(ctx, s)
}

func (f reading) Close() error { return errors.Join(f.reader.Close(), f.Local.Close()) }

func TestLocal(t *testing.T) {
	for name, wrap := range map[string]func(t *testing.T, dir string) store.Store{
		"open":  func(t *testing.T, dir string) store.Store { return open(t, dir, store.Options{}) },
		"flush": func(t *testing.T, dir string) store.Store { return flushing{open(t, dir, store.Options{})} },
		"tiny": func(t *testing.T, dir string) store.Store {
			return open(t, dir, store.Options{BatchRows: 997, SegmentRows: 3000})
		},
		"bulk":    func(t *testing.T, dir string) store.Store { return bulk{open(t, dir, store.Options{})} },
		"compact": func(t *testing.T, dir string) store.Store { return compacting{open(t, dir, store.Options{})} },
		"reader": func(t *testing.T, dir string) store.Store {
			return reading{flushing{open(t, dir, store.Options{})}.Local, open(t, dir, store.Options{ReadOnly: true})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) store.Store { return wrap(t, t.TempDir()) })
		})
	}
}

var all = store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.Fields("_time", "f"), Ordered: true}

var wide = store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.AllFields(), Ordered: true}

func events(from, to int) *column.Batch {
	var rows []storetest.Row
	for i := from; i < to; i++ {
		rows = append(rows, storetest.E(float64(i), fmt.Sprint("f=", i)))
	}
	return storetest.Events("main", "a", rows...)
}

func lines(from, to int) (out []string) {
	for i := to - 1; i >= from; i-- {
		out = append(out, fmt.Sprintf("_time=%d f=%d", i, i))
	}
	return out
}

func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestReopen(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 10)), st.Flush(ctx), st.Append(ctx, events(10, 20)), st.Delete(ctx, "main", store.TimeRange{Earliest: 0, Latest: 5e6}))
	check(t, st.Append(ctx, events(20, 30)), st.Close(), st.Close())
	st = open(t, dir, store.Options{})
	if diff := cmp.Diff(lines(5, 30), storetest.Scan(t, st, all)); diff != "" {
		t.Error(diff)
	}
	check(t, st.Compact(ctx))
	if infos, err := st.Indexes(ctx); err != nil || len(infos) != 1 || infos[0].Segments != 1 || infos[0].Bytes == 0 {
		t.Error(infos, err)
	}
	if diff := cmp.Diff(lines(5, 30), storetest.Scan(t, st, all)); diff != "" {
		t.Error(diff)
	}
	check(t, st.Close())
	if n := len(files(t, dir, ".parquet")) + len(files(t, dir, ".deleted")); n != 1 {
		t.Errorf("%d files are left, want one", n)
	}
}

func files(t *testing.T, dir, suffix string) (out []string) {
	t.Helper()
	check(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if strings.HasSuffix(path, suffix) {
			out = append(out, path)
		}
		return err
	}))
	return out
}

func TestOneWriter(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	first, second := open(t, dir, store.Options{}), open(t, dir, store.Options{})
	check(t, first.Append(ctx, events(0, 3)))
	if err := second.Append(ctx, events(3, 6)); !errors.Is(err, store.ErrLocked) {
		t.Error(err)
	}
	if diff := cmp.Diff(lines(0, 3), storetest.Scan(t, second, all)); diff != "" {
		t.Error(diff)
	}
	check(t, first.Close(), second.Append(ctx, events(3, 6)))
	if diff := cmp.Diff(lines(0, 6), storetest.Scan(t, second, all)); diff != "" {
		t.Error(diff)
	}
	check(t, second.Close())
	if err := open(t, dir, store.Options{ReadOnly: true}).Append(ctx, events(0, 1)); err == nil {
		t.Error("read-only store takes events")
	}
}

// TestSnapshot: a scan keeps its segments readable while they are merged away or deleted, also by
// another process.
func TestSnapshot(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st, reader := open(t, dir, store.Options{}), open(t, dir, store.Options{ReadOnly: true})
	for i := range 3 {
		check(t, st.Append(ctx, events(i*10, i*10+10)), st.Flush(ctx))
	}
	for _, s := range []*store.Local{st, reader} {
		units, err := s.Scan(ctx, all)
		check(t, err, st.Compact(ctx), st.Delete(ctx, "main", store.TimeRange{Earliest: 0, Latest: 1e6}))
		rows := 0
		for _, u := range units.Units {
			bs, err := u.Read(ctx)
			check(t, err)
			for _, b := range bs {
				rows += b.N
			}
		}
		if rows < 29 {
			t.Errorf("%d events", rows)
		}
		units.Release()
	}
	check(t, reader.Close(), st.Append(ctx, events(40, 41)), st.Close())
	check(t, open(t, dir, store.Options{}).Close())
	st = open(t, dir, store.Options{})
	check(t, st.Compact(ctx), st.Close())
	if n := len(files(t, dir, ".parquet")); n != 1 {
		t.Errorf("%d segments are left, want one", n)
	}
}

func TestDamaged(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 10)), st.Flush(ctx), st.Append(ctx, events(10, 20)), st.Close())
	segs := files(t, dir, ".parquet")
	slices.Sort(segs)
	data, err := os.ReadFile(segs[0])
	check(t, err)
	for name, bad := range map[string][]byte{"cut": data[:len(data)/2], "flipped": flip(data, 40), "empty": {}, "gone": nil} {
		check(t, os.WriteFile(segs[0], bad, 0o644))
		if name == "gone" {
			check(t, os.Remove(segs[0]))
		}
		st := open(t, dir, store.Options{})
		units, err := st.Scan(ctx, wide)
		for _, u := range unitsOf(units) {
			_, e := u.Read(ctx)
			err = errors.Join(err, e)
		}
		if err == nil || !strings.Contains(err.Error(), filepath.Base(segs[0])) {
			t.Errorf("%s: %v", name, err)
		}
		faults, err := st.Verify(ctx)
		check(t, err, st.Close())
		if len(faults) != 1 || !strings.Contains(faults[0].Error(), filepath.Base(segs[0])) {
			t.Errorf("%s: %v", name, faults)
		}
		told := 0
		st = open(t, dir, store.Options{Damaged: func(error) { told++ }})
		if got := storetest.Scan(t, st, wide); len(got) != 10 || told != 1 {
			t.Error(name, told, got)
		}
	}
}

func unitsOf(u *store.Units) []store.Unit {
	if u == nil {
		return nil
	}
	return u.Units
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 1
	return b
}

// TestTorn: what a dead writer left half written is not seen, and damage in the middle is an error.
func TestTorn(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 5)), st.Flush(ctx), st.Append(ctx, events(5, 10)), st.Append(ctx, events(10, 15)))
	copied := t.TempDir()
	check(t, os.CopyFS(copied, os.DirFS(dir)), st.Close())
	for _, c := range []struct {
		file, name string
		change     func([]byte) []byte
		want       []string
		err        string
	}{
		{"catalog", "as it was", func(b []byte) []byte { return b }, lines(0, 15), ""},
		{"catalog", "line begun", func(b []byte) []byte { return append(b, "12345678 {\"put\""...) }, lines(0, 15), ""},
		{"catalog", "line wrong", func(b []byte) []byte { return append(flip(b, 20), "12345678 {}\n"...) }, nil, "catalog, offset 0"},
		{"wal/2.wal", "record cut", func(b []byte) []byte { return b[:len(b)-3] }, lines(0, 10), ""},
		{"wal/2.wal", "length cut", func(b []byte) []byte { return append(b, 1, 2) }, lines(0, 15), ""},
		{"wal/2.wal", "last wrong", func(b []byte) []byte { return flip(b, len(b)-1) }, lines(0, 10), ""},
		{"wal/2.wal", "first wrong", func(b []byte) []byte { return flip(b, 20) }, nil, "2.wal, offset 0"},
	} {
		dir := t.TempDir()
		check(t, os.CopyFS(dir, os.DirFS(copied)))
		path := filepath.Join(dir, filepath.FromSlash(c.file))
		b, err := os.ReadFile(path)
		check(t, err, os.WriteFile(path, c.change(b), 0o644))
		st, err := store.Open(dir, store.Options{})
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		check(t, err)
		if diff := cmp.Diff(c.want, storetest.Scan(t, st, all)); diff != "" {
			t.Error(c.name, diff)
		}
		check(t, st.Append(ctx, events(100, 101)), st.Close())
		st = open(t, dir, store.Options{})
		if diff := cmp.Diff(append(lines(100, 101), c.want...), storetest.Scan(t, st, all)); diff != "" {
			t.Error(c.name, diff)
		}
	}
}

func TestOrphans(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 5)), st.Close())
	day := filepath.Dir(files(t, dir, ".parquet")[0])
	for _, n := range []string{"00000099.parquet", "00000098.parquet.tmp", "x.deleted", "notes.txt"} {
		check(t, os.WriteFile(filepath.Join(day, n), nil, 0o644))
	}
	st = open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(5, 6)), st.Close())
	left := files(t, day, "")
	if len(left) != 4 { // the folder, two segments, the notes
		t.Error(left)
	}
}

func TestBulkAbort(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{SegmentRows: 5})
	w, err := st.Bulk()
	check(t, err, w.Add(ctx, events(0, 12)), w.Abort())
	if got := storetest.Scan(t, st, all); len(got) != 0 || w.Add(ctx, events(0, 1)) == nil || w.Commit(ctx) == nil {
		t.Error(got)
	}
	check(t, st.Close())
	if left := files(t, dir, ".parquet"); len(left) != 0 {
		t.Error(left)
	}
}

// TestTidy: many small imports leave few segments, and each event is rewritten a few times only.
func TestTidy(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	most, n := int64(0), 0
	written := map[string]bool{}
	for i := range 60 {
		w, err := st.Bulk()
		check(t, err, w.Add(ctx, events(n, n+1+i%7)), w.Commit(ctx), st.Tidy(ctx))
		n += 1 + i%7
		infos, err := st.Indexes(ctx)
		check(t, err)
		most = max(most, int64(infos[0].Segments))
		for _, f := range files(t, dir, ".parquet") {
			written[f] = true
		}
	}
	if most < 5 || most > 12 || len(written) > 90 {
		t.Errorf("up to %d segments at once, %d written for 60 imports", most, len(written))
	}
	if diff := cmp.Diff(lines(0, n), storetest.Scan(t, st, all)); diff != "" {
		t.Error(diff)
	}
	check(t, st.Close())
}
