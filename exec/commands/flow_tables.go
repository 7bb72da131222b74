package commands

import (
	"slices"
	"strings"

	"spl/lang"
)

func flowFields(args any, f *Flow) {
	a, ok := args.(*listArgs)
	if !ok || len(a.List) == 0 {
		return
	}
	names := slices.Clone(a.List)
	remove := false
	if !names[0].Quoted {
		switch first := names[0].Text; {
		case first == "-" || first == "+":
			names, remove = names[1:], first == "-"
		case strings.HasPrefix(first, "-"):
			names[0].Text, remove = first[1:], true
		}
	}
	if remove {
		f.Drops = names.Texts()
		return
	}
	f.read(names...)
	f.Only, f.Keeps = true, append(names.Texts(), "_*")
}

func flowTable(args any, f *Flow) {
	if a, ok := args.(*listArgs); ok && len(a.List) > 0 {
		f.read(a.List...)
		f.Only, f.Keeps = true, a.List.Texts()
	}
}

func flowStats(args any, f *Flow) {
	a, ok := args.(*statsArgs)
	if !ok {
		f.Open = true
		return
	}
	names, fixed := f.aggs(a.Aggs)
	f.by(a.By.Fields...)
	f.Only, f.Open = true, !fixed
	f.Writes = slices.Concat(names, a.By.Fields.Texts())
}

// flowAddStats is eventstats and streamstats, which add columns to the rows.
func flowAddStats(args any, f *Flow) {
	a, ok := args.(*statsArgs)
	if !ok {
		f.Open = true
		return
	}
	names, fixed := f.aggs(a.Aggs)
	f.by(a.By.Fields...)
	f.Open = !fixed
	f.Writes = names
}

func flowChart(args any, f *Flow) {
	a, ok := args.(*chartArgs)
	if !ok {
		f.Open = true
		return
	}
	names, fixed := f.aggs(a.Aggs)
	f.by(a.By.Fields...)
	rows := a.By.Fields.Texts()
	f.Only, f.Open = true, !fixed
	if len(rows) > 1 || a.Over.Word != "" && len(rows) > 0 {
		f.Open = true // the columns are called after values
	}
	if a.Over.Word != "" {
		f.by(a.Over.Fields...)
		rows = append(rows, a.Over.Fields.Texts()...)
	}
	f.Writes = slices.Concat(names, rows)
}

func flowTimechart(args any, f *Flow) {
	flowChart(args, f)
	if a, ok := args.(*chartArgs); ok {
		f.Open = f.Open || len(a.By.Fields) > 0
	}
	f.Order = true
	f.Writes = append(f.Writes, "_time", "_span")
	f.by(lang.Name{Text: "_time"})
}

func flowTop(args any, f *Flow) {
	a, ok := args.(*topArgs)
	if !ok {
		f.Open = true
		return
	}
	f.by(a.Fields...)
	f.by(a.By.Fields...)
	f.Only = true
	f.Writes = append(append(a.Fields.Texts(), a.By.Fields.Texts()...), a.Opts.Text("countfield", "count"), a.Opts.Text("percentfield", "percent"), "_tc")
}

func flowMetrics(args any, f *Flow) {
	a, ok := args.(*metricArgs)
	if !ok {
		f.Open = true
		return
	}
	names, fixed := f.aggs(a.Aggs)
	f.Reads = nil // of indexed fields, not of rows
	f.Only, f.Open = true, !fixed
	f.Writes = append(append(names, a.By.Fields.Texts()...), "_span")
	if a.Opts.Has("span") || a.By.Opts.Has("span") {
		f.Writes = append(f.Writes, "_time")
	}
}

func flowRename(args any, f *Flow) {
	a, ok := args.(*renameArgs)
	if !ok {
		f.Open = true
		return
	}
	for _, p := range a.Pairs {
		f.read(p.From)
		f.Renames = append(f.Renames, [2]string{p.From.Text, p.To.Text})
	}
}

func flowUntable(args any, f *Flow) {
	a, ok := args.(*listArgs)
	if !ok || len(a.List) == 0 {
		f.Open = true
		return
	}
	f.read(a.List[0])
	f.Only, f.Writes = true, a.List.Texts()
}

func flowInputlookup(args any, f *Flow) {
	a, ok := args.(*inputlookupArgs)
	if !ok || len(a.List) == 0 {
		f.Open = true
		return
	}
	f.Table = a.List[0].Text
	f.Only = !a.Opts.Bool("append", false)
}

func flowMakeresults(args any, f *Flow) {
	a, ok := args.(*optsListArgs)
	if !ok || a.Opts.Has("data") || a.Opts.Bool("annotate", false) {
		f.Open = true
		return
	}
	f.Only, f.Writes = true, []string{"_time"}
}

// flowText is format, which leaves one field.
func flowText(_ any, f *Flow) { f.Only, f.Writes = true, []string{"search"} }

func flowReturn(args any, f *Flow) {
	flowText(args, f)
	a, ok := args.(*returnArgs)
	if !ok {
		return
	}
	for _, it := range a.Items {
		switch {
		case it.Opt != nil:
			f.read(lang.Name{Span: it.Opt.ValueSpan, Text: strings.TrimPrefix(it.Opt.Value, "$")})
		case it.Name != nil && !isCount(it.Name.Text):
			f.read(lang.Name{Span: it.Name.Span, Text: strings.TrimPrefix(it.Name.Text, "$")})
		}
	}
}

// isCount tells whether a word of return is its number of rows.
func isCount(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
