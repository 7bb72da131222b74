package macros

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/lang"
	"spl/lang/conf"
)

const testConf = `
[auth]
definition = index=main sourcetype=auth
[who(1)]
args = u
definition = user="$u$"
[pick]
definition = user=alice
[pick(1)]
args = u
definition = user=$u$
[pair(2)]
args = foo, bar
definition = eval r="$foo$/$bar$"
[deep(1)]
args = v
definition = ` + "`auth` `who($v$)`" + `
[twice(1)]
args = f
definition = $f$ . "-" . $f$ . $g$
[gen]
definition = | makeresults
[empty]
definition =
[loop]
definition = ` + "`loop2`" + `
[loop2]
definition = ` + "x `loop`" + `
[grow(1)]
args = x
definition = ` + "`grow(\"$x$a\")`" + `
[double0]
definition = x
[apply(1)]
args = call
definition = ` + "`$call$`" + `
[bad]
definition = ` + "one \\\n  `nope`" + `
[odd name:x.y]
definition = odd
[choose(1)]
args = s
iseval = true
definition = if($s$ >= 100, "big", "small")
[notext]
iseval = 1
definition = 1
[num(1)]
args = v
validation = isnum($v$)
errormsg = v must be numeric
definition = n=$v$
[msg(1)]
args = v
validation = say($v$)
definition = n=$v$
[broken(1)]
args = v
validation = fail($v$)
definition = n=$v$
`

// evaluate stands in for the expression engine.
func evaluate(expr *lang.Source, args map[string]string) (Result, error) {
	switch t := expr.Text; {
	case strings.HasPrefix(t, "if("):
		if len(args["s"]) >= 3 {
			return Result{Text, "big"}, nil
		}
		return Result{Text, "small"}, nil
	case t == "isnum(5)":
		return Result{Kind: True}, nil
	case strings.HasPrefix(t, "isnum"):
		return Result{Kind: False}, nil
	case t == "say(ok)":
		return Result{Kind: Null}, nil
	case strings.HasPrefix(t, "say"):
		return Result{Text, "say what?"}, nil
	case strings.HasPrefix(t, "fail"):
		return Result{}, lang.Diagnostics{{Src: expr, Span: lang.Span{Start: 5, End: 6}, Code: "syntax", Msg: "no"}}
	}
	return Result{Kind: Number}, nil
}

func library(t testing.TB) *Library {
	f, ds := conf.Parse("macros.conf", []byte(testConf))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	l := Layer(Builtin(), FromConf(f))
	if len(l.Problems) > 0 {
		t.Fatal(l.Problems)
	}
	return l
}

func TestExpand(t *testing.T) {
	lib := library(t)
	for _, tt := range []struct{ in, want string }{
		{"search index=main", "search index=main"},
		{"`auth` x=1", "index=main sourcetype=auth x=1"},
		{"search `who(\"alice\")`", `search user="alice"`},
		{"`who( bob )`", `user="bob"`},
		{`search ` + "`who(\\\"bob\\\")`", `search user="bob"`},
		{"`pick` `pick(x)`", "user=alice user=x"},
		{"`pair(bar=2,foo=1)` `pair(1,2)` `pair(1, foo=2)`", `eval r="1/2" eval r="1/2" eval r="2/1"`},
		{"`pair(a==1,b=2)`", `eval r="a==1/b=2"`},
		{"`pair(foo=\"a,b\", bar= c )`", `eval r="a,b/c"`},
		{"`pair(f(1,2),\"x, y\")`", `eval r="f(1,2)/x, y"`},
		{"`pair(\"a \\\"q\\\" \\\\ \\d\",\"b\" . \"c\")`", `eval r="a "q" \ \d/"b" . "c""`},
		{"`deep(\"a b\")`", `index=main sourcetype=auth user="a b"`},
		{"`twice($f$)`", `$f$ . "-" . $f$ . $g$`},
		{"`gen` | table x", "| makeresults | table x"},
		{"a`empty`b", "ab"},
		{"index_`pick`x", "index_user=alicex"},
		{"x `comment(\"hi, there | ok ] \")` y", "x  y"},
		{"x=\"a `pick` b\" \"\\\" `pick`\"", "x=\"a `pick` b\" \"\\\" `pick`\""},
		{"```c `nope` \" ``` `pick`", "```c `nope` \" ``` user=alice"},
		{`a=\"x\" ` + "`pick`", `a=\"x\" user=alice`},
		{"process=*\\\\`pick`", `process=*\\user=alice`},
		{"process=*\\`pick`", `process=*\user=alice`},
		{"[search `pick`]", "[search user=alice]"},
		{"`apply(pick)` `apply(\"pick(z)\")`", "user=alice user=z"},
		{"`odd name:x.y`", "odd"},
		{"`some_detection_filter`", "search *"},
		{"`choose(5)` `choose(500)`", "small big"},
		{"`num(5)` `msg(ok)`", "n=5 n=ok"},
		{"`cloudtrail` | `security_content_ctime(firstTime)`", `sourcetype=aws:cloudtrail | convert timeformat="%Y-%m-%dT%H:%M:%S" ctime(firstTime)`},
		{"| `drop_dm_object_name(\"Web\")`", `| rename "Web.*" as *`},
		{"| `Load_Sample_Log_Data(\"SFDC Data\")`", `| inputlookup [| inputlookup SampleDataList | search label="SFDC Data" | rename lookup as search | table search]`},
	} {
		got, ds := Expand(lang.NewSource("<search>", tt.in), lib, Options{Eval: evaluate})
		if len(ds) > 0 {
			t.Errorf("%s: %v", tt.in, ds)
		}
		if d := cmp.Diff(tt.want, got.Text); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
	}
}

