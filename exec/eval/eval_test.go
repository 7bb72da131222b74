package eval

import (
	"fmt"
	"testing"
	"time"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

var testNow = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func testCtx(src *lang.Source) *Ctx {
	return &Ctx{Now: testNow, Zone: time.UTC, Seed: 1, Parser: lang.NewParser(), Src: src, Subject: "'EvalCommand'", Lookup: testLookup}
}

// testLookup answers from the table users.
func testLookup(table string, keys, values, outputs []string) ([][]string, error) {
	if table != "users" {
		return nil, fmt.Errorf("no table %s", table)
	}
	var out [][]string
	for _, r := range []map[string]string{{"user": "alice", "dept": "hr", "site": "a"}, {"user": "bob", "dept": "it", "site": "b"}, {"user": "carol", "dept": "it", "site": "a"}} {
		hit := true
		for i, k := range keys {
			hit = hit && r[k] == values[i]
		}
		if hit {
			row := make([]string, len(outputs))
			for i, o := range outputs {
				row[i] = r[o]
			}
			out = append(out, row)
		}
	}
	return out, nil
}

func compileText(t testing.TB, text string) (*Program, lang.Diagnostics) {
	t.Helper()
	src := lang.NewSource("<test>", text)
	c := testCtx(src)
	x, ds := c.Parser.ParseExpr(src)
	if err := ds.Err(); err != nil {
		t.Fatalf("parse %s: %s", text, err)
	}
	return Compile(x, c)
}

// evalText returns the text of an expression over one row; "" and false for null.
func evalText(t testing.TB, text string, row *column.Batch) (string, bool) {
	t.Helper()
	p, ds := compileText(t, text)
	if err := ds.Err(); err != nil {
		t.Fatalf("compile %s: %s", text, err)
	}
	v, err := p.Eval(row)
	if err != nil {
		t.Fatalf("eval %s: %s", text, err)
	}
	x := column.Stored(v).At(0)
	return x.Text(), !x.IsNull()
}

func TestExamples(t *testing.T) {
	for _, f := range Functions() {
		if len(f.Examples) == 0 {
			t.Errorf("%s has no example", f.Name)
		}
		for _, e := range f.Examples {
			got, ok := evalText(t, e.Expr, column.NewBatch(1))
			if got != e.Want || e.Want == "" && ok {
				t.Errorf("%s = %q, want %q", e.Expr, got, e.Want)
			}
		}
	}
}

// row makes a batch of one row from pairs of name and value; a list is a multivalue.
func row(pairs ...any) *column.Batch {
	b := column.NewBatch(1)
	for i := 0; i < len(pairs); i += 2 {
		var v value.Value
		switch x := pairs[i+1].(type) {
		case string:
			v = value.OfText(x)
		case []string:
			v = value.OfList(x)
		}
		b.Set(pairs[i].(string), column.FromValues([]value.Value{v}))
	}
	return b
}

func TestOperators(t *testing.T) {
	in := row("a", "1", "six", "six", "n", "7", "s", "007", "m", []string{"x", "y"}, "nums", []string{"9", "10"}, "e", "", "f", "5.0", "big", "1521467703049000000")
	for _, c := range []struct{ expr, want string }{
		{`2+3*4`, "14"}, {`10-4-3`, "3"}, {`17%5`, "2"}, {`3*-2`, "-6"}, {`"a"."b"`, "ab"}, {`n."px"`, "7px"}, {`"a"+"b"`, "ab"},
		{`six+six`, "sixsix"}, {`a+1`, "2"}, {`nosuch."x"`, "<null>"}, {`nosuch+1`, "<null>"}, {`e."x"`, "x"}, {`six+4`, "<null>"},
		{`n+"3"`, "73"}, {`a+n`, "8"}, {`six+n`, "six7"}, {`1/0`, "<null>"}, {`5%0`, "<null>"}, {`-a`, "-1"}, {`+s`, "7"}, {`s`, "007"}, {`big`, "1521467703049000000"},
		{`m."x"`, "<null>"}, {`nums+1`, "<null>"}, {`3*0.5`, "2"}, {`8.250*0.20`, "1.7"}, {`8.250*exact(0.2)`, "1.650"}, {`0.1+0.2`, "0.3"}, {`5.0`, "5.0"},
		{`10/3`, "3.3333333333333335"}, {`3*0.5*2`, "3"}, {`-0.5`, "-0.5"}, {`1.50-0`, "1.50"}, {`f*2`, "10"},
		{`if(m=="y",1,0)`, "1"}, {`if(m!="y",1,0)`, "1"}, {`if(nums>9,1,0)`, "1"}, {`if(a IN (m, 1),1,0)`, "1"}, {`if("y" IN (m),1,0)`, "1"}, {`if(m IN ("q","y"),1,0)`, "1"},
		{`if(like(m,"y%"),1,0)`, "1"}, {`if(match(m,"^y"),1,0)`, "1"}, {`if(n>10,1,0)`, "0"}, {`if(n=="7",1,0)`, "1"}, {`if(s==7,1,0)`, "1"}, {`if(s=="7",1,0)`, "0"},
		{`if(six==6,1,0)`, "0"}, {`if(six!=6,1,0)`, "1"}, {`if(six>6,1,0)`, "1"}, {`if(nosuch!="x",1,0)`, "0"}, {`if(NOT nosuch=="x",1,0)`, "1"}, {`if(isnull(nosuch=="x"),1,0)`, "1"},
		{`if(1==1 XOR 1==1 OR 1==1,1,0)`, "0"}, {`if(1==1 or 1==1 and 1==2,1,0)`, "1"}, {`if(!isnull(a),1,0)`, "1"}, {`if(f==5,1,0)`, "1"},
		{`case(a==2,"x",m=="y",m)`, "x\ny"}, {`coalesce(nosuch,m)`, "x\ny"}, {`if(isnum(a),match(a,"x"),false)`, "False"}, {`if(n NOT IN (1,2),1,0)`, "1"},
		{`lower(m)`, "x\ny"}, {`upper(m)`, "X\nY"}, {`coalesce(a,"0")*2`, "2"}, {`coalesce(nosuch,"5")*2`, "10"}, {`if(six,1,0)`, "0"}, {`if(isnull(mvfind(m,"q")),1,0)`, "1"},
		{`mvfind(m,"^y$")`, "1"}, {`len(n*2)`, "2"}, {`a.n.s`, "17007"}, {`nullif(a,1)`, "<null>"}, {`nullif(a,"x")`, "1"}, {`tostring(m)`, "x\ny"},
		{`lookup("users", json_object("user", "bob"), json_array("dept", "site"))`, `{"dept":"it","site":"b"}`},
		{`lookup("users", json_object("site", six), json_array("user"))`, "<null>"}, {`lookup("users", json_object("site", "a"), json_array("user"))`, `{"user":["alice","carol"]}`},
		{`mvfilter(m!="x")`, "y"}, {`mvfilter(nums>9)`, "10"}, {`mvfilter(match(nums, "\d"))`, "9\n10"}, {`mvfilter(a==1)`, "1"}, {`mvfilter(nosuch=="x")`, "<null>"},
		{`mvmap(nums, nums*a)`, "9\n10"}, {`mvmap(m, if(m=="x", m, null))`, "x"}, {`mvmap(mvindex(nums,1,1), nums*10)`, "100"}, {`mvmap(a, a+1)`, "2"}, {`mvmap(m, upper(m).six)`, "Xsix\nYsix"},
		{`mvmap(m, mvappend(m, nums))`, "x\n9\n10\ny\n9\n10"}, {`mvmap(m, if(isnull(mvfind(nums, m)), m, null()))`, "x\ny"}, {`mvcount(m)`, "2"}, {`mvindex(m,-1)`, "y"},
		{`max(1,3,6,7,"foo",six)`, "six"}, {`max(n, 3)`, "7"}, {`min(nums, 100)`, "9"}, {`sum(six,2,nums)`, "21"}, {`tostring(nosuch)."x"`, "Nullx"}, {`typeof(a).typeof(six).typeof(m)`, "NumberStringMultivalue"},
		{`round(nosuch,2)`, "<null>"}, {`sigfig(n*1.00)`, "7.00"}, {`strftime(n, "%s")`, "7"}, {`relative_time(86400*3, "-1d@d")`, "172800.000000"}, {`len(mvjoin(m, "--"))`, "4"}, {`urldecode("%0A")`, "\n"},
		{`json_object("k", n, "m", m, "s", six)`, `{"k":7,"m":["x","y"],"s":"six"}`}, {`spath("{\"a\":true}", "a")`, "true"}, {`random()%1`, "0"}, {`if(searchmatch("six=SI* n>5"), 1, 0)`, "1"}, {`tonumber(six)`, "<null>"},
		{`abs(six)`, "<null>"}, {`pow(3,3)`, "27"}, {`round(6.5,0)`, "7"}, {`replace("a\\b","\\\\","/")`, "a/b"}, {`validate(isint(n),"no",n<=5,"range")`, "range"}, {`"é"."x"`, "éx"}, {`mvdedup(mvappend(m,m))`, "x\ny"},
	} {
		got, ok := evalText(t, c.expr, in)
		if !ok {
			got = "<null>"
		}
		if got != c.want {
			t.Errorf("%s = %q, want %q", c.expr, got, c.want)
		}
	}
}

func TestTimeDifferences(t *testing.T) {
	b := column.NewBatch(2)
	b.Set("_time", &column.Time{V: []int64{1768473296789000, 1768473290000000}})
	b.Set("t", &column.Time{V: []int64{1768473290500000, 1768473290000250}})
	for expr, want := range map[string]string{`_time-t`: "6.289 -0.000250", `_time`: "1768473296.789 1768473290", `if(t>0, t, 1)`: "1768473290.5 1768473290.00025", `max(_time, t)`: "1768473296.789 1768473290.00025", `t-1`: "1768473289.500 1768473289.000250"} {
		p, ds := compileText(t, expr)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		v, _ := p.Eval(b)
		v = column.Stored(v)
		if got := v.At(0).Text() + " " + v.At(1).Text(); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	const pre = "Error in 'EvalCommand': "
	for _, c := range []struct{ expr, want string }{
		{`"a"-"b"`, "Type checking failed. '-' only takes numbers."}, {`"7"+2`, "Type checking failed. '+' only takes two strings or two numbers."},
		{`"x".null()`, "Type checking failed. The '.' operator only takes strings and numbers."}, {`if(1=="1",1,2)`, "Type checking failed. The '==' operator received different types."},
		{`if(a.b>=10,1,2)`, "Type checking failed. The '>=' operator received different types."}, {`if(1 AND 2,1,2)`, "Type checking failed. 'AND' only takes boolean arguments."},
		{`nosuchfunc(1)`, "The 'nosuchfunc' function is unsupported or undefined."}, {`len(123)`, "The arguments to the 'len' function are invalid."},
		{`upper(null())`, "The arguments to the 'upper' function are invalid."}, {`if(1==1,"y")`, "The arguments to the 'if' function are invalid."},
		{`validate(1==1)`, "The arguments to the 'validate' function are invalid."}, {`if(match(x,"["),1,2)`, "Regex: missing terminating ] for character class"},
		{`if("abc",1,2)`, "The arguments to the 'if' function are invalid."}, {`nosuchfunc(len(1))`, "The 'nosuchfunc' function is unsupported or undefined."},
	} {
		_, ds := compileText(t, c.expr)
		if ds.Error() != pre+c.want {
			t.Errorf("%s: %s, want %s", c.expr, ds.Error(), c.want)
		}
	}
	for expr, want := range map[string]string{`filter(x)`: "this function exists in SPL2 only; use mvfilter()", `urlencode(x)`: "this function exists in SPL2 only", `qwertzu(1)`: ""} {
		if _, ds := compileText(t, expr); len(ds) != 1 || ds[0].Hint != want {
			t.Errorf("%s: hint %+v", expr, ds)
		}
	}
	_, ds := compileText(t, `lenn(x)`)
	if len(ds) != 1 || ds[0].Hint != `did you mean "len"?` || ds[0].Span != (lang.Span{Start: 0, End: 4}) {
		t.Errorf("hint: %+v", ds)
	}
}
