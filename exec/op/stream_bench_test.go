package op

import (
	"context"
	"testing"

	"spl/exec/column"
	"spl/exec/plan"
)

func BenchmarkStreamstats(b *testing.B) {
	batches := benchBatches(1, column.MaxRows)
	for _, bb := range []struct {
		name string
		node StreamGroup
		aggs []string
	}{
		{"count", StreamGroup{Current: true, Global: true}, []string{"count"}},
		{"sum by host", StreamGroup{Current: true, Global: true, By: []string{"host"}}, []string{"sum(bytes)"}},
		{"last without current", StreamGroup{Global: true, By: []string{"user"}}, []string{"last(bytes)"}},
		{"avg of 10", StreamGroup{Current: true, Global: true, Window: 10}, []string{"avg(bytes)"}},
		{"dc by host", StreamGroup{Current: true, Global: true, By: []string{"host"}}, []string{"dc(user)"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := bb.node
			n.Aggs = aggsOf(b, bb.aggs...)
			for b.Loop() {
				s, err := n.Open(&plan.Runtime{Env: &plan.Env{}}, column.Batches(batches[0].Copy()))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := column.Drain(context.Background(), s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(column.MaxRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
