package op

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
)

// rightRows is a right side for motley rows: some of its columns are theirs.
func rightRows(seed uint64, batches, rows, keys int) []*column.Batch {
	bs := motley(seed, batches, rows, keys)
	for _, b := range bs {
		for from, to := range map[string]string{"num": "other", "same": "alike", "list": "more"} {
			b.Names[slices.Index(b.Names, from)] = to
		}
		b.Ordered = seed%2 == 0
	}
	return bs
}

// TestJoinSpills: whatever the memory, what comes out is the same batches.
func TestJoinSpills(t *testing.T) {
	key := []string{"key"}
	joins := []Join{
		{Fields: key, RightFields: key, Max: 1, Overwrite: true},
		{Fields: key, RightFields: key, Max: 1, Outer: true, Overwrite: true},
		{Fields: key, RightFields: key, Max: 0},
		{Fields: key, RightFields: key, Max: 2, Outer: true, UseTime: true, Earlier: true, Overwrite: true},
		{Fields: key, RightFields: key, Max: 3, UseTime: true},
		{Fields: []string{"key", "id"}, RightFields: []string{"key", "other"}, Alias: "R", Max: 0, Outer: true},
		{Max: 1, Outer: true, Overwrite: true}, // key, id, _time and none: no row has the last one
		{Fields: []string{"nope"}, RightFields: []string{"nope"}, Max: 1, Outer: true},
		*SelfJoin(key, 1, true, true), *SelfJoin(key, 0, false, false), *SelfJoin([]string{"key", "id"}, 2, true, false),
	}
	for _, in := range []struct {
		name        string
		left, right []*column.Batch
	}{
		{"many keys", motley(1, 8, 100, 200), rightRows(2, 8, 150, 200)},
		{"few keys", motley(3, 6, 40, 3), rightRows(5, 8, 60, 3)}, // a key's rows have no room in one table
		{"no right rows", motley(1, 5, 30, 9), nil},
		{"one batch", motley(1, 5, 30, 9), rightRows(2, 1, 60, 9)},
		{"one batch in order", motley(7, 5, 30, 9), rightRows(8, 5, 60, 9)[1:2]},
	} {
		for i, j := range joins {
			var want []string
			for _, way := range []struct{ limit, spillAt int64 }{{0, 0}, {1 << 10, 0}, {64 << 10, 0}, {0, 1}} {
				rt, left := spilling(t, way.limit, way.spillAt)
				left1 := copies(in.left)
				if j.later {
					left1 = nil
				}
				s := j.Stream(rt, left1, copies(in.right))
				bs := collect(t, s)
				got := exactly(bs, true)
				if j.later { // in memory all are one batch
					got = show([]*column.Batch{column.Join(bs...)})
				}
				what := fmt.Sprintf("%s, join %d, memory %+v", in.name, i, way)
				if want == nil {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s: -want +got\n%s", what, diff)
				}
				left(what)
			}
		}
	}
}

// TestJoinWays tells which way joins go.
func TestJoinWays(t *testing.T) {
	for _, tt := range []struct {
		limit  int64
		fields []string
		files  bool
	}{{0, []string{"key"}, false}, {1 << 20, []string{"key"}, false}, {64 << 10, []string{"key"}, true}, {1 << 20, nil, false}} {
		rt, left := spilling(t, tt.limit, 0)
		bs := rightRows(2, 12, 300, 400)
		r := &joinRun{Join: Join{Fields: tt.fields, RightFields: tt.fields, Max: 1}, rt: rt, left: copies(motley(1, 30, 700, 400)), right: newJoinSide(rt)}
		if err := r.start(t.Context(), copies(bs)); err != nil {
			t.Fatal(err)
		}
		if (r.files != nil) != tt.files {
			t.Errorf("%d bytes, by %v: files are used: %v", tt.limit, tt.fields, r.files != nil)
		}
		if tt.limit > 0 && !tt.files && rt.Mem.Used() < 20<<10 {
			t.Errorf("only %d bytes are accounted for the table", rt.Mem.Used())
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
		left(fmt.Sprint(tt))
	}
}

// TestJoinWithoutFiles: the limit is an error where nothing may be written.
func TestJoinWithoutFiles(t *testing.T) {
	for name, j := range map[string]*Join{"right": {Fields: []string{"key"}, RightFields: []string{"key"}, Max: 1}, "self": SelfJoin([]string{"key"}, 1, true, true)} {
		rt := &plan.Runtime{Env: &plan.Env{}, Mem: plan.NewBudget(64 << 10)}
		var in column.Stream
		if !j.later {
			in = copies(motley(1, 5, 30, 9))
		}
		s := j.Stream(rt, in, copies(rightRows(2, 12, 300, 400)))
		if _, err := s.Next(t.Context()); !isFull(err) {
			t.Errorf("%s: error %v", name, err)
		}
		if s.Close(); rt.Mem.Used() != 0 {
			t.Errorf("%s: %d bytes are still reserved", name, rt.Mem.Used())
		}
	}
}
