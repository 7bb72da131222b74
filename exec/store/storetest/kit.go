package storetest

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/store"
)

// Run runs the kit; open gives an empty store, which Run closes.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"empty": empty, "order": order, "overlap": overlap, "equal": equal, "values": values, "fields": fields,
		"time": timeRange, "terms": terms, "indexes": indexes, "delete": remove, "small": small,
		"large": large, "refused": refused, "concurrent": concurrent,
	} {
		t.Run(name, func(t *testing.T) {
			st := open(t)
			test(t, st)
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func add(t *testing.T, st store.Store, bs ...*column.Batch) {
	t.Helper()
	for _, b := range bs {
		if err := st.Append(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
}

// get reads some fields of main in order.
func get(t *testing.T, st store.Store, names ...string) []string {
	t.Helper()
	return Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.Fields(names...), Ordered: true})
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func empty(t *testing.T, st store.Store) {
	same(t, []string(nil), get(t, st, "*"))
	add(t, st, column.NewBatch(0), Events("main", "a"))
	same(t, []string(nil), get(t, st, "*"))
	infos, err := st.Indexes(context.Background())
	same(t, 0, len(infos))
	names, err2 := st.Fields(context.Background(), []string{"main"})
	same(t, 0, len(names))
	same(t, []error{nil, nil, nil}, []error{err, err2, st.Delete(context.Background(), "main", store.AllTime)})
}

func order(t *testing.T, st store.Store) {
	add(t, st, Events("main", "a", E(3, "f=c"), E(1, "f=a"), E(2, "f=b")))
	add(t, st, Events("main", "a", E(5.5, "f=e"), E(4, "f=d")))
	same(t, []string{"f=e", "f=d", "f=c", "f=b", "f=a"}, get(t, st, "f"))
	same(t, []string{"_time=5.5 f=e", "_time=4 f=d", "_time=3 f=c", "_time=2 f=b", "_time=1 f=a"}, get(t, st, "f", "_time"))
}

func overlap(t *testing.T, st store.Store) {
	var want []string
	var a, b, c []Row
	for i := range 60 {
		switch i % 3 {
		case 0:
			a = append(a, E(float64(i), fmt.Sprint("f=", i%5), "a=x"))
			want = append(want, fmt.Sprint("_time=", i, " a=x f=", i%5))
		case 1:
			b = append(b, E(float64(i), fmt.Sprint("f=", i%7), "f=y"))
			want = append(want, fmt.Sprint("_time=", i, " f=", i%7, "|y"))
		case 2:
			c = append(c, E(float64(i), "b=z"))
			want = append(want, fmt.Sprint("_time=", i, " b=z"))
		}
	}
	add(t, st, Events("main", "a", a...), Events("main", "b", b...), Events("main", "a", c...))
	slices.Reverse(want)
	same(t, want, get(t, st, "_time", "a", "b", "f"))
	unordered := Scan(t, st, store.Scan{Indexes: []string{"main", "main"}, Time: store.AllTime, Fields: column.Fields("_time", "a", "b", "f")})
	sort.Strings(want)
	same(t, want, unordered)
}

func equal(t *testing.T, st store.Store) {
	add(t, st, Events("main", "a", E(1, "f=1"), E(2, "f=2"), E(1, "f=3"), E(2, "f=4")))
	add(t, st, Events("main", "a", E(2, "f=5"), E(1, "f=6")))
	same(t, []string{"f=5", "f=4", "f=2", "f=6", "f=3", "f=1"}, get(t, st, "f"))
}

func values(t *testing.T, st store.Store) {
	long := strings.Repeat("long ", 50000)
	rows := []Row{
		E(13, "n=1", "i=1", "mixed=1"), E(12, "n=-5", "mixed=x", "l=a", "l=b", "l=a"), E(11, "n=9223372036854775807", "l=c"),
		E(10, "n=-9223372036854775808", "z=007"), E(9, "z=-0", "e="), E(8, "z=1.0", "e=", "e=x"), E(7, "u=žluťoučký 😀", "U=Ž"),
		E(6, "a.b{}.c d=q\"uo\\te\n"), E(5, "long="+long), E(4, "big=9223372036854775808"), E(3), E(2, "x=\x00\x01"), E(1, "n=0"),
	}
	var want []string
	for _, r := range rows {
		got := map[string]string{}
		for _, f := range r.Fields {
			n, v, _ := strings.Cut(f, "=")
			if old, ok := got[n]; ok {
				v = old + "|" + v
			}
			got[n] = v
		}
		var parts []string
		for n, v := range got {
			parts = append(parts, n+"="+v)
		}
		sort.Strings(parts)
		want = append(want, strings.Join(parts, " "))
	}
	add(t, st, Events("main", "a", rows[4:]...), Events("main", "a", rows[:4]...))
	same(t, want, get(t, st, "n", "i", "mixed", "l", "z", "e", "u", "U", "a.b{}.c d", "long", "big", "x"))
	names, err := st.Fields(context.Background(), []string{"main"})
	for _, n := range []string{"n", "l", "e", "a.b{}.c d", "_raw", "host", "_time", "index", "sourcetype"} {
		if err != nil || !slices.Contains(names, n) {
			t.Errorf("Fields lacks %s: %v %v", n, names, err)
		}
	}
}

func fields(t *testing.T, st store.Store) {
	add(t, st, Events("main", "a", E(1, "a1=x", "a2=y", "b=z", "_in=1")))
	same(t, []string{"a1=x a2=y"}, get(t, st, "a*", "missing"))
	same(t, []string{"host=h index=main source=s sourcetype=a"}, get(t, st, "host", "source", "sourcetype", "index"))
	same(t, []string{""}, get(t, st))
	all := Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.AllFields()})
	same(t, []string{"_in=1 _indextime=1 _raw=a1=x a2=y b=z _in=1 _time=1 a1=x a2=y b=z host=h index=main source=s sourcetype=a"}, all)
}

func timeRange(t *testing.T, st store.Store) {
	for i := range 10 {
		add(t, st, Events("main", "a", E(float64(10*i), "f=a"), E(float64(10*i+5), "f=b")))
	}
	got := Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.TimeRange{Earliest: 30e6, Latest: 45e6}, Fields: column.Fields("_time"), Ordered: true})
	for _, want := range []string{"_time=40", "_time=35", "_time=30"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %v", want, got)
		}
	}
	none := Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.TimeRange{Earliest: 96e6, Latest: 99e6}, Fields: column.Fields("_time"), Ordered: true})
	same(t, 0, len(none))
}

