package lang

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes parsed arguments in short: values, not places.
func show(args any) string {
	switch a := args.(type) {
	case *statsArgs:
		s := showOptions(a.Opts)
		for _, g := range a.Aggs {
			s += " " + showAgg(g)
		}
		return strings.TrimSpace(s + " by" + showNames(a.By))
	case *lookupArgs:
		return fmt.Sprintf("%s%s keys%s %s%s", showOptions(a.Opts), a.Table.Text, showPairs(a.Keys), strings.ToLower(a.Mode), showPairs(a.Out))
	case *renameArgs:
		return strings.TrimSpace(showPairs(a.Pairs))
	case *sortArgs:
		s := showOptions(a.Opts)
		if a.Count != nil {
			s += fmt.Sprint(*a.Count)
		}
		for _, k := range a.Keys {
			s += fmt.Sprintf(" %v/%s/%s", k.Desc, k.Func, k.Name.Text)
		}
		return s
	case *convertArgs:
		s := showOptions(a.Opts)
		for _, k := range a.Calls {
			s += " " + k.Func + "(" + strings.TrimSpace(showNames(k.Args)) + ")"
			if k.As != nil {
				s += " as " + k.As.Text
			}
		}
		return s
	case *replaceArgs:
		s := ""
		for _, p := range a.Pairs {
			s += p.From.Text + ">" + p.To.Text + " "
		}
		return s + "in" + showNames(a.In)
	case *headArgs:
		s := showOptions(a.Opts)
		if a.Count != nil {
			s += fmt.Sprint(*a.Count)
		}
		if a.While != nil {
			s += " while " + ExprString(a.While)
		}
		return s
	case *fieldsArgs:
		return a.Op + showNames(a.List)
	case *rexArgs:
		s := showOptions(a.Opts)
		for _, p := range a.Pattern {
			s += "<" + p.Text + ">"
		}
		return s
	case *regexArgs:
		s := ""
		if a.Field != nil {
			s = a.Field.Text
		}
		return s + a.Op + "<" + a.Pattern.Text + ">"
	case *listArgs:
		s := showOptions(a.Opts) + showNames(a.Names)
		if a.Where != nil {
			s += " where " + TermString(a.Where)
		}
		return s
	case *mapArgs:
		return showOptions(a.Opts)
	case *rowsArgs:
		s := showOptions(a.Opts) + showNames(a.Names)
		for _, sub := range a.Subs {
			s += fmt.Sprintf(" [%d:%s]", len(sub.Query.Stages), sub.Raw)
		}
		return s
	case *tstatsArgs:
		s := showOptions(a.Opts) + "from " + showOptions(a.From) + a.Index.Text + "; where "
		if a.Where != nil {
			s += TermString(a.Where)
		}
		return s + "; by" + showNames(a.By.Fields) + " " + showOptions(a.By.Opts)
	}
	return fmt.Sprintf("%T", args)
}

func showNames(fs Fields) string {
	s := ""
	for _, f := range fs.Texts() {
		s += " " + f
	}
	return s
}

func showPairs(ps []*pair) string {
	s := ""
	for _, p := range ps {
		s += " " + p.From.Text
		if p.To != nil {
			s += ">" + p.To.Text
		}
	}
	return s
}

func showOptions(os Options) string {
	s := ""
	for _, o := range os {
		switch {
		case o.Expr != nil:
			s += o.Name + "=eval:" + ExprString(o.Expr) + " "
		case o.Where != nil:
			s += o.Name + "=search:" + TermString(o.Where) + " "
		default:
			s += o.Name + "=" + o.Value + " "
		}
	}
	return s
}

func showAgg(a *Agg) string {
	s := a.Func
	if a.HasArgs {
		s += "("
		if a.Field != nil {
			s += a.Field.Text
		}
		if a.Eval != nil {
			s += "eval:" + ExprString(a.Eval)
		}
		for _, x := range a.Args {
			s += "," + showAgg(x)
			if x.Field != nil && !x.HasArgs {
				s += x.Field.Text
			}
		}
		s += ")"
	}
	if a.As != nil {
		s += ">" + a.As.Text
	}
	return s + "{" + a.Written + "}"
}

