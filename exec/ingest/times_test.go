package ingest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStamp(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		s, want string
		zone    *time.Location
	}{
		{"2026-01-15T11:00:00Z", "2026-01-15T11:00:00", nil},
		{"2026-01-15T11:00:00.123456789Z", "2026-01-15T11:00:00.123456", nil},
		{"2026-01-15T11:00:00+02:00", "2026-01-15T09:00:00", nil},
		{"2026-01-15T11:00:00-0330", "2026-01-15T14:30:00", nil},
		{"2026-01-15 11:00:00,5", "2026-01-15T11:00:00.5", nil},
		{"2026-01-15 11:00:00", "2026-01-15T10:00:00", berlin},
		{"2026-01-15 11:00:00 UTC", "2026-01-15T11:00:00", berlin},
		{"2026/01/15 11:00", "2026-01-15T11:00:00", nil},
		{"2026-01-15", "2026-01-15T00:00:00", nil},
		{"1768474800", "2026-01-15T11:00:00", nil},
		{"1768474800.25", "2026-01-15T11:00:00.25", nil},
		{"1768474800123", "2026-01-15T11:00:00.123", nil},
		{"1768474800123456", "2026-01-15T11:00:00.123456", nil},
		{"1768474800123456789", "2026-01-15T11:00:00.123456", nil},
		{"1.7684748e9", "2026-01-15T11:00:00", nil},
		{"Jan 15 11:00:00", "2026-01-15T11:00:00", nil},
		{"Dec 31 11:00:00", "2025-12-31T11:00:00", nil},
		{"Jan  5 2024 11:00:00", "2024-01-05T11:00:00", nil},
		{"Thu Jan 15 11:00:00.5 2026", "2026-01-15T11:00:00.5", nil},
		{"Thu, 15 Jan 2026 11:00:00 GMT", "2026-01-15T11:00:00", nil},
		{"15/Jan/2026:11:00:00 +0100", "2026-01-15T10:00:00", nil},
		{"1/15/2026 11:00:00 PM", "2026-01-15T23:00:00", nil},
		{"01/15/2026 12:30:00 AM", "2026-01-15T00:30:00", nil},
		{"/Date(1768474800123)/", "2026-01-15T11:00:00.123", nil},
		{"12", "", nil}, {"", "", nil}, {"hello world", "", nil}, {"2026-13-01", "", nil}, {"12345678901234567890123", "", nil},
		{"3.5", "", nil}, {"May be later", "", nil}, {"2026-01-15T25:00:00Z", "2026-01-15T00:00:00", nil},
	} {
		if c.zone == nil {
			c.zone = time.UTC
		}
		k := clock{zone: c.zone, now: now}
		got := ""
		if us, ok := k.textStamp(c.s); ok {
			got = time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.s, got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          Options
		want       []string
	}{
		{"first of the fields", "{\"timestamp\":\"2026-01-15T10:00:00Z\",\"eventTime\":\"2026-01-15T11:00:00Z\"}\n", Options{}, []string{"2026-01-15T11:00:00"}},
		{"a field that is no time", "{\"time\":12.5,\"ts\":1768474800}\n", Options{}, []string{"2026-01-15T11:00:00"}},
		{"none: the one before, then now", "{\"a\":1}\n{\"ts\":1768474800}\n{\"a\":1}\n", Options{}, []string{"2026-01-15T12:00:00", "2026-01-15T11:00:00", "2026-01-15T11:00:00"}},
		{"chosen field", "{\"x\":\"2026-01-15T10:00:00Z\",\"eventTime\":\"2026-01-15T11:00:00Z\"}\n{\"eventTime\":\"2026-01-15T11:00:00Z\"}\n", Options{TimeField: "x"},
			[]string{"2026-01-15T10:00:00", "2026-01-15T11:00:00"}},
		{"chosen format", "{\"x\":\"15.01.2026 10h\"}\n", Options{TimeField: "x", TimeFormat: "%d.%m.%Y %Hh"}, []string{"2026-01-15T10:00:00"}},
		{"csv _time", "_time,a\n2026-01-15 10:00:00,1\n1768474800.5,2\n", Options{}, []string{"2026-01-15T10:00:00", "2026-01-15T11:00:00.5"}},
		{"windows", winEvent, Options{}, []string{"2026-01-15T11:00:00.123456"}},
		{"lines", "2026-01-15 10:00:00 a\nno time\n[15/Jan/2026:11:00:00 +0000] b\nlevel=1 time=2026-01-15T09:00:00Z\n", Options{},
			[]string{"2026-01-15T10:00:00", "2026-01-15T10:00:00", "2026-01-15T11:00:00", "2026-01-15T09:00:00"}},
		{"epoch at the start only", "1768474800 a\nid 1768400000\n", Options{}, []string{"2026-01-15T11:00:00", "2026-01-15T11:00:00"}},
		{"line format", "15.01.2026 10h x\n", Options{TimeFormat: "%d.%m.%Y %Hh"}, []string{"2026-01-15T10:00:00"}},
		{"json among lines", "x\n{\"eventTime\":\"2026-01-15T10:00:00Z\"}\n", Options{}, []string{"2026-01-15T12:00:00", "2026-01-15T10:00:00"}},
	} {
		l := loadText(t, "f", c.text, c.o)
		if d := cmp.Diff(c.want, l.times); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestPairs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`user=alice action="log in" status=404, code=7`, "user=alice|action=log in|status=404|code=7|"},
		{`expr=a=b=c x=1`, "expr=a=b=c|x=1|"},
		{`u=http://h/p?q=1&r=2 x=1`, "u=http://h/p?q=1&r=2|x=1|"},
		{`said="he \"left\""`, `said=he \|`},
		{`gate-open=1 user.alias=b x-real-ip=c 3com=d`, "gate_open=1|user_alias=b|x_real_ip=c|com=d|"},
		{`net:addr=v`, "addr=v|"},
		{`12=a --=b a= b="" c=" x "`, "c=x|"},
		{`a = b`, ""},
		{`[k=v] (m=n) {o=p}`, "k=v|m=n|o=p|"},
		{`=x a="unclosed b=1`, "a=unclosed b=1|"},
		{"ts 12:00 a=1;b=2|c=3\td=4", "a=1|b=2|c=3|d=4|"},
	} {
		got := ""
		Pairs(c.text, false, func(k, v string) { got += k + "=" + v + "|" })
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
	got := ""
	Pairs(`a="x \"y\" \\ z" b=1`, true, func(k, v string) { got += k + "=" + v + "|" })
	if want := `a=x "y" \ z|b=1|`; got != want {
		t.Errorf("escaped: %s, want %s", got, want)
	}
}

