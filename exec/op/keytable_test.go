package op

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
)

func TestKeyTable(t *testing.T) {
	b := rowsOf("a,b", "x,1", "y,1", "x,2", "x,1")
	k := NewKeyTable(2)
	got := k.AddBatch(b.Cols, b.N, nil)
	if diff := cmp.Diff([]uint32{0, 1, 2, 0}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// another kind of vector holding the same values gives the same numbers
	same := []column.Vec{column.ConstText("x", 2), &column.Int{V: []int64{2, 3}}}
	if diff := cmp.Diff([]uint32{2, 3}, k.AddBatch(same, 2, nil)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if k.Find([]string{"y", "1"}) != 1 || k.Find([]string{"y", "2"}) != None || k.Find([]string{"z", "1"}) != None || k.Add([]string{"y", "1"}) != 1 {
		t.Error("combinations are not found again")
	}
	if k.Text(2, 0) != "x" || k.Text(2, 1) != "2" || k.Len() != 4 {
		t.Errorf("combination 2 of %d is %s %s", k.Len(), k.Text(2, 0), k.Text(2, 1))
	}
}

func TestSplitKeys(t *testing.T) {
	b := rowsOf("a,b", "x,1", ",1", "y|y,1|2", "z,")
	tests := []struct {
		name  string
		sel   []int
		dedup bool
		rows  []uint32
		keys  []string
	}{
		{"all", nil, false, []uint32{0, 2, 2, 2, 2}, []string{"a,b", "x,1", "y,1", "y,2", "y,1", "y,2"}},
		{"dedup", nil, true, []uint32{0, 2, 2}, []string{"a,b", "x,1", "y,1", "y,2"}},
		{"selected", []int{0, 1, 3}, false, []uint32{0}, []string{"a,b", "x,1"}},
	}
	for _, tt := range tests {
		var sel column.Bitmap
		if tt.sel != nil {
			sel = column.NewBitmap(b.N)
			for _, i := range tt.sel {
				sel.Set(i)
			}
		}
		rows, keys := SplitKeys(b.Cols, b.N, sel, tt.dedup)
		got := show([]*column.Batch{{N: len(rows), Names: b.Names, Cols: keys}})
		if diff := cmp.Diff(tt.rows, rows) + cmp.Diff(tt.keys, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
	if rows, _ := SplitKeys(b.Cols[:0], b.N, nil, false); rows != nil {
		t.Errorf("without fields the rows are %v, want all as they are", rows)
	}
}
