package column

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/value"
)

// texts renders a vector, null as "<null>" and a multivalue in brackets.
func texts(v Vec) []string {
	out := make([]string, v.Len())
	for i := range out {
		switch vs := v.At(i).List(); len(vs) {
		case 0:
			out[i] = "<null>"
		case 1:
			out[i] = vs[0]
		default:
			out[i] = fmt.Sprint(vs)
		}
		if (out[i] == "<null>") != v.Null(i) {
			out[i] += " (Null disagrees)"
		}
	}
	return out
}

func build(rows ...any) Vec {
	b := NewTextBuilder()
	for _, r := range rows {
		switch r := r.(type) {
		case nil:
			b.AppendNull()
		case string:
			b.Append(r)
		case []string:
			b.AppendList(r)
		}
	}
	return b.Build()
}

func TestTextBuilder(t *testing.T) {
	for _, c := range []struct {
		rows []any
		want []string
	}{
		{nil, []string{}},
		{[]any{"a", nil, "", "a"}, []string{"a", "<null>", "", "a"}},
		{[]any{nil, "a", []string{"x", "y"}, nil, []string{}, []string{"z"}, "b"}, []string{"<null>", "a", "[x y]", "<null>", "<null>", "z", "b"}},
	} {
		if diff := cmp.Diff(c.want, texts(build(c.rows...))); diff != "" {
			t.Errorf("%v (-want +got)\n%s", c.rows, diff)
		}
	}
	b := NewTextBuilder()
	for _, s := range []string{"a", "b"} {
		b.AppendNull()
		b.AppendMore(s)
		b.AppendMore(s + s)
	}
	if diff := cmp.Diff([]string{"[a aa]", "[b bb]"}, texts(b.Build())); diff != "" {
		t.Error(diff)
	}
}

// TestManyDistinct: values beyond the point where looking for repeats is given up are all there.
func TestManyDistinct(t *testing.T) {
	b := NewTextBuilder()
	const n = 20000
	for i := range n {
		b.Append(fmt.Sprint("value ", i))
	}
	v := b.Build()
	for i := range n {
		if got := v.At(i).Text(); got != fmt.Sprint("value ", i) {
			t.Fatalf("row %d is %q", i, got)
		}
	}
	again := NewTextBuilder()
	for i := range n {
		again.Append(fmt.Sprint(i % 10))
	}
	if d := again.Build().(*Dict).D.Len(); d != 10 {
		t.Errorf("ten texts make %d entries", d)
	}
}

func samples() map[string]Vec {
	nulls := NewBitmap(4)
	nulls.Set(2)
	bits := NewBitmap(4)
	bits.Set(0)
	return map[string]Vec{
		"const": ConstText("c", 4),
		"nulls": Nulls(4),
		"dict":  build("a", nil, "b", "a"),
		"list":  build([]string{"a", "b"}, nil, "c", []string{"b", "d"}),
		"int":   &Int{V: []int64{1, -2, 0, 1 << 60}, Nulls: nulls},
		"float": &Float{F: []float64{1.5, 2, 0, 1.0 / 3}, P: []value.Prec{value.Digits(3), value.Exact, value.Exact, value.Exact}, Nulls: nulls},
		"time":  &Time{V: []int64{1768471200000000, 1768471200123000, 0, -1500000}, Nulls: nulls},
		"bool":  &Bool{Bits: bits, Nulls: nulls, N: 4},
		"any":   &Any{V: []value.Value{value.OfText("x"), {}, value.OfInt(3), value.OfList([]string{"p", "q"})}},
	}
}

func TestTimes(t *testing.T) {
	if diff := cmp.Diff([]string{"1768471200", "1768471200.123", "<null>", "-1.5"}, texts(samples()["time"])); diff != "" {
		t.Error(diff)
	}
}

