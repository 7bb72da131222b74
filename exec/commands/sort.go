package commands

import (
	"strconv"

	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type sortArgs struct {
	Opts  lang.Options    `parser:"( @@"`
	Count *int            `parser:"| @Int"`
	Keys  []*lang.SortKey `parser:"| @@ )*"`
}

var sortCmd = define(Spec[sortArgs]{
	Grammar: lang.Grammar{Name: "sort", Usage: "sort [<count>] ([+|-] <field> | [+|-] auto|ip|num|str(<field>))... [d|desc]",
		Options: []lang.Opt{{Name: "limit", Type: lang.Int, Default: "10000", Doc: "Rows to keep after sorting; 0 keeps all."}}},
	Short: "Sort rows.",
	Doc: `A sign right before a field is for that field; a sign with a blank after it holds for all following
fields without their own. Numbers sort by size and before IPv4 addresses, those before other text, which
sorts by bytes. Rows without the field come last in both directions. Without a count 10000 rows are kept.`,
	Examples: []Example{
		{Search: `sort - n`, In: "n,i\n10,1\n9,2\n,3\n100,4\nx,5", Out: "n,i\nx,5\n100,4\n10,1\n9,2\n,3"},
		{Search: `sort g, -n`, In: "g,n\nb,1\na,1\na,2", Out: "g,n\na,2\na,1\nb,1"},
	},
	Plan: func(b *plan.Builder, a *sortArgs) (plan.Node, error) {
		limit := b.Env.Limits.SortRows
		explicit := false
		if a.Count != nil {
			limit, explicit = *a.Count, true
		}
		if a.Opts.Has("limit") {
			limit, explicit = a.Opts.Int("limit", limit), true
		}
		keys := sortKeys(b, a.Keys)
		if len(keys) == 0 {
			return nil, lang.SubjectErrorf(b.Stage, "", lang.Span{}, lang.CodeBadArgument, "You must specify fields to sort.")
		}
		n := op.NewSort(keys, limit)
		if !explicit {
			n.Cut = func(rt *plan.Runtime) {
				rt.Warn("sort: only the first %d rows were kept; sort 0 keeps all.", limit)
			}
		}
		return n, nil
	},
})

// sortKeys reads signs and the trailing d or desc.
func sortKeys(b *plan.Builder, list []*lang.SortKey) []op.SortKey {
	flip := false
	if n := len(list); n > 1 {
		if last := list[n-1]; !last.Sign && last.Func == "" && !last.Name.Quoted &&
			(last.Name.Text == "d" || last.Name.Text == "desc") {
			flip, list = true, list[:n-1]
		}
	}
	var out []op.SortKey
	running := false
	for _, k := range list {
		desc := k.Desc
		if k.Sign {
			if next := k.Start + 1; next < len(b.Stage.Src.Text) && isSpace(b.Stage.Src.Text[next]) {
				running = desc
			}
		} else {
			desc = running
		}
		out = append(out, op.SortKey{Field: k.Name.Text, Type: keyTypes[k.Func], Desc: desc != flip})
	}
	return out
}

var keyTypes = map[string]op.KeyType{"ip": op.KeyIP, "num": op.KeyNum, "str": op.KeyStr}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// countArg returns the number that stands as the only positional argument, or def.
func countArg(b *plan.Builder, names []lang.Name, def int) (int, error) {
	if len(names) == 0 {
		return def, nil
	}
	n, err := strconv.Atoi(names[0].Text)
	if err != nil || n < 0 || len(names) > 1 {
		return 0, invalidArgument(b, names[len(names)-1])
	}
	return n, nil
}
