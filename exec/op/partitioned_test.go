package op

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
)

// motley makes batches that have little in common: columns come and go and change their kind, rows are
// not selected, keys are missing or lists.
func motley(seed uint64, batches, rows, keys int) []*column.Batch {
	r := rand.New(rand.NewPCG(seed, 2))
	var out []*column.Batch
	for k := range batches {
		n := 1 + r.IntN(rows)
		b := column.NewBatch(n)
		b.Seq, b.Ordered = uint64(k)*7, k%5 == 0
		key, list := column.NewTextBuilder(), column.NewTextBuilder()
		at, id, num := &column.Time{}, &column.Int{}, &column.Float{Prec: value.Exact}
		for i := range n {
			switch r.IntN(12) {
			case 0:
				key.AppendNull()
			case 1:
				key.AppendList([]string{"a", fmt.Sprint(r.IntN(3))})
			default:
				key.Append(fmt.Sprint("key ", r.IntN(keys)))
			}
			list.AppendList(strings.Fields(strings.Repeat("x ", r.IntN(3))))
			at.V, id.V, num.F = append(at.V, 1e6*int64(k)+int64(i)), append(id.V, int64(r.IntN(3))), append(num.F, float64(i)/4)
		}
		b.Set("key", key.Build())
		switch k % 3 {
		case 0:
			b.Set("id", id)
		case 1:
			b.Set("id", column.AsText(id))
		}
		b.Set("list", column.WithDelim(list.Build(), fmt.Sprint(k%2)))
		if k%4 < 3 {
			b.Set("_time", []column.Vec{at, column.AsText(at), column.Nulls(n)}[k%4])
		}
		b.Set("num", num)
		b.Set("same", column.ConstText("c", n))
		b.Set("none", []column.Vec{column.Nulls(n), column.AsText(column.Nulls(n))}[k%2])
		if k%6 == 5 {
			b.Sel = column.NewBitmap(n)
			for i := range n {
				if r.IntN(3) > 0 && k%12 == 5 {
					b.Sel.Set(i)
				}
			}
		}
		out = append(out, b)
	}
	return out
}

func copies(bs []*column.Batch) column.Stream {
	in := make([]*column.Batch, len(bs))
	for i, b := range bs {
		in[i] = b.Copy()
	}
	return column.Batches(in...)
}

// exactly tells all of batches that a command behind them can see, the places of the rows included.
func exactly(bs []*column.Batch, places bool) []string {
	var out []string
	for _, b := range bs {
		head := fmt.Sprint("batch ", b.Seq, b.Ordered)
		for i, v := range b.Cols {
			head += " " + b.Names[i]
			if _, ok := v.(*column.Time); ok && !AllNull(v, b.Sel) {
				head += ":time"
			}
			if l, ok := v.(*column.List); ok && l.Delim != "" {
				lists := false
				EachRow(b, func(i int) { lists = lists || l.Offsets[i+1] > l.Offsets[i]+1 })
				if lists {
					head += ":" + l.Delim
				}
			}
			if Declared(v, b.Sel) {
				head += "+"
			}
		}
		out = append(out, head)
		EachRow(b, func(i int) {
			row := ""
			if places {
				row = fmt.Sprint(i, ":")
			}
			for _, v := range b.Cols {
				row += " " + strings.Join(v.At(i).List(), "|")
			}
			out = append(out, row)
		})
	}
	return out
}

