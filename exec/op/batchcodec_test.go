package op

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// columnOf lists what a command can see of a column.
func columnOf(v column.Vec) []string {
	list, isList := column.AsText(v).(*column.List)
	delim := ""
	if isList {
		delim = list.Delim
	}
	out := []string{fmt.Sprintf("declared %t, list %t, delim %q", Declared(v, nil), isList, delim)}
	for i := range v.Len() {
		x := v.At(i)
		f, p, ok := x.Number()
		out = append(out, fmt.Sprint(v.Null(i), x.List(), f, p, ok, x.Kind() == value.String, x.Kind() == value.Multi))
	}
	return out
}

// TestBatchCodec: rows from a file are those that went there.
func TestBatchCodec(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	large := column.NewTextBuilder()
	for i := range 5000 {
		large.Append(fmt.Sprintf("text %d", i))
	}
	random := mixed(rng, 900, 0)
	str := column.NewStringBuilder()
	str.Append("7")
	str.AppendNull()
	tests := []struct {
		name string
		v    column.Vec
	}{
		{"lists and nulls", random.Col("k")},
		{"texts", random.Col("w")},
		{"lists with a delimiter", column.WithDelim(random.Col("k"), ",")},
		{"part of a list", column.Slice(random.Col("k"), 100, 130)},
		{"few of many entries", column.Gather(large.Build(), []uint32{4000, 3, 3, 4999})},
		{"strings", str.Build()},
		{"declared", batchOf("x", "", "").Col("x")},
		{"nulls with entries", column.Gather(batchOf("x", "", "a").Col("x"), []uint32{0, 0})},
		{"nulls", column.Nulls(3)},
		{"one text", column.ConstText("1.50", 4)},
		{"one list", &column.Const{V: value.OfList([]string{"a", "b"}), N: 3}},
		{"one number", &column.Const{V: value.OfText("7"), N: 3}},
		{"whole numbers", &column.Int{V: []int64{-5, 0, 1 << 60}, Nulls: column.FullBitmap(1)}},
		{"times", &column.Time{V: []int64{-1, 1_500_000, 1_000_001}}},
		{"numbers of one precision", &column.Float{F: []float64{1.25, -3}, Prec: value.Decimals(2)}},
		{"numbers", &column.Float{F: []float64{0.1, 3}, P: []value.Prec{value.Exact, value.Decimals(1)}}},
		{"no rows", column.AsText(column.Nulls(0))},
	}
	for _, tt := range tests {
		for _, ordered := range []bool{true, false} {
			b := &column.Batch{N: tt.v.Len(), Names: []string{"x"}, Cols: []column.Vec{tt.v}, Ordered: ordered, Seq: 1<<24 | 3}
			var e codec.Encoder
			encodeBatch(&e, b)
			got, err := decodeBatch(&codec.Decoder{B: e.B})
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if got.N != b.N || got.Ordered != ordered || got.Seq != b.Seq {
				t.Errorf("%s: %d rows, ordered %t, place %d", tt.name, got.N, got.Ordered, got.Seq)
			}
			if diff := cmp.Diff(columnOf(tt.v), columnOf(got.Col("x"))); diff != "" {
				t.Errorf("%s: -want +got\n%s", tt.name, diff)
			}
			for cut := range min(len(e.B), 400) {
				if _, err := decodeBatch(&codec.Decoder{B: e.B[:cut]}); err == nil {
					t.Errorf("%s: %d of %d bytes: no error", tt.name, cut, len(e.B))
				}
			}
		}
	}
}