func where(d lang.Diagnostic) string {
	l := d.Src.Locate(d.Span.Start)
	s := fmt.Sprintf("%s %s:%d:%d", d.Code, l.Name, l.Line, l.Col)
	for _, v := range l.Via {
		s += fmt.Sprintf(" < %s %s:%d:%d", v.What, v.Name, v.Line, v.Col)
	}
	return s
}

func TestProblems(t *testing.T) {
	lib := library(t)
	line := func(text string) int {
		before, _, _ := strings.Cut(testConf, text)
		return strings.Count(before, "\n") + 1
	}
	bad := line("  `nope`")
	for _, tt := range []struct{ in, where, msg string }{
		{"x `nope`", "unknown-macro <search>:1:3", "macro 'nope' that cannot be found"},
		{"x `nope(1,2)`", "unknown-macro <search>:1:3", "macro 'nope(2)' that"},
		{"`who`", "unknown-macro <search>:1:1", "macro 'who' that ; there is a macro 'who' with 1 argument"},
		{"`pick(1,2)`", "unknown-macro <search>:1:1", "; there is a macro 'pick' with 0 or 1 arguments"},
		{"`cloudtrial`", "unknown-macro <search>:1:1", "; did you mean `cloudtrail`?"},
		{"x | `bad`", fmt.Sprintf("unknown-macro macros.conf:%d:3 < macro `bad` <search>:1:5", bad), "'nope'"},
		{"`apply(nope)`", fmt.Sprintf("unknown-macro macros.conf:%d:14 < macro `apply(1)` <search>:1:1", line("`$call$`")), "'nope'"},
		{"`loop`", fmt.Sprintf("macro-cycle macros.conf:%d:16 < macro `loop2` macros.conf:%d:14 < macro `loop` <search>:1:1", line("x `loop`"), line("`loop2`")), "'loop' expands into itself: loop → loop2 → loop."},
		{"`pick", "unbalanced-macro <search>:1:1", "closing backtick"},
		{"`pick(`", "macro-call <search>:1:1", "parenthesis"},
		{"``", "macro-call <search>:1:1", "needs a name"},
		{"`pair(foo=1,foo=2)`", "macro-call <search>:1:1", "got the argument 'foo' twice"},
		{"`deep(\"a\\\" b\")`", fmt.Sprintf("unbalanced-macro macros.conf:%d:21 < macro `deep(1)` <search>:1:1", line("`auth` `who")), "closing backtick"},
		{"`notext`", fmt.Sprintf("macro-eval macros.conf:%d:14 < macro `notext` <search>:1:1", line("definition = 1")), "The definition of macro 'notext' is expected to be an eval expression that returns a string."},
		{"`num(x)`", "macro-validation <search>:1:1", "Error in 'SearchParser': v must be numeric"},
		{"`msg(x)`", "macro-validation <search>:1:1", "say what?"},
		{"`broken(q)`", fmt.Sprintf("syntax <search>:1:9 < argument `v` of macro `broken(1)` macros.conf:%d:19 < macro `broken(1)` <search>:1:1", line("fail($v$)")), "no"},
	} {
		_, ds := Expand(lang.NewSource("<search>", tt.in), lib, Options{Eval: evaluate})
		if len(ds) != 1 {
			t.Errorf("%s: %d problems: %v", tt.in, len(ds), ds)
			continue
		}
		if d := cmp.Diff(tt.where, where(ds[0])); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
		msg, hint, _ := strings.Cut(tt.msg, "; ")
		if !strings.Contains(ds[0].Msg, strings.TrimSpace(msg)) || hint != "" && ds[0].Hint != hint {
			t.Errorf("%s: %q, hint %q", tt.in, ds[0].Msg, ds[0].Hint)
		}
	}
}

