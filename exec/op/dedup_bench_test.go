package op

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"spl/exec/column"
	"spl/exec/plan"
)

const (
	dedupBenchRows = 2_000_000
	dedupBenchKeys = 1_000_000
	dedupBenchStep = 16384
)

// dedupBatch makes rows from row on: every key comes twice.
func dedupBatch(from int) *column.Batch {
	n := min(dedupBenchStep, dedupBenchRows-from)
	key, user := column.NewTextBuilder(), column.NewTextBuilder()
	at := &column.Time{}
	for i := range n {
		key.Append("session-" + strconv.Itoa((from+i)*7919%dedupBenchKeys))
		user.Append("user" + strconv.Itoa((from+i)%500))
		at.V = append(at.V, int64(from+i)*1e6)
	}
	b := column.NewBatch(n)
	b.Set("key", key.Build())
	b.Set("user", user.Build())
	b.Set("_time", at)
	return b
}

// BenchmarkDedup is two million rows with one million keys, in memory and with less of it. It checks the
// number of rows and their order.
func BenchmarkDedup(b *testing.B) {
	var bs []*column.Batch
	for from := 0; from < dedupBenchRows; from += dedupBenchStep {
		bs = append(bs, dedupBatch(from))
	}
	for _, mb := range []int64{0, 64, 16, 4} {
		b.Run(fmt.Sprint(mb, " MB"), func(b *testing.B) {
			var peak, before uint64
			for b.Loop() {
				rt := &plan.Runtime{Env: &plan.Env{TempDir: b.TempDir()}, Mem: plan.NewBudget(mb << 20)}
				runtime.GC()
				before = heapNow()
				s, err := (&Dedup{Fields: []string{"key"}, Max: 1}).Open(rt, copies(bs))
				if err != nil {
					b.Fatal(err)
				}
				rows, last, k := 0, int64(-1), 0
				err = Each(b.Context(), s, func(out *column.Batch) error {
					times, _ := out.Col("_time").(*column.Time) // there are rows only where it is
					EachRow(out, func(i int) {
						if times.V[i] <= last {
							b.Fatal("rows are out of order")
						}
						last = times.V[i]
						rows++
					})
					if k++; k%16 == 0 {
						peak = max(peak, heapNow())
					}
					return nil
				})
				if err != nil || rows != dedupBenchKeys {
					b.Fatal(rows, err)
				}
			}
			b.ReportMetric(float64(dedupBenchRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
			b.ReportMetric(float64(peak-min(before, peak))/(1<<20), "heap-MB")
		})
	}
}

func heapNow() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
