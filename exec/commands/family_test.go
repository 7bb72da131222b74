package commands

import "testing"

func TestStatsFamily(t *testing.T) {
	const in = "g,h,n\na,x,1\nb,x,2\na,y,3\n,y,4\nb,y,w"
	tests := []struct{ search, want string }{
		{"stats count", "count\n5"},
		{"stats count() c(n) AS k", "count,k\n5,5"},
		{"stats Sum(n), MEAN(n) as m by g", "g,sum(n),m\na,4,2\nb,2,2"},
		{`stats count(eval(n>1)) AS big sum(eval(n*2)) AS d`, "big,d\n4,20"},
		{`stats count(eval(if(n>1,"y",null()))) AS k`, "k\n4"},
		{"stats values(*) AS *", "g,h,n\na|b,x|y,1|2|3|4|w"},
		{"stats max(*) AS max_* BY h", "h,max_g,max_n\nx,b,2\ny,b,4"},
		{"stats count count", "count\n5"},
		{"stats first(n) AS f last(n) AS l list(g) AS gs", "f,l,gs\n1,w,a|b|a|b"},
		{"stats allnum=t sum(n) count by g", "g,sum(n),count\na,4,2\nb,,2"},
		{"stats count by n span=2", "n,count\n0-2,1\n2-4,2\n4-6,1\nw,1"},
		{"stats sum(g)", "sum(g)"},
		{"stats count AS \"my count\" by \"g\"", "g,my count\na,2\nb,2"},
		{"stats p50(n) AS p perc90(n) AS q", "p,q\n2.5,3.7"},
		{"stats avg", "avg(n)\n2.5"},
		{"stats dc(g) by h | stats sum(dc(g)) as s", "s\n4"},
		{"top g", "g,count,percent\nb,2,50.000000\na,2,50.000000"},
		{"top limit=0 g h", "g,h,count,percent\nb,y,1,25.000000\nb,x,1,25.000000\na,y,1,25.000000\na,x,1,25.000000"},
		{"top 1 g useother=t", "g,count,percent\nb,2,50.000000\nOTHER,2,50.000000"},
		{"top 1 g by h showperc=f countfield=c", "h,g,c\nx,b,1\ny,b,1"},
		{"top showperc=f 1 g", "g,count\nb,2"},
		{"rare g", "g,count,percent\na,2,50.000000\nb,2,50.000000"},
		{"rare n limit=2 showcount=f percentfield=p", "n,p\n1,20.000000\n2,20.000000"},
		{"top nosuch", "nosuch,count,percent"},
		{"eval count=g | top count countfield=n showperc=f", "count,n\nb,2\na,2"},
		{"sitop g | top g showperc=f", "g,count\nb,2\na,2"},
		{"streamstats count as c by h window=1", "g,h,n,c\na,x,1,1\nb,x,2,1\na,y,3,1\n,y,4,1\nb,y,w,1"},
		{`streamstats reset_before="("n==3")" sum(n) AS s`, "g,h,n,s\na,x,1,1\nb,x,2,3\na,y,3,3\n,y,4,7\nb,y,w,7"},
		{`streamstats reset_after=(n==2) count`, "g,h,n,count\na,x,1,1\nb,x,2,2\na,y,3,1\n,y,4,2\nb,y,w,3"},
		{"sistats dc(n) values(h) by g | stats dc(n) values(h) by g", "g,dc(n),values(h)\na,2,x|y\nb,2,x|y"},
		{"sistats distinct_count(n) values(h*) by g | stats dc(n) as d values(*) as * by g", "g,d,h\na,2,x|y\nb,2,x|y"},
		{"sistats p50(n) | stats perc50(n)", "perc50(n)\n2.5"},
	}
	for _, tt := range tests {
		check(t, tt.search, in, tt.want)
	}
}

func TestTimesOfEvents(t *testing.T) {
	const in = "_time,g\n10,a\n30.5,b\n20,a\n,a"
	tests := []struct{ search, want string }{
		{"stats earliest(_time) latest(_time) AS l", "earliest(_time),l\n10,30.5"},
		{"stats earliest(_time) AS e latest_time(g) AS l BY g", "g,e,l\na,10,20\nb,30.5,30.5"},
		{"sistats latest(_time) BY g | stats latest(_time) BY g", "g,latest(_time)\na,20\nb,30.5"},
		{"stats earliest(g) AS e latest(g) AS l", "e,l\na,b"},
		{"stats min(_time) AS a max(_time) AS b | eval d=b-a | fields d", "d\n20.5"},
	}
	for _, tt := range tests {
		check(t, tt.search, in, tt.want)
	}
}

