package commands

import (
	"context"
	"fmt"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
)

var eventcount = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "eventcount", Generating: true, AnyOption: true, Usage: "eventcount [index=<index>]... [summarize=<bool>] [report_size=<bool>]",
		Options: []lang.Opt{
			{Name: "summarize", Type: lang.Bool, Default: "true", Doc: "One row for all indexes."},
			{Name: "report_size", Type: lang.Bool, Default: "false", Doc: "Add size_bytes."},
			{Name: "list_vix", Type: lang.Bool, Default: "true", Doc: "No effect: there are no virtual indexes."},
		}},
	Short:    "Count the events of indexes.",
	Doc:      `The whole index counts, whatever the time range. Index names may hold *, which leaves out those that start with an underscore.`,
	Examples: []Example{{Search: `eventcount index=nosuch | table count`, Out: "count\n0"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		wanted, err := indexOptions(b, a.Opts, "summarize", "report_size", "list_vix", "splunk_server", "splunk_server_group")
		if err != nil {
			return nil, err
		}
		sum, size := a.Opts.Bool("summarize", true), a.Opts.Bool("report_size", false)
		return generating(b, func(ctx context.Context, rt *plan.Runtime) (column.Stream, error) {
			infos, err := chosenIndexes(ctx, rt, wanted)
			if err != nil {
				return nil, err
			}
			if sum {
				total := int64(0)
				for _, x := range infos {
					total += x.Events
				}
				b := column.NewBatch(1)
				b.Ordered = true
				b.Set("count", &column.Int{V: []int64{total}})
				return column.Batches(b), nil
			}
			return column.Batches(countRows(infos, size)), nil
		}), nil
	},
})

func countRows(infos []store.IndexInfo, size bool) *column.Batch {
	b := column.NewBatch(len(infos))
	b.Ordered = true
	counts, sizes := &column.Int{}, &column.Int{}
	names := column.NewTextBuilder()
	for _, x := range infos {
		counts.V, sizes.V = append(counts.V, x.Events), append(sizes.V, x.Bytes)
		names.Append(x.Name)
	}
	b.Set("count", counts)
	b.Set("index", names.Build())
	b.Set("server", column.ConstText("local", len(infos)))
	if size {
		b.Set("size_bytes", sizes)
	}
	return b
}

// indexOptions returns the values of index=, which may stand several times; other options must be among
// known.
func indexOptions(b *plan.Builder, opts lang.Options, known ...string) ([]string, error) {
	var out []string
	for _, o := range opts {
		if strings.EqualFold(o.Name, "index") {
			out = append(out, o.Value)
			continue
		}
		ok := false
		for _, k := range known {
			ok = ok || strings.EqualFold(o.Name, k)
		}
		if !ok {
			return nil, lang.Errorf(b.Stage, o.Span, lang.CodeUnknownOption, "Invalid argument: '%s=%s'", o.Name, o.Value)
		}
	}
	if len(out) == 0 {
		out = b.Env.DefaultIndexes
	}
	return out, nil
}

// chosenIndexes returns what the store knows of the indexes that match.
func chosenIndexes(ctx context.Context, rt *plan.Runtime, wanted []string) ([]store.IndexInfo, error) {
	if rt.Env.Store == nil {
		return nil, nil
	}
	all, err := rt.Env.Store.Indexes(ctx)
	if err != nil {
		return nil, fmt.Errorf("list indexes: %w", err)
	}
	names := column.Fields(wanted...)
	var out []store.IndexInfo
	for _, x := range all {
		if names.Has(x.Name) {
			out = append(out, x)
		}
	}
	return out, nil
}
