package lang

import (
	"strings"
	"testing"
)

func TestTerm(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{``, `( )`},
		{`( )`, `( )`},
		{`NOT ( )`, `NOT ( )`},
		{`NOT ()`, `NOT ( )`},
		{`NOT NOT ( )`, `NOT NOT ( )`},
		{`a=1 b=2 OR c=3`, `a=1 b=2 OR c=3`},
		{`a=1 OR b=2 c=3`, `a=1 OR b=2 c=3`},
		{`a=1 OR b=2 AND b=3 OR c=4`, `a=1 OR b=2 b=3 OR c=4`},
		{`(a b) OR c`, `(a b) OR c`},
		{`((a))OR((b))`, `a OR b`},
		{`error NOT 403 OR 404`, `error NOT 403 OR 404`},
		{`NOT a=1 b=2`, `NOT a=1 b=2`},
		{`NOT (a b)`, `NOT (a b)`},
		{`A or B`, `A or B`},
		{`f == x g   !=  "y z"`, `f=x g!="y z"`},
		{`n>=1 n<2 n<=3 n>4`, `n>=1 n<2 n<=3 n>4`},
		{`p="* Nul*"q="b"`, `p="* Nul*" q="b"`},
		{`p=*GetCurrent()*`, `p=*GetCurrent()*`},
		{`(p=*GetCurrent()*)`, `p=*GetCurrent()*`},
		{`x IN ("a". "b")`, `x IN ("a", "b")`},
		{`x IN ("a",,"b",)`, `x IN ("a", "b")`},
		{`x IN(*\\a.xml,0x2 c)`, `x IN (*\a.xml, 0x2, c)`},
		{`"x.y" IN (a)`, `"x.y" IN (a)`},
		{`x NOT IN (a)`, `NOT x IN (a)`},
		{`NOT x IN (a)`, `NOT x IN (a)`},
		{`x=*\\System32\\*`, `x=*\System32\*`},
		{`x=*\temp\*`, `x=*\temp\*`},
		{`x=System\ Volume*`, `x=System\ Volume*`},
		{`x="say \"hi\""`, `x="say \"hi\""`},
		{`x="a\\"`, `x="a\\"`},
		{`x=a\|y`, `x=a\|y`},
		{`x=\"a b\"`, `x=\"a b\"`},
		{`host::web* tag::f=x source::"a b"`, `host::web* tag::f=x source::"a b"`},
		{`TERM(ip=127.0.0.1) CASE("A b") f=CASE(X*)`, `TERM(ip=127.0.0.1) CASE("A b") f=CASE(X*)`},
		{`error(a OR b)`, `error a OR b`},
		{`a,b`, `a b`},
		{`_time >= relative_time(now(), "-10m@m")`, `_time>=relative_time (now ( ) "-10m@m")`},
		{`a&gt;b *&gt;* $x$ %%14674 -1`, `a&gt;b *&gt;* $x$ %%14674 -1`},
		{`'a b'`, `'a b'`},
		{"a ```AND | (``` b", `a b`},
		{`url=http://x?a=b&c=d`, `url=http://x?a=b&c=d`},
		{`x=""`, `x=""`},
		{`country=IN (a OR b)`, `country=IN a OR b`},
		{`! =0`, `! =0`},
		{`CASE(=) TERM()`, `CASE(=) TERM()`},
		{`x IN (OR, "OR")`, `x IN (OR, "OR")`},
		{`IN=x`, `IN=x`},
		{`state="OR"`, `state="OR"`},
	} {
		got, ds := fake.ParseTerm(NewSource("", tt.in))
		if len(ds) > 0 {
			t.Errorf("%s: %s", tt.in, ds[0].Msg)
			continue
		}
		if s := TermString(got); s != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, s, tt.want)
		}
	}
}

