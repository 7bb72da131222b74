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
)

// setSmallWork makes steps of finishing ask for all memory beyond n bytes.
func setSmallWork(t *testing.T, n int64) {
	old := smallWork
	smallWork = n
	t.Cleanup(func() { smallWork = old })
}

// fed returns the state of a reducer over batches, merged from parts of so many batches.
func fed(t *testing.T, node plan.Reducer, rt *plan.Runtime, part int, bs ...*column.Batch) plan.Partial {
	t.Helper()
	state := func(bs []*column.Batch) plan.Partial {
		p, err := node.NewPartial(rt)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bs {
			if err := p.Add(context.Background(), b.Copy()); err != nil {
				t.Fatal(err)
			}
		}
		return p
	}
	whole := state(bs[:part])
	for k := part; k < len(bs); k += part {
		if err := whole.Merge(state(bs[k:min(k+part, len(bs))])); err != nil {
			t.Fatal(err)
		}
	}
	return whole
}

// resultOf returns the rows of a state and closes it; nothing may stay reserved.
func resultOf(t *testing.T, p plan.Partial, rt *plan.Runtime) ([]string, error) {
	t.Helper()
	s, err := p.Result(context.Background())
	var out []*column.Batch
	if err == nil {
		err = Each(context.Background(), s, func(b *column.Batch) error { out = append(out, b); return nil })
	}
	if cerr := p.Close(); cerr != nil {
		t.Error(cerr)
	}
	if rt.Mem.Used() != 0 {
		t.Errorf("%d bytes are still reserved", rt.Mem.Used())
	}
	return show(out), err
}

// TestPartitionsAreSplit checks that groups are whole in each other's absence when partitions had to be split.
func TestPartitionsAreSplit(t *testing.T) {
	setSmallWork(t, 1<<10)
	bs := randomBatches(12, 300)
	for _, by := range []string{"id", "user id"} {
		node := NewGroup(strings.Fields(by), aggsOf(t, "count", "sum(val)", "list(val)", "values(s*) as v_*"), "")
		rt := spillingRuntime(t, 2<<10, 0)
		p := fed(t, node, rt, 3, bs...).(*groupPartial)
		if err := p.spillTables(); err != nil {
			t.Fatal(err)
		}
		seen, deepest := map[string]bool{}, 0
		err := p.eachWhole(context.Background(), func(table *groupTable, level int) error {
			deepest = max(deepest, level)
			for g := range uint32(table.keys.Len()) {
				key := table.keys.Text(g, 0) + " " + table.keys.Text(g, len(node.By)-1)
				if seen[key] {
					t.Errorf("by %s: group %s is in two tables", by, key)
				}
				seen[key] = true
			}
			return nil
		})
		if err != nil || deepest == 0 || len(seen) < 290 {
			t.Errorf("by %s: %d groups, %d levels, %v", by, len(seen), deepest, err)
		}
		got, err := resultOf(t, p, rt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(runGroup(t, node, nil, 0, bs...), got); diff != "" {
			t.Errorf("by %s: -want +got\n%s", by, diff)
		}
	}
}

// TestStateBeyondMemory checks that a state that cannot be split fails with the limit, by a field or not.
func TestStateBeyondMemory(t *testing.T) {
	setSmallWork(t, 0)
	var lines []string
	for i := range 3000 {
		lines = append(lines, fmt.Sprintf("x,v%d", i))
	}
	b := rowsOf("g,v", lines...)
	for _, node := range []plan.Reducer{
		NewGroup(nil, aggsOf(t, "values(v)"), ""), NewGroup(nil, aggsOf(t, "dc(v)"), ""), NewGroup(nil, aggsOf(t, "perc90(v)", "mode(v)"), ""),
		NewGroup([]string{"g"}, aggsOf(t, "values(v)"), ""), NewEventGroup(nil, aggsOf(t, "dc(v)"), ""),
		&Pivot{Row: Axis{Field: "g"}, Aggs: aggsOf(t, "dc(v)"), Cells: []Cell{{}}},
		&Pivot{Row: Axis{Field: "v"}, Aggs: aggsOf(t, "count"), Cells: []Cell{{}}}, // labels
		&Pivot{Row: Axis{Field: "g"}, Col: &Axis{Field: "v"}, Aggs: aggsOf(t, "count"), Cells: []Cell{{}}},
	} {
		rt := spillingRuntime(t, 16<<10, 0)
		p, err := node.NewPartial(rt)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range cut(b, 100) {
			if err = p.Add(context.Background(), part); err != nil {
				break
			}
		}
		if err == nil {
			_, err = resultOf(t, p, rt)
		}
		var full *plan.MemoryError
		if !errors.As(err, &full) {
			t.Errorf("%T %v: %v", node, node, err)
		}
		if err := p.Close(); err != nil || rt.Mem.Used() != 0 || rt.Mem.Peak() > 16<<10 {
			t.Errorf("%T: %d bytes stay reserved, of %d; %v", node, rt.Mem.Used(), rt.Mem.Peak(), err)
		}
	}
}

// TestTopSpills checks that combinations beyond memory are ranked all the same.
func TestTopSpills(t *testing.T) {
	setSmallWork(t, 0)
	bs := randomBatches(9, 300)
	for _, n := range []Top{
		{Fields: []string{"id", "val"}}, {Fields: []string{"id"}, Limit: 7}, {Fields: []string{"id", "user"}, By: []string{"mv"}, Rare: true},
		{Fields: []string{"val", "id"}, By: []string{"some"}, MaxRows: 900, Other: "rest"}, {Fields: []string{"id"}, By: []string{"user"}, Limit: 2, Other: "rest"},
		{Fields: []string{"id", "val"}, Limit: 40}, {Fields: []string{"nope"}},
	} {
		n.CountField, n.PercentField, n.ShowCount, n.ShowPercent, n.Text = "count", "percent", true, true, "top"
		node := NewTop(n)
		free := spillingRuntime(t, 0, 0)
		want, err := resultOf(t, fed(t, node, free, 9, bs...), free)
		if err != nil {
			t.Fatal(err)
		}
		rt := spillingRuntime(t, 4<<10, 0)
		got, err := resultOf(t, fed(t, node, rt, 2, bs...), rt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || len(rt.Messages()) != len(free.Messages()) {
			t.Errorf("%v by %v: %v, -want +got\n%s", n.Fields, n.By, rt.Messages(), diff)
		}
		if n.Limit == 40 { // most are dropped on the way
			n.Limit = 0
			all, err := resultOf(t, fed(t, NewTop(n), free, 9, bs...), free)
			if diff := cmp.Diff(all[:41], want); diff != "" || err != nil || len(all) < 2*40+pruneTop {
				t.Errorf("%d rows, %v; the first ones are not those of limit=40: %s", len(all), err, diff)
			}
		}
	}
}
