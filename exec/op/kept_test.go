package op

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
)

// spillingRuntime may hold limit bytes and spill from spillAt bytes on; 0: none, at the limit.
func spillingRuntime(t *testing.T, limit, spillAt int64) *plan.Runtime {
	env := &plan.Env{TempDir: t.TempDir(), Limits: plan.Limits{Memory: limit, SpillAt: spillAt}}
	return &plan.Runtime{Env: env, Mem: env.Budget()}
}

// variedBatches are batches whose columns differ; the columns of some have no order.
func variedBatches(rng *rand.Rand, n int) []*column.Batch {
	var out []*column.Batch
	for i := range n {
		b := mixed(rng, 1+rng.IntN(60), i*100)
		switch i % 4 {
		case 1:
			b.Drop("w")
			b.Set("late", column.ConstText("x", b.N))
		case 2:
			b.Set("empty", column.Nulls(b.N))
			b.Ordered = false
		case 3:
			b.Sel = column.NewBitmap(b.N)
			b.Sel.Set(b.N / 2)
		}
		out = append(out, b)
	}
	return out
}

// allOf reads a stream to its end and lists its rows.
func allOf(t *testing.T, s column.Stream) []string {
	t.Helper()
	bs, err := column.Drain(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return show([]*column.Batch{column.Join(bs...)})
}

// TestKept: rows come back as often as they are asked for, from memory and from the file.
func TestKept(t *testing.T) {
	for seed := range uint64(8) {
		bs := variedBatches(rand.New(rand.NewPCG(seed, 1)), 2+int(seed))
		want := allOf(t, column.Batches(bs...))
		rows := want[1:]
		for _, way := range []struct{ limit, spillAt int64 }{{0, 0}, {64 << 10, 0}, {1 << 10, 0}, {0, 1}, {1 << 20, 20 << 10}} {
			rt := spillingRuntime(t, way.limit, way.spillAt)
			keep := func() *Kept {
				k, err := KeepRows(context.Background(), rt, column.Batches(bs...))
				if err != nil {
					t.Fatal(err)
				}
				return k
			}
			name := fmt.Sprintf("seed %d, limit %d, spill at %d", seed, way.limit, way.spillAt)
			k := keep()
			if k.Len() != len(rows) {
				t.Errorf("%s: %d rows of %d", name, k.Len(), len(rows))
			}
			if tight := way.limit == 1<<10 || way.spillAt == 1; len(bs) > 4 && k.OnDisk() != tight {
				t.Errorf("%s: on disk: %t", name, k.OnDisk())
			}
			for range 2 {
				if diff := cmp.Diff(want, allOf(t, k.Pass())); diff != "" {
					t.Errorf("%s: -want +got\n%s", name, diff)
				}
			}
			if k.HasValue("empty") || !k.HasValue("k") || k.Ordered() != (len(bs) < 3) {
				t.Errorf("%s: empty has a value: %t, ordered: %t", name, k.HasValue("empty"), k.Ordered())
			}
			other := keep()
			if err := k.take(other); err != nil {
				t.Fatal(err)
			}
			if k.Len() != 2*len(rows) {
				t.Errorf("%s: %d rows of two", name, k.Len())
			}
			if diff := cmp.Diff(slices.Concat(rows, rows), allOf(t, k.Stream())[1:]); diff != "" {
				t.Errorf("%s: taken: -want +got\n%s", name, diff)
			}
			wantBack := slices.Clone(rows)
			slices.Reverse(wantBack)
			for _, limit := range []int{0, 1, len(rows) / 2, 1000} {
				back := allOf(t, keep().Backwards(limit))
				if diff := cmp.Diff(wantBack[:min(limit, len(rows))], back[1:]); diff != "" || back[0] != want[0] {
					t.Errorf("%s: the last %d: columns %s, -want +got\n%s", name, limit, back[0], diff)
				}
			}
			if used := rt.Mem.Used(); used != 0 {
				t.Errorf("%s: %d bytes are still reserved", name, used)
			}
		}
	}
}

// TestTail: the last rows are the same whatever the memory, and no more than needed are kept.
func TestTail(t *testing.T) {
	for seed := range uint64(20) {
		bs := variedBatches(rand.New(rand.NewPCG(seed, 2)), 6)
		for _, b := range bs { // of one shape, so that the order of columns does not hang on what is kept
			b.Drop("w")
			b.Drop("late")
			b.Drop("empty")
		}
		want := allOf(t, column.Batches(bs...))
		slices.Reverse(want[1:])
		for _, limit := range []int{0, 1, 7, 60, 10000} {
			for _, spillAt := range []int64{0, 1} {
				rt := spillingRuntime(t, 0, spillAt)
				s, err := (&Tail{Limit: limit}).Open(rt, column.Batches(bs...))
				if err != nil {
					t.Fatal(err)
				}
				got := allOf(t, s)
				if diff := cmp.Diff(want[:1+min(limit, len(want)-1)], got); diff != "" {
					t.Errorf("seed %d, tail %d, spill at %d: -want +got\n%s", seed, limit, spillAt, diff)
				}
				if rt.Mem.Used() != 0 {
					t.Errorf("tail %d: %d bytes are still reserved", limit, rt.Mem.Used())
				}
			}
		}
	}
}

// TestKeptMakesRoom: what the caller must hold drives the rows to the file; without one it is refused.
func TestKeptMakesRoom(t *testing.T) {
	b := batchOf("k", "a", "b", "c")
	for _, dir := range []string{t.TempDir(), ""} {
		rt := &plan.Runtime{Env: &plan.Env{TempDir: dir}, Mem: plan.NewBudget(200)}
		k := NewKept(rt)
		if err := k.Add(b); err != nil {
			t.Fatal(err)
		}
		var full *plan.MemoryError
		if err := k.Hold(190); (dir == "") != errors.As(err, &full) || k.OnDisk() != (dir != "") {
			t.Errorf("in %q: error %v, on disk: %t", dir, err, k.OnDisk())
		}
		if err := k.Hold(20); !errors.As(err, &full) && dir != "" {
			t.Errorf("in %q: error %v beyond the limit", dir, err)
		}
		if err := k.Close(); err != nil || rt.Mem.Used() != 0 {
			t.Errorf("in %q: error %v, %d bytes are still reserved", dir, err, rt.Mem.Used())
		}
	}
}

// TestKeptWithoutFile: when the file cannot be made the search fails and says why.
func TestKeptWithoutFile(t *testing.T) {
	rt := spillingRuntime(t, 0, 1)
	rt.Env.TempDir += "/file"
	if err := os.WriteFile(rt.Env.TempDir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := KeepRows(context.Background(), rt, column.Batches(batchOf("k", "a")))
	var path *fs.PathError
	if !errors.As(err, &path) || rt.Mem.Used() != 0 {
		t.Errorf("error %v, %d bytes are still reserved", err, rt.Mem.Used())
	}
}

// TestKeptGivesBack: streaming rows for the last time frees them batch by batch, what they share last.
func TestKeptGivesBack(t *testing.T) {
	rt := spillingRuntime(t, 0, 0)
	k := NewKept(rt)
	shared := batchOf("k", "a long text", "another long text")
	for range 3 {
		if err := k.Add(shared.Copy()); err != nil {
			t.Fatal(err)
		}
	}
	dict := shared.Cols[0].(*column.Dict).D.Bytes()
	s := k.Stream()
	var used []int64
	for range 3 {
		used = append(used, rt.Mem.Used())
		if _, err := s.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int64{dict + 24, dict + 16, dict + 8}, used); diff != "" || rt.Mem.Used() != 0 {
		t.Errorf("%d bytes are left; -want +got\n%s", rt.Mem.Used(), diff)
	}
}

// TestKeptCancelled: a cancelled search stops between two batches and leaves no file.
func TestKeptCancelled(t *testing.T) {
	rt := spillingRuntime(t, 0, 1)
	ctx, cancel := context.WithCancel(context.Background())
	s, err := (&Reverse{}).Open(rt, column.Batches(variedBatches(rand.New(rand.NewPCG(1, 1)), 5)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after the cancellation", err)
	}
	if err := s.Close(); err != nil || rt.Mem.Used() != 0 {
		t.Errorf("error %v, %d bytes are still reserved", err, rt.Mem.Used())
	}
}
