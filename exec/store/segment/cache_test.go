package segment

import (
	"testing"

	"spl/exec/column"
)

func TestCache(t *testing.T) {
	f := writeFile(t, Options{}, textEvents([]string{`{"a":"x","b":"yy"}`, `{"a":"z","b":"yy"}`}))
	read := func(name string) column.Vec {
		b, err := f.Read(0, column.Fields(name).Has)
		if err != nil {
			t.Fatal(err)
		}
		return b.Col(name)
	}
	if read("a") == read("a") {
		t.Error("without a cache a column is read again")
	}
	f.Cache = NewCache(1 << 20)
	a := read("a")
	if read("a") != a {
		t.Error("a column that was read is not kept")
	}
	f.Cache.Forget(f)
	if f.Cache.used != 0 || read("a") == a {
		t.Errorf("%d bytes are left after all was forgotten", f.Cache.used)
	}
	f.Cache = NewCache(4 * vecBytes(a))
	for range 3 {
		for _, n := range []string{"a", "b", "_time", "host"} {
			read(n)
		}
		if f.Cache.used > f.Cache.limit || f.Cache.order.Len() != len(f.Cache.byKey) || f.Cache.used == 0 {
			t.Errorf("%d of %d bytes, %d columns", f.Cache.used, f.Cache.limit, len(f.Cache.byKey))
		}
	}
}
