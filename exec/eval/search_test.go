package eval

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/lang"
)

func parseTerm(t testing.TB, text string) (lang.Term, *Ctx) {
	t.Helper()
	src := lang.NewSource("<test>", text)
	c := testCtx(src)
	x, ds := c.Parser.ParseTerm(src)
	if err := ds.Err(); err != nil {
		t.Fatalf("parse %s: %s", text, err)
	}
	return x, c
}

// keeps reports whether a search expression holds for the only row of b.
func keeps(t testing.TB, text string, b *column.Batch) bool {
	t.Helper()
	x, c := parseTerm(t, text)
	f, ds := CompileSearch(x, c)
	if err := ds.Err(); err != nil {
		t.Fatalf("compile %s: %s", text, err)
	}
	b = b.Copy()
	if err := f.Apply(b); err != nil {
		t.Fatal(err)
	}
	return b.Rows() == 1
}

func TestSearch(t *testing.T) {
	in := row("n", "40", "s", "Banana", "ip", "10.1.2.3", "p", `C:\Windows\cmd.exe`, "e", "", "m", []string{"red", "Blue"}, "nm", []string{"5", "50"}, "x", "007",
		"_raw", "2026 ERROR login failed for user=alice from 10.0.0.1")
	for _, c := range []struct {
		search string
		want   bool
	}{
		{`n=40`, true}, {`n="40"`, true}, {`n=4`, false}, {`n=40.0`, false}, {`n!=40`, false}, {`n!=41`, true}, {`n>9`, true}, {`n>=40 n<41`, true}, {`n<9`, false}, {`n=*`, true}, {`n!=*`, false},
		{`nosuch=1`, false}, {`nosuch!=1`, false}, {`NOT nosuch=1`, true}, {`nosuch=*`, false}, {`NOT nosuch=*`, true}, {`nosuch>1`, false}, {`nosuch=""`, false}, {`e=""`, true}, {`e=*`, true}, {`e!=""`, false}, {`s!=""`, true},
		{`s=banana`, true}, {`s=BAN*`, true}, {`s=*nan*`, true}, {`s=b*a*a`, true}, {`s=CASE(banana)`, false}, {`s=CASE(Banana)`, true}, {`s IN (x, ban*)`, true}, {`NOT s IN (x, y)`, true}, {`nosuch IN (x)`, false},
		{`ip=10.1.2.0/24`, true}, {`ip="10.1.0.0/24"`, false}, {`ip!=10.1.2.0/24`, false}, {`s=10.0.0.0/8`, false}, {`ip IN (10.0.0.0/8)`, true}, {`p=*\\cmd.exe`, true}, {`p="c:\\windows\\*"`, true},
		{`m=blue`, true}, {`m=bl*`, true}, {`m!=blue`, true}, {`NOT m=blue`, false}, {`m=*`, true}, {`nm>40`, true}, {`nm>60`, false}, {`m IN (q, RED)`, true}, {`x=7`, false}, {`x="007"`, true}, {`x<8`, true}, {`s<c`, true},
		{`error`, true}, {`errors`, false}, {`err*`, true}, {`"login failed"`, true}, {`"login fail"`, false}, {`NOT error`, false}, {`alice`, true}, {`user=alice`, false}, {`*`, true}, {`TERM(10.0.0.1)`, true}, {`CASE(error)`, false},
		{`error NOT 403 OR 404`, true}, {`n=1 OR n=40 s=banana`, true}, {`NOT n=40 OR s=banana`, true}, {`(n=1 OR (s=banana AND (n=40)))`, true}, {`NOT ( )`, false}, {`earliest=5 n=40`, true}, {`n=40 OR n=41 OR n=42 OR n=43 OR n=44 OR n=45 OR n=46 OR n=4*`, true},
		{`n IN (1,2,3,4,5,6,7,8,9,40)`, true}, {`n IN (1,2,3,4,5,6,7,8,9,4*)`, true}, {`m IN (1,2,3,4,5,6,7,8,BLUE)`, true}, {`nosuch IN (1,2,3,4,5,6,7,8,BLUE)`, false},
	} {
		if got := keeps(t, c.search, in); got != c.want {
			t.Errorf("%s: %v", c.search, got)
		}
	}
	for _, c := range []struct {
		search string
		want   bool
	}{{`*`, true}, {`error`, false}, {`NOT error`, true}, {`"*"`, true}, {`NOT *`, false}} {
		if got := keeps(t, c.search, row("a", "1")); got != c.want {
			t.Errorf("without _raw, %s: %v", c.search, got)
		}
	}
}

