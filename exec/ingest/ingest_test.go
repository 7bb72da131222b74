package ingest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"spl/exec/column"
	"spl/exec/store"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// loaded is what a test text became.
type loaded struct {
	rows    []string // extracted fields, sorted: a=1 b=x,y
	raws    []string
	times   []string
	meta    []string // host source sourcetype of each row
	rejects []string
	rep     *Report
}

func (l *loaded) add(b *column.Batch) error {
	for i := range b.N {
		var fs []string
		for c, n := range b.Names {
			switch n {
			case store.FieldTime, store.FieldIndexTime, store.FieldIndex, store.FieldHost, store.FieldSource, store.FieldSourcetype, store.FieldRaw, FieldReader:
				continue
			}
			if v := b.Cols[c].At(i); !v.IsNull() {
				fs = append(fs, n+"="+strings.Join(v.List(), ","))
			}
		}
		sort.Strings(fs)
		l.rows = append(l.rows, strings.Join(fs, " "))
		l.raws = append(l.raws, b.Col(store.FieldRaw).At(i).Text())
		us := b.Col(store.FieldTime).(*column.Time).V[i]
		l.times = append(l.times, time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999"))
		l.meta = append(l.meta, strings.Join([]string{b.Col("host").At(i).Text(), b.Col("source").At(i).Text(), b.Col("sourcetype").At(i).Text()}, " "))
	}
	return nil
}

func loadText(t *testing.T, name, text string, o Options) *loaded {
	t.Helper()
	l := &loaded{}
	o.Now = now
	o.Reject = func(r Reject) {
		l.rejects = append(l.rejects, fmt.Sprintf("%s:%d %s", filepath.Base(r.File), r.Line, r.Text))
	}
	rep, err := LoadReader(context.Background(), name, strings.NewReader(text), o, l.add)
	if err != nil {
		t.Fatal(err)
	}
	l.rep = rep
	return l
}

const winEvent = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name="Sysmon" Guid='{A}'/><EventID>1</EventID>` +
	`<TimeCreated SystemTime='2026-01-15T11:00:00.123456700Z'/><EventRecordID>7</EventRecordID><Correlation/><Channel>S/Op</Channel><Computer>ws1</Computer></System>` +
	`<EventData><Data Name='Image'>C:\a &amp; b.exe</Data><Data Name='Empty'></Data></EventData></Event>`

const winFields = `Channel=S/Op Computer=ws1 EventCode=1 EventID=1 EventRecordID=7 Guid={A} Image=C:\a &amp; b.exe Name=Sysmon RecordNumber=7 SystemTime=2026-01-15T11:00:00.123456700Z`

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, text string
		format     Format
		meta       string
		rows       []string
	}{
		{"ndjson", "{\"a\":1}\n\n{\"a\":\"x\",\"b\":[1,2]}\n", NDJSON, "localhost f _json", []string{"a=1", "a=x b{}=1,2"}},
		{"ndjson, no last newline, CRLF", "{\"a\":1}\r\n{\"a\":2}", NDJSON, "localhost f _json", []string{"a=1", "a=2"}},
		{"BOM", "\ufeff{\"a\":1}\n{\"a\":2}\n", NDJSON, "localhost f _json", []string{"a=1", "a=2"}},
		{"exported", `{"_raw":"a=1","_time":"2026-01-15T10:00:00.000+00:00","host":"h","source":"s","sourcetype":"t","a":"1"}` + "\n", Exported, "h s t", []string{"a=1"}},
		{"exported results", `{"preview":false,"result":{"_raw":"{\"a\":1}","sourcetype":"t"}}` + "\n", Exported, "localhost f t", []string{"a=1"}},
		{"array", "[{\"a\":1},\n {\"a\":[{\"b\":1}]}]\n", JSONArray, "localhost f _json", []string{"a=1", "a{}.b=1"}},
		{"empty array", "[]", JSONArray, "", nil},
		{"pretty object", "{\n  \"a\": {\n \"b\": \"}\"\n }\n}\n", JSONStream, "localhost f _json", []string{"a.b=}"}},
		{"pretty objects", "{\n\"a\":1\n}\n{\n\"a\":2\n}\n", JSONStream, "localhost f _json", []string{"a=1", "a=2"}},
		{"records", `{"Records":[{"eventName":"A"},{"eventName":"B"}]}`, JSONRecords, "localhost f aws:cloudtrail", []string{"eventName=A", "eventName=B"}},
		{"pretty records", "{\n \"Records\" : [\n {\"a\":1},\n {\"a\":2}\n ],\n \"x\": 1 }\n", JSONRecords, "localhost f aws:cloudtrail", []string{"a=1", "a=2"}},
		{"records a line", "{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"a\":2}]}\n", JSONRecords, "localhost f aws:cloudtrail", []string{"a=1", "a=2"}},
		{"cloudtrail a line", `{"eventVersion":"1","eventSource":"s","eventName":"n"}` + "\n", NDJSON, "localhost f aws:cloudtrail", []string{"eventName=n eventSource=s eventVersion=1"}},
		{"csv", "user,n\nalice,1\n\"b, c\",\n", CSV, "localhost f csv", []string{"n=1 user=alice", "user=b, c"}},
		{"csv quotes", "a,b\n\"x \"\"y\"\"\",\"two\nlines\"\n", CSV, "localhost f csv", []string{"a=x \"y\" b=two\nlines"}},
		{"csv short and long rows", "a,b,c\n1,2,3\n1\n1,2,3,4\n", CSV, "localhost f csv", []string{"a=1 b=2 c=3", "a=1", "a=1 b=2 c=3"}},
		{"tabs", "a\tb\n1\t2\n", CSV, "localhost f csv", []string{"a=1 b=2"}},
		{"csv with default names", "host,x\nh1,1\n", CSV, "localhost f csv", []string{"extracted_host=h1 x=1"}},
		{"windows xml", winEvent + "\n" + winEvent, XMLEvents, "ws1 XmlWinEventLog:S/Op XmlWinEventLog", []string{winFields, winFields}},
		{"wrapped xml", "<?xml version='1.0'?>\n<Events>\n" + winEvent + "</Events>", XMLEvents, "ws1 XmlWinEventLog:S/Op XmlWinEventLog", []string{winFields}},
		{"plain", "hello world\nx=1 y=\"a b\"\n", Text, "localhost f text", []string{"", "x=1 y=a b"}},
		{"brackets are no array", "[2026-01-15 10:00:00] x=1\n", Text, "localhost f text", []string{"x=1"}},
		{"syslog", "Jan 15 10:00:00 web1 sshd[1]: user=bob\n", Text, "web1 f syslog", []string{"user=bob"}},
		{"syslog with priority", "<34>Jan 15 10:00:00 web1 su: ok\n", Text, "web1 f syslog", []string{""}},
		{"json in text", "x=1\n{\"a\":1}\n", Text, "localhost f text", []string{"x=1", "a=1"}},
	} {
		l := loadText(t, "f", c.text, Options{})
		if len(l.rep.Files) != 1 || l.rep.Files[0].Format != c.format {
			t.Errorf("%s: format %v, want %v", c.name, l.rep.Files[0].Format, c.format)
		}
		if d := cmp.Diff(c.rows, l.rows); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if len(l.meta) > 0 && l.meta[0] != c.meta {
			t.Errorf("%s: meta %q, want %q", c.name, l.meta[0], c.meta)
		}
		if len(l.rejects) > 0 {
			t.Errorf("%s: rejects %q", c.name, l.rejects)
		}
	}
}

// TestChunks reads the same texts in pieces of every size: the cuts must not show.
func TestChunks(t *testing.T) {
	for _, text := range []string{
		"{\"a\":1}\n{\"a\":\"x}\\\"\"}\n{\"b\":[1,{\"c\":2}]}\n", "[{\"a\":1},\n {\"a\":[{\"b\":1}]}]\n", "{\n  \"a\": 1\n}\n{\"b\":\n2}",
		"{\"Records\":[{\"a\":1},{\"a\":2}]}\n{\"Records\" : [{\"a\":3}]}", "a,b\n1,\"x\ny\"\n2,\"\"\"\"\n3,z", winEvent + "\n" + winEvent,
		"a=1\nb=2\r\n\nc=3",
	} {
		whole := loadText(t, "f", text, Options{})
		for size := 1; size < 60; size += 3 {
			l := loadText(t, "f", text, Options{ChunkBytes: size, Workers: 2})
			if d := cmp.Diff(whole.raws, l.raws); d != "" {
				t.Fatalf("%.30q in pieces of %d: %s", text, size, d)
			}
			if d := cmp.Diff(whole.rows, l.rows); d != "" {
				t.Fatalf("%.30q in pieces of %d: %s", text, size, d)
			}
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          Options
		raws       []string
		rejects    []string
	}{
		{"a broken line", "{\"a\":1}\n{\"a\":\n{\"a\":2}\n", Options{}, []string{`{"a":1}`, `{"a":2}`}, []string{`f:2 {"a":`}},
		{"a broken first line", "{\"a\":\n{\"a\":2}\n", Options{}, []string{`{"a":2}`}, []string{`f:1 {"a":`}},
		{"not an object", "{\"a\":1}\n17\n", Options{}, []string{`{"a":1}`}, []string{"f:2 17"}},
		{"array with junk", "[{\"a\":1},\n17,\n{\"a\":2}]", Options{}, []string{`{"a":1}`, `{"a":2}`}, []string{"f:2 17"}},
		{"array cut off", "[{\"a\":1},\n{\"a\":", Options{}, []string{`{"a":1}`}, []string{`f:2 {"a":`}},
		{"array with a lost bracket", "[\n{\"a\":[1},\n{\"a\":2}\n]", Options{}, []string{`{"a":2}`}, []string{`f:2 {"a":[1},`}},
		{"xml cut off", winEvent + "\n<Event x='1'><System>", Options{}, []string{winEvent}, []string{"f:2 <Event x='1'><System>"}},
		{"xml lost end", "<Event><System>\n" + winEvent, Options{}, []string{winEvent}, []string{"f:1 <Event><System>"}},
		{"xml junk", winEvent + "\nhello\n" + winEvent, Options{}, []string{winEvent, winEvent}, []string{"f:2 hello"}},
		{"csv lost quote", "a,b\n1,2\n3,\"x\n4,5\n", Options{}, []string{"1,2", "4,5"}, []string{`f:3 3,"x`}},
		{"too long", "{\"a\":1}\n{\"a\":\"" + strings.Repeat("x", 300) + "\"}\n{\"a\":2}\n", Options{MaxEvent: 100}, []string{`{"a":1}`, `{"a":2}`},
			[]string{"f:2 {\"a\":\"" + strings.Repeat("x", 94)}},
		{"invalid UTF-8 stays", "{\"a\":\"\xff\"}\n", Options{}, []string{"{\"a\":\"\xff\"}"}, nil},
	} {
		l := loadText(t, "f", c.text, c.o)
		if d := cmp.Diff(c.raws, l.raws); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if d := cmp.Diff(c.rejects, l.rejects); d != "" {
			t.Errorf("%s: rejects: %s", c.name, d)
		}
		if n := l.rep.Rejects(); n != int64(len(c.rejects)) {
			t.Errorf("%s: %d rejects reported", c.name, n)
		}
	}
}

func TestInvalidUTF8Fields(t *testing.T) {
	l := loadText(t, "f", "{\"a\":\"x\xff\"}\n{\"a\":\"y\"}\n", Options{})
	if d := cmp.Diff([]string{"a=x\ufffd", "a=y"}, l.rows); d != "" {
		t.Error(d)
	}
}

func TestLongLine(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	l := loadText(t, "f", "a=1\n"+long+"\nb=2\n", Options{})
	if len(l.raws) != 3 || len(l.raws[1]) != 10<<20 {
		t.Errorf("%d events", len(l.raws))
	}
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func gz(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

// wide is a text as UTF-16 with its mark.
func wide(s string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func parquetFile(t *testing.T) []byte {
	t.Helper()
	type row struct {
		A string `parquet:"a"`
		N int64  `parquet:"n"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []row{{"x", 1}, {"y", 2}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, _ := w.Create(files[i])
		f.Write([]byte(files[i+1]))
	}
	w.Close()
	return b.Bytes()
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	lines := strings.Repeat("{\"a\":\"some text that repeats\"}\n", 5000)
	z, _ := zstd.NewWriter(nil)
	packed := gz(lines)
	for _, c := range []struct {
		name   string
		data   []byte
		events int64
		err    string
	}{
		{"a.gz", gz("{\"a\":1}\n"), 1, ""},
		{"renamed.json", gz("{\"a\":1}\n"), 1, ""},
		{"a.zst", z.EncodeAll([]byte("{\"a\":1}\n{\"a\":2}\n"), nil), 2, ""},
		{"a.zip", zipped("x.json", "{\"a\":1}\n", "d/y.csv", "u,v\n1,2\n", "__MACOSX/._x", "junk", "z.json.gz", string(gz("{\"a\":1}\n"))), 3, ""},
		{"cut.gz", packed[:len(packed)-9], 5000, "unexpected EOF"},
		{"middle.gz", packed[:len(packed)/2], -1, "unexpected EOF"},
		{"empty", nil, 0, "the file is empty"},
		{"blank", []byte("\n\n"), 0, "the file is empty"},
		{"empty.gz", gz(""), 0, "the file is empty"},
		{"le.csv", wide("a,b\n1,ü\n2,𝄞\n", binary.LittleEndian), 2, ""},
		{"be.csv", wide("a,b\n1,ü\n", binary.BigEndian), 1, ""},
		{"half.csv", append(wide("a,b\n1,ü\n", binary.BigEndian), 0), 1, "unexpected EOF"},
		{"lfs.json", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n"), 0, "Git LFS pointer"},
		{"x.evtx", []byte("ElfFile\x00abc"), 0, "event log header: unexpected EOF"},
		{"x.parquet", []byte("PAR1abc"), 0, "Parquet file"},
		{"y.parquet", parquetFile(t), 2, ""},
		{"bin", bytes.Repeat([]byte{0, 1, 2}, 99), 0, "binary data"},
		{"bad.zip", append([]byte("PK\x03\x04"), "nonsense"...), 0, "zip"},
	} {
		p := write(t, dir, c.name, c.data)
		l := &loaded{}
		rep, err := Load(context.Background(), []string{p}, Options{Now: now}, l.add)
		if err != nil {
			t.Fatal(err)
		}
		if n := rep.Rejects(); strings.HasSuffix(c.name, ".gz") && n > 1 {
			t.Errorf("%s: %d rejects for one broken line", c.name, n)
		}
		if c.events >= 0 && rep.Events() != c.events {
			t.Errorf("%s: %d events, want %d", c.name, rep.Events(), c.events)
		}
		if got := fmt.Sprint(rep.Err()); c.err == "" && rep.Err() != nil || c.err != "" && !strings.Contains(got, c.err) {
			t.Errorf("%s: error %q, want %q", c.name, got, c.err)
		}
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	b, a := write(t, dir, "s/b.json", []byte("{}")), write(t, dir, "s/a.json", []byte("{}"))
	write(t, dir, "s/.git/x", nil)
	if err := os.Mkdir(filepath.Join(dir, "none"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want []string
		err  string
	}{
		{filepath.Join(dir, "s"), []string{a, b}, ""},
		{filepath.Join(dir, "s", "*.json"), []string{a, b}, ""},
		{filepath.Join(dir, "?"), []string{a, b}, ""},
		{a, []string{a}, ""},
		{filepath.Join(dir, "none"), nil, "no files in folder"},
		{filepath.Join(dir, "x.json"), nil, "no such file or folder"},
		{filepath.Join(dir, "*.csv"), nil, "no file matches"},
	} {
		got, err := Files(c.path)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.path, d)
		}
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

func TestStop(t *testing.T) {
	boom := fmt.Errorf("boom")
	p := write(t, t.TempDir(), "a", []byte(strings.Repeat("x=1\n", 1000)))
	_, err := Load(context.Background(), []string{p, p}, Options{Now: now, ChunkBytes: 100, Workers: 3}, func(*column.Batch) error { return boom })
	if err != boom {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, []string{p}, Options{Now: now}, func(*column.Batch) error { return nil }); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestWant(t *testing.T) {
	want := func(names ...string) func(string) bool {
		return func(n string) bool { return slices.Contains(names, n) }
	}
	for _, c := range []struct {
		text string
		want func(string) bool
		row  string
		time string
	}{
		{"{\"a\":1,\"b\":2,\"ts\":1768474800}\n", want("a"), "a=1", "2026-01-15T11:00:00"},
		{"{\"host\":1,\"b\":2}\n", want("extracted_host"), "extracted_host=1", "2026-01-15T12:00:00"},
		{"a=1 b=2\n", want("b", "_raw"), "b=2", "2026-01-15T12:00:00"},
		{"a,b\n1,2\n", want("b"), "b=2", "2026-01-15T12:00:00"},
		{winEvent, want("EventCode"), "EventCode=1", "2026-01-15T11:00:00.123456"},
	} {
		l := loadText(t, "f", c.text, Options{Want: c.want})
		if d := cmp.Diff([]string{c.row, c.time}, []string{l.rows[0], l.times[0]}); d != "" {
			t.Errorf("%s: %s", c.text, d)
		}
		if kept := l.raws[0] != ""; kept != c.want("_raw") {
			t.Errorf("%s: _raw %q", c.text, l.raws[0])
		}
	}
}

func TestDefaultNamesInText(t *testing.T) {
	l := loadText(t, "f", `{"_time":"2026-01-15T10:00:00Z","_reader":"x","host":"h","extracted_host":"e","index":"i"}`+"\n", Options{})
	if d := cmp.Diff([]string{"extracted_host=e extracted_index=i"}, l.rows); d != "" {
		t.Error(d)
	}
}

func TestUTF16(t *testing.T) {
	l := loadText(t, "f", string(wide("a,b\n1,ü\n2,𝄞\n", binary.LittleEndian)), Options{})
	if d := cmp.Diff([]string{"a=1 b=ü", "a=2 b=𝄞"}, l.rows); d != "" {
		t.Error(d)
	}
}

func TestParquet(t *testing.T) {
	l := loadText(t, "f", string(parquetFile(t)), Options{})
	if d := cmp.Diff([]string{`{"a":"x","n":1}`, `{"a":"y","n":2}`}, l.raws); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"a=x n=1", "a=y n=2"}, l.rows); d != "" {
		t.Error(d)
	}
}

func TestExported(t *testing.T) {
	text := `{"_raw":"a","_time":"2026-01-15T10:00:00.500+00:00","host":"h1","sourcetype":"t"}
{"_raw":"b","_time":"1768474800","host":"h2","sourcetype":"u"}
{"x":1}
{"_raw":"c","sourcetype":"t"}
`
	l := loadText(t, "f", text, Options{})
	if d := cmp.Diff([]string{"h1 f t", "localhost f t", "h2 f u"}, l.meta); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"2026-01-15T10:00:00.5", "2026-01-15T10:00:00.5", "2026-01-15T11:00:00"}, l.times); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{`f:3 {"x":1}`}, l.rejects); d != "" {
		t.Error(d)
	}
	l = loadText(t, "f", text, Options{Sourcetype: "mine", Host: "h"})
	if d := cmp.Diff([]string{"h f mine", "h f mine", "h f mine"}, l.meta); d != "" {
		t.Error(d)
	}
}

// TestNamesOutliveText: the text of a chunk is used again, the names found in it must not change.
func TestNamesOutliveText(t *testing.T) {
	for _, ev := range []string{winEvent, "alpha=1 beta=2", `{"_raw":"\"x\" 1 alpha=1 beta=2"}`} {
		var text strings.Builder
		for i := range 30000 {
			fmt.Fprintf(&text, "%s\n", strings.Replace(ev, "1", strings.Repeat("1", 1+i%7), 1))
		}
		var names map[string]bool
		l := &loaded{}
		for range 3 {
			_, err := LoadReader(context.Background(), "f", strings.NewReader(text.String()), Options{Now: now, Workers: 2, ChunkBytes: 1 << 20}, func(b *column.Batch) error {
				if names == nil {
					names = map[string]bool{}
					for _, n := range b.Names {
						names[n] = true
					}
				}
				for _, n := range b.Names {
					if !names[n] {
						return fmt.Errorf("a column %q", n)
					}
				}
				return l.add(b.Pick([]uint32{0}))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWindowsJSON: events of Windows logs as JSON come from their log and their computer, like those in XML.
func TestWindowsJSON(t *testing.T) {
	const sysmon = `{"EventTime":"2026-01-15 11:00:00","Hostname":"ws1","EventID":1,"Channel":"S/Op"}` + "\n"
	for _, c := range []struct {
		text string
		o    Options
		meta string
	}{
		{sysmon, Options{}, "ws1 XmlWinEventLog:S/Op _json"},
		{sysmon, Options{Source: "s", Host: "h"}, "h s _json"},
		{sysmon, Options{Want: func(n string) bool { return n == "EventID" }}, "ws1 XmlWinEventLog:S/Op _json"},
		{`{"Computer":"c","Hostname":"x","EventID":1,"Channel":"Security"}` + "\n", Options{}, "c XmlWinEventLog:Security _json"},
		{`[{"Computer":"c","EventID":1,"Channel":"System"}]`, Options{}, "c XmlWinEventLog:System _json"},
		{`{"Hostname":"x","Channel":"y"}` + "\n", Options{}, "localhost f _json"},
	} {
		l := loadText(t, "f", c.text, c.o)
		if d := cmp.Diff([]string{c.meta}, l.meta); d != "" {
			t.Errorf("%s: %s", c.text, d)
		}
	}
}