func TestGatherConcat(t *testing.T) {
	for name, v := range samples() {
		all := texts(v)
		got := texts(Gather(v, []uint32{3, 0, 0, 2}))
		if diff := cmp.Diff([]string{all[3], all[0], all[0], all[2]}, got); diff != "" {
			t.Errorf("gather of %s (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(all[1:3], texts(Slice(v, 1, 3))); diff != "" {
			t.Errorf("slice of %s\n%s", name, diff)
		}
		for other, w := range samples() {
			if name == "bool" || other == "bool" {
				continue // Booleans are not stored
			}
			want := append(append([]string(nil), all...), texts(w)...)
			if diff := cmp.Diff(want, texts(Concat(v, w))); diff != "" {
				t.Errorf("%s and %s (-want +got)\n%s", name, other, diff)
			}
		}
		if diff := cmp.Diff(all, texts(AsText(v))); diff != "" {
			t.Errorf("%s as text\n%s", name, diff)
		}
	}
}

func TestStored(t *testing.T) {
	v := Stored(&Float{F: []float64{1.5}, Prec: value.Digits(1)}) // 3*0.5 shows as 2
	if f, _, ok := v.At(0).Number(); !ok || f != 2 || v.At(0).Text() != "2" {
		t.Errorf("stored 3*0.5 is %v", v.At(0))
	}
	s := NewStringBuilder()
	s.Append("5")
	w := s.Build()
	if _, _, ok := w.At(0).Number(); ok {
		t.Error("a string reads as a number before it is stored")
	}
	if _, _, ok := Stored(w).At(0).Number(); !ok {
		t.Error("a stored string does not read as a number")
	}
}

func TestFromValues(t *testing.T) {
	num, text, str, null := value.OfInt(1), value.OfText("a"), value.OfString("b"), value.Value{}
	for _, c := range []struct {
		vs   []value.Value
		want string
	}{
		{[]value.Value{null, null}, "*column.Const"}, {[]value.Value{num, null}, "*column.Float"}, {[]value.Value{text, null}, "*column.Dict"},
		{[]value.Value{str}, "*column.Dict"}, {[]value.Value{text, value.OfList([]string{"a", "b"})}, "*column.List"},
		{[]value.Value{num, text}, "*column.Any"}, {[]value.Value{value.OfBool(true), null}, "*column.Bool"},
		{[]value.Value{value.OfSpelled("007")}, "*column.Any"},
	} {
		v := FromValues(c.vs)
		if got := fmt.Sprintf("%T", v); got != c.want {
			t.Errorf("%v make a %s, want %s", c.vs, got, c.want)
		}
		for i, x := range c.vs {
			if !v.At(i).Equal(x) {
				t.Errorf("row %d of %v is %v", i, c.vs, v.At(i))
			}
		}
	}
}

func TestBitmap(t *testing.T) {
	b := FullBitmap(70)
	if b.Count() != 70 || b.Get(70) || !b.Get(69) {
		t.Errorf("full bitmap %v", b)
	}
	o := NewBitmap(70)
	o.Set(3)
	o.Set(69)
	b.AndNot(o)
	if b.Count() != 68 || b.Get(3) || Bitmap(nil).Get(1) {
		t.Error("AndNot or nil")
	}
	if diff := cmp.Diff([]uint32{3, 69}, o.Rows(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestBatches(t *testing.T) {
	a, b := NewBatch(2), NewBatch(1)
	a.Set("x", build("1", "2"))
	a.Set("y", build("p", nil))
	a.Sel = NewBitmap(2)
	a.Sel.Set(1)
	b.Set("y", build("q"))
	b.Set("z", build("3"))
	got := Join(a, b)
	if diff := cmp.Diff([]string{"x", "y", "z"}, got.Names); diff != "" || got.N != 2 {
		t.Fatalf("joined %v, %d rows", got.Names, got.N)
	}
	for name, want := range map[string][]string{"x": {"2", "<null>"}, "y": {"<null>", "q"}, "z": {"<null>", "3"}} {
		if diff := cmp.Diff(want, texts(got.Col(name))); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
	if a.Rows() != 1 || a.Selected(0) || a.Col("nope").Len() != 2 {
		t.Error("selection of a")
	}
	bs, err := Drain(context.Background(), Batches(a, b))
	if err != nil || len(bs) != 2 || bs[0].N != 1 {
		t.Errorf("drained %v, %v", bs, err)
	}
	c := a.Copy()
	c.Drop("x")
	if !a.Has("x") || c.Has("x") {
		t.Error("a copy shares its list of columns")
	}
}

func TestFieldSet(t *testing.T) {
	s := Fields("user", "src_*").With("_raw")
	for name, want := range map[string]bool{"user": true, "src_ip": true, "_raw": true, "dest": false, "_src_x": false} {
		if s.Has(name) != want {
			t.Errorf("Has(%s) is %v", name, !want)
		}
	}
	if s.Exact() || s.Empty() || s.All() || !AllFields().Has("x") || !(FieldSet{}).Empty() {
		t.Error("kinds of sets")
	}
	if u := s.Union(AllFields()); !u.All() {
		t.Error("union with all")
	}
	if got := s.Without("user").Has("user"); got {
		t.Error("Without keeps the name")
	}
}

func TestMatchName(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a", true}, {"*", "_a", false}, {"_*", "_a", true}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "acb", false},
		{"*b*", "abc", true}, {"a", "a", true}, {"a", "ab", false}, {"a**b", "axb", true},
	} {
		if got := MatchName(c.pattern, c.name); got != c.want {
			t.Errorf("MatchName(%s, %s) = %v", c.pattern, c.name, got)
		}
	}
}
