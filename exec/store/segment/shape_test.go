package segment

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/store/flat"
)

// textEvents makes a row group of texts with the fields that they hold as JSON or XML.
func textEvents(lines []string) *column.Batch {
	block := flat.NewBlock(flat.NewTree(nil))
	for _, l := range lines {
		text := []byte(l)
		xml := flat.EventXML{Value: func(name []byte, from, to int) { block.Put(block.Field(string(name)), text[from:to]) }}
		if !strings.HasPrefix(l, "<") {
			_ = block.JSON(text) // texts that are no JSON have no fields
		} else if !xml.Read(text) {
			block.Discard()
		}
		block.End([]byte(l))
	}
	b := block.Build()
	b.Set("_time", &column.Time{V: make([]int64, len(lines))})
	b.Set("index", column.ConstText("main", b.N))
	b.Set("sourcetype", column.ConstText("json", b.N))
	b.Set("host", column.ConstText("h", b.N))
	return b
}

// xmlEvent is a Windows event; an empty text is an element without one.
func xmlEvent(image, id, text string) string {
	return "<Event xmlns='x'><System><Provider Name='P' Guid=\"{1}\"/><EventID>" + id + "</EventID><Level>4</Level></System>" +
		"<EventData><Data Name='Image'>" + image + "</Data><Data>" + text + "</Data></EventData></Event>"
}