func TestExpr(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`a+b*c-d`, `a + b * c - d`},
		{`(a+b)*c`, `(a + b) * c`},
		{`a-(b-c)`, `a - (b - c)`},
		{`a.b`, `a . b`},
		{`"x" . 5 . y`, `"x" . 5 . y`},
		{`5."px"`, `5 . "px"`},
		{`1.5+.5+1e3`, `1.5 + .5 + 1e3`},
		{`-a*b`, `-a * b`},
		{`-(a*b)`, `-(a * b)`},
		{`NOT a=1 AND b=2 OR c=3 XOR d=4`, `NOT a = 1 AND b = 2 OR c = 3 XOR d = 4`},
		{`not a and (b or c)`, `NOT a AND (b OR c)`},
		{`!isnull(x) AND !y`, `NOT isnull(x) AND NOT y`},
		{`x==!y`, `x == (NOT y)`},
		{`x IN ("a",,b,)`, `x IN ("a", b)`},
		{`NOT x in(1)`, `NOT x IN (1)`},
		{`x NOT IN (1)`, `NOT x IN (1)`},
		{`NOT IN(f,"")`, `NOT IN(f, "")`},
		{`a LIKE "%x%"`, `a LIKE "%x%"`},
		{`LIKE (a,"%x%")`, `LIKE(a, "%x%")`},
		{`IF(a<b, null, 'c d.{}')`, `IF(a < b, null, 'c d.{}')`},
		{`"a\tb\"c\\d\s"`, `"a\tb\"c\\d\\s"`},
		{`"(.*\\\)"`, `"(.*\\\\)"`},
		{"a ```+ b``` + c", `a + c`},
		{`case(a, 1, true(), 0)`, `case(a, 1, true(), 0)`},
		{`.25 > (a/b)`, `.25 > a / b`},
	} {
		got, ds := fake.ParseExpr(NewSource("", tt.in))
		if len(ds) > 0 {
			t.Errorf("%s: %s", tt.in, ds[0].Msg)
			continue
		}
		if s := ExprString(got); s != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, s, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct{ in, code, at, msg string }{
		{`search index=main | | table user`, CodeEmptyCommand, "|", "Error in 'SearchParser': Missing a search command before '|'. Error at position '20' of search query 'search index=main | | table user'."},
		{`search a |`, CodeEmptyCommand, "", "Missing a search command before the end"},
		{`| | table a`, CodeEmptyCommand, "|", "Missing a search command before '|'"},
		{`search a [ ]`, CodeEmptyCommand, "]", "Missing a search command before ']'"},
		{`search a [index=x]`, CodeUnknownCommand, "index", "Unknown search command 'index'."},
		{`search x | stat count`, CodeUnknownCommand, "stat", "Unknown search command 'stat'."},
		{`search x | "stats" count`, CodeUnknownCommand, `"stats"`, "Unknown search command"},
		{`search x | [search y]`, CodeMisplacedSub, "[", "Error in 'SearchParser': Subsearches are only valid as arguments to commands."},
		{`search x="a | table x`, CodeUnbalancedQuotes, `"`, "Unbalanced quotes."},
		{`search x [search y`, CodeUnbalancedBracket, "[", "Missing closing ']'"},
		{`search x ] y`, CodeUnbalancedBracket, "]", "Mismatched ']'."},
		{"search x ```y", CodeUnbalancedComment, "```", "Missing closing"},
		{"search `x", CodeUnbalancedMacro, "`", "Missing closing backtick"},
		{`search x | makeresults`, CodeNotFirst, "makeresults", "Error in 'makeresults' command: This command must be the first command of a search."},
		{`search user=alice)`, CodeUnbalancedParens, ")", "Error in 'search' command: Unable to parse the search: unbalanced parentheses."},
		{`search (a b`, CodeUnbalancedParens, "(", "unbalanced parentheses."},
		{`search a IN (b`, CodeUnbalancedParens, "(", "unbalanced parentheses."},
		{`search a user= | table u`, CodeBadTerm, "=", "Error in 'search' command: Unable to parse the search: Comparator '=' is missing a term on the right hand side."},
		{`search (user=)`, CodeBadTerm, "=", "Comparator '=' is missing a term on the right hand side."},
		{`search user= AND x`, CodeBadTerm, "=", "Comparator '=' is missing a term on the right hand side."},
		{`search =x`, CodeBadTerm, "=", "Comparator '=' has an invalid term on the left hand side: ="},
		{`search AND a`, CodeBadTerm, "AND", "'AND' operator is missing a clause on the left hand side."},
		{`search b (OR a)`, CodeBadTerm, "OR", "'OR' operator is missing a clause on the left hand side."},
		{`search b OR`, CodeBadTerm, "OR", "'OR' operator is missing a clause on the right hand side."},
		{`search a IN b`, CodeBadTerm, "b", "Right hand side of IN must be a collection of literals. 'b' is not a literal."},
		{`search x | eval foo`, CodeBadAssign, "foo", "Error in 'eval' command: Failed to parse the provided arguments. Usage: eval dest_key = expression."},
		{`search x | eval`, CodeBadAssign, "eval", "Error in 'eval' command: Arguments are missing. Usage: eval dest_key = expression."},
		{`search x | eval y=(1+2`, CodeBadExpr, "", "Error in 'EvalCommand': The expression is malformed. Expected )."},
		{`search x | eval y=1 2`, CodeBadExpr, "2", "The expression is malformed. An unexpected character is reached at '2'."},
		{`search x | eval y=`, CodeBadExpr, "", "The expression is malformed."},
		{`search x | where )(`, CodeBadExpr, ")", "Error in 'where' command: The expression is malformed. An unexpected character is reached at ')('."},
		{`search x | where é=1`, CodeBadExpr, "é=1", "An unexpected character is reached at 'é=1'."},
		{`search x | where a AND`, CodeBadExpr, "", "The expression is malformed."},
		{`search x | where and`, CodeBadExpr, "and", "The expression is malformed."},
		{`search x | head limit=-1`, CodeBadOption, "-1", "Error in 'SearchProcessor': Invalid option value. Expecting a 'non-negative integer' for option 'limit'. Instead got '-1'."},
		{`search x | head null=maybe`, CodeBadOption, "maybe", "Invalid option value. Expecting a 'boolean' for option 'null'. Instead got 'maybe'."},
		{`search x | head null=t NULL=f`, CodeDoubleOption, "NULL=f", "Error in 'SearchProcessor': Option 'null' should not be specified more than once."},
		{`search x | head lmit=1`, CodeUnknownOption, "lmit=1", "Error in 'head' command: Invalid argument: 'lmit=1'"},
		{`search x | head a b`, CodeBadArgument, "a", "Error in 'head' command: Invalid argument: 'a'"},
		{`search x | stats count by`, CodeBadArgument, "", "'stats'"},
		{`search x | reverse now`, CodeBadArgument, "now", "Error in 'reverse' command: Invalid argument: 'now'"},
		{`search x | stats "a"="b c"`, "", "", ""},
		{"search " + strings.Repeat("(", 300) + "a", CodeTooDeep, "(", "nested more than 250"},
		{"search x | eval y=" + strings.Repeat("(", 300) + "1", CodeTooDeep, "(", "nested more than 250"},
		{"search x | eval y=" + strings.Repeat("-", 300) + "1", CodeTooDeep, "-", "nested more than 250"},
		{"search " + strings.Repeat("NOT ", 300) + "a", CodeTooDeep, "NOT", "nested more than 250"},
		{"search " + strings.Repeat("[search ", 300) + "a", CodeTooDeep, "[", "nested too deeply"},
	} {
		_, ds := fake.Parse(NewSource("s", tt.in))
		if tt.code == "" {
			if len(ds) > 0 {
				t.Errorf("%s: %s", tt.in, ds[0].Msg)
			}
			continue
		}
		if len(ds) == 0 {
			t.Errorf("%.60s: accepted", tt.in)
			continue
		}
		d := ds[0]
		if at := tt.in[d.Span.Start:d.Span.End]; d.Code != tt.code || at != tt.at && tt.at != "" || !strings.Contains(d.Msg, tt.msg) {
			t.Errorf("%.60s: %s %q: %s", tt.in, d.Code, at, d.Msg)
		}
	}
}
