package op

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang/timefmt"
)

// cut returns the rows in batches of size rows.
func cut(b *column.Batch, size int) []*column.Batch {
	var out []*column.Batch
	for from := 0; from < b.N; from += size {
		var rows []uint32
		for i := from; i < min(b.N, from+size); i++ {
			rows = append(rows, uint32(i))
		}
		out = append(out, b.Pick(rows))
	}
	return out
}

func runStream(t testing.TB, n plan.Opener, bs ...*column.Batch) ([]string, error) {
	t.Helper()
	in := make([]*column.Batch, len(bs))
	for i, b := range bs {
		in[i] = b.Copy()
	}
	s, err := n.Open(&plan.Runtime{Env: &plan.Env{}}, column.Batches(in...))
	if err != nil {
		t.Fatal(err)
	}
	out, err := column.Drain(context.Background(), s)
	if err != nil {
		return nil, err
	}
	return show([]*column.Batch{column.Join(out...)}), nil
}

// above is the condition field > limit.
type above struct {
	field string
	limit float64
}

func (a above) Fields() column.FieldSet { return column.Fields(a.field) }

func (a above) Apply(b *column.Batch) error {
	Keep(b, a.field, false, func(vs []string) bool {
		var f float64
		_, err := fmt.Sscan(vs[0], &f)
		return err == nil && f > a.limit
	})
	return nil
}

