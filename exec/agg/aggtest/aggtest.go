// Package aggtest checks what every aggregate must hold: that states split, merge and travel through a
// file without changing the result, and that groups without values are empty.
//
//	for _, f := range agg.All { t.Run(f.Name, func(t *testing.T) { aggtest.Run(t, f) }) }
package aggtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/agg"
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

const groups = 7

// data is a random column with its groups and times.
type data struct {
	name   string
	vec    column.Vec
	groups []uint32
	times  column.Vec
}

func samples(r *rand.Rand, n int) []data {
	words := []string{"1", "2.5", "-3", "10", "b", "a", "B", "007", "2.50", "", "1e2"}
	text, lists := column.NewTextBuilder(), column.NewTextBuilder()
	ints, floats := &column.Int{}, &column.Float{Nulls: column.NewBitmap(n)}
	mixed := &column.Any{}
	for i := range n {
		w := words[r.IntN(len(words))]
		if r.IntN(5) == 0 {
			text.AppendNull()
		} else {
			text.Append(w)
		}
		lists.AppendList([]string{w, words[r.IntN(len(words))], "x"}[:r.IntN(4)])
		ints.V = append(ints.V, int64(r.IntN(20)-5))
		floats.F = append(floats.F, float64(r.IntN(40))/4)
		if r.IntN(4) == 0 {
			floats.Nulls.Set(i)
		}
		mixed.V = append(mixed.V, []value.Value{{}, value.OfText(w), value.OfInt(int64(i % 9)), value.OfList([]string{"4", w})}[r.IntN(4)])
	}
	out := []data{{name: "text", vec: text.Build()}, {name: "lists", vec: lists.Build()}, {name: "ints", vec: ints},
		{name: "floats", vec: floats}, {name: "mixed", vec: mixed}, {name: "const", vec: column.ConstText("4", n)},
		{name: "nulls", vec: column.Nulls(n)}}
	for k := range out {
		d := &out[k]
		times := &column.Time{Nulls: column.NewBitmap(n)}
		for i := range n {
			d.groups = append(d.groups, uint32(r.IntN(groups-2)))
			times.V = append(times.V, int64(r.IntN(n/2))*500_000)
			if r.IntN(9) == 0 {
				times.Nulls.Set(i)
			}
		}
		d.times = times
	}
	return append(out, data{name: "untimed", vec: ints, groups: out[0].groups, times: column.Nulls(n)})
}

func (d data) input(rows []uint32) *agg.Input {
	gs := make([]uint32, len(rows))
	for i, r := range rows {
		gs[i] = d.groups[r]
	}
	return agg.NewInput(gs, groups, len(rows), agg.NewColumn(column.Gather(d.vec, rows)), agg.NewColumn(column.Gather(d.times, rows)))
}

func span(from, to int) []uint32 {
	var out []uint32
	for i := from; i < to; i++ {
		out = append(out, uint32(i))
	}
	return out
}

// Run checks f.
func Run(t *testing.T, f *agg.Func) {
	t.Helper()
	const n = 400
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range samples(r, n) {
		t.Run(d.name, func(t *testing.T) { check(t, f, d, n) })
	}
	t.Run("nothing", func(t *testing.T) {
		s := newState(f)
		for _, v := range render(s, 3) {
			if want := emptyText(f); v != want {
				t.Errorf("a group without values gives %q, want %q", v, want)
			}
		}
	})
}

func check(t *testing.T, f *agg.Func, d data, n int) {
	whole := newState(f)
	whole.Add(d.input(span(0, n)))
	want := render(whole, groups)

	parts := newState(f)
	for from := 0; from < n; from += 90 {
		parts.Add(d.input(span(from, min(n, from+90))))
	}
	same(t, "several parts", want, render(parts, groups))

	identity := span(0, groups)
	merged := newState(f)
	for from := 0; from < n; from += 150 {
		p := newState(f)
		p.Add(d.input(span(from, min(n, from+150))))
		merged.Merge(p, identity, groups)
	}
	same(t, "merged", want, render(merged, groups))

	var e codec.Encoder
	whole.Encode(&e)
	dec := codec.Decoder{B: e.B}
	loaded := newState(f)
	loaded.Decode(&dec)
	if dec.Err() != nil || len(dec.B) != 0 {
		t.Errorf("decode: %v, %d bytes left", dec.Err(), len(dec.B))
	}
	same(t, "decoded", want, render(loaded, groups))
	for cut := range min(len(e.B), 300) {
		damaged := newState(f)
		damaged.Decode(&codec.Decoder{B: e.B[:cut]}) // must not panic
	}

	moved := newState(f)
	moved.Merge(loaded, []uint32{3, agg.None, 0, 1, 2, 4, 5}, groups)
	got := render(moved, groups)
	same(t, "moved", []string{want[2], want[3], want[4], want[0]}, got[:4])

	single := newState(f)
	in := d.input(span(0, n))
	for i := range n {
		part := in.Slice(i, i+1, true)
		single.Add(&part)
	}
	all := newState(f)
	in = d.input(span(0, n))
	in.Groups, in.Size = nil, 1
	all.Add(in)
	same(t, "row by row", render(all, 1), render(single, 1))
	if whole.Bytes() <= 0 && d.name != "nulls" && d.name != "untimed" {
		t.Errorf("Bytes is %d", whole.Bytes())
	}
}

func newState(f *agg.Func) agg.State { return f.New(agg.Arg{Percent: 90, List: 30}) }

func emptyText(f *agg.Func) string {
	if f.Zero {
		return "[0]"
	}
	return "[]"
}

// render shows n groups, by Result and by At, which must agree.
func render(s agg.State, n int) []string {
	v := s.Result(n)
	out := make([]string, n)
	for g := range n {
		out[g] = fmt.Sprint(v.At(g).List())
		if at := fmt.Sprint(s.At(g).List()); at != out[g] {
			out[g] += " but At gives " + at
		}
	}
	return out
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
