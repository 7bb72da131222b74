package op

import (
	"context"
	"fmt"
	"runtime/debug"
	"strconv"
	"testing"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
)

const (
	spillRows   = 10_000_000
	spillGroups = 2_000_000
)

// spillBatch makes rows from row on: z is one of two million keys and comes five times, with three
// different x and two different y.
func spillBatch(from int) *column.Batch {
	n := min(column.MaxRows, spillRows-from)
	z := &column.Dict{Codes: make([]uint32, n)}
	x := &column.Dict{Codes: make([]uint32, n)}
	y := &column.Dict{Codes: make([]uint32, n), D: column.DictionaryOf("low", "high")}
	var zs, xs []string
	byX := map[int]uint32{}
	for i := range n {
		key := (from + i) * 7919 % spillGroups
		round := (from + i) / spillGroups
		zs = append(zs, "session-"+strconv.Itoa(key))
		z.Codes[i] = uint32(i + 1)
		k := (key + round%3) % 1000
		if byX[k] == 0 {
			xs = append(xs, strconv.Itoa(k))
			byX[k] = uint32(len(xs))
		}
		x.Codes[i] = byX[k]
		y.Codes[i] = uint32(1 + round%2)
	}
	z.D, x.D = column.DictionaryOf(zs...), column.DictionaryOf(xs...)
	b := column.NewBatch(n)
	b.Set("x", x)
	b.Set("y", y)
	b.Set("z", z)
	return b
}

// BenchmarkStatsSpill is stats dc(x) values(y) by z over ten million rows and two million groups within
// 512 MB, with two workers; it checks every row of the result.
func BenchmarkStatsSpill(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(512 << 20))
	g := NewGroup([]string{"z"}, aggsOf(b, "dc(x)", "values(y)"), "")
	for b.Loop() {
		rt := &plan.Runtime{Env: &plan.Env{TempDir: b.TempDir()}, Mem: plan.NewBudget(384 << 20)}
		p, q := newGroupPartial(g, rt), newGroupPartial(g, rt)
		done := make(chan error)
		half := spillRows / column.MaxRows / 2 * column.MaxRows
		work := func(p *groupPartial, from, to int) {
			var err error
			for ; from < to && err == nil; from += column.MaxRows {
				err = p.Add(context.Background(), spillBatch(from))
			}
			done <- err
		}
		go work(p, 0, half)
		go work(q, half, spillRows)
		for range 2 {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
		if err := p.Merge(q); err != nil {
			b.Fatal(err)
		}
		s, err := p.Result(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		if err := checkSpilled(s); err != nil {
			b.Fatal(err)
		}
		if p.spill == nil {
			b.Fatal("nothing was spilled")
		}
	}
	b.ReportMetric(float64(spillRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

// checkSpilled checks that every key comes once, in order, with its three x and two y.
func checkSpilled(s column.Stream) error {
	rows, last := 0, ""
	err := Each(context.Background(), s, func(b *column.Batch) error {
		for i := range b.N {
			key := b.Col("z").At(i).Text()
			if rows > 0 && value.Compare(last, key) >= 0 {
				return fmt.Errorf("row %d: %s after %s", rows, key, last)
			}
			if d, v := b.Col("dc(x)").At(i).Text(), b.Col("values(y)").At(i).List(); d != "3" || len(v) != 2 || v[0] != "high" || v[1] != "low" {
				return fmt.Errorf("%s has %s and %q", key, d, v)
			}
			last = key
			rows++
		}
		return nil
	})
	if err == nil && rows != spillGroups {
		err = fmt.Errorf("%d groups", rows)
	}
	return err
}

// BenchmarkBatchCodec writes a batch as it goes to a file and reads it back.
func BenchmarkBatchCodec(b *testing.B) {
	in := spillBatch(0)
	size := 0
	for b.Loop() {
		var e codec.Encoder
		encodeBatch(&e, in)
		size = len(e.B)
		if _, err := decodeBatch(&codec.Decoder{B: e.B}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/float64(in.N), "B/row")
	b.ReportMetric(float64(in.N)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