func indexes(t *testing.T, st store.Store) {
	add(t, st, Events("main", "a", E(1, "f=1"), E(2, "f=2")), Events("main", "b", E(9, "g=1")), Events("other", "a", E(5, "h=1")))
	infos, err := st.Indexes(context.Background())
	if err != nil || len(infos) != 2 {
		t.Fatal(infos, err)
	}
	for i := range infos {
		infos[i].Segments, infos[i].Bytes = 0, 0
	}
	same(t, []store.IndexInfo{
		{Name: "main", Events: 3, Earliest: 1e6, Latest: 9e6, Sourcetypes: map[string]int64{"a": 2, "b": 1}},
		{Name: "other", Events: 1, Earliest: 5e6, Latest: 5e6, Sourcetypes: map[string]int64{"a": 1}},
	}, infos)
	names, err := st.Fields(context.Background(), []string{"other"})
	if err != nil || !slices.Contains(names, "h") || slices.Contains(names, "f") {
		t.Error(names, err)
	}
	both := store.Scan{Indexes: []string{"other", "main"}, Time: store.AllTime, Fields: column.Fields("_time", "index"), Ordered: true}
	same(t, []string{"_time=9 index=main", "_time=5 index=other", "_time=2 index=main", "_time=1 index=main"}, Scan(t, st, both))
}

