package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/value"
)

func sample() *column.Batch {
	b := column.NewBatch(2)
	b.Ordered = true
	m := column.NewTextBuilder()
	m.AppendList([]string{"a", "b,c"})
	m.AppendNull()
	u := column.NewTextBuilder()
	u.Append("al\"ice")
	u.Append("")
	b.Set("user", u.Build())
	b.Set("m", m.Build())
	b.Set("n", &column.Float{F: []float64{1.5, 20}, P: []value.Prec{value.Digits(3), value.Exact}})
	b.Set("_time", &column.Time{V: []int64{1768471200123000, 1768471200000000}})
	b.Set("_hidden", column.ConstText("x", 2))
	return b
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		format Format
		width  int
		want   string
	}{
		{NDJSON, 0, `{"user":"al\"ice","m":["a","b,c"],"n":"1.50","_time":"2026-01-15T10:00:00.123+00:00"}
{"user":"","n":"20","_time":"2026-01-15T10:00:00.000+00:00"}
`},
		{JSON, 0, `[
{"user":"al\"ice","m":["a","b,c"],"n":"1.50","_time":"2026-01-15T10:00:00.123+00:00"},
{"user":"","n":"20","_time":"2026-01-15T10:00:00.000+00:00"}
]
`},
		{CSV, 0, "user,m,n,_time\n\"al\"\"ice\",\"a\nb,c\",1.50,2026-01-15T10:00:00.123+00:00\n,,20,2026-01-15T10:00:00.000+00:00\n"},
		{Markdown, 0, "| user | m | n | _time |\n| --- | --- | --- | --- |\n| al\"ice | a<br>b,c | 1.50 | 2026-01-15T10:00:00.123+00:00 |\n|  |  | 20 | 2026-01-15T10:00:00.000+00:00 |\n"},
		{Table, 0, `user    m       n  _time
──────  ───  ────  ───────────────────────
al"ice  a    1.50  2026-01-15 10:00:00.123
        b,c
               20  2026-01-15 10:00:00
`},
		{Table, 30, `user    m       n  _time
──────  ───  ────  ───────────
al"ice  a    1.50  2026-01-15…
        b,c
               20  2026-01-15…
`},
		{Table, 40, `user    m       n  _time
──────  ───  ────  ─────────────────────
al"ice  a    1.50  2026-01-15 10:00:00.…
        b,c
               20  2026-01-15 10:00:00
`},
	} {
		var b strings.Builder
		w, err := New(c.format, &b, Options{Width: c.width})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(sample()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%s, width %d (-want +got)\n%s", c.format, c.width, diff)
		}
	}
}

func TestNoRows(t *testing.T) {
	for f, want := range map[Format]string{NDJSON: "", JSON: "[]\n", CSV: "", Markdown: "", Table: "", Raw: ""} {
		var b strings.Builder
		w, _ := New(f, &b, Options{})
		if err := w.Close(); err != nil || b.String() != want {
			t.Errorf("%s without rows: %q, %v", f, b.String(), err)
		}
	}
}

func TestUnorderedColumns(t *testing.T) {
	b := column.NewBatch(1)
	b.Set("z", column.ConstText("1", 1))
	b.Set("Z", column.ConstText("2", 1))
	b.Set("a", column.ConstText("3", 1))
	b.Set("null", column.Nulls(1))
	b.Set("_time", &column.Time{V: []int64{0}})
	if diff := cmp.Diff([]string{"Z", "_time", "a", "z"}, Visible(b)); diff != "" {
		t.Error(diff)
	}
}

func TestJSONText(t *testing.T) {
	if got := string(AppendJSON(nil, "a\x00\x1f\t\"\\é\xff")); got != `"a\u0000\u001f\t\"\\é`+"\uFFFD"+`"` {
		t.Error(got)
	}
}
