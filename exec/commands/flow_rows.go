package commands

import (
	"strings"

	"spl/lang"
)

func flowNone(any, *Flow) {}

func flowSearch(args any, f *Flow) {
	if a, ok := args.(*searchArgs); ok && a.Where != nil {
		f.term(a.Where, false)
	}
}

func flowWhere(args any, f *Flow) {
	if a, ok := args.(*whereArgs); ok && a.Cond != nil {
		f.expr(a.Cond, false)
	}
}

func flowHead(args any, f *Flow) {
	if a, ok := args.(*headArgs); ok && a.While != nil {
		f.expr(a.While, false)
	}
	f.Order = true
}

func flowEval(args any, f *Flow) {
	a, ok := args.(*evalArgs)
	if !ok {
		f.Open = true
		return
	}
	made := map[string]bool{}
	for _, x := range a.List {
		before := len(f.Reads)
		f.expr(x.Expr, false)
		kept := f.Reads[:before]
		for _, r := range f.Reads[before:] { // an assignment sees the ones before it
			if !made[r.Text] {
				kept = append(kept, r)
			}
		}
		f.Reads = kept
		if strings.Contains(x.Target.Text, "{") && strings.Contains(x.Target.Text, "}") && !strings.Contains(x.Target.Text, "{}") {
			f.Open = true
			continue
		}
		made[x.Target.Text] = true
		f.Writes = append(f.Writes, x.Target.Text)
	}
}

func flowList(args any, f *Flow) {
	switch a := args.(type) {
	case *optsListArgs:
		f.read(a.List...)
	case *listArgs:
		f.read(a.List...)
	}
}

func flowOpenList(args any, f *Flow) {
	flowList(args, f)
	f.Open = true
}

// flowFill is fillnull and filldown: the fields need not exist, and exist afterwards.
func flowFill(args any, f *Flow) {
	var list lang.Fields
	switch a := args.(type) {
	case *optsListArgs:
		list = a.List
	case *listArgs:
		list = a.List
	}
	for _, n := range list {
		if !strings.Contains(n.Text, "*") {
			f.Writes = append(f.Writes, n.Text)
		}
	}
}

func flowFieldAs(args any, f *Flow) {
	a, ok := args.(*fieldAsArgs)
	if !ok {
		f.Open = true
		return
	}
	f.read(a.List...)
	f.Order = true
	f.Open = a.As == nil
	if a.As != nil {
		f.Writes = append(f.Writes, a.As.Text)
	}
}

func flowBin(args any, f *Flow) {
	a, ok := args.(*binArgs)
	if !ok {
		f.Open = true
		return
	}
	f.read(a.List...)
	if a.As != nil {
		f.Writes = append(f.Writes, a.As.Text)
	}
}

func flowConvert(args any, f *Flow) {
	a, ok := args.(*convertArgs)
	if !ok {
		f.Open = true
		return
	}
	for _, c := range a.Calls {
		f.read(c.Args...)
		if c.As != nil {
			f.Writes = append(f.Writes, c.As.Text)
		}
	}
}

func flowDedup(args any, f *Flow) {
	a, ok := args.(*dedupArgs)
	if !ok {
		return
	}
	f.by(a.List...)
	for _, k := range a.By {
		f.read(k.Name)
	}
	f.Order = len(a.By) == 0
}

func flowSort(args any, f *Flow) {
	if a, ok := args.(*sortArgs); ok {
		for _, k := range a.Keys {
			f.read(k.Name)
		}
	}
}

func flowRegex(args any, f *Flow) {
	if a, ok := args.(*regexArgs); ok && a.Field != nil {
		f.read(lang.Name{Span: a.Field.Span, Text: a.Field.Text, Quoted: a.Field.Quoted})
	}
}

func flowRex(args any, f *Flow) {
	a, ok := args.(*rexArgs)
	if !ok {
		f.Open = true
		return
	}
	if o := a.Opts.Get("field"); o != nil {
		f.read(lang.Name{Span: o.ValueSpan, Text: o.Value})
	}
	if a.Opts.Has("mode") {
		return
	}
	if o := a.Opts.Get("offset_field"); o != nil {
		f.Writes = append(f.Writes, o.Value)
	}
	for _, p := range a.Pattern {
		f.Writes = append(f.Writes, groups(p.Text)...)
	}
}

func flowSpath(args any, f *Flow) {
	a, ok := args.(*optsListArgs)
	if !ok {
		f.Open = true
		return
	}
	if o := a.Opts.Get("input"); o != nil {
		f.read(lang.Name{Span: o.ValueSpan, Text: o.Value})
	}
	path := a.Opts.Text("path", "")
	if len(a.List) == 1 {
		path = a.List[0].Text
	}
	if out := a.Opts.Text("output", path); out != "" {
		f.Writes = append(f.Writes, out)
		return
	}
	f.Open = true
}

func flowStrcat(args any, f *Flow) {
	if a, ok := args.(*optsListArgs); ok && len(a.List) > 0 {
		f.Writes = append(f.Writes, a.List[len(a.List)-1].Text)
		return
	}
	f.Open = true
}

func flowReplace(args any, f *Flow) {
	if a, ok := args.(*replaceArgs); ok {
		f.read(a.In...)
	}
}

func flowLookup(args any, f *Flow) {
	a, ok := args.(*lookupArgs)
	if !ok || len(a.Names) == 0 {
		f.Open = true
		return
	}
	for _, p := range a.Names[1:] {
		n := p.From
		if p.As != nil {
			n = *p.As
		}
		f.read(n)
	}
	if a.Kind == "" {
		f.Table = a.Names[0].From.Text
	}
	for _, p := range a.Out {
		f.Writes = append(f.Writes, p.event())
	}
}

func flowIplocation(args any, f *Flow) {
	a, ok := args.(*optsListArgs)
	if !ok {
		f.Open = true
		return
	}
	f.read(a.List...)
	for _, n := range []string{"City", "Country", "Region", "lat", "lon", "Continent", "MetroCode", "Timezone"} {
		f.Writes = append(f.Writes, a.Opts.Text("prefix", "")+n)
	}
}

func flowAddinfo(_ any, f *Flow) {
	f.Writes = []string{"info_min_time", "info_max_time", "info_sid", "info_search_time"}
}

func flowAddtotals(args any, f *Flow) {
	if a, ok := args.(*optsListArgs); ok {
		f.Writes = append(f.Writes, a.Opts.Text("fieldname", "Total"), a.Opts.Text("labelfield", ""))
	}
}

func flowTags(args any, f *Flow) {
	f.Writes = append(f.Writes, "tag", "eventtype", "tag::*")
	f.Open = true
}
