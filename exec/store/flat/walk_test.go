package flat

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkWalk adds a text to a block that keeps shapes: it must give the values and the error that the tree
// gives, and if it finds a shape, that and the values must give the text.
func checkWalk(t *testing.T, b *Block, text string) {
	t.Helper()
	want, fault := flatten(NewTree(nil), text)
	err := b.JSON([]byte(text))
	if fmt.Sprint(fault) != fmt.Sprint(err) {
		t.Fatalf("%q: %v, want %v", text, err, fault)
	}
	var got []string
	values := map[string][]string{}
	at := map[int]int{}
	for _, f := range b.row {
		cells, name := b.cols[f].cells, b.tree.names[f]
		for at[f] < len(cells) && int(cells[at[f]].Row) < b.n {
			at[f]++
		}
		text := cells[at[f]].Text()
		at[f]++
		got = append(got, name+"="+text)
		values[name] = append(values[name], text)
	}
	if fault != nil {
		want = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q: %s", text, diff)
	}
	if b.shapes.shape > 0 {
		s, ok := ParseShape(b.shapes.Text(b.shapes.shape))
		var again []byte
		for _, p := range s.Parts {
			again = append(again, p.Text...)
			again = AppendEscaped(again, values[p.Field][0])
			values[p.Field] = values[p.Field][1:]
		}
		if again = append(again, s.Tail...); !ok || string(again) != text {
			t.Fatalf("%q: the shape gives %q", text, again)
		}
	}
	b.End([]byte(text))
}

func shaped() *Block {
	b := NewBlock(NewTree(nil))
	b.Shape(func(string) bool { return false })
	return b
}

// TestWalk: texts that are foreseen from others, and go on otherwise at any place.
func TestWalk(t *testing.T) {
	texts := []string{
		`{"a":"x","b":{"c":1,"d":[true,"y"]},"e":null}`, `{"a":"","b":{"c":"1","d":[]},"e":{}}`, ` { "a" : "x\n" , "b" : [ [ 1 ] , { "c" : 2 } ] } `,
		`{"a":"\u0041","a":"\/","":1,"b":-1.5e3}`, `[{"a":1},{"a":[1,2]},"z"]`, `{}`, `[]`, `1`, `"s"`, `{"a":[[[]]],"b":"x"}`,
	}
	for i := range 12 {
		texts = append(texts, fmt.Sprintf(`{"a":"x","k%d":%d,"b":"y"}`, i, i), `{"a":"x"`+strings.Repeat(`,"a":"x"`, i)+`}`)
	}
	b := shaped()
	for range 2 {
		for _, text := range texts {
			checkWalk(t, b, text)
		}
		for _, text := range texts[:7] {
			for i := range text {
				checkWalk(t, b, text[:i])
				checkWalk(t, b, text[:i]+`"`+text[i:])
				checkWalk(t, b, text[:i]+`1`+text[i:])
				checkWalk(t, b, text[:i]+text[i+1:])
			}
		}
	}
	if n := b.Build().N; n == 0 || len(b.shapes.shapes) < 30 {
		t.Error(n, "rows", len(b.shapes.shapes), "shapes")
	}
}

func FuzzWalk(f *testing.F) {
	f.Add(`{"a":"x","b":[1,{"c":null}]}`, `{"a":"x","b":[1,{"c":"\n"}],"d":""}`, `{"a":"","b":{"c":-0}}`)
	f.Fuzz(func(t *testing.T, first, second, third string) {
		b := shaped()
		for _, text := range []string{first, second, third, second, first} {
			checkWalk(t, b, text)
		}
	})
}
