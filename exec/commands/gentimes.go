package commands

import (
	"context"
	"strconv"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/timefmt"
)

var gentimes = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "gentimes", Generating: true, Usage: "gentimes start=<MM/DD/YYYY[:HH:MM:SS] | -days> [end=<time>] [increment=<int>[s|m|h|d]]",
		Options: []lang.Opt{
			{Name: "start", Type: lang.Text, Doc: "First moment: a date, or a negative number of days."},
			{Name: "end", Type: lang.Text, Doc: "Where to stop; default: last midnight."},
			{Name: "increment", Type: lang.Text, Default: "1d", Doc: "Length of a range."},
		}},
	Short:    "Make rows with ranges of time.",
	Doc:      `Each row has starttime and endtime in seconds, the end being one second before the next start, and both as text.`,
	Examples: []Example{{Search: `gentimes start=10/1/2025 end=10/2/2025 increment=12h | table starttime endtime`, Out: "starttime,endtime\n1759276800,1759319999\n1759320000,1759363199"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		midnight := time.Date(b.Env.Now.In(b.Env.Zone).Year(), b.Env.Now.In(b.Env.Zone).Month(), b.Env.Now.In(b.Env.Zone).Day(), 0, 0, 0, 0, b.Env.Zone)
		o := a.Opts.Get("start")
		if o == nil {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The start option is required.")
		}
		start, ok := genTime(o.Value, midnight)
		if !ok {
			return nil, lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value for option start (%s) is invalid.", o.Value)
		}
		end := midnight
		if o := a.Opts.Get("end"); o != nil {
			if end, ok = genTime(o.Value, midnight); !ok {
				return nil, lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value for option end (%s) is invalid.", o.Value)
			}
		}
		step, days, ok := genStep(a.Opts.Text("increment", "1d"))
		if !ok {
			return nil, lang.Errorf(b.Stage, a.Opts.Get("increment").ValueSpan, lang.CodeBadOption, "The value for option increment (%s) is invalid.", a.Opts.Text("increment", ""))
		}
		return generating(b, func(context.Context, *plan.Runtime) (column.Stream, error) {
			return column.Batches(timeRanges(start, end, step, days)), nil
		}), nil
	},
})

func genTime(s string, midnight time.Time) (time.Time, bool) {
	if n, err := strconv.Atoi(s); err == nil && n < 0 {
		return midnight.AddDate(0, 0, n), true
	}
	for _, layout := range []string{"1/2/2006:15:04:05", "1/2/2006"} {
		if t, err := time.ParseInLocation(layout, s, midnight.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// genStep reads an increment; days keep the local clock.
func genStep(s string) (step time.Duration, days int, ok bool) {
	unit := strings.TrimLeft(s, "0123456789")
	n, err := strconv.Atoi(strings.TrimSuffix(s, unit))
	if err != nil || n < 1 {
		return 0, 0, false
	}
	switch unit {
	case "s", "":
		return time.Duration(n) * time.Second, 0, true
	case "m":
		return time.Duration(n) * time.Minute, 0, true
	case "h":
		return time.Duration(n) * time.Hour, 0, true
	case "d":
		return 0, n, true
	}
	return 0, 0, false
}

func timeRanges(start, end time.Time, step time.Duration, days int) *column.Batch {
	cols := map[string]*column.TextBuilder{}
	names := []string{"endhuman", "endtime", "starthuman", "starttime"}
	for _, n := range names {
		cols[n] = column.NewTextBuilder()
	}
	n := 0
	for t := start; t.Before(end); n++ {
		next := t.Add(step).AddDate(0, 0, days)
		last := next.Add(-time.Second)
		cols["starttime"].Append(strconv.FormatInt(t.Unix(), 10))
		cols["endtime"].Append(strconv.FormatInt(last.Unix(), 10))
		cols["starthuman"].Append(timefmt.Strftime(timefmt.FromTime(t), "%a %b %e %H:%M:%S %Y", t.Location()))
		cols["endhuman"].Append(timefmt.Strftime(timefmt.FromTime(last), "%a %b %e %H:%M:%S %Y", t.Location()))
		t = next
	}
	b := column.NewBatch(n)
	b.Ordered = true
	for _, name := range names {
		b.Set(name, cols[name].Build())
	}
	return b
}