func TestSearchTuples(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, `%s(user="U%d" AND host="h%d")`, map[bool]string{true: "", false: " OR "}[i == 0], i, i%7)
	}
	for _, c := range []struct {
		user, host any
		want       bool
	}{
		{"u13", "H6", true}, {"u13", "h5", false}, {"nobody", "h1", false}, {[]string{"x", "u8", "u9"}, []string{"q", "h2"}, true},
		{[]string{"u8", "u9"}, []string{"h3", "h4"}, false},
	} {
		if got := keeps(t, b.String(), row("user", c.user, "host", c.host)); got != c.want {
			t.Errorf("%v %v: %v", c.user, c.host, got)
		}
	}
	x, ctx := parseTerm(t, b.String())
	f, _ := CompileSearch(x, ctx)
	if _, ok := f.root.(*tuplesPred); !ok {
		t.Errorf("root is %T", f.root)
	}
	if diff := cmp.Diff([]string{"host", "user"}, f.Fields().Names()); diff != "" {
		t.Error(diff)
	}
}

func TestSplitTime(t *testing.T) {
	const none, all = math.MinInt64, math.MaxInt64
	now := testNow.UnixMicro()
	hour := int64(3600e6)
	for _, c := range []struct {
		search, want string
		lo, hi       int64
	}{
		{`a=1`, `a=1`, none, all},
		{`earliest=-2h latest=-1h a=1`, `_time>=1768471200 _time<1768474800 a=1`, now - 2*hour, now - hour},
		{`earliest=-1h`, `_time>=1768474800`, now - hour, now},
		{`latest=-1h`, `_time<1768474800`, none, now - hour},
		{`(earliest=-3h latest=-2h) OR (earliest=-1h)`, `(_time>=1768467600 _time<1768471200) OR _time>=1768474800`, now - 3*hour, now},
		{`(earliest=-24h latest<@d) OR (earliest>=@d+1h)`, `(_time>=1768392000 _time<1768435200) OR _time>=1768438800`, now - 24*hour, now},
		{`NOT earliest=-1h`, `NOT _time>=1768474800`, none, all},
		{`earliest="01/14/2026:00:00:00" latest=1768400000.5`, `_time>=1768348800 _time<1768400000.5`, 1768348800e6, 17684000005e5},
		{`hoursago=2`, `_time>=1768471200`, now - 2*hour, now},
		{`starttime=01/14/2026:00:00:00 endhoursago=1`, `_time>=1768348800 _time<1768474800`, 1768348800e6, now - hour},
		{`timeformat=%Y-%m-%d starttime=2026-01-14 searchtimespanhours=2`, `_time>=1768348800 _time<1768356000`, 1768348800e6, 1768356000e6},
		{`earliest=-10m latest=-10m`, `_time>=1768477800 _time<1768477800`, 1768477800e6, 1768477800e6},
	} {
		x, ctx := parseTerm(t, c.search)
		got, b, ds := SplitTime(x, ctx)
		if len(ds) > 0 {
			t.Errorf("%s: %s", c.search, ds)
			continue
		}
		if s := lang.TermString(got); s != c.want || b.Earliest != c.lo || b.Latest != c.hi {
			t.Errorf("%s: %s %d %d", c.search, s, b.Earliest, b.Latest)
		}
	}
	for _, c := range []struct{ search, want string }{
		{`earliest=notatime`, `Invalid value "notatime" for time term 'earliest'`},
		{`a=1 (latest=x OR earliest=y)`, `Invalid value "x" for time term 'latest'`},
		{`earliest=-1h latest=-2h`, `Error in 'search' command: Unable to parse the search: Invalid time bounds in search: start=1768474800 > end=1768471200.`},
	} {
		x, ctx := parseTerm(t, c.search)
		if _, _, ds := SplitTime(x, ctx); ds.Error() != c.want {
			t.Errorf("%s: %s", c.search, ds.Error())
		}
	}
}

