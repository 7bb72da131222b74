package evtx

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// builder writes a chunk with one record whose content the test composes.
type builder struct{ b []byte }

func (w *builder) bytes(bs ...byte) *builder { w.b = append(w.b, bs...); return w }

func (w *builder) u16(n int) *builder { w.b = le.AppendUint16(w.b, uint16(n)); return w }

func (w *builder) u32(n int) *builder { w.b = le.AppendUint32(w.b, uint32(n)); return w }

func (w *builder) utf16(s string) *builder {
	for _, u := range utf16.Encode([]rune(s)) {
		w.u16(int(u))
	}
	return w
}

// name writes an inline name.
func (w *builder) name(s string) *builder {
	w.u32(len(w.b) + 4).u32(0).u16(0).u16(len(s)).utf16(s)
	return w.u16(0)
}

func (w *builder) open(name string) *builder {
	return w.bytes(tokOpen).u16(0xffff).u32(0).name(name)
}

func (w *builder) text(s string) *builder {
	return w.bytes(tokValue, typeString).u16(len(utf16.Encode([]rune(s)))).utf16(s)
}

func (w *builder) close() *builder { return w.bytes(tokEndElement) }

// file wraps what compose writes into a log of one chunk and one record.
func file(compose func(w *builder)) []byte {
	w := &builder{b: make([]byte, chunkHeader+recordHead)}
	compose(w)
	size := len(w.b) - chunkHeader + 4
	w.u32(size)
	copy(w.b, "ElfChnk\x00")
	le.PutUint32(w.b[48:], uint32(len(w.b)))
	copy(w.b[chunkHeader:], "\x2a\x2a\x00\x00")
	le.PutUint32(w.b[chunkHeader+4:], uint32(size))
	le.PutUint64(w.b[chunkHeader+8:], 7)
	out := make([]byte, headerSize+chunkSize)
	copy(out, Magic)
	copy(out[headerSize:], w.b)
	return out
}

// instance writes a template with a definition inline, then values.
func instance(w *builder, def func(w *builder), vals ...any) {
	w.bytes(tokTemplate, 1).u32(9).u32(len(w.b) + 4)
	w.u32(0).u32(0).u32(0).u32(0).u32(0)
	at := len(w.b)
	w.u32(0)
	def(w)
	w.bytes(tokEnd)
	le.PutUint32(w.b[at:], uint32(len(w.b)-at-4))
	w.u32(len(vals) / 2)
	for i := 0; i < len(vals); i += 2 {
		w.u16(len(vals[i+1].([]byte))).bytes(byte(vals[i].(int)), 0)
	}
	for i := 1; i < len(vals); i += 2 {
		w.bytes(vals[i].([]byte)...)
	}
}

func wide(s string) []byte { return (&builder{}).utf16(s).b }

