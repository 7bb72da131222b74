package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
)

var metadata = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "metadata", Generating: true, AnyOption: true, Usage: "metadata type=hosts|sources|sourcetypes [index=<index>]...",
		Options: []lang.Opt{
			{Name: "type", Type: lang.Enum, Values: []string{"hosts", "sources", "sourcetypes"}, Doc: "What to list."},
			{Name: "datatype", Type: lang.Enum, Values: []string{"event", "metric"}, Default: "event", Doc: "Only events are kept here."},
		}},
	Short:    "List the hosts, sources or sourcetypes of indexes.",
	Doc:      `One row for each, sorted by name, with the times of its first and last event, of the last indexing, and the number of events. All events count, whatever the time range.`,
	Examples: []Example{{Search: `metadata type=hosts index=nosuch | stats count`, Out: "count\n0"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		o := a.Opts.Get("type")
		if o == nil {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The type option is required.")
		}
		wanted, err := indexOptions(b, a.Opts, "type", "datatype", "splunk_server", "splunk_server_group")
		if err != nil {
			return nil, err
		}
		field := o.Value[:len(o.Value)-1]
		return generating(b, func(ctx context.Context, rt *plan.Runtime) (column.Stream, error) {
			seen, err := census(ctx, rt, wanted, field)
			if err != nil {
				return nil, err
			}
			return column.Batches(censusRows(seen, field, o.Value)), nil
		}), nil
	},
})

// census counts the events of a field's values.
func census(ctx context.Context, rt *plan.Runtime, wanted []string, field string) (map[string]*sighting, error) {
	seen := map[string]*sighting{}
	infos, err := chosenIndexes(ctx, rt, wanted)
	if err != nil || len(infos) == 0 {
		return seen, err
	}
	scan := store.Scan{Time: store.AllTime, Fields: column.Fields(field, store.FieldTime, store.FieldIndexTime)}
	for _, x := range infos {
		scan.Indexes = append(scan.Indexes, x.Name)
	}
	units, err := rt.Env.Store.Scan(ctx, scan)
	if err != nil {
		return nil, fmt.Errorf("scan for metadata: %w", err)
	}
	if units.Release != nil {
		defer units.Release()
	}
	for _, u := range units.Units {
		bs, err := u.Read(ctx)
		if err != nil {
			return nil, fmt.Errorf("scan for metadata: %w", err)
		}
		for _, b := range bs {
			note(seen, b, field)
		}
	}
	return seen, nil
}

// sighting is when a host, source or sourcetype was seen; microseconds.
type sighting struct {
	first, last, indexed int64
	events               int64
}

func note(seen map[string]*sighting, b *column.Batch, field string) {
	d := op.DistinctOf(b.Col(field), b.Sel)
	at := make([]*sighting, d.Len()+1)
	for k := range d.Len() {
		name, _ := d.Value(k)
		if seen[name] == nil {
			seen[name] = &sighting{first: 1<<63 - 1, last: -1 << 63, indexed: -1 << 63}
		}
		at[k+1] = seen[name]
	}
	times, _ := b.Col(store.FieldTime).(*column.Time)
	indexed, _ := b.Col(store.FieldIndexTime).(*column.Time)
	op.EachRow(b, func(i int) {
		s := at[d.Codes[i]]
		if s == nil {
			return
		}
		s.events++
		if times != nil {
			s.first, s.last = min(s.first, times.V[i]), max(s.last, times.V[i])
		}
		if indexed != nil {
			s.indexed = max(s.indexed, indexed.V[i])
		}
	})
}

func censusRows(seen map[string]*sighting, field, kind string) *column.Batch {
	names := slices.Sorted(maps.Keys(seen))
	b := column.NewBatch(len(names))
	b.Ordered = true
	first, last, recent, total := &column.Int{}, &column.Int{}, &column.Int{}, &column.Int{}
	texts := column.NewTextBuilder()
	for _, n := range names {
		s := seen[n]
		texts.Append(n)
		first.V, last.V = append(first.V, s.first/1e6), append(last.V, s.last/1e6)
		recent.V, total.V = append(recent.V, s.indexed/1e6), append(total.V, s.events)
	}
	b.Set("firstTime", first)
	b.Set(field, texts.Build())
	b.Set("lastTime", last)
	b.Set("recentTime", recent)
	b.Set("totalCount", total)
	b.Set("type", column.ConstText(kind, len(names)))
	return b
}
