package knowledge

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
)

// TestNamesOf compares with the names put together row by row, for fewer and more names than a mask has bits.
func TestNamesOf(t *testing.T) {
	const n = 300
	for _, many := range []int{0, 1, 3, 64, 65, 150} {
		hits := map[string]column.Bitmap{}
		want := make([][]string, n)
		for k := range many {
			name := fmt.Sprintf("type%03d", k)
			hits[name] = column.NewBitmap(n)
			for i := range n {
				if i%7 != 0 && (i*31+k*17)%(k%5+2) == 0 {
					hits[name].Set(i)
					want[i] = append(want[i], name)
				}
			}
		}
		v := namesOf(hits, n)
		for i := range n {
			slices.Sort(want[i])
			if diff := cmp.Diff(want[i], v.At(i).List()); diff != "" {
				t.Fatalf("%d names, row %d (-want +got)\n%s", many, i, diff)
			}
		}
	}
}

// TestKindsOfLists tells rows apart by single values, several values and none.
func TestKindsOfLists(t *testing.T) {
	b := column.NewTextBuilder()
	rows := [][]string{{"a"}, {"a", "b"}, nil, {"a", "b"}, {"b", "a"}, {"a"}, nil}
	for _, r := range rows {
		b.AppendList(r)
	}
	l, ok := b.Build().(*column.List)
	if !ok {
		t.Fatal("no list")
	}
	c := tagged{codes: l.Inner.Codes, offs: l.Offsets}
	if diff := cmp.Diff([]uint32{0, 1, 2, 1, 3, 0, 2}, c.kinds(len(rows)).of); diff != "" {
		t.Error(diff)
	}
}
