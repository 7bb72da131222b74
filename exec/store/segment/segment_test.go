package segment_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"spl/exec/column"
	"spl/exec/store/segment"
	"spl/exec/store/storetest"
)

func put(w io.Writer, groups []*column.Batch) (*segment.Meta, error) {
	var ps []*segment.Prepared
	for _, g := range groups {
		p, err := segment.Prepare(g, segment.Options{Blooms: true})
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return segment.Write(w, ps)
}

// write makes a segment of the batches in a temporary folder.
func write(t testing.TB, groups ...*column.Batch) *segment.File {
	t.Helper()
	var buf bytes.Buffer
	meta, err := put(&buf, groups)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := segment.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(meta, f.Meta); diff != "" {
		t.Fatal(diff)
	}
	return f
}

func all(string) bool { return true }

func read(t testing.TB, f *segment.File) (lines []string) {
	t.Helper()
	for g := range f.Meta.Groups {
		b, err := f.Read(g, all)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, storetest.Lines(b)...)
	}
	return lines
}

func uuid(a, b uint64) string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", uint32(a>>32), uint16(a>>16), uint16(a), uint16(b>>48), b&(1<<48-1))
}

// mixed makes rows with every sort of column: constant, few values, runs, unique, integers, UUIDs, lists,
// rare.
func mixed(n int, seed uint64) *column.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([]storetest.Row, n)
	for i := range rows {
		f := []string{"const=c", fmt.Sprint("few=", r.IntN(5)), fmt.Sprint("run=v", i/100), fmt.Sprintf("uniq=%x-%d", r.Uint64(), i),
			fmt.Sprint("int=", int64(r.Uint64())), fmt.Sprintf("mid=m%d", r.IntN(3000)), "id=" + uuid(r.Uint64(), r.Uint64()), "ref=" + uuid(0, r.Uint64N(90))}
		if r.IntN(3) == 0 {
			f = append(f, "list=a", fmt.Sprint("list=", r.IntN(50)), "opt=x")
		}
		if r.IntN(5000) == 0 {
			f = append(f, "rare=\x00é\"", "empty=")
		}
		rows[i] = storetest.E(float64(i)/4, f...)
	}
	return storetest.Events("main", "st", rows...)
}

func TestRoundTrip(t *testing.T) {
	for _, sizes := range [][]int{{1}, {7}, {8, 9}, {63, 64, 65}, {5000, 20000}, {column.MaxRows, 1}} {
		var groups []*column.Batch
		var want []string
		for i, n := range sizes {
			groups = append(groups, mixed(n, uint64(i)))
			want = append(want, storetest.Lines(groups[i])...)
		}
		f := write(t, groups...)
		if got := read(t, f); !slices.Equal(want, got) {
			for i := range want {
				if want[i] != got[i] {
					t.Fatalf("%v: row %d: %s", sizes, i, cmp.Diff(want[i], got[i]))
				}
			}
		}
		if err := f.Verify(); err != nil {
			t.Error(err)
		}
	}
}

// TestValues: columns as lists of values make the file that the same vectors make.
func TestValues(t *testing.T) {
	dense := mixed(20000, 3)
	lists := dense.Copy()
	for i, c := range lists.Cols {
		b := &column.ValuesBuilder{}
		var cells []column.Cell
		for row := range c.Len() {
			for _, s := range c.At(row).List() {
				cells = append(cells, column.CellOf(row, []byte(s)))
			}
		}
		switch c.(type) {
		case *column.Dict, *column.List:
			b.Add(cells)
			lists.Cols[i] = b.Take(c.Len(), false)
		}
	}
	var want, got bytes.Buffer
	if _, err := put(&want, []*column.Batch{dense}); err != nil {
		t.Fatal(err)
	}
	if _, err := put(&got, []*column.Batch{lists}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want.Bytes(), got.Bytes()) {
		t.Error("the files differ")
	}
}

// TestUUIDs: a column has the type where all values of all row groups are UUIDs as they are written.
func TestUUIDs(t *testing.T) {
	const id = "0123abcd-4567-89ef-0a1b-23456789cdef"
	type groups [][]string // of rows of values
	for _, c := range []struct {
		groups groups
		want   segment.Type
	}{
		{groups{{id}}, segment.UUID},
		{groups{{id, ""}, {""}, {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}}, segment.UUID},
		{groups{{""}, {id}}, segment.UUID},
		{groups{{id}, {"1"}}, segment.Text},
		{groups{{"1"}, {id, ""}}, segment.Text},
		{groups{{id}, {"x"}, {id}}, segment.Text},
		{groups{{id + "|" + id}}, segment.Text},
		{groups{{id}, {id + "|" + id}}, segment.Text},
		{groups{{id, strings.ToUpper(id)}}, segment.Text},
		{groups{{"0123abcd-4567-89ef-0a1b-23456789cdeg"}}, segment.Text},
		{groups{{"0123abcd-4567-89ef-0a1b-2345678/cdef"}}, segment.Text},
		{groups{{"0123abcd-4567-89ef-0a1b-2345:789cdef"}}, segment.Text},
		{groups{{"0123\xe1bcd-4567-89ef-0a1b-23456789cdef"}}, segment.Text},
		{groups{{"0123abcd04567-89ef-0a1b-23456789cdef"}}, segment.Text},
		{groups{{"0123abcd-4567-89ef-0a1b-23456789cde"}}, segment.Text},
	} {
		var batches []*column.Batch
		var want []string
		for _, g := range c.groups {
			rows := make([]storetest.Row, len(g))
			b := column.NewTextBuilder()
			for i, v := range g {
				rows[i] = storetest.E(float64(i))
				if v == "" {
					b.AppendNull()
				} else {
					b.AppendList(strings.Split(v, "|"))
				}
			}
			batch := storetest.Events("main", "st", rows...)
			batch.Set("id", b.Build())
			batches, want = append(batches, batch), append(want, storetest.Lines(batch)...)
		}
		f := write(t, batches...)
		if got := f.Meta.Columns[f.Meta.Find("id")].Type; got != c.want {
			t.Errorf("%q: type %d, want %d", c.groups, got, c.want)
		}
		if diff := cmp.Diff(want, read(t, f)); diff != "" {
			t.Errorf("%q: %s", c.groups, diff)
		}
	}
}

