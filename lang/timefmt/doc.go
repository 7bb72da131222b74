// Package timefmt hides how Splunk reads, writes, shifts and buckets time: strftime and strptime
// with the vendor's variables, relative time modifiers ("-1d@d+2h"), spans ("5m", "1mon", "2log5")
// and duration texts. It reads no clock: the present time and the zone are always arguments.
//
//	l := timefmt.Compile("%Y-%m-%d %H:%M:%S.%3N")
//	z := timefmt.NewZone(loc) // one per goroutine
//	dst = l.Append(dst, timefmt.FromMicros(us), z)
//	m, err := timefmt.ParseModifier("-70m@m")
//	start := m.Apply(now, loc)
//
// Start with Compile, ParseModifier and ParseSpan.
package timefmt