func TestSparkline(t *testing.T) {
	const in = "_time,g,n\n0,a,1\n10,a,2\n70,b,3\n130,a,4"
	tests := []struct{ search, want string }{
		{"stats sparkline(count,1m) AS s", "s\n##__SPARKLINE__##|2|1|1"},
		{"stats sparkline(sum(n),1m) AS s BY g", "g,s\na,##__SPARKLINE__##|3||4\nb,##__SPARKLINE__##||3|"},
		{"stats sparkline(c,1m) BY g", "g,\"sparkline(c,1m)\"\na,##__SPARKLINE__##|2|0|1\nb,##__SPARKLINE__##|0|1|0"},
		{"stats sparkline(avg(n)) AS s | eval n=mvcount(s) | fields n", "n\n28"},
		{"chart sparkline(max(n),1m) AS s OVER g", "g,s\na,##__SPARKLINE__##|2||4\nb,##__SPARKLINE__##||3|"},
	}
	for _, tt := range tests {
		check(t, tt.search, in, tt.want)
	}
	errors := []struct{ search, want string }{
		{"stats sparkline(avg)", "Sparklines not specific to a field must use the count aggregator."},
		{"stats sparkline(values(n))", "Invalid aggregation function for sparkline."},
		{"stats sparkline(count,often)", "Invalid timespan specified for sparkline."},
		{"stats sparkline()", "Invalid sparkline specifier."},
		{"eventstats sparkline(count)", "Invalid sparkline specifier."},
	}
	for _, tt := range errors {
		checkError(t, tt.search, in, tt.want)
	}
}

func TestStatsFamilyErrors(t *testing.T) {
	const in = "g,n\na,1"
	tests := []struct{ search, want string }{
		{"stats nosuch(n)", "Error in 'stats' command: The argument 'nosuch(n)' is invalid."},
		{"stats count nosuch=1", "Error in 'stats' command: The argument 'nosuch=1' is invalid."},
		{"stats perc100(n)", "Error in 'stats' command: Percentile must be a floating point number that is >= 0 and < 100."},
		{"stats count by", "Error in 'stats' command: You must specify at least one field after 'by'."},
		{"stats count by g g", "Error in 'stats' command: Repeated group-by field 'g'."},
		{"stats count as g by g", "The output field 'g' cannot have the same name as a group-by field."},
		{"stats count(eval(n>1))", "You must specify a rename for the aggregation specifier on the dynamically evaluated field 'count(eval(n>1))'."},
		{"stats sum(eval(n+)) as x", "is"},
		{"stats sum(eval(nofunc(n))) as x", "The eval expression for dynamic field 'sum(eval(nofunc(n)))' is invalid. Error='"},
		{"stats sum(*) as x", "The number of wildcards between field specifier '*' and rename specifier 'x' do not match."},
		{"stats sum(a**b)", "It contains consecutive wildcards."},
		{"stats first(g) as a first(g) as b", "renamed more than once"},
		{"stats min(n) as a max(n) as a", "duplicate rename field(s)"},
		{"stats count as psrsvd_x", "psrsvd"},
		{"stats sum(n,g)", "The aggregation specifier must be in [func_name]([key]) format."},
		{"stats per_hour(n)", "timechart"},
		{"stats allnum=maybe count", "Error in 'SearchProcessor': Invalid option value. Expecting a 'boolean' for option 'allnum'. Instead got 'maybe'."},
		{"eventstats nosuch(n)", "Error in 'eventstats' command: The argument 'nosuch(n)' is invalid."},
		{"streamstats window=10001 count", "The streaming window size 10001 is invalid (maximum size = 10000)."},
		{"streamstats time_window=1m current=f count", "Cannot set current to false when using a time window."},
		{"streamstats time_window=1m global=f count by g", "Cannot set global to false when using a time window."},
		{"streamstats time_window=1m count", "time_window can only be used on input that is sorted in time order"},
		{`streamstats reset_after="n+" count`, "reset_after must be a boolean expression."},
		{`streamstats reset_before="n+1" count`, "reset_before must be a boolean expression."},
		{"top", "Error in 'top' command: No fields were specified."},
		{"rare 5", "Error in 'rare' command: No fields were specified."},
		{"top g g", "more than once"},
		{"top count", "same name as a field that is counted"},
	}
	for _, tt := range tests {
		checkError(t, tt.search, in, tt.want)
	}
}