func writeFile(t testing.TB, opts Options, groups ...*column.Batch) *File {
	t.Helper()
	var buf bytes.Buffer
	var ps []*Prepared
	for _, g := range groups {
		p, err := Prepare(g, opts)
		if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	if _, err := Write(&buf, ps); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func raws(t testing.TB, f *File, more ...string) (out []string) {
	t.Helper()
	for g := range f.Meta.Groups {
		b, err := f.Read(g, column.Fields(append(more, "_raw")...).Has)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.N {
			out = append(out, b.Col("_raw").At(i).Text())
		}
	}
	return out
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name   string
		lines  []string
		shaped int
		shapes int
	}{
		{"one shape", []string{`{"a":1,"b":"x"}`, `{"a":2,"b":"y z"}`}, 2, 1},
		{"blanks", []string{` { "a" : 1 } `, `{"a":1}`, "{\n\t\"a\":1}"}, 3, 3},
		{"nothing inside", []string{`{}`, `[]`, `{"a":{}}`, `{"a":""}`, `[[],{}]`}, 5, 5},
		{"lists", []string{`{"l":[1,2,3]}`, `{"l":[4,5,6]}`, `{"l":[{"a":1},{"b":2},{"a":3}]}`, `{"l":[]}`}, 4, 3},
		{"repeated keys", []string{`{"a":1,"a":2}`, `{"a":1,"b":0,"a":3}`}, 2, 2},
		{"one name, two paths", []string{`{"a.b":1,"a":{"b":2}}`}, 1, 1},
		{"escapes", []string{`{"a":"\"\\\n\t\b\f\r\u0001é"}`}, 1, 1},
		{"other escapes", []string{`{"a":"\u0041"}`, `{"a":"\/"}`, `{"a":"\u000a"}`, `{"a":"\u00E9"}`}, 0, 0},
		{"escapes in keys", []string{`{"\u0061\"":1}`}, 1, 1},
		{"numbers", []string{`{"a":1.50}`, `{"a":-0}`, `{"a":1e5}`, `{"a":12345678901234567890}`, `{"a":true}`, `{"a":null}`}, 6, 1},
		{"text or number", []string{`{"a":1}`, `{"a":"1"}`}, 2, 2},
		{"no JSON", []string{`plain`, ``, `{"a":`, `"x"`, `5`, `{"a":1}x`}, 0, 0},
		{"names of the store", []string{`{"host":"other"}`, `{"_time":5}`, `{"_raw":"x"}`, `{"_shape":1}`}, 0, 0},
		{"mixed", []string{`{"a":1}`, `no`, `{"a":"\u0041"}`, `{"b":2}`}, 2, 2},
		{"wrong UTF-8", []string{"{\"a\":\"\xff\",\"\xfe\":1}"}, 1, 1},
		{"XML", []string{xmlEvent("x", "1", "a b"), xmlEvent("y\\z", "2", ""), xmlEvent("&lt;é\"'&#10;", "3", "c")}, 3, 2},
		{"XML and JSON", []string{`{"Image":"a\\b"}`, xmlEvent(`a\b`, "1", "a"), "no", `{"Image":"\\"}`}, 3, 2},
		{"XML with blanks", []string{"<Event>\n<System><A b='1'>\n x </A></System></Event>\n", " <Event/>"}, 2, 2},
		{"no event", []string{"<Event><a>", "<Events/>", "<html><Data Name='x'>1</Data></html>", "<Event><System><_raw>1</_raw></System></Event>"}, 1, 1},
		{"one place, two names", []string{"<Event><System><EventID>4</EventID></System><EventData><Data Name='EventCode'>5</Data></EventData></Event>"}, 0, 0},
	} {
		half := len(c.lines) / 2
		for _, groups := range [][][]string{{c.lines}, {c.lines[half:], c.lines[:half]}} {
			var bs []*column.Batch
			var want []string
			for _, g := range groups {
				if len(g) > 0 {
					bs, want = append(bs, textEvents(g)), append(want, g...)
				}
			}
			f := writeFile(t, Options{}, bs...)
			shaped := 0
			for _, g := range f.Meta.Groups {
				shaped += g.Shaped
			}
			shapes := 0
			for g := range f.Meta.Groups {
				if f.Meta.Groups[g].Shaped > 0 {
					shapes += len(f.decodedShapes(g).shapes)
				}
			}
			if shaped != c.shaped || len(bs) == 1 && shapes != c.shapes {
				t.Errorf("%s: %d events with %d shapes, want %d with %d", c.name, shaped, shapes, c.shaped, c.shapes)
			}
			for _, more := range []string{"none", "*"} {
				if diff := cmp.Diff(want, raws(t, f, more)); diff != "" {
					t.Errorf("%s: %s", c.name, diff)
				}
			}
			kept := writeFile(t, Options{KeepRaw: true}, bs...)
			if diff := cmp.Diff(want, raws(t, kept)); diff != "" || kept.Meta.Groups[0].Shaped != 0 {
				t.Errorf("%s: kept: %s", c.name, diff)
			}
		}
	}
}

// TestShapesGuard: keys that are data make no shapes without end.
func TestShapesGuard(t *testing.T) {
	var lines []string
	for i := range 3000 {
		lines = append(lines, fmt.Sprintf(`{"k%d":%d}`, i, i))
	}
	f := writeFile(t, Options{}, textEvents(lines))
	if n := f.Meta.Groups[0].Shaped; n > 1200 || n < 1000 {
		t.Errorf("%d events have shapes", n)
	}
	if diff := cmp.Diff(lines, raws(t, f)); diff != "" {
		t.Error(diff)
	}
}

// TestRawBytes: the bytes known to occur cover the texts.
func TestRawBytes(t *testing.T) {
	lines := []string{`{"a":"x\n\u0001","b":[1,{"Q":true}]}`, `plain !`, `{"a":"~"}`}
	f := writeFile(t, Options{}, textEvents(lines))
	c := f.Meta.Groups[0].Chunks[f.Meta.Find("_raw")]
	for _, b := range []byte(strings.Join(lines, "")) {
		if !c.BytesKnown || c.Bytes[b>>6]>>(b&63)&1 == 0 {
			t.Errorf("byte %q is missing", b)
		}
	}
	if c.Bytes[1]>>('%'&63)&1 != 0 && c.Bytes[0]>>'%'&1 != 0 {
		t.Error("bytes that do not occur")
	}
}

func FuzzShapes(f *testing.F) {
	f.Add(xmlEvent("a", "1", "b"), xmlEvent(`\&lt;`, "2", ""), `{"Image":"x"}`)
	f.Add(`{"a":[1,"x\n",{"b":null}]}`, `{"a":"\u0041"}`, `{"a":[2,"y",{"b":1}], "c":""}`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		want := []string{a, b, c, a}
		if diff := cmp.Diff(want, raws(t, writeFile(t, Options{}, textEvents(want)))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkShapes(b *testing.B) {
	var lines []string
	if name := os.Getenv("SPL_BENCH_NDJSON"); name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		lines = strings.SplitN(string(data), "\n", 50001)[:50000]
	} else {
		for i := range 50000 {
			lines = append(lines, fmt.Sprintf(`{"eventName":"Call%d","requestID":"%08x","list":[{"t":"x%d"},{"t":"y"}],"ok":true}`, i%370, i*2654435761, i%7))
		}
	}
	size := int64(0)
	for _, l := range lines {
		size += int64(len(l))
	}
	g := textEvents(lines)
	b.Run("find", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			Split(g)
		}
	})
	f := writeFile(b, Options{}, g)
	b.Run("rebuild", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			raws(b, f)
		}
	})
}
