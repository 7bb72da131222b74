package lang

import "testing"

// BenchmarkParse parses the corpus, macros expanded; the figure to watch is ns/search.
func BenchmarkParse(b *testing.B) {
	defs := corpusMacros(b)
	var srcs []*Source
	for _, e := range corpus(b, "escu-dev.ndjson") {
		srcs = append(srcs, NewSource(e.Name, expand(Implied(NewSource("", e.Search)).Text, defs, 0)))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range srcs {
			fake.Parse(s)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(srcs)), "ns/search")
}
