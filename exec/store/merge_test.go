package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
)

// TestMergeValues: columns of a bulk import are merged to what the same columns are merged to as vectors.
func TestMergeValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 12 {
		kinds := []func(i int) []string{
			func(int) []string { return []string{fmt.Sprint(r.IntN(9))} },
			func(i int) []string { return []string{fmt.Sprintf("%x-%d", r.Uint64(), i)} },
			func(int) []string { return []string{"x", "y", fmt.Sprint(r.IntN(5000))}[:r.IntN(4)] },
			func(int) []string { return []string{fmt.Sprint(r.IntN(300))}[:r.IntN(20)/19] },
		}
		builders := make([][]*column.ValuesBuilder, 2) // of two workers, by column
		for w := range builders {
			for range kinds {
				builders[w] = append(builders[w], &column.ValuesBuilder{})
			}
		}
		var lists, dense []*block
		for part := range 1 + r.IntN(5) {
			n := 1 + r.IntN(3000)
			times := make([]int64, n)
			for i := range times {
				if times[i] = int64(part*3000 + i); round%3 == 1 {
					times[i] += r.Int64N(20)
				} else if round%3 == 2 {
					times[i] = r.Int64N(100)
				}
			}
			a, b := column.NewBatch(n), column.NewBatch(n)
			for k, make := range kinds {
				var cells []column.Cell
				for i := range n {
					for _, s := range make(i) {
						cells = append(cells, column.CellOf(i, []byte(s)))
					}
				}
				if k == 3 && part == 1 {
					continue
				}
				vb := builders[r.IntN(2)][k]
				vb.Add(cells)
				v := vb.Take(n, true)
				name := fmt.Sprint("c", k)
				a.Set(name, v)
				b.Set(name, v.Dense())
			}
			ev := func(b *column.Batch) *block {
				b.Set(FieldTime, &column.Time{V: times})
				e := events{Batch: b, times: times}
				return &block{e, uint64(part), uint64(part)}
			}
			lists, dense = append(lists, ev(a)), append(dense, ev(b))
		}
		want, got := mergeBlocks(dense), mergeBlocks(lists)
		if diff := cmp.Diff(lines(want.Batch), lines(got.Batch)); diff != "" {
			t.Fatalf("round %d: %s", round, diff)
		}
	}
}

func lines(b *column.Batch) []string {
	out := make([]string, b.N)
	for i := range out {
		var s strings.Builder
		for _, name := range []string{FieldTime, "c0", "c1", "c2", "c3"} {
			fmt.Fprintf(&s, "%s=%q ", name, b.Col(name).At(i).List())
		}
		out[i] = s.String()
	}
	return out
}
