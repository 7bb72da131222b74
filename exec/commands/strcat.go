package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var strcat = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "strcat", Usage: `strcat [allrequired=<bool>] (<field> | "<text>")... <field>`,
		Options: []lang.Opt{{Name: "allrequired", Type: lang.Bool, Default: "false", Doc: "Write nothing where one of the fields is missing."}}},
	Short:    "Join fields and texts into a field.",
	Doc:      `Quoted arguments are texts, bare ones fields; the last one is the target. Missing fields count as empty.`,
	Examples: []Example{{Search: `strcat host "::" port address`, In: "host,port\nh,80\n,22", Out: "host,port,address\nh,80,h::80\n,22,::22"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) < 2 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one source and a destination field are expected.")
		}
		parts, dest := a.List[:len(a.List)-1], a.List[len(a.List)-1].Text
		var read []string
		for _, p := range parts {
			if !p.Quoted {
				read = append(read, p.Text)
			}
		}
		all := a.Opts.Bool("allrequired", false)
		needs := needInstead([]string{dest}, read...)
		if all {
			needs = needAlso(read...)
		}
		return changes(rowLocal(b, needs, func(b *column.Batch) (*column.Batch, error) {
			v := concatParts(b, parts, all)
			if all {
				v = op.Coalesce(v, b.Col(dest))
			}
			setField(b, dest, v)
			return b, nil
		}), dest), nil
	},
})

func concatParts(b *column.Batch, parts lang.Fields, all bool) column.Vec {
	cols := make([]column.Vec, len(parts))
	for i, p := range parts {
		if p.Quoted {
			cols[i] = column.ConstText(p.Text, b.N)
		} else {
			cols[i] = b.Col(p.Text)
		}
	}
	out := column.NewTextBuilder()
	var text strings.Builder
	for i := range b.N {
		text.Reset()
		missing := false
		for _, c := range cols {
			missing = missing || c.Null(i)
			text.WriteString(c.At(i).Text())
		}
		if all && missing {
			out.AppendNull()
		} else {
			out.Append(text.String())
		}
	}
	return out.Build()
}
