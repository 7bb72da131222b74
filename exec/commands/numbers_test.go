package commands

import (
	"math/rand/v2"
	"testing"

	"spl/exec/column"
	"spl/exec/value"
)

func TestNumbersOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	times := &column.Time{V: []int64{0, -1, 1 << 60, -1 << 60, 1768478400_000001}}
	for range 2000 {
		times.V = append(times.V, rng.Int64N(4e15)-2e15)
	}
	times.Nulls = column.NewBitmap(len(times.V))
	times.Nulls.Set(0)
	texts := column.NewTextBuilder()
	for _, s := range []string{"1", "x", "1.50", "1e3", "007", "", "0x10", " 1"} {
		texts.Append(s)
	}
	texts.AppendNull()
	plain := texts.Build()
	lists := column.NewTextBuilder()
	lists.AppendList([]string{"1", "2"})
	lists.Append("3")
	for name, v := range map[string]column.Vec{
		"times": times, "whole numbers": &column.Int{V: []int64{5, 0, 1<<53 + 1, -1 << 62}, Nulls: column.FullBitmap(1)},
		"numbers": &column.Float{F: []float64{1.25, 0.1}, P: []value.Prec{value.Exact, value.Decimals(1)}},
		"texts":   plain, "few of many": column.Gather(plain, []uint32{3}), "lists": lists.Build(), "nulls": column.Nulls(2),
		"one": column.ConstText("12", 2),
	} {
		number := numbersOf(v)
		for i := range v.Len() {
			want, _, wantOK := v.At(i).Number()
			if got, ok := number(i); ok != wantOK || ok && got != want {
				t.Errorf("%s, row %d: %v %t, want %v %t", name, i, got, ok, want, wantOK)
			}
		}
	}
}
