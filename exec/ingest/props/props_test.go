package props

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/lang/conf"
)

func table(t *testing.T, text string) *Table {
	t.Helper()
	f, ds := conf.Parse("props.conf", []byte(text))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	tab, err := New(f)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestStanzaChoice(t *testing.T) {
	for _, c := range []struct{ name, conf, want string }{
		{"source over host over sourcetype", "[t]\na=t\nb=t\nc=t\n[host::h]\na=h\nb=h\n[source::/x/y.log]\na=s\n", "a=s b=h c=t"},
		{"default last", "a=d\nb=d\n[t]\na=t\n", "a=t b=d"},
		{"literal over pattern", "[source::...]\na=p\nb=p\n[source::/x/y.log]\na=l\n", "a=l b=p"},
		{"equal kinds: byte order", "[source::...y.log]\na=1\n[source::/x...]\na=2\n", "a=1"},
		{"priority among a kind", "[source::/x...]\na=1\npriority=5\n[source::...y.log]\na=2\n[source::/x/y.log]\na=3\npriority=1\n", "a=1 priority=5"},
		{"priority does not cross kinds", "[t]\na=t\npriority=999\n[host::h]\na=h\n", "a=h priority=999"},
		{"star stays in a component", "[source::/*.log]\na=1\n[source::/*/*.log]\nb=1\n", "b=1"},
		{"dots cross components", "[source::.../y.log]\na=1\n", "a=1"},
		{"host without case", "[host::H]\na=1\n", "a=1"},
		{"source with case", "[source::/X/y.log]\na=1\n[T]\nb=1\n", ""},
		{"choice", "[source::.../(y|z).log]\na=1\n", "a=1"},
		{"pattern of sourcetypes", "[(?::){0}t*]\na=1\nb=1\n[t]\na=2\n", "a=2 b=1"},
		{"full match", "[source::/x]\na=1\n[source::y.log]\na=2\n", ""},
	} {
		s := table(t, c.conf).For("t", "/x/y.log", "h")
		var got []string
		for _, k := range s.Keys() {
			got = append(got, k+"="+s.Text(k))
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestClasses(t *testing.T) {
	s := table(t, "[t]\nEXTRACT-b=1\nEXTRACT-A=2\nEXTRACT-0x=3\nEXTRACT-gone=x\n[source::s]\nEXTRACT-gone=\n").For("t", "s", "h")
	var got []string
	for _, v := range s.Classes("EXTRACT-") {
		got = append(got, v.Key)
	}
	if d := cmp.Diff([]string{"EXTRACT-0x", "EXTRACT-A", "EXTRACT-b"}, got); d != "" {
		t.Error(d)
	}
}
