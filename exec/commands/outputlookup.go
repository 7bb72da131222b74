package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lookups"
)

// writeOptions are those of the commands that write tables.
var writeOptions = []lang.Opt{
	{Name: "append", Type: lang.Bool, Default: "false", Doc: "Keep the rows that are there, and the header."},
	{Name: "create_empty", Type: lang.Bool, Default: "false", Doc: "Without rows write an empty file instead of removing it."},
	{Name: "override_if_empty", Type: lang.Bool, Default: "true", Doc: "Without rows touch a table that is there."},
	{Name: "max", Type: lang.Int, Doc: "Rows to write; 0 or none: all."},
}

var outputlookup = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "outputlookup",
		Usage: "outputlookup [append=<bool>] [create_empty=<bool>] [override_if_empty=<bool>] [max=<int>] [key_field=<field>] [allow_updates=<bool>] [output_format=splunk_sv_csv|splunk_mv_csv] <table>",
		Options: append([]lang.Opt{
			{Name: "key_field", Type: lang.FieldName, Doc: "Collections: the field that is the record's key."},
			{Name: "allow_updates", Type: lang.Bool, Default: "true", Doc: "Collections: false only inserts."},
			{Name: "createinapp", Type: lang.Bool, Default: "true", Doc: "No effect: there is one lookup folder."},
			{Name: "create_context", Type: lang.Enum, Values: []string{"app", "user", "system"}, Default: "app", Doc: "No effect: there is one lookup folder."},
			{Name: "output_format", Type: lang.Enum, Values: []string{"splunk_sv_csv", "splunk_mv_csv"}, Default: "splunk_sv_csv", Doc: "splunk_mv_csv keeps multivalues apart."},
		}, writeOptions...)},
	Short: "Write the rows to a lookup table.",
	Doc: `All rows are read before the table is written, and they pass through unchanged. The table then has the
columns of the rows, unless append=t keeps its header, to which the rows are fitted. Without rows the table
is removed, unless create_empty or override_if_empty say otherwise; that gives a warning.`,
	Examples: []Example{{Search: `outputlookup example_table.csv`, In: "a,b\n1,2", Out: "a,b\n1,2"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify a lookup table.")
		}
		if len(a.List) > 1 {
			return nil, invalidArgument(b, a.List[1])
		}
		name := a.List[0].Text
		if b.Env.Lookups == nil && !b.Checking {
			return nil, lang.Errorf(b.Stage, a.List[0].Span, "no-lookup", "There is no place for lookup tables.")
		}
		key := a.Opts.Text("key_field", "")
		mode := lookups.Mode{Append: a.Opts.Bool("append", key != ""), CreateEmpty: a.Opts.Bool("create_empty", false),
			OverrideIfEmpty: a.Opts.Bool("override_if_empty", true), Max: a.Opts.Int("max", 0), KeyField: key,
			InsertOnly:    !a.Opts.Bool("allow_updates", true),
			MultivalueCSV: strings.EqualFold(a.Opts.Text("output_format", ""), "splunk_mv_csv")}
		return writer(b, func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) error {
			done, err := rt.Env.Lookups.Write(ctx, name, writtenRows(ctx, rows), mode)
			if err != nil {
				return lang.Errorf(b.Stage, a.List[0].Span, "lookup-write", "%s", err)
			}
			if done.Deleted {
				rt.Warn("outputlookup: there were no results, so the lookup table '%s' was removed.", name)
			}
			return nil
		}), nil
	},
})

// writer returns a node that hands its rows on after write has taken all of them.
func writer(b *plan.Builder, write func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) error) *streamNode {
	n := allRows(b, needAll, func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) (column.Stream, error) {
		if err := write(ctx, rt, rows); err != nil {
			return nil, fmt.Errorf("%s: %w", b.Stage.Name, err)
		}
		return rows.Stream(), nil
	})
	n.effects = true
	return n
}

// unwritten are the fields that Splunk's own bookkeeping gives events; tables do not get them.
var unwritten = []string{"_bkt", "_cd", "_indextime", "_serial", "_si", "_sourcetype", "_subsecond"}

// writtenRows returns the rows of a table: columns that no command has declared and no row has a value for
// are left out, and without a fixed order columns are sorted by name.
func writtenRows(ctx context.Context, rows *op.Kept) lookups.Rows {
	names := rows.Names()
	if !rows.Ordered() {
		slices.Sort(names)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(unwritten, n) || !rows.HasValue(n) })
	return lookups.Rows{N: rows.Len(), Names: names, Hold: rows.Hold,
		Each: func(f func(b *column.Batch) error) error { return rows.Each(ctx, f) }}
}
