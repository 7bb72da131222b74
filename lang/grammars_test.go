package lang

// The grammars of these tests stand for the real commands, which live further up.

type searchArgs struct {
	Where Term `parser:"@@?"`
}
type whereArgs struct {
	Cond Expr `parser:"@@?"`
}
type evalArgs struct {
	List Assigns `parser:"@@+"`
}
type headArgs struct {
	Opts  Options `parser:"( @@"`
	Count *int    `parser:"| @Int"`
	While Expr    `parser:"| '(' @@ ')' )*"`
}
type statsArgs struct {
	Opts Options `parser:"( @@"`
	Aggs []*Agg  `parser:"| @@"`
	By   Fields  `parser:"| 'by' @@+ )*"`
}
type tstatsArgs struct {
	Opts  Options `parser:"( @@"`
	Aggs  []*Agg  `parser:"| @@"`
	From  Options `parser:"| 'from' ( @@"`
	Index Name    `parser:"  | @@ )"`
	Where Term    `parser:"| 'where' @@"`
	By    By      `parser:"| ( 'by' | 'groupby' ) @@ )*"`
}
type pair struct {
	From Name  `parser:"@@"`
	To   *Name `parser:"( ( 'as' | 'to' | '->' ) @@ )?"`
}
type renameArgs struct {
	Pairs []*pair `parser:"@@+"`
}
type lookupArgs struct {
	Opts  Options `parser:"@@*"`
	Table Name    `parser:"@@"`
	Keys  []*pair `parser:"@@*"`
	Mode  string  `parser:"( @( 'output' | 'outputnew' )"`
	Out   []*pair `parser:"  @@* )?"`
}
type sortArgs struct {
	Opts  Options    `parser:"( @@"`
	Count *int       `parser:"| @Int"`
	Keys  []*SortKey `parser:"| @@ )*"`
}
type convertArgs struct {
	Opts  Options  `parser:"( @@"`
	Calls []*Call1 `parser:"| @@ )*"`
}
type swap struct {
	From Value `parser:"@@ 'with'"`
	To   Value `parser:"@@"`
}
type replaceArgs struct {
	Pairs []*swap `parser:"@@*"`
	In    Fields  `parser:"( 'in' @@+ )?"`
}
type fieldsArgs struct {
	Op   string `parser:"@( '-' | '+' )?"`
	List Fields `parser:"@@*"`
}
type listArgs struct {
	Opts   Options `parser:"( @@"`
	Names  Fields  `parser:"| @@"`
	SortBy Fields  `parser:"| 'sortby' @@+"`
	As     *Name   `parser:"| 'as' @@"`
	Where  Term    `parser:"| 'where' @@ )*"`
}
type rowsArgs struct {
	Args
	Subs []*Subsearch `parser:"@@*"`
	More Options      `parser:"@@*"`
}
type rexArgs struct {
	Opts    Options `parser:"( @@"`
	Pattern []Value `parser:"| @@ )*"`
}
type mapArgs struct {
	Opts Options    `parser:"( @@"`
	Sub  *Subsearch `parser:"| @@ )*"`
}
type regexArgs struct {
	Field   *Value `parser:"( @@"`
	Op      string `parser:"  @( '=' | '!=' ) )?"`
	Pattern Value  `parser:"@@"`
}
type noArgs struct{}

func opts(names ...string) []Opt {
	out := make([]Opt, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

var (
	by   = []string{"by", "as", "over", "where"}
	fake = NewParser(fakeGrammars()...)
)

func fakeGrammars() []Grammar {
	gs := []Grammar{
		Syntax[searchArgs](Grammar{Name: "search", Terms: true, Sub: SubTerms}),
		Syntax[whereArgs](Grammar{Name: "where", Mode: ModeExpr}),
		Syntax[evalArgs](Grammar{Name: "eval", Mode: ModeExpr}),
		Syntax[evalArgs](Grammar{Name: "fieldformat", Mode: ModeExpr}),
		Syntax[headArgs](Grammar{Name: "head", Paren: ModeExpr, Options: []Opt{
			{Name: "limit", Type: Int}, {Name: "null", Type: Bool}, {Name: "keeplast", Type: Bool}}}),
		Syntax[tstatsArgs](Grammar{Name: "tstats", Sub: SubTerms, Clauses: []string{"by", "groupby", "as", "where", "from"}, AnyOption: true}),
		Syntax[tstatsArgs](Grammar{Name: "mstats", Sub: SubTerms, Clauses: []string{"by", "groupby", "as", "where", "from"}, AnyOption: true}),
		Syntax[renameArgs](Grammar{Name: "rename", Clauses: []string{"as", "to", "->"}}),
		Syntax[lookupArgs](Grammar{Name: "lookup", Clauses: []string{"as", "output", "outputnew"}, Options: opts("local", "update")}),
		Syntax[sortArgs](Grammar{Name: "sort", Options: opts("limit")}),
		Syntax[convertArgs](Grammar{Name: "convert", Clauses: []string{"as"}, Options: opts("timeformat", "timezone")}),
		Syntax[replaceArgs](Grammar{Name: "replace", Clauses: []string{"with", "in"}}),
		Syntax[fieldsArgs](Grammar{Name: "fields"}),
		Syntax[rexArgs](Grammar{Name: "rex", Mode: ModeText, Options: opts("field", "max_match", "mode", "offset_field")}),
		Syntax[mapArgs](Grammar{Name: "map", Mode: ModeText, Sub: SubTemplate, Options: opts("search", "maxsearches")}),
		Syntax[regexArgs](Grammar{Name: "regex", Mode: ModeText}),
		Syntax[noArgs](Grammar{Name: "reverse"}),
	}
	for _, n := range []string{"stats", "eventstats", "streamstats", "chart", "timechart", "sistats"} {
		gs = append(gs, Syntax[statsArgs](Grammar{Name: n, Clauses: by[:2], AnyOption: true, BadArg: "The argument '%s' is invalid."}))
	}
	for _, n := range []string{"append", "appendcols", "join", "union", "multisearch", "set"} {
		gs = append(gs, Syntax[rowsArgs](Grammar{Name: n, Sub: SubRows, AnyOption: true}))
	}
	for _, n := range []string{"appendpipe", "foreach"} {
		gs = append(gs, Syntax[rowsArgs](Grammar{Name: n, Sub: SubPipeline, AnyOption: true}))
	}
	for _, n := range []string{"table", "dedup", "bin", "fillnull", "outputlookup", "inputlookup", "makeresults", "spath",
		"mvexpand", "iplocation", "top", "rare", "makemv", "addtotals", "from", "collect", "transaction", "rest", "xmlkv",
		"return", "format", "strcat", "addinfo", "tail", "nomv", "filldown", "makecontinuous", "extract", "datamodel",
		"rangemap", "mvcombine", "loadjob", "metadata", "transpose"} {
		g := Grammar{Name: n, AnyOption: true, Clauses: []string{"sortby", "as", "where"}, Generating: n == "makeresults"}
		if n == "bin" {
			g.Aliases = []string{"bucket", "discretize"}
		}
		gs = append(gs, Syntax[listArgs](g))
	}
	return gs
}