// someTerm writes a random search expression over the fields of someColumns.
func someTerm(r *rand.Rand, depth int) string {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	field := pick("w", "v", "p", "m", "i", "f", "t", "x", "c", "nosuch")
	text := func() string {
		return pick("a", "A*", "*1", "10", "9", `""`, `"x,y"`, "*b*", "10.0.0.0/8", "5.0", "1768478400", "*", "a*c", "É", "CASE(abc)", "-3")
	}
	if depth > 0 {
		switch r.IntN(4) {
		case 0:
			return fmt.Sprintf("(%s %s)", someTerm(r, depth-1), someTerm(r, depth-1))
		case 1:
			return fmt.Sprintf("(%s OR %s)", someTerm(r, depth-1), someTerm(r, depth-1))
		case 2:
			return "NOT " + someTerm(r, depth-1)
		}
	}
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("%s IN (%s, %s)", field, text(), text())
	case 1:
		return fmt.Sprintf("%s IN (1, 2, 3, 4, 5, 6, 7, %s, %s)", field, text(), text())
	case 2:
		var alternatives []string
		for range 9 {
			alternatives = append(alternatives, fmt.Sprintf("(%s=%s c=%s)", field, text(), text()))
		}
		return "(" + strings.Join(alternatives, " OR ") + ")"
	}
	return field + pick("=", "!=", "<", "<=", ">", ">=") + text()
}

func TestSearchColumnsEqualRows(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		text := someTerm(r, r.IntN(3))
		x, c := parseTerm(t, text)
		f, ds := CompileSearch(x, c)
		if ds.Err() != nil {
			t.Fatalf("%s: %s", text, ds)
		}
		b := someColumns(r, []int{1, 7, 60, 300}[r.IntN(4)])
		if r.IntN(3) == 0 {
			b.Sel = fill(b.N, func(int) bool { return r.IntN(5) == 0 })
		}
		before := b.Copy()
		if err := f.Apply(b); err != nil {
			t.Fatal(err)
		}
		for i := range b.N {
			one := rowOf(before, i)
			if err := f.Apply(one); err != nil {
				t.Fatal(err)
			}
			if want := before.Selected(i) && one.Rows() == 1; b.Selected(i) != want {
				t.Fatalf("%s: row %d of %d is %v; %v", text, i, b.N, b.Selected(i), one)
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{`a=1 OR b=2 NOT c=*`, `earliest=-1h latest<@d "x y*"`, `(daysago=3 searchtimespanhours=2) OR w IN (a, b*)`, `TERM(1.2) CASE(X) host=10.0.0.0/8`} {
		f.Add(s)
	}
	b := someColumns(rand.New(rand.NewPCG(3, 4)), 40)
	b.Set("_raw", b.Col("p"))
	parser := lang.NewParser()
	f.Fuzz(func(t *testing.T, text string) {
		src := lang.NewSource("<fuzz>", text)
		x, ds := parser.ParseTerm(src)
		if ds.Err() != nil || len(lang.TermSubs(x)) > 0 {
			return
		}
		c := testCtx(src)
		x, _, ds = SplitTime(x, c)
		if ds.Err() != nil {
			return
		}
		filter, ds := CompileSearch(x, c)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		if err := filter.Apply(b.Copy()); err != nil {
			t.Fatal(err)
		}
	})
}
