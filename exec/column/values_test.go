package column

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cellsOf makes cells of rows given as in build.
func cellsOf(rows ...any) (out []Cell) {
	for i, r := range rows {
		switch r := r.(type) {
		case string:
			out = append(out, CellOf(i, []byte(r)))
		case []string:
			for _, s := range r {
				out = append(out, CellOf(i, []byte(s)))
			}
		}
	}
	return out
}

// TestValues: lists of values are the same column as the dense vectors.
func TestValues(t *testing.T) {
	b := &ValuesBuilder{}
	var earlier []*Dictionary
	for _, rows := range [][]any{
		{"a", "b", "a"}, {nil, "a", nil, "c"}, {"d", nil}, {}, {nil, nil}, {[]string{"a", "b"}, nil, "", []string{"x", "d", "x"}}, {"e", []string{"f", "f"}},
	} {
		cells := cellsOf(rows...)
		for len(cells) > 0 { // in two goes
			n := (len(cells) + 1) / 2
			b.Add(cells[:n])
			cells = cells[n:]
		}
		v := b.Take(len(rows), true)
		want := texts(build(rows...))
		if diff := cmp.Diff(want, texts(v)); diff != "" {
			t.Errorf("%v: %s", rows, diff)
		}
		if diff := cmp.Diff(want, texts(v.Dense())); diff != "" {
			t.Errorf("%v, dense: %s", rows, diff)
		}
		if diff := cmp.Diff(want, texts(Gather(v, []uint32{0, 1, 2, 3, 4, 5}[:len(rows)]))); diff != "" {
			t.Errorf("%v, gathered: %s", rows, diff)
		}
		for _, d := range earlier {
			if !d.Begins(v.D) || v.D.Begins(d) && d.Len() != v.D.Len() {
				t.Errorf("%v: the dictionary does not go on", rows)
			}
		}
		earlier = append(earlier, v.D)
	}
	if n := earlier[len(earlier)-1].Len(); n != 8 {
		t.Errorf("%d entries, not 8", n)
	}
	if v := b.Take(0, false); v.D.line != nil || b.Take(0, false).D.Len() != 0 {
		t.Error("the dictionary goes on")
	}
}

// TestValuesPlain: a dictionary of texts that are all different does not go on, and the next column knows.
func TestValuesPlain(t *testing.T) {
	b := &ValuesBuilder{}
	var before *Values
	for block := range 3 {
		var rows []any
		for i := range 3000 {
			rows = append(rows, fmt.Sprint(block, " ", i))
		}
		b.Add(cellsOf(rows...))
		v := b.Take(len(rows), true)
		if v.D.Text(int(v.Codes[2999]-1)) != fmt.Sprint(block, " 2999") {
			t.Error("wrong text")
		}
		if block == 2 && (v.D.Len() != 3000 || before.D.Begins(v.D)) {
			t.Error(v.D.Len(), "entries in a column of its own")
		}
		before = v
	}
}

// TestEntries: texts that differ in a byte or in their size only are told apart, and found again.
func TestEntries(t *testing.T) {
	b := NewDictionaryBuilder()
	r := rand.New(rand.NewPCG(1, 2))
	codes := map[string]uint32{}
	for n := range 40 {
		text := strings.Repeat("\x00", n)
		for i := range n + 1 {
			for _, c := range []string{"", "\x01", "x"} {
				s := text[:min(i, n)] + c + text[min(i+1, n):]
				if k, ok := codes[s]; ok && k != b.Code(s) {
					t.Fatalf("%q has two codes", s)
				}
				codes[s] = b.Code(s)
			}
		}
	}
	for range 5000 {
		s := fmt.Sprint(r.IntN(3000))
		codes[s] = b.Code(s)
	}
	d := b.Build()
	if d.Len() != len(codes) {
		t.Errorf("%d entries of %d texts", d.Len(), len(codes))
	}
	for s, k := range codes {
		if d.Text(int(k-1)) != s {
			t.Errorf("%q is %q", s, d.Text(int(k-1)))
		}
	}
}
