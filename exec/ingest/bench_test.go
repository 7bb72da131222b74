package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"spl/exec/column"
)

func BenchmarkLoad(b *testing.B) {
	var json, pairs, csv, xml strings.Builder
	csv.WriteString("a,b,c\n")
	for i := range 20000 {
		fmt.Fprintf(&json, `{"eventTime":"2026-01-15T11:%02d:00Z","eventName":"Get%d","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/u%d"},"resources":[{"id":%d}]}`+"\n", i%60, i%40, i%500, i)
		fmt.Fprintf(&pairs, "2026-01-15T11:%02d:00Z user=u%d action=\"log in\" status=%d\n", i%60, i%500, i%7)
		fmt.Fprintf(&csv, "%d,\"x, %d\",text\n", i, i%100)
		xml.WriteString(winEvent + "\n")
	}
	for name, text := range map[string]string{"json": json.String(), "pairs": pairs.String(), "csv": csv.String(), "xml": xml.String()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, err := LoadReader(context.Background(), "f", strings.NewReader(text), Options{Now: now}, func(*column.Batch) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
