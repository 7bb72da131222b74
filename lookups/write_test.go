package lookups

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
)

func rowsOf(texts ...string) *column.Batch {
	t, err := readCSV("", []byte(strings.Join(texts, "\n")))
	if err != nil {
		panic(err)
	}
	return &column.Batch{N: t.Rows, Names: t.Columns, Cols: t.Cols, Ordered: true}
}

// contents returns the table as dump does, or the error of opening it.
func contents(t testing.TB, l *Library, name string) []string {
	t.Helper()
	lk, err := l.Open(name)
	if err != nil {
		return []string{err.Error()}
	}
	return dump(lk.Table)
}

func TestWriteCSV(t *testing.T) {
	gone := []string{"The lookup table 'users' does not exist or is not available."}
	old := []string{"user,dept", "alice,hr"}
	none := column.NewBatch(0)
	mv := batch("user", vec("x|y", "a$b|c", "q"), "n", &column.Int{V: []int64{1, 2, 3}})
	selected := rowsOf("user,dept", "a,1", "b,2", "c,3")
	selected.Sel = column.NewBitmap(3)
	selected.Sel.Set(2)
	override := Mode{OverrideIfEmpty: true}
	tests := []struct {
		name string
		rows *column.Batch
		mode Mode
		want []string
		done Written
	}{
		{"replaces table and header", rowsOf("dept,phone", "ops,1"), override, []string{"dept,phone", "ops,1"}, Written{Rows: 1}},
		{"append keeps the header", rowsOf("phone,user", "1,zed", "2,yan"), Mode{Append: true}, []string{"user,dept", "alice,hr", "zed,-", "yan,-"}, Written{Rows: 2}},
		{"max", rowsOf("user", "a", "b", "c"), Mode{Max: 2}, []string{"user", "a", "b"}, Written{Rows: 2}},
		{"selected rows only", selected, Mode{}, []string{"user,dept", "c,3"}, Written{Rows: 1}},
		{"no rows delete", none, override, gone, Written{Deleted: true}},
		{"rows without fields", column.NewBatch(2), override, gone, Written{Deleted: true}},
		{"no rows keep", none, Mode{}, old, Written{Kept: true}},
		{"no rows append", none, Mode{Append: true, OverrideIfEmpty: true}, old, Written{Kept: true}},
		{"create_empty", none, Mode{CreateEmpty: true, OverrideIfEmpty: true}, []string{""}, Written{}},
		{"create_empty without override", none, Mode{CreateEmpty: true}, old, Written{Kept: true}},
		{"multivalues are joined by blanks", mv, Mode{}, []string{"user,n", "x y,1", "a$b c,2", "q,3"}, Written{Rows: 3}},
		{"multivalues in shadow columns", mv, Mode{MultivalueCSV: true}, []string{"user,n", "x|y,1", "a$b|c,2", "q,3"}, Written{Rows: 3}},
		{"null rows of one column", batch("a", vec("-", "x")), Mode{}, []string{"a", "-", "x"}, Written{Rows: 2}},
		{"quoting", batch("a b", vec(`x,"y"`, " p", "l1\nl2", "-"), "c,d", vec("1", "2", "3", "4")), Mode{}, []string{"a b,c,d", `x,"y",1`, " p,2", "l1\nl2,3", "-,4"}, Written{Rows: 4}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := world(t, "users", "user,dept\nalice,hr\n")
			before := open(t, l, "users")
			done, err := l.Write(context.Background(), "users", RowsOf(tt.rows), tt.mode)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.done, done); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.want, contents(t, l, "users")); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(old, dump(before.Table)); d != "" {
				t.Error("the snapshot changed", d)
			}
		})
	}
}

