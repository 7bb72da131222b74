package commands

import (
	"spl/exec/plan"
	"spl/lang"
)

// Commands that only tell a user interface or a cluster something: rows pass as they are.

var highlight = define(Spec[optsListArgs]{
	Grammar:  lang.Grammar{Name: "highlight", Aliases: []string{"hilite"}, Usage: "highlight <word>..."},
	Short:    "Mark words for a display; rows stay as they are.",
	Doc:      `Nothing here shows the marks.`,
	Examples: []Example{{Search: "highlight x", In: "a\nx", Out: "a\nx"}},
	Plan:     func(b *plan.Builder, _ *optsListArgs) (plan.Node, error) { return passThrough(b), nil },
})

var iconify = define(Spec[optsListArgs]{
	Grammar:  lang.Grammar{Name: "iconify", Usage: "iconify <field>..."},
	Short:    "Mark fields for icons; rows stay as they are.",
	Doc:      `Nothing here shows the icons.`,
	Examples: []Example{{Search: "iconify a", In: "a\nx", Out: "a\nx"}},
	Plan:     func(b *plan.Builder, _ *optsListArgs) (plan.Node, error) { return passThrough(b), nil },
})

var localop = define(Spec[noArgs]{
	Grammar:  lang.Grammar{Name: "localop", Usage: "localop"},
	Short:    "Run what follows on one machine; it always is one.",
	Doc:      `Rows stay as they are.`,
	Examples: []Example{{Search: "localop", In: "a\nx", Out: "a\nx"}},
	Plan:     func(b *plan.Builder, _ *noArgs) (plan.Node, error) { return passThrough(b), nil },
})

var noop = define(Spec[optsListArgs]{
	Grammar:  lang.Grammar{Name: "noop", AnyOption: true, Usage: "noop [<option>=<value>...]"},
	Short:    "Tune the planner of a cluster; rows stay as they are.",
	Doc:      `Its arguments have no effect on one machine.`,
	Examples: []Example{{Search: "noop search_optimization=false", In: "a\nx", Out: "a\nx"}},
	Plan:     func(b *plan.Builder, _ *optsListArgs) (plan.Node, error) { return passThrough(b), nil },
})

type redistributeArgs struct {
	Opts lang.Options `parser:"( @@"`
	By   lang.Fields  `parser:"| 'by' @@+ )*"`
}

var redistribute = define(Spec[redistributeArgs]{
	Grammar: lang.Grammar{Name: "redistribute", Clauses: []string{"by"}, Usage: "redistribute [num_of_reducers=<int>] [by <field>...]",
		Options: []lang.Opt{{Name: "num_of_reducers", Type: lang.Int, Doc: "No effect on one machine."}}},
	Short:    "Spread the work over a cluster; rows stay as they are.",
	Doc:      `Searches use all processors by themselves.`,
	Examples: []Example{{Search: "redistribute by a", In: "a\nx", Out: "a\nx"}},
	Plan:     func(b *plan.Builder, _ *redistributeArgs) (plan.Node, error) { return passThrough(b), nil },
})
