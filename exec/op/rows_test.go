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
	"spl/exec/value"
)

// batchOf makes a batch of one text column; "" is null, | separates values.
func batchOf(name string, cells ...string) *column.Batch {
	b := column.NewBatch(len(cells))
	col := column.NewTextBuilder()
	for _, c := range cells {
		if c == "" {
			col.AppendNull()
			continue
		}
		col.AppendList(strings.Split(c, "|"))
	}
	b.Set(name, col.Build())
	return b
}

func cells(v column.Vec) string {
	var out []string
	for i := range v.Len() {
		out = append(out, strings.Join(v.At(i).List(), "|"))
	}
	return strings.Join(out, ",")
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		typ      KeyType
		desc     bool
		in, want string
	}{
		{KeyAuto, false, "b,,10,9,1e1,B,10.0.0.2,10.0.0.10,-1", "-1,9,10,1e1,10.0.0.2,10.0.0.10,B,b,"},
		{KeyAuto, true, "b,,10,9,B", "b,B,10,9,"},
		{KeyStr, false, "b,,10,9,B", "10,9,B,b,"},
		{KeyNum, false, "b,10,,9", "9,10,b,"},
		{KeyNum, true, "b,10,9", "10,9,b"},
		{KeyIP, false, "10.0.0.10,x,10.0.0.9,::1", "10.0.0.9,10.0.0.10,::1,x"},
		{KeyAuto, false, "2|a,1|z,3", "1|z,2|a,3"},
		{KeyAuto, false, "1.0,1,0.9", "0.9,1.0,1"},
	} {
		for size := range 4 {
			rows := NewRows(nil)
			all := strings.Split(c.in, ",")
			for len(all) > 0 {
				n := min(size+1, len(all))
				if err := rows.Add(batchOf("k", all[:n]...)); err != nil {
					t.Fatal(err)
				}
				all = all[n:]
			}
			got := cells(rows.Take(SortRefs(rows, []SortKey{{Field: "k", Type: c.typ, Desc: c.desc}}, 0)).Col("k"))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s as %d, batches of %d: -want +got\n%s", c.in, c.typ, size+1, diff)
			}
		}
	}
}

// TestGatherDicts compares the merged dictionary with rendering every row.
func TestGatherDicts(t *testing.T) {
	parts := []column.Vec{batchOf("k", "a", "b", "", "a").Col("k"), batchOf("k", "b", "c", "c").Col("k")}
	var refs []Ref
	for i := range 40 {
		refs = append(refs, MakeRef(i%2, (i*7)%3))
	}
	if diff := cmp.Diff(cells(gatherText(parts, refs)), cells(Gather(parts, refs))); diff != "" {
		t.Errorf("-text +merged\n%s", diff)
	}
}

func TestRowsMemory(t *testing.T) {
	mem := plan.NewBudget(1000)
	rows := NewRows(mem)
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		err = rows.Add(batchOf("k", fmt.Sprintf("value %d", i)))
	}
	var full *plan.MemoryError
	if !errors.As(err, &full) {
		t.Fatalf("error %v, want a memory error", err)
	}
	rows.Free()
	if mem.Used() != 0 {
		t.Errorf("%d bytes still taken", mem.Used())
	}
}

func TestKeys(t *testing.T) {
	b := batchOf("a", "x", "", "y", "x", "x|y", "x|y")
	b.Set("b", batchOf("b", "1", "1", "1", "1", "", "2").Col("b"))
	one := NewKeys([]string{"a"})
	if diff := cmp.Diff([]uint32{1, 0, 2, 1, 3, 3}, one.Number(b)); diff != "" {
		t.Errorf("one field: -want +got\n%s", diff)
	}
	two := NewKeys([]string{"a", "b"})
	if diff := cmp.Diff([]uint32{1, 0, 2, 1, 0, 3}, two.Number(b)); diff != "" {
		t.Errorf("two fields: -want +got\n%s", diff)
	}
	other := batchOf("a", "y", "z")
	other.Set("b", batchOf("b", "1", "1").Col("b"))
	if diff := cmp.Diff([]uint32{2, 0}, two.Find(other)); diff != "" {
		t.Errorf("find: -want +got\n%s", diff)
	}
	for _, fields := range [][]string{{"a"}, {"a", "b"}} {
		b.Sel = column.FullBitmap(6)
		b.Sel.Clear(3)
		numbers := NewKeys(fields).Number(b)
		for i, x := range keyHashes(b, fields) {
			for j, y := range keyHashes(b, fields) {
				if (x == y) != (numbers[i] == numbers[j]) || (x == 0) != (numbers[i] == 0) {
					t.Errorf("%v: hashes of rows %d and %d are %x and %x", fields, i, j, x, y)
				}
			}
		}
	}
}

// TestKeysRoom: for all kinds of columns there is room for what they take.
func TestKeysRoom(t *testing.T) {
	for _, b := range motley(7, 12, 400, 1_000_000) {
		any := &column.Any{}
		for i := range b.N {
			any.V = append(any.V, value.OfText(fmt.Sprint("a text long enough to count ", i)))
		}
		b.Set("any", any)
		for _, n := range b.Names {
			k := NewKeys([]string{n, "num"})
			room, empty := k.Room(b), k.Bytes()
			if k.Number(b); k.Bytes()-empty > room*3/2+4096 {
				t.Errorf("%s of %d rows takes %d bytes, not %d", n, b.N, k.Bytes()-empty, room)
			}
		}
	}
}

func TestDistinct(t *testing.T) {
	v := batchOf("k", "a", "", "b", "a", "c|d").Col("k")
	sel := column.NewBitmap(5)
	for _, i := range []int{0, 1, 3, 4} {
		sel.Set(i)
	}
	calls := 0
	got := MapText(v, sel, func(s string) (string, bool) { calls++; return strings.ToUpper(s), s != "d" })
	if diff := cmp.Diff("A,,,A,C", cells(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if calls != 3 {
		t.Errorf("%d calls, want one for each of a, c and d", calls)
	}
}

func TestTailKeepsLittle(t *testing.T) {
	mem := plan.NewBudget(0)
	var in []*column.Batch
	for i := range 10 {
		in = append(in, batchOf("k", fmt.Sprint(2*i), fmt.Sprint(2*i+1)))
	}
	s, err := (&Tail{Limit: 3}).Open(&plan.Runtime{Mem: mem}, column.Batches(in...))
	if err != nil {
		t.Fatal(err)
	}
	bs, err := column.Drain(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("19,18,17", cells(column.Join(bs...).Col("k"))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