func substitute(i int) func(w *builder) {
	return func(w *builder) { w.open("a").bytes(tokCloseStart, tokOptional).u16(i).bytes(0).close() }
}

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name    string
		compose func(w *builder)
		want    string
	}{
		{"elements and text", func(w *builder) {
			w.bytes(tokHeader, 1, 1, 0).open("Event").bytes(tokCloseStart).open("a").bytes(tokCloseStart).text("x<&ü𝄞").close().open("b").bytes(tokCloseEmpty).close()
		}, "<Event><a>x&lt;&amp;ü𝄞</a><b/></Event>"},
		{"attribute", func(w *builder) {
			w.bytes(tokOpen | moreData).u16(0).u32(0).name("e").u32(0)
			at := len(w.b)
			w.bytes(tokAttribute).name("k").text("it's")
			le.PutUint32(w.b[at-4:], uint32(len(w.b)-at))
			w.bytes(tokCloseEmpty)
		}, "<e k='it&apos;s'/>"},
		{"entity", func(w *builder) { w.open("e").bytes(tokCloseStart, tokEntity).name("amp").close() }, "<e>&amp;</e>"},
		{"string", func(w *builder) { instance(w, substitute(0), typeString, wide("v\x00")) }, "<a>v</a>"},
		{"null", func(w *builder) { instance(w, substitute(0), typeNull, []byte{}) }, "<a></a>"},
		{"list of strings repeats", func(w *builder) { instance(w, substitute(0), typeString|typeList, wide("x\x00y\x00")) }, "<a>x</a><a>y</a>"},
		{"list of numbers", func(w *builder) { instance(w, substitute(0), typeUint16|typeList, []byte{1, 0, 2, 1}) }, "<a>1</a><a>258</a>"},
		{"numbers", func(w *builder) {
			instance(w, substitute(1), typeNull, []byte{}, typeInt32, []byte{0xfe, 0xff, 0xff, 0xff})
		}, "<a>-2</a>"},
		{"hex", func(w *builder) { instance(w, substitute(0), typeHex64, []byte{0, 0, 0, 0, 0, 0, 0, 0x80}) }, "<a>0x8000000000000000</a>"},
		{"guid", func(w *builder) {
			instance(w, substitute(0), typeGUID, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
		}, "<a>{04030201-0605-0807-090A-0B0C0D0E0F10}</a>"},
		{"time", func(w *builder) {
			instance(w, substitute(0), typeFileTime, []byte{0, 0x80, 0x3e, 0xd5, 0xde, 0xb1, 0x9d, 0x01})
		}, "<a>1970-01-01T00:00:00.000000000Z</a>"},
		{"sid", func(w *builder) { instance(w, substitute(0), typeSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}) }, "<a>S-1-5-18</a>"},
		{"boolean", func(w *builder) { instance(w, substitute(0), typeBool, []byte{1, 0, 0, 0}) }, "<a>true</a>"},
		{"binary", func(w *builder) { instance(w, substitute(0), typeBinary, []byte{0xab, 1}) }, "<a>AB01</a>"},
	} {
		r, err := NewReader(bytes.NewReader(file(c.compose)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Next()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if d := cmp.Diff(c.want, string(got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("%s: %v at the end", c.name, err)
		}
	}
}

func TestDamage(t *testing.T) {
	good := file(func(w *builder) { w.open("e").bytes(tokCloseEmpty) })
	loop := file(func(w *builder) {
		instance(w, func(w *builder) { w.bytes(tokTemplate, 1).u32(9).u32(chunkHeader + recordHead + 10).u32(0) })
	})
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"bad token", file(func(w *builder) { w.bytes(0x3f) }), "record 7: unexpected token"},
		{"no content", file(func(w *builder) { w.bytes(tokEnd) }), "record 7: no content"},
		{"value missing", file(func(w *builder) { instance(w, substitute(3)) }), "there is no value 3"},
		{"element open", file(func(w *builder) { w.open("e").bytes(tokCloseStart) }), "ends early"},
		{"a template inside of itself", loop, "too deeply"},
		{"chunk cut off", good[:len(good)-1000], ""},
		{"damaged chunk", append(append([]byte{}, good[:headerSize]...), bytes.Repeat([]byte{7}, chunkSize)...), "chunk 1 is damaged"},
		{"half a chunk", append(append([]byte{}, good...), good[headerSize:headerSize+2000]...), "unexpected EOF"},
	} {
		out, err := io.ReadAll(Text(bytes.NewReader(c.data)))
		got := string(out)
		if err != nil {
			got += err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := NewReader(strings.NewReader(strings.Repeat("x", headerSize))); err == nil {
		t.Error("a file without the magic must be refused")
	}
}

// TestAgainstJSON compares with renderings of real logs by another program.
func TestAgainstJSON(t *testing.T) {
	logs, err := filepath.Glob("../../../../shared/data/evtx/*.evtx")
	if err != nil || len(logs) == 0 {
		t.Skip("no sample logs")
	}
	for _, name := range logs {
		text, err := os.ReadFile(strings.TrimSuffix(name, ".evtx") + ".json")
		if err != nil {
			continue
		}
		var want struct {
			Event struct{ EventData map[string]any }
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		xml, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range want.Event.EventData {
			s, ok := v.(string)
			if !ok || strings.Contains(k, "Guid") {
				continue // that program leaves the braces out
			}
			esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
			if !bytes.Contains(xml, []byte("<Data Name='"+k+"'>"+esc)) { // it trims values, too
				t.Errorf("%s: no %s=%s in %s", filepath.Base(name), k, s, xml)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add(file(func(w *builder) { instance(w, substitute(0), typeString|typeList, wide("x\x00y\x00")) })[headerSize:][:1200])
	f.Add(file(func(w *builder) { w.open("e").bytes(tokCloseStart, tokEntity).name("amp").close() })[headerSize:][:1200])
	f.Fuzz(func(t *testing.T, chunk []byte) {
		data := make([]byte, headerSize+chunkSize)
		copy(data, Magic)
		copy(data[headerSize:], chunk)
		r, err := NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for {
			var bad *RecordError
			if _, err := r.Next(); err != nil && !errors.As(err, &bad) {
				return
			}
		}
	})
}
