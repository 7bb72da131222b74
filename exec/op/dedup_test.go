package op

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
)

// openDedup is Open with tables that need not be large to be worth a file.
func openDedup(d *Dedup, rt *plan.Runtime, in column.Stream, piece int) (column.Stream, *dedupPass) {
	s := &dedupStream{d: d, in: in, pass: newDedupPass(d, rt, 0)}
	s.pass.piece = piece
	return column.StreamFunc(s.next, s.pass.close), s.pass
}

// TestDedupSpills: whatever the memory, what comes out is the same batches.
func TestDedupSpills(t *testing.T) {
	for _, in := range []struct {
		name   string
		bs     []*column.Batch
		spills bool
	}{
		{"many keys", motley(1, 14, 100, 1_000_000), true},
		{"some keys", motley(2, 14, 100, 200), true},
		{"few keys", motley(3, 14, 100, 5), false},
	} {
		for i, d := range []Dedup{
			{Fields: []string{"key"}, Max: 1}, {Fields: []string{"key"}, Max: 3}, {Fields: []string{"key", "id"}, Max: 1, KeepEmpty: true},
			{Fields: []string{"key"}, Max: 1, KeepEvents: true}, {Fields: []string{"id", "key"}, Max: 2, KeepEvents: true, KeepEmpty: true},
			{Fields: []string{"_time"}, Max: 1, KeepEmpty: true}, {Fields: []string{"nope"}, Max: 1},
		} {
			var want []string
			for _, way := range []struct{ limit, spillAt int64 }{{0, 0}, {1 << 10, 0}, {12 << 10, 0}, {64 << 10, 0}, {0, 1}} {
				rt, left := spilling(t, way.limit, way.spillAt)
				s, pass := openDedup(&d, rt, copies(in.bs), 32)
				got := exactly(collect(t, s), true)
				what := fmt.Sprintf("%s, %+v, memory %+v", in.name, d, way)
				if want == nil {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s: -want +got\n%s", what, diff)
				}
				if spills := pass.later != nil; i == 0 && way.limit <= 1<<10 && spills != (in.spills && way.limit+way.spillAt > 0) {
					t.Errorf("%s: in files is %v", what, spills)
				}
				left(what)
			}
		}
	}
}

// TestDedupRecurses: parts that are still too large are dealt again. Tables of few combinations make for
// many levels.
func TestDedupRecurses(t *testing.T) {
	bs := motley(4, 8, 300, 600)
	for _, d := range []Dedup{{Fields: []string{"key"}, Max: 2}, {Fields: []string{"key", "id"}, Max: 1, KeepEvents: true}} {
		var want []string
		for _, limit := range []int64{0, 1 << 10} {
			rt, left := spilling(t, limit, 0)
			s, _ := openDedup(&d, rt, copies(bs), 4)
			got := exactly(collect(t, s), true)
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v: -want +got\n%s", d, diff)
			}
			left(fmt.Sprintf("%+v", d))
		}
	}
}

// TestDedupConsecutive: what batches the rows come in does not show, and nothing is held.
func TestDedupConsecutive(t *testing.T) {
	d := Dedup{Fields: []string{"key", "id"}, Max: 2, Consecutive: true}
	whole := rowsOf("key,id,n", "a,1,0", "a,1,1", "a,1,2", ",1,3", "a,1,4", "a,2,5", "a,2,6", "a,2,7", "a|b,2,8", "a|b,2,9", "a|b,2,10", "a,2,11")
	for size := 1; size <= whole.N; size++ {
		rt, left := spilling(t, 1, 0)
		s, err := d.Open(rt, column.Batches(append([]*column.Batch{{}}, cut(whole, size)...)...))
		if err != nil {
			t.Fatal(err)
		}
		if got := cells(column.Join(collect(t, s)...).Col("n")); got != "0,1,4,5,6,8,9,11" {
			t.Errorf("batches of %d: %s", size, got)
		}
		left("consecutive")
	}
}

// TestDedupWithoutFiles: the limit is an error where nothing may be written.
func TestDedupWithoutFiles(t *testing.T) {
	rt, _ := spilling(t, 64<<10, 0)
	rt.Env.TempDir = ""
	s, err := (&Dedup{Fields: []string{"key"}, Max: 1}).Open(rt, copies(motley(1, 30, 400, 1_000_000)))
	for err == nil {
		_, err = s.Next(t.Context())
	}
	if !isFull(err) || !strings.Contains(err.Error(), "more memory than") {
		t.Errorf("error %v", err)
	}
	if s.Close(); rt.Mem.Used() != 0 {
		t.Errorf("%d bytes are still reserved", rt.Mem.Used())
	}
}