// collect reads a stream to its end and closes it.
func collect(t testing.TB, s column.Stream) []*column.Batch {
	t.Helper()
	var out []*column.Batch
	for {
		b, err := s.Next(context.Background())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// spilling is spillingRuntime with a function that fails the test if memory or files were not given back.
func spilling(t *testing.T, limit, spillAt int64) (rt *plan.Runtime, left func(what string)) {
	rt = spillingRuntime(t, limit, spillAt)
	dir := rt.Env.TempDir
	return rt, func(what string) {
		t.Helper()
		if rt.Mem.Used() != 0 || limit > 0 && rt.Mem.Peak() > limit {
			t.Errorf("%s: %d bytes are still reserved, %d were of %d", what, rt.Mem.Used(), rt.Mem.Peak(), limit)
		}
		names, _ := os.ReadDir(dir)
		open := 0
		links, _ := filepath.Glob("/proc/self/fd/*") // files without a name; empty where there is no such thing
		for _, l := range links {
			if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, dir) {
				open++
			}
		}
		if len(names) > 0 || open > 0 {
			t.Errorf("%s: %d temporary files are there, %d open", what, len(names), open)
		}
	}
}

// TestPartitioned: dealt rows come back part by part in their order, and all together as the batches they
// came in.
func TestPartitioned(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		chunk          int
		bytes          int64
		limit, spillAt int64
	}{{1, 1 << 20, 0, 0}, {100, 1 << 20, 1 << 10, 0}, {100, 500, 64 << 10, 0}, {1 << 20, 1 << 20, 64 << 10, 0}, {1 << 20, 1 << 20, 0, 1}} {
		rt, left := spilling(t, tt.limit, tt.spillAt)
		p := newPartitioned(rt, tt.chunk, tt.bytes)
		var f frames
		var want [5][]uint64
		bs := motley(1, 25, 60, 1000)
		for _, b := range bs {
			first := f.note(b)
			var parts []uint32
			var no []uint64
			for i, h := range keyHashes(&column.Batch{N: b.N, Names: b.Names, Cols: b.Cols}, []string{"num"}) {
				k, n := h>>40%5, placeNumber(first+uint64(i), i%3 == 0)
				parts, no = append(parts, uint32(k)), append(no, n)
				want[k] = append(want[k], n)
			}
			if err := p.add(b, nil, no, parts); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.seal(); err != nil {
			t.Fatal(err)
		}
		for k := range want {
			var got []uint64
			err := p.each(ctx, k, func(b *column.Batch, no []uint64) error {
				got = append(got, no...)
				return nil
			})
			if diff := cmp.Diff(want[k], got); diff != "" || err != nil {
				t.Fatalf("part %d: %v\n%s", k, err, diff)
			}
		}
		m, err := p.merge(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bs {
			fr, _ := f.next()
			rows, err := m.frame(ctx, fr)
			if err != nil {
				t.Fatal(err)
			}
			all := b.Copy()
			all.Sel = nil
			if diff := cmp.Diff(exactly([]*column.Batch{all}, true), exactly([]*column.Batch{fr.fill(rows.rows, rows.refs)}, true)); diff != "" {
				t.Fatalf("%+v: -want +got\n%s", tt, diff)
			}
			for i, no := range rows.no {
				if isMarked(no) != (i%3 == 0) {
					t.Fatalf("row %d: mark is %v", i, isMarked(no))
				}
			}
		}
		if _, ok := f.next(); ok {
			t.Error("a frame too many")
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
		left(fmt.Sprint(tt))
	}
}

// spillers are the operators that hold rows in files, as functions of their input.
var spillers = map[string]func(rt *plan.Runtime, in column.Stream) (column.Stream, error){
	"dedup": func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		s, _ := openDedup(&Dedup{Fields: []string{"key"}, Max: 1}, rt, in, 32)
		return s, nil
	},
	"join, left side": func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		j := &Join{Fields: []string{"key"}, RightFields: []string{"key"}, Max: 1, Outer: true}
		return j.Stream(rt, in, copies(rightRows(2, 8, 300, 400))), nil
	},
	"join, right side": func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		j := &Join{Fields: []string{"key"}, RightFields: []string{"key"}, Max: 1, Outer: true}
		return j.Stream(rt, copies(motley(6, 30, 100, 100)), in), nil
	},
	"join without fields": func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		return (&Join{Max: 1, Outer: true}).Stream(rt, in, copies(rightRows(2, 12, 30, 400))), nil
	},
	"selfjoin": func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		return SelfJoin([]string{"key"}, 1, true, true).Stream(rt, nil, in), nil
	},
}

// TestSpillsEndEarly closes streams in the middle, at an error and when they are cancelled: nothing may be
// left.
func TestSpillsEndEarly(t *testing.T) {
	broken := errors.New("broken")
	bs := motley(5, 30, 200, 100000)
	for name, open := range spillers {
		for _, tt := range []struct {
			name  string
			read  int // batches before the end
			fail  int // at this batch of the input
			limit int64
		}{
			{"at once", 0, -1, 64 << 10}, {"after a batch", 1, -1, 64 << 10}, {"among what was in files", 20, -1, 64 << 10},
			{"error in the input", 100, 25, 64 << 10}, {"cancelled", 100, -1, 64 << 10}, {"little memory", 20, -1, 1 << 10},
		} {
			rt, left := spilling(t, tt.limit, 0)
			ctx, cancel := context.WithCancel(context.Background())
			in, at := copies(bs), 0
			s, err := open(rt, column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
				if at++; at-1 == tt.fail {
					return nil, broken
				}
				if tt.name == "cancelled" && at == 29 {
					cancel()
				}
				return in.Next(ctx)
			}, in.Close))
			if err != nil {
				t.Fatal(err)
			}
			read := 0
			for read < tt.read && err == nil {
				if _, err = s.Next(ctx); err == nil {
					read++
				}
			}
			cancel()
			switch {
			case tt.fail >= 0 && !errors.Is(err, broken), tt.name == "cancelled" && !errors.Is(err, context.Canceled), tt.read < 100 && err != nil:
				t.Errorf("%s %s: error %v after %d batches", name, tt.name, err, read)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			left(name + " " + tt.name)
		}
	}
}

// TestSpillsFail: an error of the file is the stream's.
func TestSpillsFail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range spillers {
		rt, left := spilling(t, 1<<10, 0)
		rt.Env.TempDir = filepath.Join(file, "folder")
		s, err := open(rt, copies(motley(5, 30, 200, 100000)))
		for err == nil {
			_, err = s.Next(t.Context())
		}
		if !strings.Contains(err.Error(), "spill state") {
			t.Errorf("%s: error %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		left(name)
	}
}