func TestStreamGroup(t *testing.T) {
	in := rowsOf("g,n", "a,1", "b,2", "a,3", ",9", "b,4", "a,5")
	tests := []struct {
		name string
		node StreamGroup
		aggs string
		want string // of the last column, blank for none
	}{
		{"running", StreamGroup{Current: true, Global: true}, "sum(n)", "1 3 6 15 19 24"},
		{"by", StreamGroup{Current: true, Global: true, By: []string{"g"}}, "sum(n)", "1 2 4 - 6 9"},
		{"without the row", StreamGroup{Global: true}, "count", "0 1 2 3 4 5"},
		{"sum without the row", StreamGroup{Global: true, By: []string{"g"}}, "sum(n)", "- - 1 - 2 4"},
		{"window", StreamGroup{Current: true, Global: true, Window: 2}, "sum(n)", "1 3 5 12 13 9"},
		{"window without the row", StreamGroup{Global: true, Window: 2}, "sum(n)", "- 1 3 5 12 13"},
		{"global window by", StreamGroup{Current: true, Global: true, Window: 2, By: []string{"g"}}, "sum(n)", "1 2 3 - 4 5"},
		{"window per group", StreamGroup{Current: true, Window: 2, By: []string{"g"}}, "sum(n)", "1 2 4 - 6 8"},
		{"change", StreamGroup{Current: true, Global: true, ResetOnChange: true, By: []string{"g"}}, "count", "1 1 1 - 1 1"},
		{"reset before", StreamGroup{Current: true, Global: true, ResetBefore: above{"n", 8}}, "sum(n)", "1 3 6 9 13 18"},
		{"reset after", StreamGroup{Current: true, Global: true, ResetAfter: above{"n", 8}}, "sum(n)", "1 3 6 15 4 9"},
		{"reset after the result", StreamGroup{Current: true, Global: true, ResetAfter: above{"sum(n)", 5}}, "sum(n)", "1 3 6 9 4 9"},
		{"values", StreamGroup{Current: true, Global: true, By: []string{"g"}}, "values(n)", "1 2 1|3 - 2|4 1|3|5"},
		{"max of a window", StreamGroup{Current: true, Global: true, Window: 3}, "max(n)", "1 2 3 9 9 9"},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 6} {
			t.Run(fmt.Sprint(tt.name, "/", size), func(t *testing.T) {
				n := tt.node
				n.Aggs = aggsOf(t, tt.aggs)
				rows, err := runStream(t, &n, cut(in, size)...)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range rows[1:] {
					cells := strings.Split(r, ",")
					if len(cells) < 3 || cells[2] == "" {
						got = append(got, "-")
					} else {
						got = append(got, cells[2])
					}
				}
				if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestStreamTimeWindow(t *testing.T) {
	span, err := timefmt.ParseSpan("10s")
	if err != nil {
		t.Fatal(err)
	}
	day, err := timefmt.ParseSpan("1d")
	if err != nil {
		t.Fatal(err)
	}
	late := errors.New("not sorted")
	tests := []struct {
		name  string
		span  timefmt.Span
		times string
		want  string
		err   error
	}{
		{"the far edge is outside", span, "0 5 10 11 30", "1 2 2 3 1", nil},
		{"descending", span, "30 11 10 5 0", "1 1 2 3 2", nil},
		{"equal times", span, "3 3 2", "1 2 3", nil},
		{"out of order", span, "3 5 2", "", late},
		{"days", day, "0 86399 86400", "1 2 2", nil},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 5} {
			v := &column.Time{}
			for _, s := range strings.Fields(tt.times) {
				v.V = append(v.V, parseMicros(s))
			}
			b := column.NewBatch(len(v.V))
			b.Set("_time", v)
			n := &StreamGroup{Current: true, Global: true, Aggs: aggsOf(t, "count"), TimeWindow: &tt.span, Unsorted: late}
			rows, err := runStream(t, n, cut(b, size)...)
			if err != tt.err {
				t.Errorf("%s: error %v, want %v", tt.name, err, tt.err)
			}
			var got []string
			for _, r := range rows {
				if _, c, ok := strings.Cut(r, ","); ok && c != "count" {
					got = append(got, c)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("%s in batches of %d: %s, want %s", tt.name, size, s, tt.want)
			}
		}
	}
}

func TestEventGroup(t *testing.T) {
	in := rowsOf("g,n,old", "a,1,x", "b,2,", "a,3,y", ",9,z", "b|a,4,", "c,w,q")
	tests := []struct{ by, aggs, want string }{
		{"", "sum(n)", "19 19 19 19 19 19"},
		{"g", "sum(n)", "4 6 4 - 6 -"},
		{"g", "count", "2 2 2 - 2 1"},
		{"g", "sum(n) as old", "4 6 4 z 6 q"},
		{"g", "values(n) as v", "1|3 2|4 1|3 - 2|4 w"},
		{"nope", "count", "- - - - - -"},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 4, 6} {
			rt := &plan.Runtime{Env: &plan.Env{}, Mem: plan.NewBudget(1 << 30)}
			node := NewEventGroup(strings.Fields(tt.by), aggsOf(t, tt.aggs), "")
			whole, _ := node.NewPartial(rt)
			for _, b := range cut(in, size) {
				p, err := node.NewPartial(rt)
				if err == nil {
					err = p.Add(context.Background(), b)
				}
				if err == nil {
					err = whole.Merge(p)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			s, err := whole.Result(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			out, err := column.Drain(context.Background(), s)
			if err != nil {
				t.Fatal(err)
			}
			b := column.Join(out...)
			var got []string
			for i := range b.N {
				text := strings.Join(b.Col(node.Aggs[0].Name).At(i).List(), "|")
				if text == "" {
					text = "-"
				}
				got = append(got, text)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("%s by %q in batches of %d: %s, want %s", tt.aggs, tt.by, size, s, tt.want)
			}
			if rt.Mem.Used() != 0 {
				t.Errorf("%d bytes are still reserved", rt.Mem.Used())
			}
		}
	}
}

// TestEventGroupSpills checks that rows in a file come back as they were, in order.
func TestEventGroupSpills(t *testing.T) {
	bs := randomBatches(6, 400)
	node := NewEventGroup([]string{"user"}, aggsOf(t, "count", "avg(val)", "values(some)"), "")
	inFile := 0
	run := func(rt *plan.Runtime, perPartial int) []string {
		whole, err := node.NewPartial(rt)
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < len(bs); from += perPartial {
			p, err := node.NewPartial(rt)
			for _, b := range bs[from : from+perPartial] {
				if err == nil {
					err = p.Add(context.Background(), b.Copy())
				}
			}
			if err == nil {
				err = whole.Merge(p)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range whole.(*eventPartial).rows.parts {
			if p.batch == nil {
				inFile++
			}
		}
		s, err := whole.Result(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		out, err := column.Drain(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		return show([]*column.Batch{column.Join(out...)})
	}
	want := run(&plan.Runtime{Env: &plan.Env{}}, 6)
	for _, per := range []int{1, 3} {
		rt := &plan.Runtime{Env: &plan.Env{TempDir: t.TempDir()}, Mem: plan.NewBudget(100_000)}
		if diff := cmp.Diff(want, run(rt, per)); diff != "" {
			t.Errorf("%d batches a part: -want +got\n%s", per, diff)
		}
		if rt.Mem.Used() != 0 {
			t.Errorf("%d bytes are still reserved", rt.Mem.Used())
		}
	}
	if inFile == 0 {
		t.Error("nothing was written to a file")
	}
}

// TestStreamGroupMemory checks that what running aggregates remember counts, until a reset or the end.
func TestStreamGroupMemory(t *testing.T) {
	var bs []*column.Batch
	for k := range 40 {
		var lines []string
		for i := range 50 {
			lines = append(lines, fmt.Sprintf("u%d,%d", 50*k+i, i))
		}
		bs = append(bs, rowsOf("user,n", lines...))
	}
	for _, tt := range []struct {
		node   StreamGroup
		beyond bool
	}{
		{StreamGroup{By: []string{"user"}, Aggs: aggsOf(t, "count"), Current: true}, true},
		{StreamGroup{Aggs: aggsOf(t, "dc(user)"), Current: true}, true},
		{StreamGroup{Aggs: aggsOf(t, "sum(n)"), Current: true, Window: 1500, Global: true}, true},
		{StreamGroup{Aggs: aggsOf(t, "sum(n)"), Current: true}, false},
		{StreamGroup{Aggs: aggsOf(t, "dc(user)"), Current: true, Window: 10, Global: true}, false},
		{StreamGroup{Aggs: aggsOf(t, "dc(user) as d"), Current: true, ResetAfter: above{"d", 100}}, false},
	} {
		rt := &plan.Runtime{Env: &plan.Env{}, Mem: plan.NewBudget(20 << 10)}
		s, err := tt.node.Open(rt, column.Batches(bs...))
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = s.Next(context.Background())
		}
		var full *plan.MemoryError
		if errors.As(err, &full) != tt.beyond || rt.Mem.Peak() == 0 {
			t.Errorf("%v of %v: %v, %d bytes at once", tt.node.Aggs[0].Name, tt.node.By, err, rt.Mem.Peak())
		}
		if err := s.Close(); err != nil || rt.Mem.Used() != 0 {
			t.Errorf("%d bytes are still reserved, %v", rt.Mem.Used(), err)
		}
	}
}