func TestWriteSequence(t *testing.T) {
	ctx := context.Background()
	l := world(t, "users", "user,dept\nalice,hr\n")
	write := func(name string, rows *column.Batch, m Mode) {
		t.Helper()
		if _, err := l.Write(ctx, name, RowsOf(rows), m); err != nil {
			t.Fatal(err)
		}
	}
	write("users", column.NewBatch(0), Mode{OverrideIfEmpty: true})
	write("users", rowsOf("a", "1"), Mode{Append: true})
	write("users", rowsOf("a,b", "2,3"), Mode{Append: true})
	if d := cmp.Diff([]string{"a", "1", "2"}, contents(t, l, "users")); d != "" {
		t.Error(d)
	}
	write("users", column.NewBatch(0), Mode{CreateEmpty: true, OverrideIfEmpty: true})
	write("users", rowsOf("a,b", "2,3"), Mode{Append: true})
	if d := cmp.Diff([]string{"a,b", "2,3"}, contents(t, l, "users.csv")); d != "" {
		t.Error(d)
	}
	// A multivalue appended to a file with shadow columns stays one.
	write("mv.csv", batch("k", vec("a|b")), Mode{MultivalueCSV: true})
	write("mv.csv", batch("k", vec("c|d")), Mode{Append: true})
	if d := cmp.Diff([]string{"k", "a|b", "c|d"}, contents(t, l, "mv.csv")); d != "" {
		t.Error(d)
	}
	write("z.csv.gz", rowsOf("a", "1"), Mode{})
	if d := cmp.Diff([]string{"a", "1"}, contents(t, l, "z.csv.gz")); d != "" {
		t.Error(d)
	}
	if _, err := l.Write(ctx, "z.csv.gz", RowsOf(rowsOf("a", "1")), Mode{Append: true}); err == nil {
		t.Error("appending to a compressed file: no error")
	}
	if _, err := l.Write(ctx, "undefined", RowsOf(rowsOf("a", "1")), Mode{}); err == nil {
		t.Error("writing an unknown name: no error")
	}
	if _, err := l.Write(ctx, "../x.csv", RowsOf(rowsOf("a", "1")), Mode{}); err == nil {
		t.Error("writing outside of home: no error")
	}
}

