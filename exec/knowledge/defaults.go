package knowledge

import (
	"strconv"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/store"
)

// punctLimit is how long punct gets.
const punctLimit = 48

// defaultFields are computed from the event only where a search names them; wildcards do not show
// them. date_* are those of _time in the zone of the search, since the text's own zone is not kept.
var defaultFields = map[string]struct {
	from string
	make func(w *work, zone *time.Location) column.Vec
}{
	"linecount":     {store.FieldRaw, perText(func(s string) string { return strconv.Itoa(1 + strings.Count(strings.TrimRight(s, "\n"), "\n")) })},
	"punct":         {store.FieldRaw, perText(punct)},
	"splunk_server": {store.FieldTime, func(w *work, _ *time.Location) column.Vec { return column.ConstText("local", w.b.N) }},
	"date_hour":     {store.FieldTime, dated(func(t time.Time) string { return strconv.Itoa(t.Hour()) })},
	"date_mday":     {store.FieldTime, dated(func(t time.Time) string { return strconv.Itoa(t.Day()) })},
	"date_minute":   {store.FieldTime, dated(func(t time.Time) string { return strconv.Itoa(t.Minute()) })},
	"date_second":   {store.FieldTime, dated(func(t time.Time) string { return strconv.Itoa(t.Second()) })},
	"date_month":    {store.FieldTime, dated(func(t time.Time) string { return strings.ToLower(t.Month().String()) })},
	"date_wday":     {store.FieldTime, dated(func(t time.Time) string { return strings.ToLower(t.Weekday().String()) })},
	"date_year":     {store.FieldTime, dated(func(t time.Time) string { return strconv.Itoa(t.Year()) })},
	"date_zone":     {store.FieldTime, func(w *work, _ *time.Location) column.Vec { return column.ConstText("local", w.b.N) }},
}

// defaultSteps returns the steps for the default fields that are named.
func defaultSteps(need column.FieldSet, zone *time.Location) []*step {
	var out []*step
	for _, n := range need.Names() {
		d, ok := defaultFields[n]
		if !ok {
			continue
		}
		out = append(out, &step{phase: atExtract, outs: []string{n}, ins: []string{d.from}, run: func(w *work) error {
			w.put(n, firstOf(w.col(n), d.make(w, zone)))
			return nil
		}})
	}
	return out
}

func perText(f func(string) string) func(*work, *time.Location) column.Vec {
	return func(w *work, _ *time.Location) column.Vec {
		v := texts(w.col(store.FieldRaw))
		if v == nil {
			return column.Nulls(w.b.N)
		}
		b := column.NewTextBuilder()
		b.AppendNull()
		for k := range v.D.Len() {
			b.Append(f(v.D.Text(k)))
		}
		return column.Spread(b.Build(), v.Codes)
	}
}

// punct is the marks of the first line: letters and digits dropped, a blank is _, a tab t.
func punct(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	var b strings.Builder
	for i := 0; i < len(s) && b.Len() < punctLimit; i++ {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case c == '\t':
			b.WriteByte('t')
		case c|0x20 >= 'a' && c|0x20 <= 'z', c-'0' <= 9, c >= 0x80, c < ' ':
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func dated(f func(time.Time) string) func(*work, *time.Location) column.Vec {
	return func(w *work, zone *time.Location) column.Vec {
		t, ok := w.col(store.FieldTime).(*column.Time)
		if !ok {
			return column.Nulls(w.b.N)
		}
		if zone == nil {
			zone = time.UTC
		}
		b := column.NewTextBuilder()
		for i, us := range t.V {
			if t.Null(i) {
				b.AppendNull()
				continue
			}
			b.Append(f(time.UnixMicro(us).In(zone)))
		}
		return b.Build()
	}
}
