package commands

import (
	"context"
	"fmt"
	"testing"

	"spl/exec/column"
	"spl/exec/op"
	"spl/lang"
	"spl/lookups"
)

const benchRows = 300_000

// benchInput is events, newest first: a text of each, a user of 4000, the start and end of what he does.
func benchInput() []*column.Batch {
	var out []*column.Batch
	for from := 0; from < benchRows; from += 50_000 {
		b := column.NewBatch(50_000)
		t := &column.Time{V: make([]int64, b.N)}
		n := &column.Int{V: make([]int64, b.N)}
		raw, user, act := column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder()
		for i := range b.N {
			k := from + i
			t.V[i] = int64(benchRows-k) * 250_000
			n.V[i] = int64(k * 7919 % 1000)
			raw.Append(fmt.Sprintf("%d session opened for user%d from 10.1.%d.%d port %d", k, k*7919%4000, k%251, k%241, k*31%65536))
			user.Append(fmt.Sprintf("user%d", k*7919%4000))
			act.Append([]string{"out", "work", "work", "in"}[k/4000%4])
		}
		b.Set("_time", t)
		b.Set("_raw", raw.Build())
		b.Set("user", user.Build())
		b.Set("act", act.Build())
		b.Set("n", n)
		out = append(out, b)
	}
	return out
}

// BenchmarkAllRows times commands that read all rows before they answer, in memory and from the disk.
func BenchmarkAllRows(b *testing.B) {
	in := benchInput()
	for _, search := range []string{
		"reverse", "tail 100000", "fillnull", "outlier n", "concurrency duration=n", "appendpipe [stats count by user]",
		"outputlookup bench.csv", "transaction user startswith=act=in endswith=act=out", "transaction user maxpause=10s",
		"mvcombine n", "fieldsummary", "makecontinuous _time span=1s",
	} {
		for _, disk := range []bool{false, true} {
			name := search + "/memory"
			if disk {
				name = search + "/disk"
			}
			b.Run(name, func(b *testing.B) {
				w := newWorld(b)
				w.env.Lookups = lookups.New(lookups.DiskHome(b.TempDir()), w.content)
				if disk {
					w.env.Limits.SpillAt = 1 << 20
				}
				w.env.TempDir = b.TempDir()
				b.ReportAllocs()
				for b.Loop() {
					w.rt.Mem = w.env.Budget()
					p, err := w.plan(lang.NewSource("<bench>", "| "+search), true)
					if err != nil {
						b.Fatal(err)
					}
					s, err := op.Run(context.Background(), w.rt, p, column.Batches(in...))
					if err == nil {
						err = op.Each(context.Background(), s, func(*column.Batch) error { return nil })
					}
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(w.rt.Mem.Peak())/(1<<20), "MB-peak")
			})
		}
	}
}