func TestProductions(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`stats count`, `count{count} by`},
		{`stats COUNT, Sum(x.y) AS "a b" avg( z ) as q BY a{}.b,c d,`, `count{COUNT} sum(x.y)>a b{Sum(x.y)} avg(z)>q{avg(z)} by a{}.b c d`},
		{`stats allnum=t count by a delim=":"`, `allnum=t delim=:  count{count} by a`},
		{`stats count(eval(x=1 AND y="b")) AS n`, `count(eval:x = 1 AND y = "b")>n{count(eval(x=1 AND y="b"))} by`},
		{`stats perc50('visitors total') values("a b")`, `perc50(visitors total){perc50(visitors total)} values(a b){values(a b)} by`},
		{`stats sparkline(avg(x),1h) sparkline(count)`, `sparkline(,avg(x){avg(x)},{1h}1h){sparkline(avg(x),1h)} sparkline(count){sparkline(count)} by`},
		{`stats values(aceFlags) as aceFlags(inheritance) count`, `values(aceFlags)>aceFlags(inheritance){values(aceFlags)} count{count} by`},
		{`timechart span=1d eval(avg(x)*2) as y limit=0`, `span=1d limit=0  eval(eval:avg(x) * 2)>y{eval(avg(x)*2)} by`},
		{`stats count by "a b" 'c d'`, `count{count} by a b c d`},
		{`stats count() c`, `count(){count()} c{c} by`},
		{`streamstats reset_after="("x==0")" count`, `reset_after=(x==0)  count{count} by`},
		{`lookup local=t tbl k AS f, g OUTPUT a b AS c`, `local=t tbl keys k>f g output a b>c`},
		{`lookup tbl k, OUTPUTNEW a`, `tbl keys k outputnew a`},
		{`lookup tbl k`, `tbl keys k `},
		{`rename a AS b, "c d" to "e f" sourceIPs{} as src_ip a.* as *`, `a>b c d>e f sourceIPs{}>src_ip a.*>*`},
		{`rename a -> b c AS by, d as "as"`, `a>b c>by d>as`},
		{`sort 10 -num(x), + y "z w"`, `10 true/num/x false//y false//z w`},
		{`sort - _time,src -count limit=0`, `limit=0  true//_time false//src true//count`},
		{`convert timeformat="%F %T" ctime(x) AS y mktime(*a b)`, `timeformat=%F %T  ctime(x) as y mktime(*a b)`},
		{`replace "a b" WITH c, d with "*" IN f, g`, `a b>c d>* in f g`},
		{`head 5`, `5`},
		{`head (x<5) keeplast=t`, `keeplast=t  while x < 5`},
		{`head limit=3 null = true`, `limit=3 null=true `},
		{`fields - a, b*`, `- a b*`},
		{`fields a b`, ` a b`},
		{`table sum(x) "a b" count(eval(y = 1))`, ` sum(x) a b count(eval(y = 1))`},
		{`makemv delim=, a`, `delim=,  a`},
		{`makemv delim="," a`, `delim=,  a`},
		{`transaction u startsWith=(a b="c d") endswith=eval(x > 1) maxspan=2m`, `startsWith=search:a b="c d" endswith=eval:x > 1 maxspan=2m  u`},
		{`inputlookup t append=t where a=b* NOT c`, `append=t  t where a=b* NOT c`},
		{`from datamodel="A"."B"`, `datamodel=A.B `},
		{`rangemap field=x low=0-30 severe=-5-1`, `field=x low=0-30 severe=-5-1 `},
		{`rex field=x "(?<a>\d|b)" max_match=3`, `field=x max_match=3 <(?<a>\d|b)>`},
		{`rex "a\\\(b" field=x`, `field=x <a\\(b>`},
		{`rex mode=sed field=x s/a b/c/g`, `mode=sed field=x <s/a b/c/g>`},
		{`rex (?<a>b=c) max_match=1`, `max_match=1 <(?<a>b=c)>`},
		{`rex "a\|b\\\\c \"d\""`, `<a\|b\\c "d">`},
		{`regex x="a\|b"`, `x=<a\|b>`},
		{`regex x != "a b"`, `x!=<a b>`},
		{`regex "x y"="a"`, `x y=<a>`},
		{`regex "a"`, `<a>`},
		{`regex _raw=a\d+`, `_raw=<a\d+>`},
		{`map search="search a=\"$x$\"" maxsearches=3`, `search=search a="$x$" maxsearches=3 `},
		{`map maxsearches=3 search="search a="$x$" | stats count as "b c" | head"`, `maxsearches=3 search=search a="$x$" | stats count as "b c" | head `},
		{`append maxtime=5 [search y | stats count]`, `maxtime=5  [2:search y | stats count]`},
		{`join type=outer a, b max=0[| tstats count]`, `type=outer max=0  a b [1:| tstats count]`},
		{`appendpipe [stats count]`, ` [1:stats count]`},
		{`tstats count from datamodel=A.B where (X.a=b OR X.c IN (d, "e")) by _time span=1h X.a`,
			`from datamodel=A.B ; where X.a=b OR X.c IN (d, "e"); by _time X.a span=1h `},
		{`tstats count where index=* by PREFIX(x=)`, `from ; where index=*; by PREFIX(x=) `},
	} {
		st, ds := fake.ParseStage(NewSource("", tt.in), Span{0, len(tt.in)})
		if len(ds) > 0 {
			t.Errorf("%s: %s", tt.in, ds[0].Msg)
			continue
		}
		if d := cmp.Diff(tt.want, show(st.Args)); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
	}
}

