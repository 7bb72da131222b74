package commands

import (
	"strings"

	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type listArgs struct {
	List lang.Fields `parser:"@@*"`
}

var fields = define(Spec[listArgs]{
	Grammar: lang.Grammar{Name: "fields", Usage: "fields [+|-] <field>..."},
	Short:   "Keep or remove fields.",
	Doc: `Keeps the listed fields in the listed order, or with - removes them. Names may hold *. Fields whose
names start with an underscore stay unless they are removed by name or by a pattern such as _*.`,
	Examples: []Example{
		{Search: `fields b*, a`, In: "a,b1,b2,c\n1,2,3,4", Out: "b1,b2,a\n2,3,1"},
		{Search: `fields - a`, In: "a,b\n1,2", Out: "b\n2"},
	},
	Plan: func(b *plan.Builder, a *listArgs) (plan.Node, error) {
		names, remove := a.List.Texts(), false
		if len(a.List) > 0 && !a.List[0].Quoted {
			switch first := names[0]; {
			case first == "-" || first == "+":
				names, remove = names[1:], first == "-"
			case strings.HasPrefix(first, "-"), strings.HasPrefix(first, "+"):
				names[0], remove = first[1:], first[0] == '-'
			}
		}
		if len(names) == 0 {
			return passThrough(b), nil
		}
		return op.NewProject(names, remove, stageText(b.Stage)), nil
	},
})
