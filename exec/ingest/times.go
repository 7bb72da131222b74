package ingest

import (
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/lang/timefmt"
)

// timeFields are the fields that may hold an event's time, the first one that an event has and that
// reads as a time wins.
var timeFields = []string{
	"_time", "eventTime", "timestamp", "@timestamp", "time", "Time", "UtcTime", "TimeCreated", "SystemTime",
	"Event.System.TimeCreated.#attributes.SystemTime", "ts", "Timestamp", "datetime", "date_time", "EventTime", "event_time",
	"eventTimestamp", "TimeGenerated", "CreationTime", "createdDateTime", "activityDateTime", "published", "created_at",
	"requestReceivedTimestamp", "EventReceivedTime", "date",
}

// xmlTimeFields are those of Windows events: Sysmon's own time goes before that of the log.
var xmlTimeFields = []string{"UtcTime", "SystemTime"}

// textStamp reads the value of a time field. Small numbers are durations or ids, not times.
func (k *clock) textStamp(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "eE") && !strings.ContainsAny(s, ":-/") {
		f, err := strconv.ParseFloat(s, 64)
		if err == nil {
			s = strconv.FormatFloat(f, 'f', 6, 64)
		}
	}
	us, n, ok := k.stamp(s)
	return us, ok && (n == len(s) || !bareDigits(s))
}

// fieldTimes reads _time of every row from the first of fields that has one; rows without are left
// null. A time is read once a distinct text.
func (k *clock) fieldTimes(b *column.Batch, fields []string, format string) *column.Time {
	out := &column.Time{V: make([]int64, b.N), Nulls: column.FullBitmap(b.N)}
	missing := b.N
	var parser *timefmt.Parser
	if format != "" {
		parser = timefmt.Compile(format).NewParser(k.now, k.zone)
	}
	for _, f := range fields {
		if missing == 0 {
			break
		}
		if i := b.Index(f); i >= 0 {
			missing -= k.fill(out, b.Cols[i], parser)
		}
	}
	if missing == 0 {
		out.Nulls = nil
	}
	return out
}

// fill sets the rows of out that are null and have a time in v, and returns how many.
func (k *clock) fill(out *column.Time, v column.Vec, parser *timefmt.Parser) int {
	read := k.textStamp
	if parser != nil {
		read = func(s string) (int64, bool) {
			e, ok := parser.Parse(s)
			return e.Micros(), ok
		}
	}
	codes, d := firstCodes(v)
	if d == nil {
		return 0
	}
	memo := make([]int64, d.Len())
	state := make([]uint8, d.Len()) // 0 unknown, 1 a time, 2 none
	n := 0
	for i := range out.V {
		c := codes(i)
		if c == 0 || !out.Nulls.Get(i) {
			continue
		}
		if state[c-1] == 0 {
			us, ok := read(d.Text(int(c - 1)))
			memo[c-1], state[c-1] = us, 2
			if ok {
				state[c-1] = 1
			}
		}
		if state[c-1] == 1 {
			out.V[i] = memo[c-1]
			out.Nulls.Clear(i)
			n++
		}
	}
	return n
}

// firstCodes returns the code of the first value of each row.
func firstCodes(v column.Vec) (func(i int) uint32, *column.Dictionary) {
	if own, ok := v.(*column.Values); ok {
		v = own.Dense()
	}
	switch v := v.(type) {
	case *column.Dict:
		return func(i int) uint32 { return v.Codes[i] }, v.D
	case *column.List:
		return func(i int) uint32 {
			if v.Null(i) {
				return 0
			}
			return v.Inner.Codes[v.Offsets[i]]
		}, v.Inner.D
	}
	return nil, nil
}