func TestChart(t *testing.T) {
	const in = "_time,a,b,n\n0,x,r,1\n10,x,r,2\n70,x,s,3\n130,y,r,4\n140,y,t,5\n150,y,,6\n160,,r,7"
	tests := []struct{ search, want string }{
		{"chart count by a", "a,count\nx,3\ny,3"},
		{"chart count over a by b usenull=f", "a,r,s,t\nx,2,1,0\ny,1,0,1"},
		{"chart sum(n) by a b", "a,r,s,t,NULL\nx,3,3,,\ny,4,,5,6"},
		{"chart avg(n) over a by b limit=1 nullstr=none", "a,r,OTHER,none\nx,1.5,3,\ny,4,5,6"},
		{"chart limit=bottom1 count over a by b usenull=f useother=f", "a,s\nx,1\ny,0"},
		{"chart limit=0 sum(n) max(n) by a b usenull=f sep=-", "a,sum(n)-r,sum(n)-s,sum(n)-t,max(n)-r,max(n)-s,max(n)-t\nx,3,3,,2,3,\ny,4,,5,4,,5"},
		{"chart count over a by b where max > 1", "a,r,OTHER,NULL\nx,2,1,0\ny,1,1,1"},
		{"chart count over a by b where sum notin top1 usenull=f", "a,s,t,OTHER\nx,1,0,2\ny,0,1,1"},
		{"chart eval(sum(n)/count) AS r max(n) by a", "a,r,max(n)\nx,2,3\ny,5,6"},
		{"chart count by n span=2", "n,count\n0-2,1\n2-4,2\n4-6,2\n6-8,2"},
		{"chart count by _time span=2m", "_time,count\n0,3\n120,4"},
		{"chart count over a by n span=5", "a,0-5,5-10\nx,3,0\ny,1,2"},
		{"chart avg(*) by a", "a,avg(n)\nx,2\ny,5"},
		{"chart count", "count\n7"},
		{"chart limit=1 agg=max sum(n) over a by b usenull=f", "a,t,OTHER\nx,,6\ny,5,4"},
		{"timechart span=1m count", "_time,count\n0,2\n60,1\n120,4"},
		{"timechart span=1m sum(n) by b", "_time,r,s,t,NULL\n0,3,,,\n60,,3,,\n120,11,,5,6"},
		{"timechart span=40s count cont=f", "_time,count\n0,2\n40,1\n120,3\n160,1"},
		{"timechart bins=3 count", "_time,count\n0,2\n60,1\n120,4"},
		{"timechart span=1m per_minute(n) as r", "_time,r\n0,3.000000\n60,3.000000\n120,22.000000"},
		{"timechart span=2m count limit=1 by b useother=f", "_time,r,NULL\n0,2,0\n120,2,1"},
		{"timechart span=1h avg(n) by b limit=1", "_time,t,OTHER,NULL\n0,5,3.4,6"},
		{"sitimechart span=1m count by b | timechart span=1m count by b", "_time,r,s,t,NULL\n0,2,0,0,0\n60,0,1,0,0\n120,2,0,1,1"},
		{"sichart avg(n) over a by b | chart avg(n) over a by b", "a,r,s,t,NULL\nx,1.5,3,,\ny,4,,5,6"},
	}
	for _, tt := range tests {
		check(t, tt.search, in, tt.want)
	}
}

func TestChartErrors(t *testing.T) {
	const in = "_time,a,b,n\n0,x,r,1"
	tests := []struct{ search, want string }{
		{"chart", "You must specify data field(s) to chart."},
		{"timechart", "Error in 'timechart' command: You must specify data field(s) to chart."},
		{"chart by a", "You must specify data field(s) to chart."},
		{"chart count over", "An x-axis field value is expected after the 'over' keyword."},
		{"chart nosuch(n) by a", "The specifier 'nosuch(n)' is invalid. It must be in form <func>(<field>)."},
		{"chart eval(avg(n)/2) by a", "The eval expression 'eval(avg(n)/2)' must be renamed."},
		{"chart sum(a) by a", "The field 'a' cannot be both aggregated and charted over."},
		{"chart count by a b n", "The argument 'n' is invalid."},
		{"timechart count by a, b", "The argument 'b' is invalid."},
		{"chart per_hour(n) by a", "timechart only"},
		{"chart limit=few count by a b", "The value for option limit (few) is invalid."},
		{"chart avg(*) by a b", "cannot hold wildcards"},
		{"timechart eval(per_hour(n)*2) as x", "cannot be used in an eval expression"},
		{"timechart span=1000ms count", "span"},
		{"timechart start=5 count", "not of _time"},
	}
	for _, tt := range tests {
		checkError(t, tt.search, in, tt.want)
	}
}
