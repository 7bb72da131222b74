package commands

import (
	"context"
	"path"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lookups"
)

var inputcsv = define(Spec[inputlookupArgs]{
	Grammar: lang.Grammar{Name: "inputcsv", Clauses: []string{"where"},
		Usage: "inputcsv [append=<bool>] [start=<int>] [max=<int>] <file> [where <search expression>]",
		Options: []lang.Opt{
			{Name: "dispatch", Type: lang.Bool, Default: "false", Doc: "No effect: there is one folder."},
			{Name: "append", Type: lang.Bool, Default: "false", Doc: "Put the rows behind the current ones."},
			{Name: "strict", Type: lang.Bool, Default: "false", Doc: "A missing file fails the search; here it always does."},
			{Name: "start", Type: lang.Int, Default: "0", Doc: "First row to take, counted from 0."},
			{Name: "max", Type: lang.Int, Default: "1000000000", Doc: "Rows to take."},
			{Name: "events", Type: lang.Bool, Default: "false", Doc: "No effect: rows with _time and _raw are events."},
		}},
	Short:    "Read a CSV file that outputcsv wrote.",
	Doc:      `The files are kept beside the lookup tables; .csv is added to a name without extension. Otherwise like inputlookup.`,
	Examples: []Example{{Search: `inputcsv append=t SampleDataList where label=SF*`, In: "a\n1", Out: "a,lookup,label\n1,,\n,SFDC_Sample_Data_Anon.csv,SFDC Data"}},
	Plan: func(b *plan.Builder, a *inputlookupArgs) (plan.Node, error) {
		file, err := csvName(b, a.List)
		if err != nil {
			return nil, err
		}
		if !b.First && !a.Opts.Bool("append", false) {
			return nil, lang.Errorf(b.Stage, b.Stage.NameSpan, lang.CodeNotFirst, "This command must be the first command of a search.")
		}
		r, err := newTableReader(b, lang.Name{Span: a.List[0].Span, Text: file}, a.Where)
		if err != nil {
			return nil, err
		}
		r.start, r.max = a.Opts.Int("start", 0), a.Opts.Int("max", 1000000000)
		if b.First {
			return generating(b, r.open), nil
		}
		return appendRows(b, r.open), nil
	},
})

// csvName returns the name of the file, without folders.
func csvName(b *plan.Builder, list lang.Fields) (string, error) {
	if len(list) == 0 {
		return "", lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify a file name.")
	}
	if len(list) > 1 {
		return "", invalidArgument(b, list[1])
	}
	name := list[0].Text
	if strings.ContainsAny(name, `/\`) || name == ".." {
		return "", lang.Errorf(b.Stage, list[0].Span, lang.CodeBadArgument, "The file name '%s' must not hold a folder.", name)
	}
	if path.Ext(name) == "" {
		name += ".csv"
	}
	return name, nil
}

var outputcsv = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "outputcsv", Usage: "outputcsv [append=<bool>] [create_empty=<bool>] [override_if_empty=<bool>] [max=<int>] [<file>]",
		Options: append([]lang.Opt{
			{Name: "dispatch", Type: lang.Bool, Default: "false", Doc: "No effect: there is one folder."},
			{Name: "singlefile", Type: lang.Bool, Default: "true", Doc: "No effect: there is always one file."},
		}, writeOptions...)},
	Short: "Write the rows to a CSV file.",
	Doc: `The rows pass through. The files are kept beside the lookup tables; .csv is added to a name without
extension. Without a name each row's CSV text goes to the field _xml.`,
	Examples: []Example{{Search: `outputcsv example_rows`, In: "a\n1", Out: "a\n1"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return rowLocal(b, needAll, csvLines), nil
		}
		file, err := csvName(b, a.List)
		if err != nil {
			return nil, err
		}
		if b.Env.Lookups == nil && !b.Checking {
			return nil, lang.Errorf(b.Stage, a.List[0].Span, "no-lookup", "There is no place for files.")
		}
		mode := lookups.Mode{Append: a.Opts.Bool("append", false), CreateEmpty: a.Opts.Bool("create_empty", false),
			OverrideIfEmpty: a.Opts.Bool("override_if_empty", true), Max: a.Opts.Int("max", 0)}
		return writer(b, func(ctx context.Context, rt *plan.Runtime, rows *op.Kept) error {
			done, err := rt.Env.Lookups.Write(ctx, file, writtenRows(ctx, rows), mode)
			if err == nil && done.Deleted {
				rt.Warn("outputcsv: there were no results, so the file '%s' was removed.", file)
			}
			return err
		}), nil
	},
})

// csvLines puts the text of each row into _xml.
func csvLines(b *column.Batch) (*column.Batch, error) {
	names := op.Expand(b, []string{"*"}, false)
	cols := op.Cols(b, names)
	out := column.NewTextBuilder()
	for i := range b.N {
		cells := make([]string, len(cols))
		for k, c := range cols {
			if !c.Null(i) {
				cells[k] = csvCell(c.At(i).Text())
			}
		}
		out.Append(strings.Join(cells, ","))
	}
	b.Set("_xml", out.Build())
	return b, nil
}

// csvCell puts anything but plain letters and digits in quotes.
func csvCell(s string) string {
	plain := s != ""
	for i := range len(s) {
		c := s[i]
		plain = plain && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
