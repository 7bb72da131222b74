package lookups

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/lang/conf"
)

// world returns a library over a memory home with one content of inline tables: name, then CSV text
// whose first line may be "# key=value; key=value" with settings of the definition.
func world(t testing.TB, tables ...string) *Library {
	t.Helper()
	c := NewContent()
	for i := 0; i < len(tables); i += 2 {
		settings := map[string]string{}
		text := tables[i+1]
		if head, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(head, "# ") {
			text = rest
			for s := range strings.SplitSeq(head[2:], "; ") {
				k, v, _ := strings.Cut(s, "=")
				settings[k] = v
			}
		}
		if err := c.AddInline(tables[i], text, settings); err != nil {
			t.Fatal(err)
		}
	}
	return New(MemoryHome(), c)
}

// vec returns a text column; "-" is null and a | separates the values of a list.
func vec(cells ...string) column.Vec {
	b := column.NewTextBuilder()
	for _, c := range cells {
		if c == "-" {
			b.AppendNull()
			continue
		}
		b.AppendList(strings.Split(c, "|"))
	}
	return b.Build()
}

// show is the inverse of vec.
func show(v column.Vec) []string {
	var out []string
	for i := range v.Len() {
		if v.Null(i) {
			out = append(out, "-")
			continue
		}
		out = append(out, strings.Join(v.At(i).List(), "|"))
	}
	return out
}

// dump returns a table as lines of CSV-like text, "-" for null.
func dump(t *Table) []string {
	out := []string{strings.Join(t.Columns, ",")}
	for r := range t.Rows {
		var cells []string
		for _, v := range t.Cols {
			cells = append(cells, show(column.Gather(v, []uint32{uint32(r)}))[0])
		}
		out = append(out, strings.Join(cells, ","))
	}
	return out
}

