package op

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/intern"
)

// TestPivotRangesAreSplit checks that rows come in order, each with its own cells, when ranges of rows had to be
// split because memory was short.
func TestPivotRangesAreSplit(t *testing.T) {
	setSmallWork(t, 1<<10)
	rt := spillingRuntime(t, 4<<10, 0)
	p := newGroupPartial(NewGroup([]string{"x", "y"}, aggsOf(t, "count", "list(v)"), ""), rt)
	const rows, cols = 3000, 4
	ranges, err := newRowRanges(rt.Env.TempDir, 0, rows)
	if err != nil {
		t.Fatal(err)
	}
	for part := range 10 { // each with all rows, in another order; the first column of a row comes last
		c := &cellGroups{states: p.set.states()}
		for i := range rows {
			row := uint32((i*7 + part) % rows)
			c.rows, c.cols, c.order = append(c.rows, row), append(c.cols, uint32(part%cols)), append(c.order, int64((10-part)*rows+i))
		}
		table := newGroupTable(0)
		table.states = c.states
		if err := ranges.add(p.set, c); err != nil {
			t.Fatal(err)
		}
	}
	next, calls := 0, 0
	for range 2 { // the second time they are split already
		next, calls = 0, 0
		err = ranges.each(context.Background(), p, func(lo, hi int, c *pivotCells) error {
			if lo != next || c.pairs.Len() != (hi-lo)*cols {
				t.Errorf("rows from %d to %d have %d cells, after those before %d", lo, hi, c.pairs.Len(), next)
			}
			for i := 1; i < len(c.order); i++ {
				if c.order[i-1] >= c.order[i] {
					t.Fatalf("cell %d comes after the next one", i)
				}
			}
			if k := c.pairs.Find(intern.Pair(uint32(lo), 1)); c.order[k]/rows != 1 {
				t.Errorf("row %d has its second column at %d", lo, c.order[k])
			}
			next, calls = hi, calls+1
			return nil
		})
		if err != nil || next != rows || calls <= partitions {
			t.Errorf("%d rows in %d ranges, %v", next, calls, err)
		}
	}
	if err := ranges.close(); err != nil || rt.Mem.Used() != 0 {
		t.Errorf("%d bytes are still reserved, %v", rt.Mem.Used(), err)
	}
}

// TestPivotInLittleMemory lets every step of a spilled table ask for its memory.
func TestPivotInLittleMemory(t *testing.T) {
	setSmallWork(t, 1<<10)
	bs := randomBatches(12, 300)
	for _, col := range []*Axis{nil, {Field: "user"}} {
		node := &Pivot{Row: Axis{Field: "id"}, Col: col, Aggs: aggsOf(t, "list(val)"), Cells: []Cell{{Name: "l"}},
			Series: SeriesRule{Limit: 3, UseOther: true, OtherStr: "OTHER"}}
		free := spillingRuntime(t, 0, 0)
		want, err := resultOf(t, fed(t, node, free, 4, bs...), free)
		if err != nil {
			t.Fatal(err)
		}
		rt := spillingRuntime(t, 40<<10, 0)
		p := fed(t, node, rt, 4, bs...)
		if p.(*pivotPartial).spill == nil {
			t.Error("nothing was spilled")
		}
		got, err := resultOf(t, p, rt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}
