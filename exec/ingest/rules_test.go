package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/lang/conf"
)

func testProps(t *testing.T, props, transforms string) *Props {
	t.Helper()
	p, ds := conf.Parse("props.conf", []byte(props))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	tr, ds := conf.Parse("transforms.conf", []byte(transforms))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	out, err := NewProps(p, tr)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBreaks(t *testing.T) {
	for _, c := range []struct {
		name, props, text string
		want              []string
	}{
		{"lines by default", "", "a\n b\nc\n", []string{"a", " b", "c"}},
		{"breaker group is consumed", "LINE_BREAKER=(\\|+)x", "ax|xb||xc\nd", []string{"ax", "xb", "xc\nd"}},
		{"text before the group stays", "LINE_BREAKER=;(\\s)", "a; b; c", []string{"a;", "b;", "c"}},
		{"breaker without group is the default", "LINE_BREAKER=;", "a;b\nc", []string{"a;b", "c"}},
		{"blank lines go", "LINE_BREAKER=(\\n)", "a\n\n\nb\n", []string{"a", "b"}},
		{"by date", "SHOULD_LINEMERGE=true", "2026-01-15 10:00:00 a\n  at b\n\n  at c\n2026-01-15 10:00:01 d\n",
			[]string{"2026-01-15 10:00:00 a\n  at b\n  at c", "2026-01-15 10:00:01 d"}},
		{"before an expression", "BREAK_ONLY_BEFORE=^#", "#a\nb\n#c\n", []string{"#a\nb", "#c"}},
		{"max events", "BREAK_ONLY_BEFORE=^#\nMAX_EVENTS=3", "a\nb\nc\nd\ne\n", []string{"a\nb\nc\nd", "e"}},
		{"must break after", "SHOULD_LINEMERGE=1\nBREAK_ONLY_BEFORE_DATE=false\nMUST_BREAK_AFTER=;$", "a\nb;\nc\n", []string{"a", "b;", "c"}},
		{"must break after, by date", "SHOULD_LINEMERGE=1\nMUST_BREAK_AFTER=;$", "a\nb;\nc\n", []string{"a\nb;", "c"}},
		{"not before does not veto", "BREAK_ONLY_BEFORE=^#\nMUST_NOT_BREAK_BEFORE=^#", "#a\n#b\n", []string{"#a", "#b"}},
		{"not before", "SHOULD_LINEMERGE=1\nBREAK_ONLY_BEFORE_DATE=0\nMUST_NOT_BREAK_BEFORE=^\\s", "a\n b\nc\n", []string{"a\n b", "c"}},
		{"not after", "SHOULD_LINEMERGE=1\nBREAK_ONLY_BEFORE_DATE=0\nMUST_NOT_BREAK_AFTER=^<\nMUST_BREAK_AFTER=^>", "a\n<\nb\nc\n>\nd\n", []string{"a", "<\nb\nc\n>", "d"}},
		{"no merging", "SHOULD_LINEMERGE=false\nBREAK_ONLY_BEFORE=^#", "#a\nb\n", []string{"#a", "b"}},
		{"truncate", "TRUNCATE=3", "abcdef\nxä€\nab\n", []string{"abc", "xä", "ab"}},
	} {
		for _, size := range []int{0, 1, 7} {
			o := Options{Sourcetype: "t", Props: testProps(t, "[t]\n"+c.props, ""), ChunkBytes: size}
			l := loadText(t, "f", c.text, o)
			if d := cmp.Diff(c.want, l.raws); d != "" {
				t.Errorf("%s, pieces of %d: %s", c.name, size, d)
			}
			if len(l.rejects) > 0 {
				t.Errorf("%s: rejects %q", c.name, l.rejects)
			}
		}
	}
}

func TestTimeSettings(t *testing.T) {
	for _, c := range []struct {
		name, props, text string
		want              []string
	}{
		{"prefix", "TIME_PREFIX=ts=", "2020-01-01 00:00:00 ts=2026-01-15 10:00:00\n", []string{"2026-01-15T10:00:00"}},
		{"prefix missing: the one before", "TIME_PREFIX=ts=", "ts=2026-01-15 10:00:00\n2020-01-01 00:00:00\n", []string{"2026-01-15T10:00:00", "2026-01-15T10:00:00"}},
		{"format", "TIME_FORMAT=%d.%m.%Y %H:%M:%S.%3N", "15.01.2026 10:00:00.250 x\n", []string{"2026-01-15T10:00:00.25"}},
		{"format further on", "TIME_FORMAT=%d.%m.%Y %H:%M:%S", "[x] 15.01.2026 10:00:00 x\n", []string{"2026-01-15T10:00:00"}},
		{"epoch", "TIME_PREFIX=t=\nTIME_FORMAT=%s", "t=1768474800 x\n", []string{"2026-01-15T11:00:00"}},
		{"zone", "TZ=Europe/Berlin", "2026-01-15 11:00:00 x\n", []string{"2026-01-15T10:00:00"}},
		{"an offset beats the zone", "TZ=Europe/Berlin", "2026-01-15 11:00:00+05:00 x\n", []string{"2026-01-15T06:00:00"}},
		{"lookahead", "MAX_TIMESTAMP_LOOKAHEAD=5", "0123456789 2020-01-01 00:00:00 x\n", []string{"2026-01-15T12:00:00"}},
		{"current", "DATETIME_CONFIG=CURRENT", "2020-01-01 00:00:00 x\n", []string{"2026-01-15T12:00:00"}},
		{"truncated first", "TRUNCATE=3", "ab 2020-01-01 00:00:00\n", []string{"2026-01-15T12:00:00"}},
		{"timestamp fields", "INDEXED_EXTRACTIONS=csv\nTIMESTAMP_FIELDS=when", "when,time\n2026-01-15 10:00:00,2020-01-01 00:00:00\n", []string{"2026-01-15T10:00:00"}},
	} {
		l := loadText(t, "f", c.text, Options{Sourcetype: "t", Props: testProps(t, "[t]\n"+c.props, "")})
		if d := cmp.Diff(c.want, l.times); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		name, props, transforms, text, raw, rest string
	}{
		{"sed", "SEDCMD-2=s/b/c/g\nSEDCMD-1=s/(a)(a)/b\\2/", "", "aab\n", "cac", "localhost f t|"},
		{"sed y", "SEDCMD-1=y/ab/xy/", "", "aab\n", "xxy", "localhost f t|"},
		{"sed before fields", "SEDCMD-1=s/pw=\\S+/pw=#/", "", "pw=secret u=a\n", "pw=# u=a", "localhost f t|pw=# u=a"},
		{"raw", "TRANSFORMS-x=r", "[r]\nREGEX=(\\w+) (\\w+)\nFORMAT=$2 $1\nDEST_KEY=_raw", "a b\n", "b a", "localhost f t|"},
		{"chained", "TRANSFORMS-x=r, s", "[r]\nREGEX=a\nFORMAT=b\nDEST_KEY=_raw\n[s]\nREGEX=b\nFORMAT=c\nDEST_KEY=_raw", "a\n", "c", "localhost f t|"},
		{"default value", "TRANSFORMS-x=r", "[r]\nREGEX=zz\nFORMAT=b\nDEST_KEY=_raw\nDEFAULT_VALUE=none", "a\n", "none", "localhost f t|"},
		{"lookahead", "TRANSFORMS-x=r", "[r]\nREGEX=b\nFORMAT=c\nDEST_KEY=_raw\nLOOKAHEAD=1", "ab\n", "ab", "localhost f t|"},
		{"host and source", "TRANSFORMS-x=r,s", "[r]\nREGEX=h=(\\w+)\nFORMAT=host::$1\nDEST_KEY=MetaData:Host\n[s]\nREGEX=.\nFORMAT=source::s\nDEST_KEY=MetaData:Source", "h=x\n", "h=x", "x s t|h=x"},
		{"fields", "TRANSFORMS-x=r", "[r]\nREGEX=(\\w):(\\w)\nFORMAT=k::$1 v::$2\nWRITE_META=true", "a:b\n", "a:b", "localhost f t|k=a v=b"},
		{"null queue", "TRANSFORMS-x=r", "[r]\nREGEX=debug\nDEST_KEY=queue\nFORMAT=nullQueue", "debug 1\ninfo\n", "info", "localhost f t|"},
		{"field names", "INDEXED_EXTRACTIONS=csv\nFIELD_NAMES=a,b", "", "1,2\n", "1,2", "localhost f t|a=1 b=2"},
		{"delimiter", "INDEXED_EXTRACTIONS=csv\nFIELD_DELIMITER=|", "", "a|b\n1|2\n", "1|2", "localhost f t|a=1 b=2"},
		{"quote", "INDEXED_EXTRACTIONS=csv\nFIELD_QUOTE='", "", "a,b\n'x, y',\"z\n", "'x, y',\"z", "localhost f t|a=x, y b=\"z"},
		{"header line", "INDEXED_EXTRACTIONS=csv\nHEADER_FIELD_LINE_NUMBER=2", "", "x\na,b\n1,2\n", "1,2", "localhost f t|a=1 b=2"},
		{"preamble", "INDEXED_EXTRACTIONS=tsv\nPREAMBLE_REGEX=^#", "", "#x\n#y\na\tb\n1\t2\n", "1\t2", "localhost f t|a=1 b=2"},
		{"truncated", "TRUNCATE=2", "", "abc\n", "ab", "localhost f t|meta=truncated"},
	} {
		l := loadText(t, "f", c.text, Options{Sourcetype: "t", Props: testProps(t, "[t]\n"+c.props, c.transforms)})
		if len(l.raws) != 1 {
			t.Errorf("%s: %q", c.name, l.raws)
			continue
		}
		if d := cmp.Diff([]string{c.raw, c.rest}, []string{l.raws[0], l.meta[0] + "|" + l.rows[0]}); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestSettingsSaidAndNotDone(t *testing.T) {
	p := testProps(t, "[source::f]\nsourcetype=mine\n[mine]\nCHARSET=latin1\nTRANSFORMS-x=r", "[r]\nREGEX=.\nDEST_KEY=MetaData:Sourcetype\nFORMAT=sourcetype::x")
	l := loadText(t, "f", "a\n", Options{Props: p})
	if got := l.meta[0]; got != "localhost f mine" {
		t.Errorf("meta %q", got)
	}
	if got := strings.Join(l.rep.Files[0].Notes, "; "); !strings.Contains(got, "CHARSET") || !strings.Contains(got, "MetaData:Sourcetype") {
		t.Errorf("notes %q", got)
	}
	l = loadText(t, "f", "a\n", Options{Sourcetype: "t", Props: testProps(t, "[t]\nLINE_BREAKER=(", "")})
	if err := l.rep.Err(); err == nil || !strings.Contains(err.Error(), "LINE_BREAKER") {
		t.Errorf("error %v", err)
	}
}

func FuzzIngest(f *testing.F) {
	for _, s := range []string{"{\"a\":1}\n{", "[{\"a\":[1,{\"b\":\"\\u00e9\"}]},", "{\"Records\":[{}]}", winEvent, "<Event><", "a,b\n\"", "a=1 b=\"", "Jan 15 10:00:00 h x",
		"1768474800.5 x", "\ufeff{\n}", "/Date(1)/", "2026-01-15T25:61:00Z x=y", "<34>1 2026-01-15T10:00:00Z h a", "\x1f\x8b", "PK\x03\x04"} {
		f.Add([]byte(s), 5)
	}
	p, _ := conf.Parse("props.conf", []byte("[t]\nSHOULD_LINEMERGE=1\nLINE_BREAKER=([\\r\\n]+)\\S\nTRUNCATE=9\nSEDCMD-1=s/a/b/\n"))
	props, err := NewProps(p, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		for _, o := range []Options{{}, {Sourcetype: "t", Props: props}} {
			o.ChunkBytes = size%100 + 1
			o.MaxEvent = 1 << 12
			loadText(t, "f", string(text), o)
		}
	})
}