func TestWriteCollection(t *testing.T) {
	start := batch("_key", vec("k1", "k2"), "user", vec("alice", "bob"), "n", vec("1|2", "3"))
	keyed := batch("user", vec("bob", "carol", "-"), "n", vec("7", "8", "9"))
	tests := []struct {
		name string
		rows *column.Batch
		mode Mode
		want []string
		n    int
	}{
		{"new keys", batch("user", vec("zed", "yan")), Mode{OverrideIfEmpty: true}, []string{"user,n,_key", "zed,-,000000000000000000000001", "yan,-,000000000000000000000002"}, 2},
		{"append", batch("user", vec("zed")), Mode{Append: true}, []string{"user,n,_key", "alice,1|2,k1", "bob,3,k2", "zed,-,000000000000000000000001"}, 1},
		{"key field", keyed, Mode{Append: true, KeyField: "user"}, []string{"user,n,_key", "alice,1|2,k1", "bob,3,k2", "bob,7,bob", "carol,8,carol", "-,9,000000000000000000000001"}, 3},
		{"key field empties first", keyed, Mode{KeyField: "user"}, []string{"user,n,_key", "bob,7,bob", "carol,8,carol", "-,9,000000000000000000000001"}, 3},
		{"records are replaced as a whole", batch("_key", vec("k1")), Mode{Append: true, KeyField: "_key"}, []string{"user,n,_key", "-,-,k1", "bob,3,k2"}, 1},
		{"insert only", batch("_key", vec("k1", "k3"), "user", vec("x", "y")), Mode{Append: true, KeyField: "_key", InsertOnly: true}, []string{"user,n,_key", "alice,1|2,k1", "bob,3,k2", "y,-,k3"}, 1},
		{"the later of equal keys", batch("_key", vec("k1", "k1"), "user", vec("x", "y")), Mode{Append: true}, []string{"user,n,_key", "y,-,k1", "bob,3,k2"}, 2},
		{"fields outside the list", batch("user", vec("x"), "other", vec("y"), "_raw", vec("z")), Mode{}, []string{"user,n,_key", "x,-,000000000000000000000001"}, 1},
		{"no rows empty it", column.NewBatch(0), Mode{OverrideIfEmpty: true}, []string{"user,n,_key"}, 0},
		{"no rows keep it", column.NewBatch(0), Mode{}, []string{"user,n,_key", "alice,1|2,k1", "bob,3,k2"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := world(t, "kv", "# external_type=kvstore; fields_list=user, n\n")
			if got := contents(t, l, "kv"); len(got) != 1 {
				t.Fatal(got)
			}
			if _, err := l.Write(context.Background(), "kv", RowsOf(start), Mode{}); err != nil {
				t.Fatal(err)
			}
			done, err := l.Write(context.Background(), "kv", RowsOf(tt.rows), tt.mode)
			if err != nil {
				t.Fatal(err)
			}
			if done.Rows != tt.n {
				t.Errorf("%d rows written", done.Rows)
			}
			if d := cmp.Diff(tt.want, contents(t, l, "kv")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCollectionSeed(t *testing.T) {
	l := world(t, "kv", "# external_type=kvstore\nuser,n\nalice,1\n")
	if d := cmp.Diff([]string{"user,n", "alice,1"}, contents(t, l, "kv")); d != "" {
		t.Error(d)
	}
	keys := 0
	l.NewKey = func() string { keys++; return strings.Repeat("k", keys) }
	if _, err := l.Write(context.Background(), "kv", RowsOf(rowsOf("user,m", "bob,2")), Mode{Append: true}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"user,n,m,_key", "alice,1,-,k", "bob,-,2,kk"}, contents(t, l, "kv")); d != "" {
		t.Error(d)
	}
}

func TestReadRecords(t *testing.T) {
	rs, err := readRecords("f", []byte(`{"_key":"1","a":"x","b":["y","z"],"c":null,"d":1.50,"e":true,"f":{"g":1},"h":[[1],2]}`+"\n\n"+`{"b":[],"a":"\u00e4"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a,b,d,e,f,h,_key", `x,y|z,1.50,true,{"g":1},[1]|2,1`, "ä,-,-,-,-,-,"}
	if d := cmp.Diff(want, dump(tableOf("t", rs))); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"{", "[1]", "{}\nx"} {
		if _, err := readRecords("f", []byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestUpdateFails(t *testing.T) {
	boom := errors.New("boom")
	dir := t.TempDir()
	for _, h := range []Home{MemoryHome(), DiskHome(dir)} {
		for _, outcome := range []Outcome{Keep, Replace, Delete} {
			err := h.Update(context.Background(), "x.csv", func(w io.Writer) (Outcome, error) {
				_, err := w.Write([]byte("a"))
				return outcome, errors.Join(err, boom)
			})
			if !errors.Is(err, boom) {
				t.Error(err)
			}
		}
		if s, err := h.Stamp("x.csv"); err != nil || s.State != Absent {
			t.Errorf("%v %v", s, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*.new"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

// TestWriteFails: an error while the rows are handed over leaves every kind of table as it was.
func TestWriteFails(t *testing.T) {
	ctx, boom := context.Background(), errors.New("boom")
	for _, home := range []Home{MemoryHome(), DiskHome(t.TempDir())} {
		c := NewContent()
		if err := c.AddInline("kv", "a\n", map[string]string{"external_type": "kvstore", "fields_list": "a"}); err != nil {
			t.Fatal(err)
		}
		l := New(home, c)
		for _, name := range []string{"t.csv", "t.csv.gz", "kv"} {
			if _, err := l.Write(ctx, name, RowsOf(rowsOf("a", "1")), Mode{}); err != nil {
				t.Fatal(err)
			}
			want := contents(t, l, name)
			fails := func(what string, rows Rows, m Mode) {
				t.Helper()
				if _, err := l.Write(ctx, name, rows, m); !errors.Is(err, boom) {
					t.Errorf("%s, %s: error %v", name, what, err)
				}
				if diff := cmp.Diff(want, contents(t, l, name)); diff != "" {
					t.Errorf("%s, %s: %s", name, what, diff)
				}
			}
			rows := RowsOf(rowsOf("a", "2"))
			each := rows.Each
			rows.Each = func(f func(*column.Batch) error) error { return errors.Join(each(f), boom) }
			for _, m := range []Mode{{}, {Append: name != "t.csv.gz"}, {MultivalueCSV: true}} {
				fails(fmt.Sprintf("%+v", m), rows, m)
			}
			if name == "kv" {
				rows = RowsOf(rowsOf("_key,a", "k,2"))
				rows.Hold = func(int64) error { return boom }
				fails("without memory", rows, Mode{})
			}
		}
	}
}

// TestWriteBatches: rows that come in parts make the table that they make in one.
func TestWriteBatches(t *testing.T) {
	ctx := context.Background()
	parts := []*column.Batch{batch("a", vec("1", "2|3"), "b", vec("x", "-")), batch("b", vec("y")), batch("a", vec("-", "4"))}
	parted := Rows{N: 5, Names: []string{"a", "b"}, Each: func(f func(*column.Batch) error) error {
		for _, b := range parts {
			if err := f(b); err != nil {
				return err
			}
		}
		return nil
	}}
	whole := RowsOf(batch("a", vec("1", "2|3", "-", "-", "4"), "b", vec("x", "-", "y", "-", "-")))
	for _, name := range []string{"t.csv", "t.csv.gz", "kv"} {
		for _, m := range []Mode{{}, {MultivalueCSV: true}, {Max: 3}, {Max: 2, MultivalueCSV: true}, {Append: true}} {
			if m.Append && name == "t.csv.gz" {
				continue
			}
			var got [2][]string
			for i, rows := range []Rows{parted, whole} {
				l := world(t, "kv", "# external_type=kvstore; fields_list=a, b\n")
				var done [2]Written
				for k := range done { // the second time there is a table to append to
					var err error
					if done[k], err = l.Write(ctx, name, rows, m); err != nil {
						t.Fatal(err)
					}
				}
				got[i] = append(contents(t, l, name), fmt.Sprint(done))
			}
			if diff := cmp.Diff(got[1], got[0]); diff != "" {
				t.Errorf("%s %+v: -whole +parts\n%s", name, m, diff)
			}
		}
	}
}

// FuzzCSV checks that what is written reads back the same.
func FuzzCSV(f *testing.F) {
	f.Add("a", "x,\"y\"", "", "b\r\n")
	f.Add("a", " ", "$;$", "\"")
	f.Fuzz(func(t *testing.T, name, a, b, c string) {
		name = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(name, "?"), "\r", ""))
		if name == "" || strings.HasPrefix(name, mvPrefix) || strings.HasPrefix(name, "\ufeff") {
			return
		}
		// Reading turns CR LF inside a cell into LF.
		clean := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\r", "") }
		a, b, c = clean(a), clean(b), clean(c)
		build := column.NewTextBuilder()
		build.AppendList([]string{a + "1", b})
		build.Append(c + "x")
		build.AppendNull()
		rows := batch(name, build.Build())
		var out bytes.Buffer
		w := &csvWriter{w: &out, columns: withShadows(rows.Names, map[string]bool{name: true}), fields: rows.Names}
		w.header()
		if err := errors.Join(w.rows(rows), w.flush()); err != nil {
			t.Fatal(err)
		}
		got, err := readCSV("t", out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(show(rows.Cols[0]), show(got.Cols[0])); d != "" || got.Columns[0] != rows.Names[0] {
			t.Fatalf("%q: %q %s", out.String(), got.Columns, d)
		}
	})
}
