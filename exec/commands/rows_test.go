package commands

import "testing"

// TestRows has one case a line: a pipeline, the rows it reads, the rows it gives. Cells with | are
// multivalues.
func TestRows(t *testing.T) {
	for _, c := range []struct{ search, in, want string }{
		// where, search, regex
		{`where isnull(a)`, "a,b\n,1\n2,3", "a,b\n,1"},
		{`where`, "a\n1", "a\n1"},
		{`search a!=1`, "a,b\n1,x\n2,y\n,z", "a,b\n2,y"},
		{`search a=*`, "a,b\n1,x\n,z", "a,b\n1,x"},
		{`search *`, "a,b\n1,x\n,z", "a,b\n1,x\n,z"},
		{`search a=y`, "a,b\nx|y,1\nx,2", "a,b\nx|y,1"},
		{`regex a="^y"`, "a,b\nx|y,1\nx,2\n,3", "a,b\nx|y,1"},
		{`regex a!="^y"`, "a,b\nx|y,1\nx,2\n,3", "a,b\nx,2\n,3"},
		{`regex a = "(x)"`, "a\nxx\ny", "a\nxx"},
		// eval
		{`eval a=null()`, "a,b\n1,2", "b\n2"},
		{`eval "x y"=a+1`, "a\n1", "a,x y\n1,2"},
		{`eval p_{k}_s=v`, "k,v\na,1\n,2\nb,3", "k,v,p_a_s,p_b_s\na,1,1,\n,2,,\nb,3,,3"},
		{`eval 'a{}.b'=1`, "k\nx", "k,a{}.b\nx,1"},
		// rename
		{`rename a AS b`, "a,b,c\n1,2,3", "b,c\n1,3"},
		{`rename nosuch AS b`, "a,b\n1,2", "a\n1"},
		{`rename a AS b, b AS c`, "a,x\n1,2", "c,x\n1,2"},
		{`rename *_ip AS ip_*`, "src_ip,x\n1,2", "ip_src,x\n1,2"},
		{`rename a.* AS *`, "a.b,a.c,d\n1,2,3", "b,c,d\n1,2,3"},
		// fields, table
		{`fields + b a`, "a,b,c\n1,2,3", "b,a\n2,1"},
		{`fields - a*`, "a1,a2,b\n1,2,3", "b\n3"},
		{`fields - nosuch`, "a\n1", "a\n1"},
		{`table b* a`, "a,b2,b1\n1,2,3", "b2,b1,a\n2,3,1"},
		{`table nope`, "a\n1\n2", ""},
		{`where a!=1 | table nope`, "a\n2\n1\n3", ""},
		{`eval v=null() | table v`, "a\n1", ""},
		{`convert num(a) as m | table m`, "a\nx", "m\n\n"},
		{`table c`, "a,c\n1,\n2,x", "c\n\nx"},
		// sort
		{`sort n`, "n,i\n10,1\n9,2\nx,3\n10.0.0.9,4\n,5\n1e2,6\n10.0.0.10,7\nX,8", "n,i\n9,2\n10,1\n1e2,6\n10.0.0.9,4\n10.0.0.10,7\nX,8\nx,3\n,5"},
		{`sort -n`, "n,i\n2,1\n,2\n10,3", "n,i\n10,3\n2,1\n,2"},
		{`sort - g, n`, "g,n\na,1\nb,2\na,3", "g,n\nb,2\na,3\na,1"},
		{`sort - g, +n`, "g,n\na,1\nb,2\na,3", "g,n\nb,2\na,1\na,3"},
		{`sort str(n)`, "n\n10\n9\n100", "n\n10\n100\n9"},
		{`sort n desc`, "n,i\n2,1\n,2\n10,3", "n,i\n10,3\n2,1\n,2"},
		{`sort 1 n`, "n\n2\n1", "n\n1"},
		{`where n<0 | sort 0 n`, "n,a\n2,x\n1,y", "n,a"},
		{`sort g`, "g,i\na,3\na,1\na,2", "g,i\na,3\na,1\na,2"},
		{`sort -num(n)`, "n,i\nx,1\n2,2\n10,3", "n,i\n10,3\n2,2\nx,1"},
		{`sort ip(a)`, "a\n10.0.0.10\nfe80::1\n10.0.0.9", "a\n10.0.0.9\n10.0.0.10\nfe80::1"},
		// head, tail
		{`head 0`, "n\n1", ""},
		{`head limit=2 (n<9)`, "n\n1\n2\n3", "n\n1\n2"},
		{`head (n<3) null=t`, "n,i\n1,1\n,2\n3,3\n1,4", "n,i\n1,1\n,2"},
		{`head (n<3)`, "n,i\n1,1\n,2\n1,3", "n,i\n1,1"},
		{`tail 5`, "n\n1\n2\n3", "n\n3\n2\n1"},
		// dedup
		{`dedup x`, "x,n\na|b,1\na,2\na|b,3\na,4", "x,n\na|b,1\na,2"},
		{`dedup x, y`, "x,y,n\na,1,1\na,2,2\na,1,3", "x,y,n\na,1,1\na,2,2"},
		{`dedup x keepevents=t`, "x,n\na,1\na,2\nb,3", "x,n\na,1\n,2\nb,3"},
		{`dedup 2 x sortby -n`, "x,n\na,1\na,2\na,3\nb,0", "x,n\na,3\na,2\nb,0"},
		// fillnull, filldown
		{`fillnull value=* a`, "a,b\n,1\n2,3", "a,b\n*,1\n2,3"},
		{`fillnull value="" a`, "a,b\n,1", "a,b\n,1"},
		{`filldown`, "a,b\n1,x\n,\n2,", "a,b\n1,x\n1,x\n2,x"},
		{`filldown nosuch`, "a\n1", "a\n1"},
		// convert
		{`convert ctime(t) as c`, "t\n0\nx", "t,c\n0,01/01/1970 00:00:00\nx,"},
		{`convert ctime(t)`, "t\n0\nx", "t\n01/01/1970 00:00:00\nx"},
		{`convert timeformat="%H:%M" mktime(t)`, "t,a\nx,1", "a\n1"},
		{`convert dur2sec(d) mstime(m)`, "d,m\n2+00:00:01,01:30.5", "d,m\n172801,90.5"},
		{`convert memk(a) rmunit(b) rmcomma(c)`, "a,b,c\n1g,40kb,\"1,234\"", "a,b,c\n1048576,40,1234"},
		{`convert auto(*)`, "a,b\n\"1,000\",x\n2,3", "a,b\n1000,x\n2,3"},
		{`convert auto(*) none(a)`, "a,b\n\"1,000\",\"2,000\"", "a,b\n\"1,000\",2000"},
		{`convert num(*x) as *y`, "ax,bx\n1,q", "ax,bx,ay,by\n1,q,1,"},
		// bin
		{`bin span=0.5 n`, "n\n1.2\n-0.1", "n\n1.0-1.5\n-0.5-0.0"},
		{`bin n`, "n\n1\n4", "n\n1-2\n4-5"},
		{`bin n minspan=3`, "n\n1\n4", "n\n0-10\n0-10"},
		{`bin span=log10 n`, "n\n1\n50\n0", "n\n1-10\n10-100\n0"},
		{`bin span=2log5 n`, "n\n3\n11", "n\n2-10\n10-50"},
		{`bin n end=1000`, "n\n1\n4", "n\n0-100\n0-100"},
		{`bin _time span=1mon | eval t=_time | table t`, "_time\n1768477261", "t\n1767225600"},
		{`bin _time span=5m aligntime=60 | eval t=_time | table t`, "_time\n1768477261", "t\n1768477260"},
		{`bin span=2 n as z`, "n,z\n3,old\nx,old", "n,z\n3,2-4\nx,x"},
		// rex
		{`rex field=a "(?<x>\d)(?<y>[a-z])?"`, "a,x,y\n1b,o,o\n2,o,o\nq,o,o", "a,x,y\n1b,1,b\n2,2,o\nq,o,o"},
		{`rex field=a max_match=2 "(?<x>\d)"`, "a\n123\n4", "a,x\n123,1|2\n4,4"},
		{`rex field=a "(?<x>b+)" offset_field=o`, "a\nabbc", "a,x,o\nabbc,bb,x=1-2"},
		{`rex field=a mode=sed "s/b/X/2"`, "a\nabb\n", "a\nabX"},
		{`rex field=a mode=sed "y/ab/xy/"`, "a\nabc", "a\nxyc"},
		{`rex field=a (?<x>\d+)`, "a\nq12", "a,x\nq12,12"},
		{`rex field=a "(?<x>.)"`, "a\np|q", "a,x\np|q,p|q"},
		// multivalues
		{`makemv delim="," allowempty=t a`, "a\n\"x,,y\"", "a\nx||y"},
		{`mvexpand a limit=1`, "a,n\nx|y,1\nz,2", "a,n\nx,1\nz,2"},
		{`mvexpand a`, "a,n\n,0\nx|y,1\n,2", "a,n\nx,1\ny,1"},
		{`mvcombine a`, "a,n\nx,1\ny,2\nz,1\n,3", "a,n\nx|z,1\ny,2\n,3"},
		{`nomv a`, "a\nx|y", "a\n\"x\ny\""},
		// totals and running values
		{`addtotals fieldname=s, a, b`, "a,b,c\n1,2,9\nx,,9", "a,b,c,s\n1,2,9,3\nx,,9,0"},
		{`addtotals col=t labelfield=l label=All`, "a,b\n0.1,0.2\n1,2", "a,b,Total,l\n0.1,0.2,0.3,\n1,2,3,\n1.1,2.2,3.3,All"},
		{`accum n`, "n\n1\nx\n2", "n\n1\nx\n3"},
		{`delta n`, "n\n1\n\"\"\n4", "n\n1\n\n4"},
		{`trendline ema2(n) as e`, "n\n1\n3\n6", "n,e\n1,\n3,2\n6,4.666666666666667"},
		// reshaping
		{`transpose 1 include_empty=f`, "a,b\n1,\n2,3", "column,row 1\na,1\nb,"},
		{`transpose 0 header_field=a`, "a,b\nx,1\ny,2", "column,x,y\nb,1,2"},
		{`untable a k v`, "a,b,c\n,1,2\nx,,3", "a,k,v\nx,c,3"},
		{`xyseries x y z`, "x,y,z\n10,u,1\n9,v,2\n10,u,3", "x,u,v\n9,,2\n10,3,"},
		{`xyseries x y a b format="$VAL$_$AGG$"`, "x,y,a,b\n1,u,5,6", "x,u_a,u_b\n1,5,6"},
		{`fieldsummary a`, "a\nx\n2\nx", "field,count,distinct_count,is_exact,max,mean,min,numeric_count,stdev,values\na,3,2,1,2,2,2,1,0,\"[{\"\"value\"\":\"\"x\"\",\"\"count\"\":2},{\"\"value\"\":\"\"2\"\",\"\"count\"\":1}]\""},
		{`replace "a*" WITH "b*" IN x`, "x,y\nax,ax\nca,1", "x,y\nbx,ax\nca,1"},
		{`replace a WITH b`, "x,y\na,ca\nb,a", "x,y\nb,ca\nb,b"},
		{`rangemap field=n a=1-5 b=5-9 default=z`, "n\n5\n10", "n,range\n5,a|b\n10,z"},
		{`strcat allrequired=t a "-" b c`, "a,b,c\n1,2,o\n1,,o", "a,b,c\n1,2,1-2\n1,,o"},
		// subsearch text
		{`format`, "a,b\n1,\n,", "search\n\"( ( a=\"\"1\"\" ) )\""},
		{`format mvsep="AND"`, "a\nx|y", "search\n\"( ( ( a=\"\"x\"\" AND a=\"\"y\"\" ) ) )\""},
		{`format`, "my f,query\n\"a\"\"b\\\",raw term", "search\n\"( ( \"\"my f\"\"=\"\"a\\\"\"b\\\\\"\" AND raw term ) )\""},
		{`format "NOT (" "(" "" ")" "OR" ")"`, "a,b\n1,2", "search\n\"NOT ( ( a=\"\"1\"\" b=\"\"2\"\" ) )\""},
		{`return 2 $a`, "a\n1\n2\n3", "search\n(1) OR (2)"},
		{`return a b`, "a,b\n1,", "search\n\"a=\"\"1\"\"\""},
		// sets of rows
		{`append [| makeresults | eval b=2 | table b]`, "a\n1", "a,b\n1,\n,2"},
		{`append maxout=1 [| makeresults count=3 | eval a=2 | table a]`, "a\n1", "a\n1\n2"},
		{`appendcols override=t [| makeresults | eval a=9, b=2 | table a b]`, "a\n1\n2", "a,b\n9,2\n2,"},
		{`appendcols [| makeresults count=3 | eval b=2 | table b]`, "a\n1", "a,b\n1,2\n,2\n,2"},
		{`appendpipe [where a>5]`, "a\n1", "a\n1"},
		{`join a [| makeresults | eval a=1, b=5 | table a b]`, "a,b\n1,x\n2,y", "a,b\n1,5"},
		{`join a overwrite=f [| makeresults | eval a=1, b=5 | table a b]`, "a,b\n1,x\n2,y", "a,b\n1,x"},
		{`join a max=0 [| makeresults format=csv data="a,b
1,p
1,q"]`, "a\n1\n1", "a,b\n1,p\n1,q\n1,p\n1,q"},
		{`join left=L right=R where L.a=R.k [| makeresults format=csv data="k,a
1,p"]`, "a\n1\n2", "a,R.a,k\n1,p,1"},
		{`join left=L right=R where L.a=R.k L.a=R.c [| makeresults format=csv data="k,c,d
1,2,x
2,2,y"]`, "a\n1\n2", "a,c,d,k\n2,2,y,2"},
		{`join [| makeresults format=csv data="a,c
1,p"]`, "a,b\n1,x\n2,y", "a,b,c\n1,x,p"},
		{`set diff [| makeresults format=csv data="v
a
b"] [| makeresults format=csv data="v
b
c"] | table v`, "", "v\na\nc"},
		{`map maxsearches=1 search="| makeresults | eval g=\"$u$\", n=$_serial_id$ | table g n"`, "u\n\"a\"\"b\"\nc", "g,n\n\"a\"\"b\",1"},
		{`foreach a* b [eval <<FIELD>>='<<FIELD>>'."<<MATCHSTR>>"]`, "a1,b,c\nx,y,z", "a1,b,c\nx1,y,z"},
		{`foreach mode=json_array j [eval s=coalesce(s,"")."<<ITEM>>-<<ITER>>;"] | table s`, "j\n\"[\"\"a\"\",2]\"", "s\na-0;2-1;"},
		// extraction
		{`spath input=j`, "j\n\"{\"\"a\"\":{\"\"b\"\":[1,2]},\"\"n\"\":null,\"\"e\"\":\"\"\"\"}\"", "j,a.b{},n,e\n\"{\"\"a\"\":{\"\"b\"\":[1,2]},\"\"n\"\":null,\"\"e\"\":\"\"\"\"}\",1|2,null,"},
		{`spath input=j path=x`, "j,x\nplain,old", "j,x\nplain,old"},
		{`fromjson j | fields - j`, "j\n\"{\"\"a\"\":[1,\"\"x\"\"],\"\"n\"\":null}\"", "a\n1|x"},
		{`tojson num(a) str(b) bool(c) output_field=o | table o`, "a,b,c\nx,1,yes", "o\n\"{\"\"b\"\":\"\"1\"\",\"\"c\"\":true}\""},
		{`extract pairdelim=",;" kvdelim="=:" mv_add=t | fields - _raw`, "_raw\n\"a=1;b:\"\"x;y\"\",a=2;c=\"", "a,b\n1|2,x;y"},
		{`xpath field=x outfield=r "/b/i[2]/text()" | table r`, "x\n<b><i>1</i><i>2</i></b>", "r\n2"},
		{`xpath field=x outfield=r default=none "//q" | table r`, "x\n<b/>", "r\nnone"},
		// transactions
		{`transaction k maxevents=2 | table _time k eventcount closed_txn`, "_time,k\n30,a\n20,a\n10,a", "_time,k,eventcount,closed_txn\n20,a,2,1\n10,a,1,0"},
		{`transaction k maxpause=5s | table _time eventcount`, "_time,k\n30,a\n28,a\n10,a", "_time,eventcount\n28,2\n10,1"},
		{`transaction h c | table eventcount`, "_time,h,c\n30,a,\n20,a,b\n10,,b", "eventcount\n3"},
		{`transaction k endswith=(v=z) | table _time eventcount`, "_time,k,v\n40,a,z\n30,a,x\n20,a,z\n10,a,x", "_time,eventcount\n30,2\n10,2"},
		{`transaction k keeporphans=t mvlist=v | table k v _txn_orphan`, "_time,k,v\n30,a,2\n20,,9\n10,a,", "k,v,_txn_orphan\n,9,1\na,NULL|2,"},
		// other
		{`uniq`, "a\n1\n1\n2\n1", "a\n1\n2\n1"},
		{`makecontinuous n span=5`, "n\n7\n21\nx", "n\n5\n10\n15\n20\nx"},
		{`outputcsv | table _xml`, "a,b\n1,x y", "_xml\n\"1,\"\"x y\"\"\""},
		{`selfjoin k max=0`, "k,a\n1,x\n1,y\n1,z", "k,a\n1,y\n1,z\n1,z"},
	} {
		check(t, c.search, c.in, c.want)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ search, in, want string }{
		{`sort`, "a\n1", "You must specify fields to sort."},
		{`table`, "a\n1", "Error in 'table' command: Must specify at least one valid field name (can contain wildcards)."},
		{`dedup`, "a\n1", "Error in 'dedup' command: At least one field must be given as an argument."},
		{`rename`, "a\n1", "Error in 'rename' command: Usage: rename [old_name AS/TO/-> new_name]+."},
		{`rename a* as b`, "a\n1", "Wildcard mismatch: 'a*' as 'b'"},
		{`regex`, "a\n1", "Error in 'SearchOperator:regex': Usage: regex <field> (=|!=) <regex>."},
		{`regex a="("`, "a\n1", "Error in 'SearchOperator:regex': The regex '(' is invalid. Regex: missing closing parenthesis."},
		{`rex`, "a\n1", "Error in 'SearchOperator:rex': Usage: regex [field=<field>] <regex>."},
		{`rex "(?<a>["`, "a\n1", "Error in 'rex' command: Encountered the following error while compiling the regex '(?<a>[': Regex: missing terminating ] for character class."},
		{`rex "(a)"`, "a\n1", "Error in 'rex' command: The regex '(a)' does not extract anything."},
		{`eval`, "a\n1", "Error in 'eval' command: Arguments are missing. Usage: eval dest_key = expression."},
		{`eval x=1==1`, "a\n1", "Error in 'EvalCommand': Fields cannot be assigned a boolean result."},
		{`eval x=nosuch(1)`, "a\n1", "Error in 'EvalCommand': The 'nosuch' function is unsupported or undefined."},
		{`where nosuch(1)`, "a\n1", "Error in 'where' command: The 'nosuch' function is unsupported or undefined."},
		{`bin`, "a\n1", "Error in 'bin' command: You must specify a field to discretize."},
		{`bin a x=1`, "a\n1", "Error in 'bin' command: Invalid argument: 'x=1'"},
		{`mvexpand`, "a\n1", "Error in 'mvexpand' command: A field name is expected."},
		{`mvexpand f g`, "a\n1", "Error in 'mvexpand' command: Invalid argument: 'g'"},
		{`convert nosuch(a)`, "a\n1", "Error in 'convert' command: The conversion type 'nosuch' is invalid."},
		{`makeresults count=-1`, "", "Error in 'SearchProcessor': Invalid option value. Expecting a 'non-negative integer' for option 'count'. Instead got '-1'."},
		{`makeresults format=xml data="a"`, "", "Error in 'MakeResultsProcessor': An invalid 'format' was specified: xml."},
		{`makeresults format=json data="{}"`, "", "Incorrectly-formatted JSON data detected."},
		{`makeresults format=csv data="a" count=2`, "", "When 'makeresults' generates events from inline data"},
		{`inputlookup nosuch`, "", "The lookup table 'nosuch' requires a .csv or KV store lookup definition."},
		{`inputlookup SampleDataList`, "a\n1", "This command must be the first command of a search."},
		{`lookup nosuch a`, "a\n1", "Could not construct lookup 'nosuch, a'. The lookup table 'nosuch' requires"},
		{`lookup SampleDataList nope`, "a\n1", "Cannot find the source field 'nope' in the lookup table 'SampleDataList'."},
		{`require`, "a", "there are no rows"},
		{`transaction a`, "_time,a\n1,x\n2,x", "descending order of time"},
		{`multisearch [| makeresults | head 1] [| makeresults]`, "", "purely streaming"},
		{`foreach * [sort <<FIELD>>]`, "a\n1", "foreach takes only commands that work row by row"},
		{`xpath "count(//a)"`, "a\n1", "is not built yet"},
		{`spath output=x`, "a\n1", "You must set a path"},
		{`set union [| makeresults]`, "", "Two subsearches are expected."},
		{`collect addinfo=f`, "a\n1", "The index option is required."},
	} {
		checkError(t, c.search, c.in, c.want)
	}
}
