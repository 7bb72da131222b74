package flat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
)

type list struct {
	tree *Tree
	out  []string
}

func (l *list) Value(f int, _ Kind, text []byte) {
	l.out = append(l.out, l.tree.Names()[f]+"="+string(text))
}

func flatten(tree *Tree, text string) ([]string, error) {
	l := &list{tree: tree}
	err := tree.Flatten([]byte(text), l)
	return l.out, err
}

func TestFlatten(t *testing.T) {
	tree := NewTree(nil)
	for _, c := range []struct {
		in   string
		want []string
	}{
		{`{"a":{"b":1}}`, []string{"a.b=1"}},
		{`{"a":[1,2]}`, []string{"a{}=1", "a{}=2"}},
		{`{"a":[{"b":1},{"b":2}]}`, []string{"a{}.b=1", "a{}.b=2"}},
		{`{"a":[[1,2],[3]]}`, []string{"a{}{}=1", "a{}{}=2", "a{}{}=3"}},
		{`[{"b":1}]`, []string{"{}.b=1"}},
		{`[1]`, []string{"{}=1"}},
		{`{"a":true,"b":false,"c":null}`, []string{"a=true", "b=false", "c=null"}},
		{`{"a":"","b":{},"c":[]}`, nil},
		{`{"a.b":1,"my key":2}`, []string{"a.b=1", "my key=2"}},
		{`{"a":1.50,"b":-1e3,"c":0}`, []string{"a=1.50", "b=-1e3", "c=0"}},
		{`{"a":1,"a":2}`, []string{"a=1", "a=2"}},
		{`{"a":"x\n\u00e9\ud83d\ude00\ud800\"\/"}`, []string{"a=x\né😀\ufffd\"/"}},
		{`{"\u0061":1,"a\"":2}`, []string{"a=1", `a"=2`}},
		{" { \"a\" :\t1 , \"b\" : [ 1 , 2 ] }\r\n", []string{"a=1", "b{}=1", "b{}=2"}},
		{`{"":1,"x":{"":2}}`, []string{"x.=2"}},
		{`{"long":"0123456789abcdef0123456789abcdef0123456789"}`, []string{"long=0123456789abcdef0123456789abcdef0123456789"}},
		{`{"b":2,"a":1}`, []string{"b=2", "a=1"}},
		{`{"ab":2,"abc":1}`, []string{"ab=2", "abc=1"}},
	} {
		for range 2 { // the second time with the guesses of the first
			got, err := flatten(tree, c.in)
			if err != nil || !cmp.Equal(c.want, got) {
				t.Errorf("%s: %v %s", c.in, err, cmp.Diff(c.want, got))
			}
		}
	}
}

