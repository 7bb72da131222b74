package help

import (
	"time"

	"spl/lang/timefmt"
)

// sampleTime is the instant that the examples of times are about, a Thursday.
var sampleTime = time.Date(2026, 1, 15, 10, 34, 56, 789_000_000, time.UTC)

// variables are those of strftime and strptime.
var variables = []struct{ name, doc string }{
	{"%Y", "year"}, {"%y", "year of the century"}, {"%C", "century"}, {"%m", "month"}, {"%d", "day"}, {"%e", "day, padded by a blank"}, {"%j", "day of the year"},
	{"%b", "month, short"}, {"%B", "month"}, {"%a", "weekday, short"}, {"%A", "weekday"}, {"%w", "weekday, Sunday is 0"}, {"%u", "weekday, Sunday is 7"},
	{"%U", "week, from Sundays"}, {"%W", "week, from Mondays"}, {"%V", "week of ISO 8601"}, {"%G", "year of that week"},
	{"%H", "hour"}, {"%I", "hour of twelve"}, {"%k", "hour, padded by a blank"}, {"%l", "hour of twelve, padded by a blank"}, {"%M", "minute"}, {"%S", "second"},
	{"%p", "AM or PM"}, {"%P", "am or pm"}, {"%s", "epoch seconds"}, {"%3N", "milliseconds; %6N and %9N are finer"}, {"%Q", "milliseconds; %6Q and %9Q are finer"}, {"%f", "microseconds"},
	{"%z", "offset from UTC"}, {"%:z", "the same with a colon"}, {"%Z", "zone"}, {"%F", "%Y-%m-%d"}, {"%T", "%H:%M:%S"}, {"%R", "%H:%M"}, {"%D", "%m/%d/%y"}, {"%x", "date"}, {"%X", "time"}, {"%c", "date and time"}, {"%+", "date and time with the zone"},
}

// modifiers are examples of relative times.
var modifiers = []string{"-15m", "-4h@h", "-1d@d", "@d", "@d+8h", "@w", "@w1", "-7d@d", "-1mon@mon", "@q", "@y", "now", "1768435200", "01/02/2026:03:04:05"}

// timeTopics are help on times. What the examples give is computed.
func timeTopics() []Topic {
	mods := Topic{Kind: Time, Name: "time-modifiers", Aliases: []string{"time", "earliest", "latest", "relative-time"}, Short: "Times in earliest=, latest= and relative_time().", Built: true,
		Usage: "[+|-]<number><unit>[@<unit>]..., @<unit>, now, epoch seconds, MM/DD/YYYY:HH:MM:SS",
		Doc: `Steps apply from left to right: an offset moves the time, @ goes back to the start of a unit. Units:
s, m, h, d, w, mon, q, y, each also written out (sec, second, seconds, min, hr, day, week, month, qtr, quarter, yr, year).
@w0 to @w6 is the last such weekday, Sunday being 0 and 7. The number is 1 when it is left out.
The examples are taken at Thursday, 2026-01-15 10:34:56 UTC.`}
	for _, m := range modifiers {
		if x, err := timefmt.ParseModifier(m); err == nil {
			mods.Samples = append(mods.Samples, Sample{Code: m, Out: x.Apply(sampleTime, time.UTC).Format("2006-01-02 15:04:05")})
		}
	}
	vars := Topic{Kind: Time, Name: "time-formats", Aliases: []string{"strftime-variables", "timeformat"}, Short: "Variables of strftime(), strptime() and timeformat=.", Built: true,
		Doc: "The examples show Thursday, 2026-01-15 10:34:56.789 UTC."}
	for _, v := range variables {
		vars.Samples = append(vars.Samples, Sample{Code: v.name + " (" + v.doc + ")", Out: timefmt.Strftime(timefmt.FromTime(sampleTime), v.name, time.UTC)})
	}
	return []Topic{vars, mods}
}
