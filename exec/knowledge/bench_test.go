package knowledge

import (
	"testing"
	"time"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/ingest"
)

// BenchmarkNew is what a test file or a search pays before any event is read.
func BenchmarkNew(b *testing.B) {
	b.Run("set", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(Config{Eval: eval.Ctx{Now: now, Zone: time.UTC}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	set, err := New(Config{Eval: eval.Ctx{Now: now, Zone: time.UTC}})
	if err != nil {
		b.Fatal(err)
	}
	for name, need := range map[string]column.FieldSet{"one field": column.Fields("x"), "user": column.Fields("user"), "all": column.AllFields()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := set.With(eval.Ctx{Now: now, Zone: time.UTC}).Extractor(Stream{}, need); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	var evs [][]ingest.Pair
	for range 20000 {
		evs = append(evs, []ingest.Pair{{Name: "sourcetype", Value: "aws:cloudtrail"}, {Name: "_raw", Value: `{"eventName":"GetObject","userIdentity":{"arn":"arn:aws:iam::1:user/bob","userName":"bob"}}`}})
	}
	bs, err := ingest.FromMaps(evs, ingest.Options{Now: now})
	if err != nil {
		b.Fatal(err)
	}
	set, err := New(Config{Eval: eval.Ctx{Now: now, Zone: time.UTC}})
	if err != nil {
		b.Fatal(err)
	}
	for name, need := range map[string]column.FieldSet{"two fields": column.Fields("userName", "errorCode"), "tag": column.Fields("tag"), "all": column.AllFields()} {
		b.Run(name, func(b *testing.B) {
			ex, err := set.Extractor(Stream{}, need)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ex.Apply(bs[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