func open(t testing.TB, l *Library, name string) *Lookup {
	t.Helper()
	lk, err := l.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

func TestReadCSV(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		report     Report
	}{
		{"plain", "a,b\n1,2\n", []string{"a,b", "1,2"}, Report{}},
		{"no final newline, CRLF, BOM", "\ufeffa,b\r\n1,2", []string{"a,b", "1,2"}, Report{}},
		{"quotes, commas and breaks", "a,b\n\"x,y\",\"p\nq \"\"r\"\"\"\n", []string{"a,b", "x,y,p\nq \"r\""}, Report{}},
		{"stray quotes", "a,b\nx \"y\" z,2\n", []string{"a,b", `x "y" z,2`}, Report{}},
		{"blanks stay, empty cells are null", "a,b\n x ,\n", []string{"a,b", " x ,-"}, Report{}},
		{"short and long rows", "a,b\n1\n1,2,3\n", []string{"a,b", "1,-", "1,2"}, Report{Short: 1, Long: 1}},
		{"repeated and empty names", "a,,a,b,\n1,2,3,4,5\n", []string{"a,b", "1,4"}, Report{Repeated: []string{"a", ""}}},
		{"bad UTF-8", "a\nx\xff\n", []string{"a", "x\ufffd"}, Report{BadUTF8: 1}},
		{"header only", "a,b\n", []string{"a,b"}, Report{}},
		{"nothing", "", []string{""}, Report{}},
		{"multivalues", "a,__mv_a,b\nx y,$x$;$y$,1\nz,,2\nq,oops,3\n", []string{"a,b", "x|y,1", "z,2", "q,3"}, Report{}},
		{"dollars in multivalues", "a,__mv_a\nx,$a$$b$;$;$\n", []string{"a", "a$b|;"}, Report{}},
		{"shadow without a field", "__mv_a\nx\n", []string{"__mv_a", "x"}, Report{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tab, err := readCSV("t.csv", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, dump(tab)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.report, tab.Report); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	l := world(t,
		"assets", "host,owner,site\nh1,alice,ams\nh2,bob,\n,nobody,x\n",
		"groups", "user,group\nalice,dev\nalice,ops\nbob,hr\nalice,dev\n",
		"limited", "# max_matches=2\nuser,group\nalice,dev\nalice,ops\nalice,hr\n",
		"svc", "src,port,name\na,22,ssh\na,80,web\nb,22,sftp\n",
		"fold", "# case_sensitive_match=false\nhost,owner\nH1,Alice\nÄ,umlaut\n",
		"deflt", "# min_matches=1; default_match=false\nhost,bad,n\nh1,true,1\n",
		"deflt2", "# min_matches=2; default_match=none\nhost,bad\nh1,true\n",
		"noval", "# min_matches=1\nhost,bad\nh1,true\n",
		"wild", "# match_type=WILDCARD(p); case_sensitive_match=false; max_matches=3\np,n\n*.EXE,1\nc:\\*,2\n*temp*,3\na*b*c,4\nexact,5\n*,6\n,7\n",
		"wild2", "# match_type=WILDCARD(p),WILDCARD(q)\np,q,n\na*,*z,1\n*,b*,2\n",
		"mixed", "# match_type=WILDCARD(p)\nk,p,n\n1,a*,x\n1,*,y\n2,b*,z\n",
		"nets", "# match_type=CIDR(net)\nnet,n\n10.0.0.0/8,wide\n10.1.0.0/16,narrow\n192.168.1.7,host\n2001:db8::/32,six\njunk,bad\n",
		"netk", "# match_type=CIDR(net)\nk,net,n\na,10.0.0.0/8,1\nb,10.0.0.0/8,2\n",
		"mv", "k,__mv_k,v,__mv_v\na b,$a$;$b$,1 2,$1$;$2$\nc,,3,\n",
	)
	tests := []struct {
		name, table, keys, outputs string
		in                         []column.Vec
		want                       [][]string
	}{
		{"one field", "assets", "host", "owner", []column.Vec{vec("h1", "h9", "-", "h2", "h1")}, [][]string{{"alice", "-", "-", "bob", "alice"}}},
		{"all outputs, null cells", "assets", "host", "", []column.Vec{vec("h2", "h1")}, [][]string{{"bob", "alice"}, {"-", "ams"}}},
		{"several matches in file order", "groups", "user", "group", []column.Vec{vec("bob", "alice", "x")}, [][]string{{"hr", "dev|ops|dev", "-"}}},
		{"max_matches", "limited", "user", "group", []column.Vec{vec("alice")}, [][]string{{"dev|ops"}}},
		{"two fields", "svc", "src,port", "name", []column.Vec{vec("b", "b", "a", "-"), vec("80", "22", "80", "22")}, [][]string{{"-", "sftp", "web", "-"}}},
		{"a number is its text", "svc", "src,port", "name", []column.Vec{vec("b", "a"), &column.Int{V: []int64{22, 80}}}, [][]string{{"sftp", "web"}}},
		{"multivalue input", "assets", "host", "owner", []column.Vec{vec("h1|h2", "h9|h2", "h1")}, [][]string{{"alice|bob", "bob", "alice"}}},
		{"case matters", "assets", "host", "owner", []column.Vec{vec("H1")}, [][]string{{"-"}}},
		{"case folded", "fold", "host", "owner", []column.Vec{vec("h1", "ä")}, [][]string{{"Alice", "umlaut"}}},
		{"default match", "deflt", "host", "bad,n", []column.Vec{vec("h1", "h2", "-")}, [][]string{{"true", "false", "-"}, {"1", "false", "-"}}},
		{"default match up to the minimum", "deflt2", "host", "bad", []column.Vec{vec("h1", "h2")}, [][]string{{"true|none", "none|none"}}},
		{"default match of multivalues", "deflt", "host", "bad", []column.Vec{vec("h1|h2")}, [][]string{{"true|false"}}},
		{"empty default", "noval", "host", "bad", []column.Vec{vec("h2")}, [][]string{{"-"}}},
		{"wildcards in file order", "wild", "p", "n", []column.Vec{vec("C:\\Temp\\x.exe", "aXbYc", "EXACT", "")}, [][]string{{"1|2|3", "4|6", "5|6", "6"}}},
		{"two wildcard fields", "wild2", "p,q", "n", []column.Vec{vec("abc", "x", "a"), vec("bz", "bz", "c")}, [][]string{{"1|2", "2", "-"}}},
		{"exact and wildcard fields", "mixed", "k,p", "n", []column.Vec{vec("1", "2", "2"), vec("abc", "abc", "bcd")}, [][]string{{"x|y", "-", "z"}}},
		{"networks", "nets", "net", "n", []column.Vec{vec("10.1.2.3", "10.2.0.1", "192.168.1.7", "2001:db8::1", "junk", "11.0.0.1")}, [][]string{{"wide|narrow", "wide", "host", "six", "-", "-"}}},
		{"network and exact field", "netk", "k,net", "n", []column.Vec{vec("b", "c"), vec("10.1.1.1", "10.1.1.1")}, [][]string{{"2", "-"}}},
		{"cells with lists", "mv", "k", "v", []column.Vec{vec("b", "c", "a|c")}, [][]string{{"1|2", "3", "1|2|3"}}},
		{"constant key", "assets", "host", "owner", []column.Vec{column.ConstText("h1", 2)}, [][]string{{"alice", "alice"}}},
		{"null constant", "assets", "host", "owner", []column.Vec{column.Nulls(2)}, [][]string{{"-", "-"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := open(t, l, tt.table).Matcher(strings.Split(tt.keys, ","), outputs(tt.outputs))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time what was found is remembered
				res, err := m.Match(tt.in, tt.in[0].Len())
				if err != nil {
					t.Fatal(err)
				}
				var got [][]string
				for _, o := range res.Outputs {
					got = append(got, show(o))
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func outputs(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func TestMatched(t *testing.T) {
	l := world(t, "a", "k,v\n1,\n", "b", "# min_matches=1\nk,v\n1,x\n")
	for _, tt := range []struct {
		table string
		want  []uint32
	}{{"a", []uint32{0}}, {"b", []uint32{0, 1}}} {
		m, err := open(t, l, tt.table).Matcher([]string{"k"}, []string{"v"})
		if err != nil {
			t.Fatal(err)
		}
		res, err := m.Match([]column.Vec{vec("1", "2", "-")}, 3)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, res.Matched.Rows(nil)); d != "" {
			t.Errorf("%s: %s", tt.table, d)
		}
		if d := cmp.Diff([]uint32{0, 1}, res.Tried.Rows(nil)); d != "" {
			t.Errorf("%s: tried %s", tt.table, d)
		}
	}
}

func TestTemporal(t *testing.T) {
	const rows = "time,k,v\n100,a,one\n200,a,two\n300.5,a,three\nbad,a,four\n200,b,five\n"
	l := world(t,
		"latest", "# time_field=time\n"+rows,
		"window", "# time_field=time; max_offset_secs=150; min_offset_secs=10; max_matches=5\n"+rows,
		"dates", "# time_field=time; time_format=%Y-%m-%d\ntime,k,v\n2026-01-01,a,old\n2026-01-10,a,new\n",
	)
	for _, tt := range []struct {
		table string
		times column.Vec
		want  []string
	}{
		{"latest", vec("99", "150", "250", "301", "-"), []string{"-", "one", "two", "three", "-"}},
		{"window", vec("105", "215", "900"), []string{"-", "two|one", "-"}},
		{"dates", &column.Time{V: []int64{1768003199e6, 1768003200e6}}, []string{"old", "new"}},
	} {
		m, err := open(t, l, tt.table).Matcher([]string{"k"}, []string{"v"})
		if err != nil {
			t.Fatal(err)
		}
		n := tt.times.Len()
		res, err := m.MatchAt([]column.Vec{column.ConstText("a", n)}, tt.times, n)
		if err != nil || !m.NeedsTime() {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, show(res.Outputs[0])); d != "" {
			t.Errorf("%s: %s", tt.table, d)
		}
		if _, err := m.Match([]column.Vec{vec("a")}, 1); err == nil {
			t.Error("no time: no error")
		}
	}
}

func TestErrors(t *testing.T) {
	l := world(t, "users", "user,dept\na,b\n")
	c := NewContent()
	f, _ := conf.Parse("transforms.conf", []byte("[gone]\nfilename=gone.csv\n[script]\nexternal_cmd=x.py a b\nfields_list=a,b\n[geo]\nexternal_type=geo\nfilename=g.kmz\n"+
		"[model]\nfilename=m.mlmodel\n[extract]\nREGEX=x\n[flt]\nfilename=users.csv\nfilter=user=a\n"))
	c.AddTransforms(f)
	l.layers = append([]*Content{c}, l.layers...)
	for _, tt := range []struct{ name, want, hint string }{
		{"nope", "The lookup table 'nope' requires a .csv or KV store lookup definition.", ""},
		{"user", "The lookup table 'user' requires a .csv or KV store lookup definition.", `did you mean "users"?`},
		{"nope.csv", "The lookup table 'nope.csv' does not exist or is not available.", ""},
		{"gone", "The lookup table 'gone' does not exist or is not available.", ""},
		{"extract", "The lookup table 'extract' requires a .csv or KV store lookup definition.", ""},
		{"script", "The lookup 'script' cannot be used: lookups that run a script are not supported.", ""},
		{"geo", "The lookup 'geo' cannot be used: geographic lookups are not supported.", ""},
		{"model", "The lookup 'model' cannot be used: its file \"m.mlmodel\" is not a CSV file.", ""},
		{"../x.csv", `"../x.csv" cannot be the name of a lookup`, ""},
		{".x.csv", `".x.csv" cannot be the name of a lookup`, ""},
		{"flt", "lookup flt: its filter cannot be applied here", ""},
	} {
		_, err := l.Open(tt.name)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
		m := (*MissingError)(nil)
		if errors.As(err, &m) && m.Hint() != tt.hint {
			t.Errorf("%s: hint %q", tt.name, m.Hint())
		}
	}
	l.Filter = func(expr string, rows *column.Batch) (column.Bitmap, error) {
		return column.NewBitmap(rows.N), nil
	}
	if n := open(t, l, "flt").Table.Rows; n != 0 {
		t.Errorf("filter left %d rows", n)
	}
	lk := open(t, l, "users")
	for _, tt := range []struct{ keys, outputs, want string }{
		{"nope", "dept", "Cannot find the source field 'nope' in the lookup table 'users'."},
		{"user", "nope", "Cannot find the destination field 'nope' in the lookup table 'users'."},
	} {
		if _, err := lk.Matcher([]string{tt.keys}, []string{tt.outputs}); err == nil || err.Error() != tt.want {
			t.Errorf("%v", err)
		}
	}
}

func TestNames(t *testing.T) {
	l := world(t, "users", "user,dept\nalice,hr\n")
	c := NewContent()
	c.AddText("bare.csv", "a\n1\n")
	l.layers = append([]*Content{c}, l.layers...)
	for _, name := range []string{"users", "users.csv", "bare.csv", "bare"} {
		if n := open(t, l, name).Table.Rows; n != 1 {
			t.Errorf("%s: %d rows", name, n)
		}
	}
	if _, err := l.Write(context.Background(), "new.csv", RowsOf(batch("a", vec("1"))), Mode{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"SFDC_Sample_Data_Anon.csv", "SFDC_User_Lookup", "SampleDataList", "bare.csv", "new.csv", "previously_seen_api_calls_from_user_roles", "sfdc_client_cache", "users"}
	if d := cmp.Diff(want, l.Names()); d != "" {
		t.Error(d)
	}
}

func TestBuiltin(t *testing.T) {
	l := New(MemoryHome())
	for name, columns := range map[string]string{
		"previously_seen_api_calls_from_user_roles": "_key,earliest,latest,userName,eventName",
		"SFDC_User_Lookup":                          "USER_ID,USER_NAME,peergroup",
		"SampleDataList":                            "lookup,label",
		"SFDC_Sample_Data_Anon.csv":                 "_time,USER_ID,EVENT_TYPE,CLIENT_NAME,QUERY_TABLE,ROWS_PROCESSED",
		"sfdc_client_cache.csv":                     "earliest,latest,USER_NAME,CLIENT_NAME",
	} {
		if got := strings.Join(open(t, l, name).Table.Columns, ","); got != columns {
			t.Errorf("%s: %s", name, got)
		}
	}
	if p := builtin().Problems; len(p) > 0 {
		t.Error(p)
	}
}

// batch returns rows; columns alternate name and vector.
func batch(cols ...any) *column.Batch {
	b := &column.Batch{Ordered: true}
	for i := 0; i < len(cols); i += 2 {
		v := cols[i+1].(column.Vec)
		b.N = v.Len()
		b.Set(fmt.Sprint(cols[i]), v)
	}
	return b
}

func TestFind(t *testing.T) {
	l := world(t, "t", "# min_matches=1; default_match=no\nk,a,__mv_a,b\nx,1 2,$1$;$2$,\nx,3,,y\n")
	m, err := open(t, l, "t").Matcher([]string{"k"}, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][]string{"x": {"[[1 2] []]", "[[3] [y]]"}, "z": {"[[no] [no]]"}} {
		rows, err := m.Find([]string{key})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint([][]string{r[0].List(), r[1].List()}))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestAt(t *testing.T) {
	l := world(t, "t", "# time_field=time; time_format=%Y-%m-%d %H:%M\ntime,k,v\n2026-01-10 12:00,a,x\n")
	zone := time.FixedZone("", -5*3600)
	for _, tt := range []struct {
		lib  *Library
		want string
	}{{l, "x"}, {l.At(time.Time{}, zone), "-"}} {
		m, err := open(t, tt.lib, "t").Matcher([]string{"k"}, []string{"v"})
		if err != nil {
			t.Fatal(err)
		}
		res, err := m.MatchAt([]column.Vec{vec("a")}, vec("1768050000"), 1) // 13:00 UTC
		if err != nil || show(res.Outputs[0])[0] != tt.want {
			t.Errorf("got %v, want %s, %v", show(res.Outputs[0]), tt.want, err)
		}
	}
}

// TestShared uses one library and one matcher from several goroutines, for the race detector.
func TestShared(t *testing.T) {
	l := world(t, "t", "# match_type=WILDCARD(k)\nk,v\na*,1\n*b,2\n")
	m, err := open(t, l, "t").Matcher([]string{"k"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 50 {
				res, err := m.Match([]column.Vec{vec("ab", fmt.Sprint("a", i), "c")}, 3)
				if err != nil || show(res.Outputs[0])[0] != "1|2" {
					t.Error(err, show(res.Outputs[0]))
				}
				if lk, err := l.Open("t"); err != nil || lk.Table.Rows != 2 {
					t.Error(err)
				}
				if _, err := l.Write(context.Background(), "w.csv", RowsOf(rowsOf("a", fmt.Sprint(w))), Mode{Append: true}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := open(t, l, "w.csv").Table.Rows; n != 200 {
		t.Errorf("%d rows", n)
	}
}