func TestFirstPairWins(t *testing.T) {
	l := loadText(t, "f", "a=1 a=2 a-b=3 a.b=4\na=5\n", Options{})
	if d := cmp.Diff([]string{"a=1 a_b=3", "a=5"}, l.rows); d != "" {
		t.Error(d)
	}
}

func TestFromMaps(t *testing.T) {
	evs := [][]Pair{
		{{"_time", "2026-01-15T11:00:00Z"}, {"index", "main"}, {"sourcetype", "t"}, {"user", "alice"}, {"n", 3}, {"l", []any{"a", "b"}}},
		{{"_time", json.Number("1768474800.5")}, {"sourcetype", "k"}, {"host", "h"}, {"id", "x"}, {"_raw", `q=1 "z`}},
		{{"sourcetype", "t"}, {"user", "b\"ob"}, {"o", Object{{"p", true}}}},
	}
	bs, err := FromMaps(evs, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	l := &loaded{}
	for _, b := range bs {
		l.add(b)
	}
	if d := cmp.Diff([]string{"l{}=a,b n=3 user=alice", `o.p=true user=b"ob`, "id=x q=1"}, l.rows); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{`{"user":"alice","n":3,"l":["a","b"]}`, `{"user":"b\"ob","o":{"p":true}}`, `q=1 "z`}, l.raws); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"2026-01-15T11:00:00", "2026-01-15T12:00:00", "2026-01-15T11:00:00.5"}, l.times); d != "" {
		t.Error(d)
	}
	if _, err := FromMaps([][]Pair{{{"_time", "soon"}}}, Options{Now: now}); err == nil {
		t.Error("a bad _time must be an error")
	}
}
