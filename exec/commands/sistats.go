package commands

import (
	"strings"

	"spl/exec/plan"
	"spl/lang"
)

const partialDoc = `Takes the same arguments as %s and gives rows of unfinished aggregates, in fields whose names
start with psrsvd_. The same %s with the same arguments behind it, or in a later search over the collected
rows, finishes them: averages and distinct counts come out as if it had seen all the rows.`

var sistats = define(Spec[statsArgs]{
	Grammar: lang.Grammar{Name: "sistats", Clauses: []string{"by", "as"}, Options: statsOptions, BadArg: badAggArgument,
		Usage: "sistats [allnum=<bool>] " + aggUsage + " [BY <field>...]"},
	Short: "Compute aggregates that a later stats finishes.",
	Doc:   partialText("stats"),
	Examples: []Example{
		{Search: "sistats avg(n) BY g | stats avg(n) BY g", In: "g,n\na,1\nb,2\na,4", Out: "g,avg(n)\na,2.5\nb,2"},
	},
	Plan: func(b *plan.Builder, a *statsArgs) (plan.Node, error) { return planStats(b, a, true) },
})

func partialText(name string) string { return strings.ReplaceAll(partialDoc, "%s", name) }
