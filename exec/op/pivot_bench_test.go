package op

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"spl/exec/column"
	"spl/exec/plan"
)

const (
	chartRows  = 4_000_000
	chartSide  = 1000 // values of each field: a million cells
	chartBatch = column.MaxRows
)

// chartBatches makes rows whose cells come in any order.
func chartBatches() []*column.Batch {
	r := rand.New(rand.NewPCG(9, 10))
	texts := make([]string, chartSide)
	for i := range texts {
		texts[i] = "value-" + strconv.Itoa(i)
	}
	d := column.DictionaryOf(texts...)
	var out []*column.Batch
	for from := 0; from < chartRows; from += chartBatch {
		b := column.NewBatch(min(chartBatch, chartRows-from))
		for _, name := range []string{"x", "y"} {
			v := &column.Dict{Codes: make([]uint32, b.N), D: d}
			for i := range v.Codes {
				v.Codes[i] = uint32(1 + r.IntN(chartSide))
			}
			b.Set(name, v)
		}
		n := &column.Int{V: make([]int64, b.N)}
		for i := range n.V {
			n.V[i] = int64(r.IntN(1000))
		}
		b.Set("n", n)
		out = append(out, b)
	}
	return out
}

// BenchmarkChart is chart limit=10 sum(n) over x by y with a million cells, in memory and in files.
func BenchmarkChart(b *testing.B) {
	batches := chartBatches()
	for _, mode := range []struct {
		name   string
		budget int64
	}{{"in memory", 0}, {"in 16 MB", 16 << 20}, {"in 4 MB", 4 << 20}} {
		b.Run(mode.name, func(b *testing.B) {
			peak := int64(0)
			for b.Loop() {
				rt := &plan.Runtime{Env: &plan.Env{TempDir: b.TempDir()}, Mem: plan.NewBudget(mode.budget), Workers: 1}
				p, err := (&Pivot{Row: Axis{Field: "x"}, Col: &Axis{Field: "y"}, Aggs: aggsOf(b, "sum(n)"), Cells: []Cell{{Name: "sum(n)"}},
					Series: SeriesRule{Limit: 10, UseOther: true, OtherStr: "OTHER"}}).NewPartial(rt)
				if err != nil {
					b.Fatal(err)
				}
				for _, in := range batches {
					if err := p.Add(context.Background(), in.Copy()); err != nil {
						b.Fatal(err)
					}
				}
				s, err := p.Result(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				if err := Each(context.Background(), s, func(out *column.Batch) error { rows += out.N; return nil }); err != nil {
					b.Fatal(err)
				}
				if err := p.Close(); err != nil || rows != chartSide || rt.Mem.Used() != 0 {
					b.Fatal(err, rows, rt.Mem.Used())
				}
				peak = max(peak, rt.Mem.Peak())
			}
			b.ReportMetric(float64(chartRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
			b.ReportMetric(float64(peak)/(1<<20), "MB-accounted")
		})
	}
}
