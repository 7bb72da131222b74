package knowledge

import (
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/ingest"
	"spl/lang"
	"spl/lang/conf"
	"spl/lookups"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func file(t *testing.T, name, text string) *conf.File {
	t.Helper()
	f, ds := conf.Parse(name, []byte(text))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return f
}

func events(t *testing.T, raws ...string) *column.Batch {
	t.Helper()
	var evs [][]ingest.Pair
	for _, r := range raws {
		evs = append(evs, []ingest.Pair{{Name: "sourcetype", Value: "t"}, {Name: "source", Value: "/x/y.log"}, {Name: "host", Value: "h"}, {Name: "_raw", Value: r}})
	}
	bs, err := ingest.FromMaps(evs, ingest.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return bs[0]
}

// row shows the fields of a row that are not default fields: a=1 b=x,y.
func row(b *column.Batch, i int) string {
	var fs []string
	for c, n := range b.Names {
		if v := b.Cols[c].At(i); !v.IsNull() && !slices.Contains([]string{"_time", "_indextime", "_raw", "index", "host", "source", "sourcetype"}, n) {
			fs = append(fs, n+"="+strings.Join(v.List(), ","))
		}
	}
	sort.Strings(fs)
	return strings.Join(fs, " ")
}

func config(t *testing.T, props, transforms string) Config {
	t.Helper()
	return Config{Props: file(t, "props.conf", props), Transforms: file(t, "transforms.conf", transforms), Eval: eval.Ctx{Now: now, Zone: time.UTC}}
}

// apply extracts all fields; the result must be the same for named fields, one at a time.
func apply(t *testing.T, cfg Config, b *column.Batch) *column.Batch {
	t.Helper()
	set, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range set.Check() {
		t.Errorf("problem: %s", d.Msg)
	}
	ex, err := set.Extractor(Stream{}, column.AllFields())
	if err != nil {
		t.Fatal(err)
	}
	out, err := ex.Apply(b)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range out.Names {
		if column.Internal(n) {
			continue
		}
		one, err := set.Extractor(Stream{Sourcetype: "t"}, column.Fields(n))
		if err != nil {
			t.Fatal(err)
		}
		got, err := one.Apply(only1(b, one.Needs()))
		if err != nil {
			t.Fatal(err)
		}
		for r := range out.N {
			if d := cmp.Diff(out.Cols[i].At(r).List(), got.Col(n).At(r).List()); d != "" {
				t.Errorf("%s alone: %s", n, d)
			}
		}
	}
	return out
}

// only1 is the batch as a store gives it: with the wanted columns.
func only1(b *column.Batch, want column.FieldSet) *column.Batch {
	out := column.NewBatch(b.N)
	for i, n := range b.Names {
		if want.Has(n) {
			out.Set(n, b.Cols[i])
		}
	}
	return out
}

func TestRules(t *testing.T) {
	for _, c := range []struct{ name, props, transforms, raw, want string }{
		{"nothing configured", "", "", "a=1 b=2", "a=1 b=2"},
		{"extract", "[t]\nEXTRACT-x=id (?<id>\\d+) (?<w>\\w+)?", "", "id 7 z", "id=7 w=z"},
		{"a group without part makes no field", "[t]\nEXTRACT-x=(?<a>a)|(?<b>b)", "", "b", "b=b"},
		{"dot matches line breaks, ^ lines", "[t]\nEXTRACT-x=^two(?<rest>.*)", "", "one\ntwo x\ny", "rest= x\ny"},
		{"extract goes before automatic", "[t]\nEXTRACT-x=a=(?<a>..)", "", "a=123 b=2", "a=12 b=2"},
		{"first class wins", "[t]\nEXTRACT-2=(?<a>2)\nEXTRACT-1=(?<a>1)", "", "1 2", "a=1"},
		{"extract in a field", "[t]\nEXTRACT-1=p:(?<p>\\S+)\nEXTRACT-2=(?<q>\\d) in p", "", "p:x9", "p=x9 q=9"},
		{"extract in an automatic field sees nothing", "[t]\nEXTRACT-2=(?<q>\\d) in p", "", "p=x9", "p=x9"},
		{"extract in source", "[t]\nEXTRACT-2=(?<q>\\w+)\\.log in source", "", "-", "q=y"},
		{"report with groups", "[t]\nREPORT-x=r", "[r]\nREGEX=(?<k>\\d+)", "1 2 3", "k=1"},
		{"report mv_add", "[t]\nREPORT-x=r", "[r]\nREGEX=(?<k>\\d+)\nMV_ADD=true", "1 2 3", "k=1,2,3"},
		{"report format", "[t]\nREPORT-x=r", "[r]\nREGEX=(\\w+) (\\w+)\nFORMAT=b::$2 a::\"<$1>\"", "x y", "a=<x> b=y"},
		{"report repeats", "[t]\nREPORT-x=r", "[r]\nREGEX=(\\w+)->(\\w+)\nFORMAT=$1::$2", "a->1, b->2 a->3", "a=1 b=2"},
		{"format $0 makes nothing", "[t]\nREPORT-x=r", "[r]\nREGEX=(\\w+)\nFORMAT=a::$0 b::$1", "x", "b=x"},
		{"_KEY_ and _VAL_", "[t]\nREPORT-x=r", "[r]\nREGEX=(?<_KEY_1>[\\w-]+):(?<_VAL_1>\\w+)", "a-b:1 c:2", "a_b=1 c=2"},
		{"clean_keys off", "[t]\nREPORT-x=r", "[r]\nREGEX=([\\w-]+):(\\w+)\nFORMAT=$1::$2\nCLEAN_KEYS=0", "a-b:1", "a-b=1"},
		{"source_key", "[t]\nEXTRACT-1=<(?<in>[^>]+)>\nREPORT-x=r", "[r]\nREGEX=(?<n>\\d)\nSOURCE_KEY=in", "1 <x2>", "in=x2 n=2"},
		{"delims with fields", "[t]\nREPORT-x=r", "[r]\nDELIMS=\",\"\nFIELDS=a, b, \"c d\"", "1,,3,4", "a=1 c d=3"},
		{"two delims", "[t]\nREPORT-x=r\nKV_MODE=none", "[r]\nDELIMS=\";\", \"=\"", "2026-01-15T10:00:00Z a=1;b=;;c=x y", "T10_00_00Z_a=1 c=x y"},
		{"delims without cleaning", "[t]\nREPORT-x=r\nKV_MODE=none", "[r]\nDELIMS=\";\", \":\"\nCLEAN_KEYS=0", "2026-01-15T10:00:00Z my.odd-key:v", "00Z my.odd-key=v 2026-01-15T10=00"},
		{"several transforms", "[t]\nREPORT-x=r, s", "[r]\nREGEX=(?<a>1)\n[s]\nREGEX=(?<b>2)", "12", "a=1 b=2"},
		{"kv none", "[t]\nKV_MODE=none", "", "a=1", ""},
		{"kv none, json", "[t]\nKV_MODE=none", "", `{"a":1}`, ""},
		{"kv json on pairs", "[t]\nKV_MODE=json", "", "a=1", ""},
		{"kv json", "[t]\nKV_MODE=json", "", `{"box":{"n":1,"list":[1,2]}}`, "box.list{}=1,2 box.n=1"},
		{"kv multi", "[t]\nKV_MODE=multi", "", "a=1", ""},
		{"no auto json", "[t]\nAUTO_KV_JSON=false", "", `{"a":1}`, ""},
		{"kv xml", "[t]\nKV_MODE=xml", "", "<rec id='7'><who>x &amp; y</who><t>1</t><t>2</t></rec>", "rec.t=1,2 rec.who=x & y rec{@id}=7"},
		{"kv escaped", "[t]\nKV_MODE=auto_escaped", "", `a="x \"y\"" b=1`, `a=x "y" b=1`},
		{"alias", "[t]\nFIELDALIAS-x=a AS c b AS d", "", "a=1 b=2 c=9", "a=1 b=2 c=1 d=2"},
		{"alias takes away", "[t]\nFIELDALIAS-x=none AS c", "", "c=9", ""},
		{"asnew keeps", "[t]\nFIELDALIAS-x=a ASNEW c a ASNEW d", "", "a=1 c=9", "a=1 c=9 d=1"},
		{"eval", "[t]\nEVAL-s=n+1\nEVAL-n=n*2", "", "n=5", "n=10 s=6"},
		{"eval null makes none", "[t]\nEVAL-a=null()\nEVAL-b=if(n>9,1,null())", "", "a=1 n=5", "n=5"},
		{"eval compares numbers", "[t]\nEVAL-big=if(n>9,\"yes\",\"no\")", "", "n=10", "big=yes n=10"},
		{"eval sees aliases", "[t]\nFIELDALIAS-x=a AS b\nEVAL-c=b.\"!\"", "", "a=1", "a=1 b=1 c=1!"},
		{"source over sourcetype per setting", "[t]\nEVAL-a=1\nEVAL-b=1\n[source::...log]\nEVAL-a=2", "", "-", "a=2 b=1"},
		{"quoted names", "[t]\nEVAL-x='a.b'.\"c\"", "", `{"a":{"b":"d"}}`, "a.b=d x=dc"},
	} {
		b := events(t, c.raw)
		out := apply(t, config(t, c.props, c.transforms), b)
		if d := cmp.Diff(c.want, row(out, 0)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestRowsOfSeveralKinds(t *testing.T) {
	b := events(t, "a=1", `{"a":2}`, "x", "a=3")
	for _, c := range []struct {
		props string
		want  []string
	}{
		{"", []string{"a=1", "a=2", "", "a=3"}},
		{"[t]\nKV_MODE=json", []string{"", "a=2", "", ""}},
		{"[t]\nAUTO_KV_JSON=0", []string{"a=1", "", "", "a=3"}},
		{"[t]\nEXTRACT-x=(?<a>x)", []string{"a=1", "a=2", "a=x", "a=3"}},
		{"[t]\nEVAL-a=coalesce(a,0)", []string{"a=1", "a=2", "a=0", "a=3"}},
	} {
		out := apply(t, config(t, c.props, ""), b)
		var got []string
		for i := range out.N {
			got = append(got, row(out, i))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.props, d)
		}
	}
}

func TestSeveralSources(t *testing.T) {
	b := events(t, "1", "2", "3")
	b.Set("source", column.FromValues(nil))
	sb := column.NewTextBuilder()
	for _, s := range []string{"p", "q", "p"} {
		sb.Append(s)
	}
	b.Set("source", sb.Build())
	out := apply(t, config(t, "[source::p]\nEXTRACT-x=(?<p>.)\n[source::q]\nEXTRACT-x=(?<q>.)", ""), b)
	if got := row(out, 0) + "|" + row(out, 1) + "|" + row(out, 2); got != "p=1|q=2|p=3" {
		t.Errorf("got %s", got)
	}
}

func TestNeeds(t *testing.T) {
	set, err := New(config(t, "[t]\nEXTRACT-x=(?<num>\\d)\nFIELDALIAS-a=num AS b\nEVAL-c=b.d\n[u]\nEVAL-d=e", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		st           Stream
		needed, want string
	}{
		{Stream{"t", "s", "h"}, "zz", "host source sourcetype zz"},
		{Stream{"t", "s", "h"}, "c", "_raw _reader b c d host num source sourcetype"},
		{Stream{"t", "s", "h"}, "b", "_raw _reader b host num source sourcetype"},
		{Stream{}, "c", "_raw _reader b c d e host num source sourcetype"},
		{Stream{Sourcetype: "u"}, "c", "c host source sourcetype"},
		{Stream{"t", "s", "h"}, "linecount", "_raw host linecount source sourcetype"},
	} {
		ex, err := set.Extractor(c.st, column.Fields(c.needed))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, ex.Needs().String()); d != "" {
			t.Errorf("%v %s: %s", c.st, c.needed, d)
		}
	}
}

func TestRename(t *testing.T) {
	b := events(t, "id 7")
	out := apply(t, config(t, "[t]\nrename=u\nEVAL-a=1\n[u]\nEVAL-b=2", ""), b)
	if got := out.Col("sourcetype").At(0).Text() + " " + row(out, 0); got != "u _sourcetype=t b=2" {
		t.Errorf("got %s", got)
	}
}

func TestLookup(t *testing.T) {
	content := lookups.NewContent()
	if err := content.AddInline("users", "user,dept,site\nalice,hr,b1\n", nil); err != nil {
		t.Fatal(err)
	}
	lib := lookups.New(lookups.MemoryHome(), content)
	for _, c := range []struct{ props, raw, want string }{
		{"LOOKUP-x=users user OUTPUT dept AS d", "user=alice d=old", "d=hr user=alice"},
		{"LOOKUP-x=users user OUTPUT dept AS d", "user=bob d=old", "user=bob"},
		{"LOOKUP-x=users user OUTPUT dept AS d", "d=old", "d=old"},
		{"LOOKUP-x=users user AS who OUTPUTNEW dept", "who=alice dept=old", "dept=old who=alice"},
		{"LOOKUP-x=users user", "user=alice", "dept=hr site=b1 user=alice"},
	} {
		cfg := config(t, "[t]\n"+c.props, "")
		cfg.Lookups = lib
		out := apply(t, cfg, events(t, c.raw))
		if d := cmp.Diff(c.want, row(out, 0)); d != "" {
			t.Errorf("%s, %s: %s", c.props, c.raw, d)
		}
	}
}

func TestTypesAndTags(t *testing.T) {
	cfg := config(t, "[t]\nEVAL-act=lower(action)", "")
	cfg.Eventtypes = file(t, "eventtypes.conf", "[login]\nsearch = act=login\n[bad_login]\nsearch = eventtype=login NOT ok=1\n[off]\nsearch=*\ndisabled=1\n")
	cfg.Tags = file(t, "tags.conf", "[eventtype=login]\nauthentication = enabled\n[eventtype=bad_login]\nfailure = enabled\nold = disabled\n[host=h]\nours = enabled\n")
	out := apply(t, cfg, events(t, "action=LOGIN ok=1", "action=Login", "x"))
	var got []string
	for i := range out.N {
		got = append(got, row(out, i))
	}
	want := []string{
		"act=login action=LOGIN eventtype=login ok=1 tag::eventtype=authentication tag::host=ours tag=authentication,ours",
		"act=login action=Login eventtype=bad_login,login tag::eventtype=authentication,failure tag::host=ours tag=authentication,failure,ours",
		"tag::host=ours tag=ours",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDefaultFields(t *testing.T) {
	set, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	ex, err := set.Extractor(Stream{}, column.Fields("punct", "linecount", "splunk_server", "date_hour", "date_month"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := ex.Apply(only1(events(t, "a=1, \"b\"\tc\nd"), ex.Needs()))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`date_hour=12 date_month=january linecount=2 punct==,_""t splunk_server=local`, row(out, 0)); d != "" {
		t.Error(d)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ props, transforms, want string }{
		{"EXTRACT-x=(?<a>", "", "EXTRACT-x: "},
		{"EXTRACT-x=abc", "", "EXTRACT-x: the expression has no named groups"},
		{"REPORT-x=none", "", `REPORT-x: there is no transform "none"`},
		{"REPORT-x=r", "[r]\nDELIMS=x", "REPORT-x: transform r: DELIMS needs"},
		{"EVAL-x=1+", "", "EVAL-x: "},
		{"FIELDALIAS-x=a b", "", "FIELDALIAS-x: expected"},
		{"LOOKUP-x=nowhere a", "", "LOOKUP-x: "},
		{"KV_MODE=multi:x", "", "KV_MODE: KV_MODE=multi"},
		{"KV_MODE=odd", "", "KV_MODE: unknown"},
	} {
		set, err := New(config(t, "[t]\n"+c.props, c.transforms))
		if err != nil {
			t.Fatal(err)
		}
		ex, err := set.Extractor(Stream{"t", "s", "h"}, column.AllFields())
		if err != nil {
			t.Fatal(err)
		}
		ds := ex.Problems()
		if len(ds) != 1 || !strings.HasPrefix(ds[0].Msg, c.want) || ds[0].Severity != lang.Warning {
			t.Errorf("%s: %v", c.props, ds)
		}
	}
}

// TestBuiltin: the content that is part of the program is without problems.
func TestBuiltin(t *testing.T) {
	set, err := New(Config{Eval: eval.Ctx{Now: now, Zone: time.UTC}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range set.Check() {
		t.Errorf("%s", d.Msg)
	}
}

func TestCloudTrail(t *testing.T) {
	set, err := New(Config{Eval: eval.Ctx{Now: now, Zone: time.UTC}})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"errorCode", "userName", "user", "user_arn", "src", "signature", "dest", "action", "msg", "aws_account_id", "vendor_product"}
	for _, c := range []struct{ raw, want string }{
		{`{"eventName":"GetObject","eventSource":"s3.amazonaws.com","sourceIPAddress":"1.2.3.4","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/bob","accountId":"1","userName":"bob"}}`,
			"aws_account_id=1 dest=s3.amazonaws.com errorCode=success msg=success signature=GetObject src=1.2.3.4 user=bob userName=bob user_arn=arn:aws:iam::1:user/bob vendor_product=AWS CloudTrail"},
		{`{"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/adm/eve"}}`,
			"action=failure errorCode=failure msg=success signature=ConsoleLogin userName=eve user_arn=arn:aws:sts::1:assumed-role/adm/eve vendor_product=AWS CloudTrail"},
		{`{"eventName":"CreateUser","errorCode":"AccessDenied","userIdentity":{"sessionContext":{"sessionIssuer":{"userName":"role"}}}}`,
			"action=created errorCode=AccessDenied msg=AccessDenied signature=CreateUser userName=role vendor_product=AWS CloudTrail"},
	} {
		evs := [][]ingest.Pair{{{Name: "sourcetype", Value: "aws:cloudtrail"}, {Name: "_raw", Value: c.raw}}}
		bs, err := ingest.FromMaps(evs, ingest.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		ex, err := set.Extractor(Stream{Sourcetype: "aws:cloudtrail"}, column.Fields(names...))
		if err != nil {
			t.Fatal(err)
		}
		out, err := ex.Apply(only1(bs[0], ex.Needs()))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, row(out, 0)); d != "" {
			t.Error(d)
		}
	}
}

// TestNeedsRemembered: what one search needed is not taken for the needs of another with names that look alike.
func TestNeedsRemembered(t *testing.T) {
	s, err := New(config(t, "[t]\nFIELDALIAS-x = src AS b\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range [][]string{{"a b"}, {"a", "b"}, {"a b"}, {"a", "b", "c"}} {
		x, err := s.Extractor(Stream{}, column.Fields(fields...))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fields {
			if !x.Needs().Has(f) {
				t.Errorf("%q: %s lacks %q", fields, x.Needs(), f)
			}
		}
		if got, want := x.Needs().Has("src"), slices.Contains(fields, "b"); got != want {
			t.Errorf("%q: src needed: %v", fields, got)
		}
	}
}
