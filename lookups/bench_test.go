package lookups

import (
	"fmt"
	"strings"
	"testing"

	"spl/exec/column"
)

func benchKeys(n, distinct int, format string) column.Vec {
	b := column.NewTextBuilder()
	for i := range n {
		b.Append(fmt.Sprintf(format, i%distinct))
	}
	return b.Build()
}

func benchMatch(b *testing.B, table string, keys []string, in ...column.Vec) {
	l := world(b, "t", table)
	m, err := open(b, l, "t").Matcher(keys, []string{"v"})
	if err != nil {
		b.Fatal(err)
	}
	n := in[0].Len()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Match(in, n); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

func BenchmarkMatch(b *testing.B) {
	const n = 1 << 17
	var plain, wild strings.Builder
	plain.WriteString("k,p,v\n")
	wild.WriteString("# match_type=WILDCARD(k); case_sensitive_match=false; max_matches=1\nk,v\n")
	for i := range 50_000 {
		fmt.Fprintf(&plain, "host%d,%d,owner%d\n", i, i%7, i%100)
		fmt.Fprintf(&wild, "*.domain%d.example,%d\n", i, i%10)
	}
	for i := range 50 {
		fmt.Fprintf(&wild, "*part%d*,%d\n", i, i)
	}
	b.Run("exact", func(b *testing.B) { benchMatch(b, plain.String(), []string{"k"}, benchKeys(n, 5000, "host%d")) })
	b.Run("exact2", func(b *testing.B) {
		benchMatch(b, plain.String(), []string{"k", "p"}, benchKeys(n, 5000, "host%d"), benchKeys(n, 7, "%d"))
	})
	b.Run("wildcard", func(b *testing.B) {
		benchMatch(b, wild.String(), []string{"k"}, benchKeys(n, 5000, "www.Domain%d.example"))
	})
}

func BenchmarkReadCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("host,owner,site\n")
	for i := range 100_000 {
		fmt.Fprintf(&s, "host%d,owner%d,\"site, %d\"\n", i, i%100, i%10)
	}
	text := []byte(s.String())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readCSV("t", text); err != nil {
			b.Fatal(err)
		}
	}
}