func TestMeta(t *testing.T) {
	f := write(t, mixed(10000, 1))
	type facts struct {
		Type          segment.Type
		List          bool
		Entries       int
		All, Numeric  bool
		HasX, HasUppX bool
	}
	got := map[string]facts{}
	for i, c := range f.Meta.Columns {
		k := f.Meta.Groups[0].Chunks[i]
		got[c.Name] = facts{c.Type, c.List, k.Entries, k.All, k.Numeric, k.Bytes['x'>>6]>>('x'&63)&1 != 0, k.Bytes['X'>>6]>>('X'&63)&1 != 0}
	}
	for name, want := range map[string]facts{
		"_time": {Type: segment.Time, All: true}, "const": {Entries: 1, All: true}, "few": {Type: segment.Integer, Entries: 5, All: true, Numeric: true},
		"run": {Entries: 100, All: true}, "uniq": {All: true}, "int": {Type: segment.Integer, All: true, Numeric: true},
		"opt": {Entries: 1, HasX: true}, "list": {List: true, Entries: 51}, "id": {Type: segment.UUID, All: true}, "ref": {Type: segment.UUID, Entries: 90, All: true},
	} {
		if got[name] != want {
			t.Errorf("%s: %+v, want %+v", name, got[name], want)
		}
	}
	if diff := cmp.Diff(map[string]int64{"h": 10000}, f.Meta.Hosts); diff != "" {
		t.Error(diff)
	}
}

// TestOtherReader compares with what an independent Parquet reader sees.
func TestOtherReader(t *testing.T) {
	groups := []*column.Batch{mixed(9000, 1), mixed(300, 2)}
	f := write(t, groups...)
	in, err := os.Open(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	info, _ := in.Stat()
	p, err := parquet.OpenFile(in, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(f.Meta.Columns))
	for i, c := range p.Schema().Columns() {
		names[i] = c[0]
		leaf, _ := p.Schema().Lookup(c...)
		if typ := leaf.Node.Type().String(); (typ == "UUID") != (c[0] == "id" || c[0] == "ref") {
			t.Error(c[0], "has the type", typ)
		}
	}
	for g, rg := range p.RowGroups() {
		rows := rg.Rows()
		buf := make([]parquet.Row, 100)
		var got []string
		for {
			n, err := rows.ReadRows(buf)
			for _, row := range buf[:n] {
				got = append(got, line(names, row))
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rows.Close()
		want := storetest.Lines(groups[g])
		for i := range want {
			if i >= len(got) || want[i] != got[i] {
				t.Fatalf("group %d, row %d of %d: %s", g, i, len(got), cmp.Diff(want[i], got[min(i, len(got)-1)]))
			}
		}
	}
}

func line(names []string, row parquet.Row) string {
	values := map[string][]string{}
	for _, v := range row {
		n := names[v.Column()]
		switch {
		case v.IsNull():
		case n == "_time" || n == "_indextime":
			values[n] = append(values[n], string(column.AppendTime(nil, v.Int64())))
		case v.Kind() == parquet.FixedLenByteArray:
			u := v.ByteArray()
			values[n] = append(values[n], uuid(binary.BigEndian.Uint64(u), binary.BigEndian.Uint64(u[8:])))
		default:
			values[n] = append(values[n], v.String())
		}
	}
	var parts []string
	for n, vs := range values {
		parts = append(parts, n+"="+strings.Join(vs, "|"))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// TestDamage: whatever byte is wrong, Verify tells, and a read gives an error or the right rows.
func TestDamage(t *testing.T) {
	f := write(t, mixed(200, 1))
	want := read(t, f)
	good, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bad.parquet")
	try := func(what string, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		bad, err := segment.Open(path)
		if err == nil {
			err = bad.Verify()
		}
		if err == nil || !strings.Contains(err.Error(), "bad.parquet") {
			t.Errorf("%s: no error that names the file: %v", what, err)
		}
		if bad == nil {
			return
		}
		if b, err := bad.Read(0, all); err == nil && !slices.Equal(storetest.Lines(b), want) {
			t.Errorf("%s: wrong rows", what)
		}
	}
	for i := 0; i < len(good); i += 23 {
		data := slices.Clone(good)
		data[i] ^= 0x10
		try(fmt.Sprint("byte ", i), data)
	}
	for i := 0; i < len(good); i += 501 {
		try(fmt.Sprint("cut at ", i), good[:i])
	}
}

func TestWriteRefuses(t *testing.T) {
	unsorted := storetest.Events("main", "a", storetest.E(2), storetest.E(1))
	noTime := storetest.Events("main", "a", storetest.E(2))
	noTime.Drop("_time")
	for name, groups := range map[string][]*column.Batch{
		"unsorted": {unsorted}, "no time": {noTime}, "no rows": {storetest.Events("main", "a")},
		"two indexes": {storetest.Events("main", "a", storetest.E(2)), storetest.Events("other", "a", storetest.E(2))},
	} {
		if _, err := put(io.Discard, groups); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