func TestLimits(t *testing.T) {
	lib := library(t)
	_, ds := Expand(lang.NewSource("s", "`grow(a)`"), lib, Options{})
	if len(ds) != 1 || ds[0].Code != "macro-depth" {
		t.Errorf("depth: %v", ds)
	} else if n := len(ds[0].Src.Locate(ds[0].Span.Start).Via); n < maxDepth {
		t.Errorf("the trail has %d uses", n)
	}
	for i := range 60 {
		body := fmt.Sprintf("`double%d``double%d`", i, i)
		lib.Add(&Def{Name: fmt.Sprintf("double%d", i+1), Body: lang.NewSource("d", body)})
	}
	if _, ds := Expand(lang.NewSource("s", "`double60`"), lib, Options{}); len(ds) != 1 || ds[0].Code != "macro-size" {
		t.Errorf("size: %v", ds)
	}
	if _, ds := Expand(lang.NewSource("s", strings.Repeat("`n` ", 1000)), lib, Options{}); len(ds) != maxProblems {
		t.Errorf("problems: %d", len(ds))
	}
	if _, ds := Expand(lang.NewSource("s", "`choose(1)`"), lib, Options{}); len(ds) != 1 || ds[0].Code != "macro-eval" {
		t.Errorf("without Eval: %v", ds)
	}
	strict := Layer(lib)
	strict.FilterNoop = false
	if _, ds := Expand(lang.NewSource("s", "`x_filter`"), strict, Options{}); len(ds) != 1 || ds[0].Code != "unknown-macro" {
		t.Errorf("strict filter: %v", ds)
	}
	if _, ds := Expand(lang.NewSource("s", "`x`"), nil, Options{}); len(ds) != 1 {
		t.Errorf("no library: %v", ds)
	}
}