func TestGrammarsBuild(t *testing.T) {
	for _, g := range fakeGrammars() {
		if err := g.Check(); err != nil {
			t.Error(err)
		}
	}
	type wrong struct {
		X string `parser:"@Nothing"`
	}
	g := Syntax[wrong](Grammar{Name: "wrong"})
	if g.Check() == nil {
		t.Error("a wrong tag is not reported")
	}
}

func TestImplied(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a", "search a"},
		{"| tstats count", "| tstats count"},
		{"  | tstats count", "  | tstats count"},
		{"search a", "search a"},
		{"SEARCH\ta", "SEARCH\ta"},
		{"search", "search"},
		{"searching", "search searching"},
		{"search=x", "search search=x"},
		{"`m`", "search `m`"},
		{"```c``` | makeresults", "```c``` | makeresults"},
		{"```c``` a", "search ```c``` a"},
		{"", "search "},
	} {
		if got := Implied(NewSource("", tt.in)).Text; got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestSubsearches pins which brackets wait for text and which are parts of the arguments.
func TestSubsearches(t *testing.T) {
	for _, tt := range []struct{ in, deferred, subs string }{
		{`search a [search b] NOT [search c | table d]`, "", "search b;search c | table d;"},
		{`search a=[search b]`, "search b;", ""},
		{`search [search c] a IN ([search b])`, "search b;", "search c;"},
		{`search a IN [search b]`, "search b;", ""},
		{`head [search b]`, "search b;", ""},
		{`eval x=[search b]`, "search b;", ""},
		{`where x IN ([search b])`, "search b;", ""},
		{`append [search b]`, "", "search b;"},
		{`map search="search [x]" maxsearches=3`, "", ""},
		{`map [search x=$y$ | where a<$b$]`, "", "search x=$y$ | where a<$b$;"},
		{`foreach a* [eval <<FIELD>>=1]`, "", "eval <<FIELD>>=1;"},
	} {
		st, ds := fake.ParseStage(NewSource("", tt.in), Span{0, len(tt.in)})
		if len(ds) > 0 {
			t.Errorf("%s: %s", tt.in, ds[0].Msg)
			continue
		}
		raws := func(subs []*Subsearch) (s string) {
			for _, sub := range subs {
				s += sub.Raw + ";"
			}
			return s
		}
		if d := cmp.Diff([]string{tt.deferred, tt.subs}, []string{raws(st.Deferred), raws(st.Subs)}); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
		if (st.Args == nil) != (tt.deferred != "") {
			t.Errorf("%s: args %v", tt.in, st.Args)
		}
	}
}

// TestTermSubLinked: the subsearch inside the arguments is the one that was parsed.
func TestTermSubLinked(t *testing.T) {
	q, _ := fake.Parse(NewSource("", `search a [search b | head 1]`))
	subs := TermSubs(q.Stages[0].Args.(*searchArgs).Where)
	if len(subs) != 1 || subs[0].Sub != q.Stages[0].Subs[0] || len(subs[0].Sub.Query.Stages) != 2 {
		t.Errorf("got %+v", subs)
	}
}

func TestReparseAfterSplice(t *testing.T) {
	src := NewSource("s", `search a | head [search b | return $n] | table x`)
	q, ds := fake.Parse(src)
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	st := q.Stages[1]
	sub := st.Deferred[0]
	src = src.Splice([]Edit{{Span: sub.Span, New: "7", What: "subsearch"}})
	st, ds = fake.ParseStage(src, Span{st.Start, st.End - (sub.End - sub.Start) + 1})
	if len(ds) > 0 || show(st.Args) != "7" {
		t.Errorf("got %v %v", st, ds)
	}
}
