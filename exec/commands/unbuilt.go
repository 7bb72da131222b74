package commands

import (
	"slices"
	"strings"

	"spl/lang"
)

// complete adds the commands that parse but cannot run to the table of those that can, by name.
func complete(table []*Command) []*Command {
	known := map[string]bool{}
	for _, c := range table {
		for _, n := range append([]string{c.Grammar.Name}, c.Grammar.Aliases...) {
			known[n] = true
		}
	}
	for _, c := range slices.Concat(unbuiltReports, unbuiltSources, unbuiltRows, unbuiltEffects) {
		if !known[c.Grammar.Name] {
			c.Grammar.Aliases = slices.DeleteFunc(c.Grammar.Aliases, func(a string) bool { return known[a] })
			table = append(table, c)
		}
	}
	slices.SortFunc(table, func(a, b *Command) int { return strings.Compare(a.Grammar.Name, b.Grammar.Name) })
	return table
}

// looseArgs is what most commands take: options, names and values, BY, AS and subsearches in any order.
type looseArgs struct {
	Opts lang.Options      `parser:"( @@"`
	By   byList            `parser:"| @@"`
	As   *lang.Name        `parser:"| 'as' @@"`
	Subs []*lang.Subsearch `parser:"| @@"`
	List []lang.Value      `parser:"| @@ )*"`
}

// aggArgs is looseArgs with aggregations in place of names.
type aggArgs struct {
	Opts lang.Options `parser:"( @@"`
	By   byList       `parser:"| @@"`
	Over *lang.Name   `parser:"| 'over' @@"`
	Aggs []*lang.Agg  `parser:"| @@ )*"`
}

// metricArgs is the form of tstats and its kin: aggregates FROM a source WHERE terms BY fields.
type metricArgs struct {
	Opts  lang.Options `parser:"( @@"`
	Aggs  []*lang.Agg  `parser:"| @@"`
	From  lang.Options `parser:"| 'from' ( @@"`
	Space *lang.Name   `parser:"  | @@ )"`
	Where lang.Term    `parser:"| 'where' @@"`
	By    lang.By      `parser:"| ( 'by' | 'groupby' ) @@ )*"`
}

// termArgs is a search expression.
type termArgs struct {
	Where lang.Term `parser:"@@?"`
}

// parses declares a command that cannot run yet; usage starts with its name.
func parses(short, usage string, aliases []string, opts ...lang.Opt) *Command {
	name, _, _ := strings.Cut(strings.TrimPrefix(usage, "| "), " ")
	g := lang.Grammar{Name: name, Aliases: aliases, Usage: usage, Options: opts, Clauses: []string{"by", "as"}}
	g.Generating = strings.HasPrefix(usage, "| ")
	return define(Spec[looseArgs]{Grammar: g, Short: short, Doc: short})
}

// lenient lets a command take options that are not declared, such as request arguments.
func lenient(c *Command) *Command {
	g := c.Grammar
	g.AnyOption = true
	return define(Spec[looseArgs]{Grammar: g, Short: c.Short, Doc: c.Doc})
}

func aka(names ...string) []string { return names }

func boolOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.Bool, Default: def, Doc: doc}
}
func intOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.Int, Default: def, Doc: doc}
}
func numOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.Num, Default: def, Doc: doc}
}
func textOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.Text, Default: def, Doc: doc}
}
func fieldOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.FieldName, Default: def, Doc: doc}
}
func spanOpt(name, def, doc string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.SpanLen, Default: def, Doc: doc}
}
func enumOpt(name, def, doc string, values ...string) lang.Opt {
	return lang.Opt{Name: name, Type: lang.Enum, Default: def, Doc: doc, Values: values}
}
