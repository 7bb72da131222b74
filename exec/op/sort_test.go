package op

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
)

// mixed is n rows of numbers, addresses, words, nulls and multivalues, with their place as id.
func mixed(rng *rand.Rand, n, from int) *column.Batch {
	b := column.NewBatch(n)
	k, w := column.NewTextBuilder(), column.NewTextBuilder()
	id := &column.Int{}
	num := &column.Float{}
	for i := range n {
		switch rng.IntN(6) {
		case 0:
			k.AppendNull()
		case 1:
			k.Append(fmt.Sprintf("10.0.0.%d", rng.IntN(30)))
		case 2:
			k.Append(fmt.Sprintf("w%d", rng.IntN(20)))
		case 3:
			k.AppendList([]string{fmt.Sprint(rng.IntN(20)), "z"})
		default:
			k.Append(fmt.Sprint(rng.IntN(40) - 20))
		}
		w.Append(string(rune('a' + rng.IntN(4))))
		num.F = append(num.F, float64(rng.IntN(50))/4)
		id.V = append(id.V, int64(from+i))
	}
	num.Prec = value.Exact
	b.Set("k", k.Build())
	b.Set("w", w.Build())
	b.Set("num", num)
	b.Set("id", id)
	b.Ordered = true
	return b
}

// sorted runs a sort over batches dealt to parts, under a memory limit, and returns the ids in order.
func sorted(t *testing.T, s *Sort, batches []*column.Batch, parts int, limit int64) []string {
	t.Helper()
	ctx := context.Background()
	rt := &plan.Runtime{Env: &plan.Env{TempDir: t.TempDir()}, Mem: plan.NewBudget(limit)}
	var total plan.Partial
	for i := range parts {
		p, err := s.NewPartial(rt)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range batches[i*len(batches)/parts : (i+1)*len(batches)/parts] {
			if err := p.Add(ctx, b.Copy()); err != nil {
				t.Fatal(err)
			}
		}
		if total == nil {
			total = p
		} else if err := total.Merge(p); err != nil {
			t.Fatal(err)
		}
	}
	out, err := total.Result(ctx)
	if err != nil {
		t.Fatal(err)
	}
	bs, err := column.Drain(ctx, out)
	if err != nil {
		t.Fatal(err)
	}
	if err := total.Close(); err != nil {
		t.Fatal(err)
	}
	if used := rt.Mem.Used(); used != 0 {
		t.Errorf("%d bytes are still reserved", used)
	}
	var ids []string
	for _, b := range bs {
		if diff := cmp.Diff([]string{"k", "w", "num", "id"}, b.Names); diff != "" || !b.Ordered {
			t.Fatalf("columns %v, ordered %v", b.Names, b.Ordered)
		}
		for i := range b.N {
			ids = append(ids, b.Col("id").At(i).Text())
		}
	}
	return ids
}

// TestSortSpills: whatever the memory and however the rows are dealt, the order is that of a sort in
// memory in one go.
func TestSortSpills(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var batches []*column.Batch
	for i := range 6 {
		batches = append(batches, mixed(rng, 700, i*700))
	}
	for _, keys := range [][]SortKey{
		{{Field: "k"}}, {{Field: "k", Desc: true}}, {{Field: "w"}, {Field: "num", Desc: true}},
		{{Field: "k", Type: KeyStr}}, {{Field: "k", Type: KeyNum, Desc: true}}, {{Field: "k", Type: KeyIP}}, {{Field: "none"}},
	} {
		for _, limit := range []int{0, 10, 3000} {
			s := NewSort(keys, limit)
			want := sorted(t, s, batches, 1, 0)
			for _, parts := range []int{1, 3} {
				for _, mem := range []int64{1 << 10, 100 << 10, 1 << 20} {
					got := sorted(t, s, batches, parts, mem)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s in %d parts with %d bytes: order differs", s, parts, mem)
					}
				}
			}
		}
	}
}
