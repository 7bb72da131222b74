package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sync/errgroup"

	"spl/exec/column"
	"spl/exec/store"
	"spl/exec/store/flat"
)

// sample gives JSON lines like those of an audit log, or of the file named by SPL_BENCH_NDJSON.
func sample(b *testing.B) [][]byte {
	if name := os.Getenv("SPL_BENCH_NDJSON"); name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		return bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	}
	var out [][]byte
	for i := range 50000 {
		out = append(out, fmt.Appendf(nil, `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u%d","accountId":"%d"},`+
			`"eventName":"Call%d","requestID":"%08x-%d","resources":[{"type":"AWS::S3::Object"},{"type":"AWS::S3::Bucket"}],"readOnly":true}`,
			i%600, 111122223333+i%12, i*7%370, i*2654435761, i))
	}
	return out
}

// feed turns lines into batches on two workers and hands them to add.
func feed(lines [][]byte, add func(*column.Batch) error) error {
	const workers, step = 2, column.MaxRows
	var g errgroup.Group
	parts := make(chan int, len(lines)/step+1)
	for from := 0; from < len(lines); from += step {
		parts <- from
	}
	close(parts)
	for range workers {
		g.Go(func() error {
			block := flat.NewBlock(flat.NewTree(nil))
			for from := range parts {
				to := min(from+step, len(lines))
				times := make([]int64, to-from)
				for i, l := range lines[from:to] {
					if err := block.JSON(l); err != nil {
						return err
					}
					block.End(l)
					times[i] = int64(from+i) * 1000
				}
				b := block.Build()
				b.Set(store.FieldTime, &column.Time{V: times})
				for _, f := range []string{store.FieldIndex, store.FieldSourcetype, store.FieldHost, store.FieldSource} {
					b.Set(f, column.ConstText("main", b.N))
				}
				if err := add(b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func ingest(b *testing.B, dir string, lines [][]byte) *store.Local {
	st := open(b, dir, store.Options{})
	w, err := st.Bulk()
	if err == nil {
		err = feed(lines, func(batch *column.Batch) error { return w.Add(context.Background(), batch) })
	}
	if err == nil {
		err = w.Commit(context.Background())
	}
	if err != nil {
		b.Fatal(err)
	}
	return st
}

func BenchmarkIngest(b *testing.B) {
	lines := sample(b)
	size := int64(0)
	for _, l := range lines {
		size += int64(len(l)) + 1
	}
	b.SetBytes(size)
	b.ReportAllocs()
	var stored int64
	for b.Loop() {
		st := ingest(b, b.TempDir(), lines)
		infos, err := st.Indexes(context.Background())
		if err != nil || len(infos) != 1 || infos[0].Events != int64(len(lines)) {
			b.Fatal(infos, err)
		}
		stored = infos[0].Bytes
		if err := st.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/float64(stored), "raw/stored")
}

func BenchmarkScan(b *testing.B) {
	lines := sample(b)
	dir := b.TempDir()
	cached := ingest(b, dir, lines)
	local, err := store.Open(dir, store.Options{ReadOnly: true, CacheBytes: -1}) // every column is read from its file
	if err != nil {
		b.Fatal(err)
	}
	memory := store.NewMemory()
	if err := feed(lines, func(batch *column.Batch) error { return memory.Append(context.Background(), batch) }); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		st     store.Store
		fields column.FieldSet
		order  bool
	}{
		{"segment/time", local, column.Fields("_time"), false},
		{"segment/one", local, column.Fields("eventName"), false},
		{"segment/unique", local, column.Fields("requestID"), false},
		{"segment/three/ordered", local, column.Fields("eventName", "userIdentity.arn", "_time"), true},
		{"segment/raw", local, column.Fields("_raw"), false},
		{"segment/all", local, column.AllFields(), false},
		{"cached/three/ordered", cached, column.Fields("eventName", "userIdentity.arn", "_time"), true},
		{"memory/three/ordered", memory, column.Fields("eventName", "userIdentity.arn", "_time"), true},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := readAll(b, c.st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: c.fields, Ordered: c.order}); n != len(lines) {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(len(lines))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
	if err := errors.Join(local.Close(), cached.Close()); err != nil {
		b.Fatal(err)
	}
}

func readAll(b *testing.B, st store.Store, s store.Scan) (n int) {
	units, err := st.Scan(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	defer units.Release()
	for _, u := range units.Units {
		bs, err := u.Read(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for _, batch := range bs {
			n += batch.N
		}
	}
	return n
}

// BenchmarkMemoryScan is the fixed cost of a search over a few events.
func BenchmarkMemoryScan(b *testing.B) {
	st := store.NewMemory()
	if err := st.Append(context.Background(), events(0, 100)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		readAll(b, st, all)
	}
}

// BenchmarkAppend is small appends, each of which waits for the disk.
func BenchmarkAppend(b *testing.B) {
	st := open(b, b.TempDir(), store.Options{})
	batch := events(0, 10)
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := st.Append(context.Background(), batch); err != nil {
				b.Error(err)
			}
		}
	})
	if err := st.Close(); err != nil {
		b.Fatal(err)
	}
}
