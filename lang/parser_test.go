package lang

import "testing"

func TestParseSmoke(t *testing.T) {
	for _, s := range []string{
		`search index=main user=alice (a OR b) NOT c IN ("x". "y",,) | stats count, sum(x) AS s by a, b | table a b`,
		`| tstats summariesonly=t count min(_time) as firstTime from datamodel=Endpoint.Processes where Processes.process_name IN (cmd.exe, "x y") by Processes.dest, _time span=1h | rename "Processes.*" as *`,
		`search a="* Nul*"Processes.p="b" (x=*GetCurrent()*) | head 5`,
		`search x | eval a-b = 'c d' . "x\"y", {z}=if(a>1 AND b like "x%", .5, -1) | where x NOT IN (1,2) | sort 10 -num(x), + y`,
		`search x | rex field=y "(?<a>\d+)" max_match=3 | rex (?<b>x y) | convert timeformat="%F" ctime(x) AS y | replace "a" WITH b, c WITH "d e" IN f, g`,
		`search x | lookup t k AS f, g OUTPUT a b AS c | append [search y | stats count] | head 3 (x<5) keeplast=t | join type=outer a, b [ | tstats count ]`,
		`search x [search y | table z] u=[search q | return $z]`,
		`search x | eval a=[search q | return $z] | foreach a* [eval <<FIELD>> = 1 + '<<FIELD>>'] | reverse`,
	} {
		q, ds := fake.Parse(NewSource("s", s))
		for _, d := range ds {
			t.Errorf("%s\n  %v %s", s, d.Span, d.Msg)
		}
		_ = q
	}
}
