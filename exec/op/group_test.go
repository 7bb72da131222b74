package op

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

// aggOf makes an aggregation from "sum(x) as name".
func aggOf(t testing.TB, text string) Agg {
	t.Helper()
	call, as, _ := strings.Cut(text, " as ")
	name, rest, _ := strings.Cut(call, "(")
	f, p, err := agg.Lookup(name)
	if err != nil || f == nil {
		t.Fatalf("no function %s: %v", name, err)
	}
	if as == "" {
		as = call
	}
	return Agg{Func: f, Arg: agg.Arg{Percent: p, List: 100}, Field: strings.TrimSuffix(rest, ")"), Name: as, Key: call}
}

func aggsOf(t testing.TB, texts ...string) []Agg {
	out := make([]Agg, len(texts))
	for i, s := range texts {
		out[i] = aggOf(t, s)
	}
	return out
}

// rowsOf makes a batch from a header and rows; values of a cell are parted by "|", empty cells null.
func rowsOf(header string, rows ...string) *column.Batch {
	names := strings.Split(header, ",")
	builders := make([]*column.TextBuilder, len(names))
	for i := range builders {
		builders[i] = column.NewTextBuilder()
	}
	for _, r := range rows {
		for i, c := range strings.Split(r, ",") {
			if c == "" {
				builders[i].AppendNull()
				continue
			}
			builders[i].AppendList(strings.Split(c, "|"))
		}
	}
	b := column.NewBatch(len(rows))
	for i, n := range names {
		b.Set(n, builders[i].Build())
	}
	return b
}

// show renders batches as the header and rows that rowsOf reads.
func show(bs []*column.Batch) []string {
	var out []string
	for k, b := range bs {
		b = b.Compact()
		if k == 0 {
			out = append(out, strings.Join(b.Names, ","))
		}
		for i := range b.N {
			cells := make([]string, len(b.Cols))
			for c, v := range b.Cols {
				cells[c] = strings.Join(v.At(i).List(), "|")
			}
			out = append(out, strings.Join(cells, ","))
		}
	}
	return out
}