func TestFlattenFaults(t *testing.T) {
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	for _, c := range []struct {
		in     string
		offset int
		what   string
	}{
		{``, 0, "no value"},
		{`{`, 1, "key missing"},
		{`{"a"`, 4, "colon missing"},
		{`{"a":`, 5, "value missing"},
		{`{"a":1`, 6, "comma or closing brace missing"},
		{`{"a":1,}`, 7, "key missing"},
		{`{"a":01}`, 5, "malformed number"},
		{`{"a":1.}`, 5, "malformed number"},
		{`{"a":"x`, 7, "malformed string"},
		{"{\"a\":\"x\ny\"}", 7, "malformed string"},
		{`{"a":"\x"}`, 6, "malformed string"},
		{`{"a":tru}`, 5, "unexpected character"},
		{`{"a":1} x`, 8, "text behind the value"},
		{`[1 2]`, 3, "comma or closing bracket missing"},
		{`{"` + strings.Repeat("k", MaxKey+1) + `":1}`, 2, "key too long"},
		{deep, 64, "nested too deeply"},
	} {
		var fault *SyntaxError
		_, err := flatten(NewTree(nil), c.in)
		if !errors.As(err, &fault) || fault.Offset != c.offset || fault.What != c.what {
			t.Errorf("%.20s: got %v, want %q at %d", c.in, err, c.what, c.offset)
		}
	}
	for _, in := range []string{`1`, ` "x" `, `null`} {
		if _, err := flatten(NewTree(nil), in); err != ErrScalar {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestFlattenWanted(t *testing.T) {
	tree := NewTree(func(n string) bool { return n == "b.c" })
	got, err := flatten(tree, `{"a":"\u0041","b":{"c":"\u0042","d":[1]}}`)
	if err != nil || !cmp.Equal([]string{"b.c=B"}, got) {
		t.Error(got, err)
	}
}

func TestBlock(t *testing.T) {
	b := NewBlock(NewTree(nil))
	for _, line := range []string{`{"a":1}`, `{"a":2,"b":["x","y"]}`, `{"c":1`, `{"a":3,"a":4,"c":5}`} {
		if err := b.JSON([]byte(line)); (err != nil) != (line == `{"c":1`) {
			t.Errorf("%s: %v", line, err)
		}
		if line[2] == 'a' {
			b.Put(b.Field("extra"), []byte("e"))
		}
		b.End([]byte(line))
	}
	want := map[string][]string{"a": {"1", "2", "", "3|4"}, "b{}": {"", "x|y", "", ""}, "c": {"", "", "", "5"},
		"extra": {"e", "e", "", "e"}, "_raw": {`{"a":1}`, `{"a":2,"b":["x","y"]}`, `{"c":1`, `{"a":3,"a":4,"c":5}`}}
	if diff := cmp.Diff(want, texts(b.Build())); diff != "" {
		t.Error(diff)
	}
	if b.JSON([]byte(`{"b":[1]}`)) != nil {
		t.Error("second block")
	}
	b.End(nil)
	if diff := cmp.Diff(map[string][]string{"b{}": {"1"}}, texts(b.Build())); diff != "" {
		t.Error(diff)
	}
}

func TestBlockFull(t *testing.T) {
	b := NewBlock(NewTree(nil))
	for range MaxRows {
		b.End(nil)
	}
	if !b.Full() || b.Rows() != MaxRows || b.Build().N != MaxRows || b.Full() || b.Rows() != 0 {
		t.Error("rows")
	}
	for i := range MaxColumns {
		b.Put(b.Field(strings.Repeat("x", i+1)), []byte("v"))
	}
	b.End(nil)
	if !b.Full() {
		t.Error("columns")
	}
}

func texts(b *column.Batch) map[string][]string {
	out := map[string][]string{}
	for i, n := range b.Names {
		for r := range b.N {
			out[n] = append(out[n], strings.Join(b.Cols[i].At(r).List(), "|"))
		}
	}
	return out
}

// reference names the values as Flatten does, with the tokens of encoding/json.
func reference(text []byte) []string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out []string
	var walk func(path string)
	walk = func(path string) {
		tok, _ := d.Token()
		switch v := tok.(type) {
		case json.Delim:
			for d.More() {
				if v == '[' {
					walk(path + "{}")
					continue
				}
				key, _ := d.Token()
				name := key.(string)
				if path != "" {
					name = path + "." + name
				}
				walk(name)
			}
			_, _ = d.Token()
			return
		case nil:
			tok = "null"
		case bool:
			tok = map[bool]string{true: "true", false: "false"}[v]
		case json.Number:
			tok = v.String()
		}
		if s := tok.(string); path != "" && (s != "" || keepEmpty) {
			out = append(out, path+"="+s)
		}
	}
	walk("")
	return out
}

func FuzzFlatten(f *testing.F) {
	for _, s := range []string{`{"a":[{"b":"x\u00e9"},{"b":-1.5e3}],"c":null}`, `{"a":"\ud800x","a":[[]]}`, `[]`, `{"a" :tru}`, `"x"`, "{\"\xff\":\"\xfe\"}"} {
		f.Add([]byte(s), []byte(`{"a":[{"b":2}],"c":1,"d":{"e":0}}`))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		tree := NewTree(nil)
		for _, in := range [][]byte{first, second, first} {
			got, err := flatten(tree, string(in))
			var fault *SyntaxError
			bad := errors.As(err, &fault)
			if bad && (fault.What == "nested too deeply" || fault.What == "key too long") {
				return
			}
			if json.Valid(in) == bad {
				t.Fatalf("%q: %v", in, err)
			}
			if err != nil {
				continue
			}
			want := reference(in)
			for i := range got {
				got[i] = string([]rune(got[i])) // invalid UTF-8 is kept here, replaced there
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%q: %s", in, diff)
			}
		}
	})
}

type counter struct{ values, bytes int }

func (c *counter) Value(_ int, _ Kind, text []byte) { c.values++; c.bytes += len(text) }

// sample gives lines like those of an audit log, or of the file named by SPL_BENCH_NDJSON.
func sample(b *testing.B) [][]byte {
	if name := os.Getenv("SPL_BENCH_NDJSON"); name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		return bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	}
	line := `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/x","accountId":"111122223333"},` +
		`"eventTime":"2026-01-01T00:00:00Z","resources":[{"type":"AWS::S3::Object"},{"type":"AWS::S3::Bucket"}],"readOnly":true}`
	return slicesRepeat([]byte(line), 10000)
}

func slicesRepeat(line []byte, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = line
	}
	return out
}

func size(lines [][]byte) (n int64) {
	for _, l := range lines {
		n += int64(len(l)) + 1
	}
	return n
}

func BenchmarkFlatten(b *testing.B) {
	lines := sample(b)
	b.SetBytes(size(lines))
	b.ReportAllocs()
	for b.Loop() {
		tree, c := NewTree(nil), &counter{}
		for _, l := range lines {
			if err := tree.Flatten(l, c); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkBlock(b *testing.B) {
	lines := sample(b)
	for _, keep := range []bool{false, true} {
		b.Run(fmt.Sprintf("shapes=%v", keep), func(b *testing.B) {
			b.SetBytes(size(lines))
			b.ReportAllocs()
			for b.Loop() {
				block := NewBlock(NewTree(nil))
				if keep {
					block.Shape(func(string) bool { return false })
				}
				for i, l := range lines {
					if err := block.JSON(l); err != nil {
						b.Fatal(err)
					}
					block.End(l)
					if i%6000 == 5999 {
						block.Build()
					}
				}
				block.Build()
			}
		})
	}
}
