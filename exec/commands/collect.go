package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/timefmt"
)

var collect = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "collect", Aliases: []string{"stash", "summaryindex", "sumindex"},
		Usage: "collect index=<index> [addtime=<bool>] [addinfo=<bool>] [marker=<text>] [output_format=raw|hec] [testmode=<bool>] [host=<text>] [source=<text>] [sourcetype=<text>]",
		Options: []lang.Opt{
			{Name: "index", Type: lang.Text, Doc: "Index to write to; it is made if it is not there."},
			{Name: "addtime", Type: lang.Bool, Default: "true", Doc: "Start the text with the time of the row."},
			{Name: "addinfo", Type: lang.Bool, Default: "true", Doc: "Add the search's times to the text."},
			{Name: "file", Type: lang.Text, Doc: "Becomes the source."},
			{Name: "spool", Type: lang.Bool, Default: "true", Doc: "No effect: events are stored at once."},
			{Name: "marker", Type: lang.Text, Doc: "key=value pairs to add to the text."},
			{Name: "output_format", Type: lang.Enum, Values: []string{"raw", "hec"}, Default: "raw", Doc: "hec keeps the fields as they are; the text is JSON."},
			{Name: "testmode", Type: lang.Bool, Default: "false", Doc: "Write nothing; show the events."},
			{Name: "run_in_preview", Type: lang.Bool, Default: "false", Doc: "No effect: there are no previews."},
			{Name: "uselb", Type: lang.Bool, Default: "true", Doc: "No effect on one machine."},
			{Name: "host", Type: lang.Text, Doc: "Host of the events."},
			{Name: "source", Type: lang.Text, Doc: "Source of the events."},
			{Name: "sourcetype", Type: lang.Text, Default: "stash", Doc: "Sourcetype of the events."},
		}},
	Short: "Write the rows to an index.",
	Doc: `Rows pass through. A row with _raw is stored as that text; else the text is the time and the fields as
name=value. The index need not exist.`,
	Examples: []Example{{Search: `collect index=summary testmode=t addinfo=f | table _raw`, In: "_time,a,b\n1768478400,1,x y", Out: "_raw\n\"01/15/2026 12:00:00 +0000, a=1, b=\"\"x y\"\"\""}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) > 0 {
			return nil, invalidArgument(b, a.List[0])
		}
		c := &collecting{index: a.Opts.Text("index", ""), addTime: a.Opts.Bool("addtime", true), addInfo: a.Opts.Bool("addinfo", true),
			marker: a.Opts.Text("marker", ""), hec: strings.EqualFold(a.Opts.Text("output_format", "raw"), "hec"),
			host: a.Opts.Text("host", ""), source: a.Opts.Text("source", a.Opts.Text("file", "")), sourcetype: a.Opts.Text("sourcetype", "stash")}
		if c.index == "" {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The index option is required.")
		}
		if a.Opts.Bool("testmode", false) {
			return rowLocal(b, needAll, c.show(b.Env)), nil
		}
		return writer(b, c.write), nil
	},
})

// collecting is what the arguments of collect say.
type collecting struct {
	index, marker, host, source, sourcetype string
	addTime, addInfo, hec                   bool
}

// show puts the texts that would be stored into _raw.
func (c *collecting) show(env *plan.Env) func(*column.Batch) (*column.Batch, error) {
	return func(b *column.Batch) (*column.Batch, error) {
		names := collectedNames(b)
		out := column.NewTextBuilder()
		for i := range b.N {
			out.Append(c.text(b, names, i, env))
		}
		b.Set("_raw", out.Build())
		return b, nil
	}
}

func collectedNames(b *column.Batch) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(b.Names)), column.Internal)
}

// text returns what is stored for a row.
func (c *collecting) text(b *column.Batch, names []string, i int, env *plan.Env) string {
	if v := b.Col("_raw"); !v.Null(i) && !c.hec {
		return v.At(i).Text()
	}
	if c.hec {
		j := &jsonWriter{fields: []jsonField{{"*", "none"}}}
		return j.column(b.Pick([]uint32{uint32(i)})).At(0).Text()
	}
	var parts []string
	if c.addTime {
		parts = append(parts, c.time(b, i, env).In(env.Zone).Format("01/02/2006 15:04:05 -0700"))
	}
	if c.addInfo {
		parts = append(parts, "search_now="+infoTime(env.Now), "info_min_time="+lowInfo(env), "info_max_time="+highInfo(env), "info_search_time="+infoTime(env.Now))
	}
	for _, n := range names {
		v := b.Col(n)
		if v.Null(i) || strings.HasPrefix(n, "info_") && c.addInfo {
			continue
		}
		parts = append(parts, n+"="+collectedValue(strings.Join(v.At(i).List(), "\n")))
	}
	if c.marker != "" {
		parts = append(parts, c.marker)
	}
	return strings.Join(parts, ", ")
}

// collectedValue quotes what could not be read back bare.
func collectedValue(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"'[]<>(){}|!;,*&?+=") {
		return strconv.Quote(s)
	}
	return s
}

// time returns when the row happened: the start of the search's range, its _time, or now.
func (c *collecting) time(b *column.Batch, i int, env *plan.Env) time.Time {
	for _, f := range []string{"info_min_time", "_time"} {
		if e, ok := timefmt.ParseSeconds(b.Col(f).At(i).Text()); ok && !b.Col(f).Null(i) {
			return e.Time(env.Zone)
		}
	}
	return env.Now
}

// write stores the rows as events of the index.
func (c *collecting) write(ctx context.Context, rt *plan.Runtime, rows *op.Kept) error {
	env := rt.Env
	if env.Store == nil {
		return fmt.Errorf("there is no store to write to")
	}
	o := ingest.Options{Index: c.index, Sourcetype: c.sourcetype, Source: c.source, Host: c.host, Zone: env.Zone, Now: env.Now}
	m := ingest.NewMaker(o, func(b *column.Batch) error {
		if err := env.Store.Append(ctx, b); err != nil {
			return fmt.Errorf("write to index %s: %w", c.index, err)
		}
		return nil
	})
	err := rows.Each(ctx, func(b *column.Batch) error {
		names := collectedNames(b)
		for i := range b.N {
			if err := m.Add(c.event(b, names, i, env)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.Flush()
}

// event is a row as an event: its time and text, and with output_format=hec its fields.
func (c *collecting) event(b *column.Batch, names []string, i int, env *plan.Env) []ingest.Pair {
	ev := []ingest.Pair{{Name: "_time", Value: c.time(b, i, env)}, {Name: "_raw", Value: c.text(b, names, i, env)}}
	if !c.hec {
		return ev
	}
	for _, n := range names {
		if list := b.Col(n).At(i).List(); len(list) > 0 {
			ev = append(ev, ingest.Pair{Name: n, Value: anyList(list)})
		}
	}
	return ev
}

func anyList(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