func runGroup(t testing.TB, g *Group, rt *plan.Runtime, split int, bs ...*column.Batch) []string {
	t.Helper()
	ctx := context.Background()
	whole := newGroupPartial(g, rt)
	defer whole.Close()
	cur := newGroupPartial(g, rt)
	for i, b := range bs {
		if split > 0 && i > 0 && i%split == 0 {
			if err := whole.Merge(cur); err != nil {
				t.Fatal(err)
			}
			cur = newGroupPartial(g, rt)
		}
		if err := cur.Add(ctx, b.Copy()); err != nil {
			t.Fatal(err)
		}
	}
	if err := whole.Merge(cur); err != nil {
		t.Fatal(err)
	}
	s, err := whole.Result(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out, err := column.Drain(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	return show(out)
}

func TestGroup(t *testing.T) {
	events := rowsOf("user,host,bytes,mv", "alice,h1,100,a|b", "bob,h2,200,a|a", "alice,h1,300,", "carol,h2,x,b", ",h3,7,a")
	tests := []struct {
		name string
		by   string
		aggs []string
		want []string
	}{
		{"count", "", []string{"count"}, []string{"count", "5"}},
		{"two fields", "host user", []string{"count"}, []string{"host,user,count", "h1,alice,2", "h2,bob,1", "h2,carol,1"}},
		{"null result", "user", []string{"sum(bytes) as b"}, []string{"user,b", "alice,400", "bob,200", "carol,"}},
		{"multivalue key", "mv", []string{"count", "sum(bytes) as s"}, []string{"mv,count,s", "a,4,507", "b,2,100"}},
		{"multivalue and plain key", "mv user", []string{"count"}, []string{"mv,user,count", "a,alice,1", "a,bob,2", "b,alice,1", "b,carol,1"}},
		{"missing key", "nope", []string{"count"}, []string{"nope,count"}},
		{"wildcard", "user", []string{"values(*) as *"}, []string{"user,bytes,host,mv", "alice,100|300,h1,a|b", "bob,200,h2,a", "carol,x,h2,b"}},
		{"wildcard prefix", "", []string{"max(by*) as m_*"}, []string{"m_tes", "300"}},
		{"numeric wildcard", "", []string{"sum(*)"}, []string{"sum(bytes)", "607"}},
		{"no value at all", "", []string{"sum(user)"}, []string{"sum(user)"}},
		{"beside count the column stays", "", []string{"count", "sum(user)"}, []string{"count,sum(user)", "5,"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := NewGroup(strings.Fields(tt.by), aggsOf(t, tt.aggs...), "")
			if diff := cmp.Diff(tt.want, runGroup(t, g, nil, 0, events)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestGroupOrder(t *testing.T) {
	b := rowsOf("k", "b", "10", "9", "B", "1.0", "1", "ab", "aa", "-3", "abcdefghij2", "abcdefghij1")
	got := runGroup(t, NewGroup([]string{"k"}, aggsOf(t, "count"), ""), nil, 0, b)
	want := []string{"k,count", "-3,1", "1,1", "1.0,1", "9,1", "10,1", "B,1", "aa,1", "ab,1", "abcdefghij1,1", "abcdefghij2,1", "b,1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestGroupDedupSplit(t *testing.T) {
	g := NewGroup([]string{"x"}, aggsOf(t, "count"), "")
	g.Dedup = true
	want := []string{"x,count", "a,1", "b,1"}
	if diff := cmp.Diff(want, runGroup(t, g, nil, 0, rowsOf("x", "a|a|b"))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestGroupTimeKeys(t *testing.T) {
	b := column.NewBatch(3)
	b.Set("_time", &column.Time{V: []int64{5_250_000, -1_000_000, 5_250_000}})
	g := NewGroup([]string{"_time"}, aggsOf(t, "count"), "")
	want := []string{"_time,count", "-1,1", "5.25,2"}
	if diff := cmp.Diff(want, runGroup(t, g, nil, 0, b)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// randomBatches holds fields of low and high cardinality, nulls, lists and changing kinds of vectors.
func randomBatches(n, rows int) []*column.Batch {
	r := rand.New(rand.NewPCG(3, 4))
	var out []*column.Batch
	for k := range n {
		var lines []string
		for range rows {
			mv := fmt.Sprintf("m%d|m%d", r.IntN(3), r.IntN(3))
			if r.IntN(3) > 0 {
				mv = fmt.Sprint("m", r.IntN(3))
			}
			val := fmt.Sprint(r.IntN(1000))
			if r.IntN(9) == 0 {
				val = "w" + val
			}
			lines = append(lines, fmt.Sprintf("u%d,%d,%s,%s,%s", r.IntN(40), r.IntN(300), mv, val, []string{"", "x"}[r.IntN(2)]))
		}
		b := rowsOf("user,id,mv,val,some", lines...)
		if k%2 == 1 {
			v := &column.Int{}
			for range rows {
				v.V = append(v.V, int64(r.IntN(300)))
			}
			b.Set("id", v)
		}
		if k%3 == 1 {
			b.Sel = column.NewBitmap(rows)
			for i := 0; i < rows; i += 3 {
				b.Sel.Set(i)
			}
		}
		b.Set("_time", &column.Time{V: make([]int64, rows)})
		out = append(out, b)
	}
	return out
}

// TestGroupWays checks that splitting, partitioning and spilling never show in the result.
func TestGroupWays(t *testing.T) {
	bs := randomBatches(9, 200)
	aggs := aggsOf(t, "count", "sum(val)", "avg(val)", "min(val)", "max(val)", "dc(val)", "values(val)", "list(val)", "first(val)",
		"last(val)", "latest(val)", "median(val)", "perc90(val)", "mode(val)", "stdev(val)", "values(s*) as v_*", "range(val)")
	for _, by := range []string{"", "user", "id", "user id", "user mv id", "mv", "nope"} {
		g := NewGroup(strings.Fields(by), aggs, "")
		want := runGroup(t, g, nil, 0, bs...)
		for _, way := range []struct {
			name    string
			split   int
			splitAt int
			budget  int64
		}{{"merged", 2, 0, 0}, {"partitioned", 0, 5, 0}, {"partitioned late", 3, 120, 0}, {"spilled", 0, 0, 1024}, {"spilled and merged", 2, 50, 1024}} {
			t.Run(by+"/"+way.name, func(t *testing.T) {
				h := *g
				h.splitAt = way.splitAt
				rt := &plan.Runtime{Env: &plan.Env{TempDir: t.TempDir()}}
				if way.budget > 0 && by != "" {
					rt.Mem = plan.NewBudget(way.budget)
				}
				if diff := cmp.Diff(want, runGroup(t, &h, rt, way.split, bs...)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if rt.Mem != nil && rt.Mem.Used() != 0 {
					t.Errorf("%d bytes are still reserved", rt.Mem.Used())
				}
			})
		}
	}
}

func TestGroupOverBudget(t *testing.T) {
	rt := &plan.Runtime{Env: &plan.Env{}, Mem: plan.NewBudget(100)}
	p := newGroupPartial(NewGroup([]string{"user"}, aggsOf(t, "count"), ""), rt)
	if err := p.Add(context.Background(), randomBatches(1, 50)[0]); err == nil {
		t.Error("no error without a place to spill to")
	}
}

func TestGroupPartialRows(t *testing.T) {
	bs := randomBatches(4, 50)
	aggs := aggsOf(t, "count", "avg(val)", "dc(val)", "values(some) as v", "max(v*)")
	for _, by := range [][]string{nil, {"user"}, {"mv", "user"}} {
		want := runGroup(t, NewGroup(by, aggs, ""), nil, 0, bs...)
		first := NewGroup(by, aggs, "")
		first.Partial = true
		var rows []*column.Batch
		for _, half := range [][]*column.Batch{bs[:2], bs[2:]} {
			p := newGroupPartial(first, nil)
			for _, b := range half {
				if err := p.Add(context.Background(), b.Copy()); err != nil {
					t.Fatal(err)
				}
			}
			s, err := p.Result(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			out, err := column.Drain(context.Background(), s)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, out...)
		}
		if diff := cmp.Diff(want, runGroup(t, NewGroup(by, aggs, ""), nil, 0, rows...)); diff != "" {
			t.Errorf("by %v: -want +got:\n%s", by, diff)
		}
	}
}

func TestSortParallel(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, workers := range []int{1, 3} {
		es := r.Perm(3*parallelFrom + 5)
		sortParallel(es, workers, func(a, b int) int { return a - b })
		for i, x := range es {
			if i != x {
				t.Fatalf("%d workers: %d at %d", workers, x, i)
			}
		}
	}
}

// TestGroupManyKeys goes through the early split, by text and by time.
func TestGroupManyKeys(t *testing.T) {
	const n = splitDefault/2 + 100
	bs := benchBatches(2, n)
	for _, by := range []string{"session", "_time"} {
		p, q := newGroupPartial(NewGroup([]string{by}, aggsOf(t, "count", "max(bytes)"), ""), nil), newGroupPartial(NewGroup([]string{by}, aggsOf(t, "count", "max(bytes)"), ""), nil)
		for _, step := range []struct {
			p *groupPartial
			b *column.Batch
		}{{p, bs[0]}, {q, bs[1]}} {
			if err := step.p.Add(context.Background(), step.b.Copy()); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Merge(q); err != nil {
			t.Fatal(err)
		}
		s, err := p.Result(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		rows, last := 0, ""
		err = Each(context.Background(), s, func(b *column.Batch) error {
			for i := range b.N {
				k := b.Cols[0].At(i).Text()
				if rows > 0 && value.Compare(last, k) >= 0 || b.Col("count").At(i).Text() != "1" {
					t.Fatalf("row %d by %s: %s after %s, count %s", rows, by, k, last, b.Col("count").At(i).Text())
				}
				last = k
				rows++
			}
			return nil
		})
		if err != nil || rows != 2*n {
			t.Errorf("by %s: %d rows, %v", by, rows, err)
		}
	}
}

func TestGroupWarnsOfCutLists(t *testing.T) {
	g := NewGroup(nil, aggsOf(t, "list(x)"), "stats list(x)")
	g.Aggs[0].Arg.List = 2
	rt := &plan.Runtime{Env: &plan.Env{}}
	if got := runGroup(t, g, rt, 1, rowsOf("x", "a"), rowsOf("x", "b"), rowsOf("x", "c")); got[1] != "a|b" {
		t.Errorf("list is %s", got[1])
	}
	if m := rt.Messages(); len(m) != 1 || !strings.Contains(m[0].Text, "'stats' command: limit for values of field 'x' reached.") {
		t.Errorf("messages are %v", m)
	}
}

// TestGroupHaving checks that results dropped before they are ordered are those a filter behind would drop.
func TestGroupHaving(t *testing.T) {
	bs := randomBatches(9, 200)
	for _, by := range []string{"user", "id", "user id", "user mv id", "nope", "count"} {
		for _, cond := range []string{"count>4", `sum>2000 AND user!="u7"`, "id<50 OR like(user, \"u1%\")", "isnull(other)", "count<0"} {
			g := NewGroup(strings.Fields(by), aggsOf(t, "count", "sum(val) as sum"), "")
			p := lang.NewParser()
			e, ds := p.ParseExpr(lang.NewSource("", cond))
			if err := ds.Err(); err != nil {
				t.Fatal(err)
			}
			f, ds := eval.CompileFilter(e, &eval.Ctx{Parser: p})
			if err := ds.Err(); err != nil {
				t.Fatal(err)
			}
			want := filtered(t, g, f, bs)
			for _, way := range []struct {
				name           string
				split, splitAt int
				budget         int64
			}{{"whole", 0, 0, 0}, {"merged", 2, 0, 0}, {"partitioned", 3, 5, 0}, {"spilled", 2, 50, 1024}} {
				h := *g
				h.Having, h.splitAt = NewFilter(f, "where "+cond), way.splitAt
				rt := &plan.Runtime{Env: &plan.Env{TempDir: t.TempDir()}}
				if way.budget > 0 {
					rt.Mem = plan.NewBudget(way.budget)
				}
				if diff := cmp.Diff(want, runGroup(t, &h, rt, way.split, bs...)); diff != "" {
					t.Errorf("by %s where %s, %s: -want +got:\n%s", by, cond, way.name, diff)
				}
			}
		}
	}
}

// filtered returns the rows of an aggregation that a filter keeps.
func filtered(t *testing.T, g *Group, f *eval.Filter, bs []*column.Batch) []string {
	whole := newGroupPartial(g, nil)
	for _, b := range bs {
		if err := whole.Add(context.Background(), b.Copy()); err != nil {
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
	for _, b := range out {
		if err := f.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	return show(out)
}