func remove(t *testing.T, st store.Store) {
	ctx := context.Background()
	for i := range 4 {
		add(t, st, Events("main", "a", E(float64(10*i), "f=a"), E(float64(10*i+5), "f=b")), Events("other", "a", E(float64(10*i))))
	}
	for _, r := range []store.TimeRange{{Earliest: 5e6, Latest: 20e6}, {Earliest: 25e6, Latest: 26e6}, {Earliest: 100e6, Latest: 200e6}} {
		if err := st.Delete(ctx, "main", r); err != nil {
			t.Fatal(err)
		}
	}
	same(t, []string{"_time=35 f=b", "_time=30 f=a", "_time=20 f=a", "_time=0 f=a"}, get(t, st, "_time", "f"))
	add(t, st, Events("main", "a", E(12, "f=new")))
	same(t, []string{"_time=35 f=b", "_time=30 f=a", "_time=20 f=a", "_time=12 f=new", "_time=0 f=a"}, get(t, st, "_time", "f"))
	infos, err := st.Indexes(ctx)
	if err != nil || len(infos) != 2 || infos[0].Events != 5 {
		t.Error(infos, err)
	}
	if err := st.Delete(ctx, "main", store.AllTime); err != nil {
		t.Fatal(err)
	}
	same(t, []string(nil), get(t, st, "_time"))
	if infos, err = st.Indexes(ctx); err != nil || len(infos) != 1 || infos[0].Events != 4 {
		t.Error(infos, err)
	}
}

func small(t *testing.T, st store.Store) {
	var want []string
	for i := range 150 {
		kind := []string{"a", "b"}[i/10%2]
		add(t, st, Events("main", kind, E(float64(i), fmt.Sprint("f=", i))))
		want = append(want, fmt.Sprint("_time=", i, " f=", i, " sourcetype=", kind))
	}
	slices.Reverse(want)
	same(t, want, get(t, st, "_time", "f", "sourcetype"))
}

func large(t *testing.T, st store.Store) {
	const n = column.MaxRows + 5000
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = E(float64(n-i), fmt.Sprint("f=", i%100), fmt.Sprint("_raw=", i))
		if i%10 == 0 {
			rows[i].Fields = append(rows[i].Fields, "l=1", "l=2")
		}
	}
	for from := 0; from < n; from += column.MaxRows / 2 {
		add(t, st, Events("main", "a", rows[from:min(n, from+column.MaxRows/2)]...))
	}
	got := get(t, st, "f", "_raw", "l")
	if len(got) != n {
		t.Fatalf("%d of %d events", len(got), n)
	}
	for i, line := range got {
		want := fmt.Sprintf("_raw=%d f=%d", i, i%100)
		if i%10 == 0 {
			want += " l=1|2"
		}
		if line != want {
			t.Fatalf("event %d: %s, want %s", i, line, want)
		}
	}
}

func refused(t *testing.T, st store.Store) {
	bad := func(change func(b *column.Batch)) *column.Batch {
		b := Events("main", "a", E(1, "f=1"), E(2, "f=2"))
		change(b)
		return b
	}
	for name, b := range map[string]*column.Batch{
		"no time":         bad(func(b *column.Batch) { b.Drop("_time") }),
		"no index":        bad(func(b *column.Batch) { b.Drop("index") }),
		"two sourcetypes": bad(func(b *column.Batch) { b.Set("sourcetype", b.Col("f")) }),
	} {
		if st.Append(context.Background(), b) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	same(t, []string(nil), get(t, st, "f"))
}

func concurrent(t *testing.T, st store.Store) {
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range 40 {
				if err := st.Append(context.Background(), Events("main", "a", E(float64(i), fmt.Sprintf("f=%d.%d", w, i)))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		seen := 0
		for range 40 {
			lines, err := scan(st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.Fields("_time", "f"), Ordered: true})
			if err != nil || len(lines) < seen {
				t.Error(len(lines), seen, err)
			}
			seen = len(lines)
		}
	})
	wg.Wait()
	got := get(t, st, "f")
	slices.Sort(got)
	if n := len(slices.Compact(got)); n != 80 {
		t.Errorf("%d events, want 80", n)
	}
}