func TestFromConf(t *testing.T) {
	f, _ := conf.Parse("m.conf", []byte("[default]\ndescription=d\n[a(2)]\nargs=x\ndefinition=1\n[b]\nargs=x,y\ndefinition = $x$\n"+
		"[c]\n[d(1)]\nargs=q!\ndefinition=\n[e]\niseval=maybe\ndefinition=1\n[f]\ndisabled=1\ndefinition=1\n[g(2)]\nargs=x,x\ndefinition=\n[h( 1 )]\nargs=x\ndefinition = v"))
	l := FromConf(f)
	var got []string
	for _, p := range l.Problems {
		loc := p.Src.Locate(p.Span.Start)
		got = append(got, fmt.Sprintf("%s:%d %s", loc.Name, loc.Line, p.Msg))
	}
	want := []string{
		`m.conf:3 macro "a(2)" lists 1 arguments`,
		`m.conf:9 macro "c" has no definition`,
		`m.conf:10 macro "d(1)": "q!" cannot be the name of an argument`,
		`m.conf:13 "maybe" is no boolean`,
		`m.conf:19 macro "g(2)" names the argument "x" twice`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var keys []string
	for _, d := range l.All() {
		keys = append(keys, d.Key()+" "+d.Description)
	}
	if d := cmp.Diff([]string{"b(2) d", "h(1) d"}, keys); d != "" {
		t.Error(d)
	}
}

func TestFromYAML(t *testing.T) {
	text := "name: two\nversion: 3\narguments:\n- a\n- b\ndefinition: >-\n  one $a$\n  | `nope`\ndescription: d\n"
	d, err := FromYAML("macros/two.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if d.Key() != "two(2)" || d.Body.Text != "one $a$ | `nope`" || d.Description != "d" || d.File != "macros/two.yml" {
		t.Errorf("%+v", d)
	}
	lib := NewLibrary()
	lib.Add(d)
	_, ds := Expand(lang.NewSource("s", "`two(x,y)`"), lib, Options{})
	if len(ds) != 1 || where(ds[0]) != "unknown-macro macros/two.yml:8:5 < macro `two(2)` s:1:1" {
		t.Errorf("%v", where(ds[0]))
	}
	for _, bad := range []string{"", "- a", "name: x", "definition: x", "name: x\ndefinition: [a]", "name: x\nargs: {a: b}\ndefinition: y", "a: b: c", "name: x(2)\ndefinition: y"} {
		if _, err := FromYAML("f", []byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestFromSpec(t *testing.T) {
	d, err := FromSpec("m(1)", Spec{Args: []string{"x"}, Definition: lang.NewSourceAt("t.yml", "u=$x$", lang.Position{Line: 4, Col: 9})})
	if err != nil || d.Name != "m" || d.File != "t.yml" || d.Line != 4 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := FromSpec("m(2)", Spec{Args: []string{"x"}, Definition: lang.NewSource("", "")}); err == nil {
		t.Error("two arguments, one named: no error")
	}
}

// TestCorpus expands every search of a detection repository with its macros.
func TestCorpus(t *testing.T) {
	const dir = "../../shared/corpus/"
	defs, err := os.ReadFile(dir + "macros.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no corpus here")
	}
	var macros map[string]struct {
		Arguments  []string
		Definition string
	}
	if err := json.Unmarshal(defs, &macros); err != nil {
		t.Fatal(err)
	}
	lib := NewLibrary()
	for name, m := range macros {
		d, err := FromSpec(name, Spec{Args: m.Arguments, Definition: lang.NewSource(name, m.Definition)})
		if err != nil {
			t.Fatal(err)
		}
		lib.Add(d)
	}
	lib = Layer(Builtin(), lib)
	searches, err := os.ReadFile(dir + "escu-dev.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]int{}
	n := 0
	for line := range strings.Lines(string(searches)) {
		var s struct{ Name, Search string }
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		n++
		_, ds := Expand(lang.NewSource(s.Name, s.Search), lib, Options{})
		for _, d := range ds {
			if d.Code != "unknown-macro" {
				t.Errorf("%s: %s", s.Name, d.Msg)
			}
			missing[d.Src.Text[d.Span.Start:d.Span.End]]++
		}
	}
	// Other apps define these.
	known := []string{"`get_asset", "`notable`", "`cim_corporate_web_domain_search"}
	for call, n := range missing {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(call, k) }) {
			t.Errorf("%d calls of %s", n, call)
		}
	}
	t.Logf("%d searches, missing %v", n, missing)
}

// FuzzExpand checks that nothing panics, that limits hold, and that untouched text locates at itself.
func FuzzExpand(f *testing.F) {
	lib := library(f)
	for _, s := range []string{"`who(\"a\")`", "`pair(bar=\"x\\\"\",foo=1)` \"`x`\"", "```", "`a(`b`)`", "\\\"`", "`loop` `grow(x)`", "`apply(\"apply(\\\"pick\\\")\")`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		src := lang.NewSource("s", text)
		out, ds := Expand(src, lib, Options{Eval: evaluate})
		for _, d := range ds {
			d.Src.Locate(d.Span.Start)
			if d.Span.End > len(d.Src.Text) || d.Span.Start > d.Span.End {
				t.Fatalf("%s: span %v of %d bytes", d.Code, d.Span, len(d.Src.Text))
			}
		}
		for i := 0; i < len(out.Text); i += 7 {
			if l := out.Locate(i); l.Name == "s" && len(l.Via) == 0 && text[l.Offset] != out.Text[i] {
				t.Fatalf("byte %d locates at %d", i, l.Offset)
			}
		}
	})
}

func BenchmarkExpand(b *testing.B) {
	lib := library(b)
	src := lang.NewSource("s", strings.Repeat("| search `auth` `who(\"x\")` foo=\"bar\" | `security_content_ctime(firstTime)` ", 20))
	b.ReportAllocs()
	b.SetBytes(int64(len(src.Text)))
	for b.Loop() {
		if _, ds := Expand(src, lib, Options{}); len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}
