package commands

import (
	"slices"
	"strings"

	"spl/lang"
	"spl/lang/pattern"
)

// Flow says which fields a stage reads and which come out of it, as far as its text tells. Names may hold
// wildcards. It is what static checks go by; running a search never looks at it.
type Flow struct {
	Reads  []Read
	Writes []string
	Drops  []string // input fields that do not come out
	// Only says that nothing comes out but Writes and the input fields that Keeps names.
	Only  bool
	Keeps []string
	// Renames are patterns of input fields and what they become.
	Renames [][2]string
	// Open says that the stage may add fields of any name.
	Open bool
	// Table is the lookup whose columns are added (all of them).
	Table string
	// Order says that the stage looks at the order or the time of rows.
	Order bool
}

// Read is a field that a stage reads.
type Read struct {
	lang.Name
	By       bool // a row without it takes no part: behind BY, or the key of dedup
	Optional bool // missing is foreseen: isnull(x), coalesce(x, y)
}

// FlowOf returns the flow of a parsed stage; known is false for stages that could do anything.
func FlowOf(st *lang.Stage) (f Flow, known bool) {
	if st.Grammar == nil || st.Args == nil {
		return Flow{Open: true}, false
	}
	make, ok := flows[st.Name]
	if !ok {
		return Flow{Open: true}, false
	}
	make(st.Args, &f)
	return f, true
}

// flows holds how the arguments of commands read; a command that is missing could do anything.
var flows = map[string]func(args any, f *Flow){
	"accum": flowFieldAs, "addinfo": flowAddinfo, "addtotals": flowAddtotals, "autoregress": flowOpenList,
	"bin": flowBin, "chart": flowChart, "collect": flowNone, "convert": flowConvert, "dedup": flowDedup,
	"delta": flowFieldAs, "eval": flowEval, "eventstats": flowAddStats, "fields": flowFields, "fillnull": flowFill,
	"filldown": flowFill, "format": flowText, "head": flowHead, "inputlookup": flowInputlookup, "iplocation": flowIplocation,
	"localop": flowNone, "lookup": flowLookup, "makemv": flowList, "makeresults": flowMakeresults, "mvcombine": flowList,
	"mvexpand": flowList, "nomv": flowList, "outlier": flowNone, "outputlookup": flowNone, "outputcsv": flowNone,
	"rare": flowTop, "regex": flowRegex, "rename": flowRename, "replace": flowReplace, "return": flowReturn,
	"reverse": flowNone, "rex": flowRex, "search": flowSearch, "sort": flowSort, "spath": flowSpath, "stats": flowStats,
	"strcat": flowStrcat, "streamstats": flowAddStats, "table": flowTable, "tail": flowNone, "timechart": flowTimechart,
	"top": flowTop, "transaction": flowOpenList, "tstats": flowMetrics, "mstats": flowMetrics, "uniq": flowNone,
	"untable": flowUntable, "where": flowWhere, "tags": flowTags, "typer": flowTags,
}

func (f *Flow) read(names ...lang.Name) {
	for _, n := range names {
		f.Reads = append(f.Reads, Read{Name: n})
	}
}

func (f *Flow) by(names ...lang.Name) {
	for _, n := range names {
		f.Reads = append(f.Reads, Read{Name: n, By: true})
	}
}

// tolerant are functions that are asked about fields that may be missing.
var tolerant = []string{"isnull", "isnotnull", "coalesce", "typeof", "isstr", "isnum", "isint", "isbool", "nullif", "mvappend", "mvcount", "tostring"}

func (f *Flow) expr(e lang.Expr, optional bool) {
	switch e := e.(type) {
	case *lang.Field:
		if !optional && !e.Quoted && isConstantName(e.Name) {
			return
		}
		f.Reads = append(f.Reads, Read{Name: lang.Name{Span: e.Span, Text: e.Name, Quoted: e.Quoted}, Optional: optional})
	case *lang.Call:
		for i, a := range e.Args {
			f.expr(a, optional || slices.Contains(tolerant, e.Func) || i > 0 && (e.Func == "if" || e.Func == "case"))
		}
	case *lang.Unary:
		f.expr(e.X, optional)
	case *lang.Binary:
		f.expr(e.L, optional)
		f.expr(e.R, optional)
	case *lang.InList:
		f.expr(e.X, optional)
		for _, x := range e.List {
			f.expr(x, optional)
		}
	}
}

// isConstantName tells whether people mean a value by the bare word, which is null unless such a field exists.
func isConstantName(s string) bool {
	return strings.EqualFold(s, "null") || strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

// term collects the fields of a search expression; below NOT a missing field is foreseen.
func (f *Flow) term(t lang.Term, optional bool) {
	switch t := t.(type) {
	case *lang.And:
		for _, x := range t.Terms {
			f.term(x, optional)
		}
	case *lang.Or:
		for _, x := range t.Terms {
			f.term(x, true)
		}
	case *lang.Not:
		f.term(t.X, true)
	case *lang.Compare:
		f.Reads = append(f.Reads, Read{Name: t.Field, Optional: optional})
	case *lang.In:
		f.Reads = append(f.Reads, Read{Name: t.Field, Optional: optional})
	}
}

// aggs reads the arguments of aggregations and returns the names of their results; ok is false when they
// depend on the fields there are.
func (f *Flow) aggs(as []*lang.Agg) (names []string, ok bool) {
	ok = true
	for _, a := range as {
		if a.Field != nil {
			f.read(*a.Field)
		}
		if a.Eval != nil {
			f.expr(a.Eval, true)
		}
		for _, sub := range a.Args {
			if sub.Field != nil {
				f.read(*sub.Field)
			}
		}
		n := aggName(a)
		ok = ok && !strings.Contains(n, "*")
		names = append(names, n)
		f.Order = f.Order || slices.Contains([]string{"first", "last", "list", "earliest", "latest", "earliest_time", "latest_time", "rate"}, a.Func)
	}
	return names, ok
}

// aggName is the column that an aggregation makes.
func aggName(a *lang.Agg) string {
	name := a.Func
	if name == "c" {
		name = "count"
	}
	switch {
	case a.As != nil:
		return a.As.Text
	case a.Eval != nil || len(a.Args) > 0:
		return a.Written
	case a.Field != nil:
		return name + "(" + a.Field.Text + ")"
	}
	return name
}

// groups returns the named groups of a regular expression, nil when it cannot be compiled.
func groups(re string) []string {
	p, err := pattern.Compile(re)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.SubexpNames()), func(s string) bool { return s == "" })
}

// Rename returns what becomes of an input field, and whether it is renamed at all.
func (f *Flow) Rename(name string) (string, bool) {
	for _, r := range f.Renames {
		if parts, ok := matchParts(r[0], name); ok && (!strings.HasPrefix(name, "_") || strings.HasPrefix(r[0], "_")) {
			return fillStars(r[1], parts), true
		}
	}
	return name, false
}

// MatchField tells whether a field list's pattern takes in a name.
func MatchField(pattern, name string) bool {
	_, ok := matchParts(pattern, name)
	return ok
}
