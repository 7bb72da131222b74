package op

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"spl/exec/column"
)

// benchBatches makes n batches with fields of several cardinalities.
func benchBatches(n, rows int) []*column.Batch {
	r := rand.New(rand.NewPCG(5, 6))
	dict := func(name string, entries int) *column.Dictionary {
		texts := make([]string, entries)
		for i := range texts {
			texts[i] = fmt.Sprintf("%s%d", name, i)
		}
		return column.DictionaryOf(texts...)
	}
	field := func(d *column.Dictionary) *column.Dict {
		v := &column.Dict{Codes: make([]uint32, rows), D: d}
		for i := range v.Codes {
			v.Codes[i] = uint32(1 + r.IntN(d.Len()))
		}
		return v
	}
	out := make([]*column.Batch, n)
	for k := range out {
		b := column.NewBatch(rows)
		b.Set("host", field(dict("host-", 100)))
		b.Set("user", field(dict("user-", 1000)))
		b.Set("bytes", field(dict("", 5000)))
		ids := make([]string, rows)
		for i := range ids {
			ids[i] = fmt.Sprintf("session-%d", k*rows+i)
		}
		d := column.DictionaryOf(ids...)
		plain := &column.Dict{Codes: make([]uint32, rows), D: d}
		for i := range plain.Codes {
			plain.Codes[i] = uint32(i + 1)
		}
		b.Set("session", plain)
		times := &column.Time{V: make([]int64, rows)}
		for i := range times.V {
			times.V[i] = 1768474800e6 - int64(k*rows+i)*1000
		}
		b.Set("_time", times)
		out[k] = b
	}
	return out
}

func BenchmarkStats(b *testing.B) {
	batches := benchBatches(8, column.MaxRows)
	rows := 8 * column.MaxRows
	for _, bb := range []struct {
		name string
		by   []string
		aggs []string
	}{
		{"count by host", []string{"host"}, []string{"count"}},
		{"count by host user", []string{"host", "user"}, []string{"count"}},
		{"sum by host", []string{"host"}, []string{"sum(bytes)"}},
		{"avg stdev by user", []string{"user"}, []string{"avg(bytes)", "stdev(bytes)"}},
		{"first and last time by host user", []string{"host", "user"}, []string{"count", "min(_time)", "max(_time)"}},
		{"dc by host", []string{"host"}, []string{"dc(user)"}},
		{"values by host", []string{"host"}, []string{"values(user)"}},
		{"values by user", []string{"user"}, []string{"values(bytes)"}},
		{"latest by host", []string{"host"}, []string{"latest(user)"}},
		{"perc95 by host", []string{"host"}, []string{"perc95(bytes)"}},
		{"count by million sessions", []string{"session"}, []string{"count"}},
		{"count by million times", []string{"_time"}, []string{"count"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			g := NewGroup(bb.by, aggsOf(b, bb.aggs...), "")
			for b.Loop() {
				p := newGroupPartial(g, nil)
				for _, in := range batches {
					if err := p.Add(context.Background(), in.Copy()); err != nil {
						b.Fatal(err)
					}
				}
				s, err := p.Result(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				if _, err := column.Drain(context.Background(), s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
