package commands

import (
	"context"
	"strconv"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type dedupArgs struct {
	Count *int            `parser:"@Int?"`
	Opts  lang.Options    `parser:"( @@"`
	By    []*lang.SortKey `parser:"| 'sortby' @@+"`
	List  lang.Fields     `parser:"| @@ )*"`
}

var dedup = define(Spec[dedupArgs]{
	Grammar: lang.Grammar{Name: "dedup", Clauses: []string{"sortby"},
		Usage: "dedup [<count>] <field>... [keepevents=<bool>] [keepempty=<bool>] [consecutive=<bool>] [sortby [+|-]<field>...]",
		Options: []lang.Opt{
			{Name: "keepevents", Type: lang.Bool, Default: "false", Doc: "Keep all rows, take the fields from the repeats."},
			{Name: "keepempty", Type: lang.Bool, Default: "false", Doc: "Keep the rows that lack one of the fields."},
			{Name: "consecutive", Type: lang.Bool, Default: "false", Doc: "Drop only repeats that follow each other."},
		}},
	Short: "Drop rows that repeat a combination of values.",
	Doc: `The first rows of each combination stay, by default one. Rows that lack one of the fields go unless
keepempty is set. sortby sorts all rows first, so it decides which ones survive.`,
	Examples: []Example{
		{Search: "dedup x", In: "x,n\na,1\na,2\nb,3\n,4\na,5", Out: "x,n\na,1\nb,3"},
		{Search: "dedup 1 x consecutive=t keepempty=t", In: "x,n\na,1\na,2\nb,3\n,4\na,5", Out: "x,n\na,1\nb,3\n,4\na,5"},
		{Search: "dedup x sortby -n", In: "x,n\na,1\na,2\nb,3", Out: "x,n\nb,3\na,2"},
	},
	Plan: func(b *plan.Builder, a *dedupArgs) (plan.Node, error) {
		d := &op.Dedup{Fields: a.List.Texts(), Max: 1, KeepEvents: a.Opts.Bool("keepevents", false),
			KeepEmpty: a.Opts.Bool("keepempty", false), Consecutive: a.Opts.Bool("consecutive", false)}
		if a.Count != nil {
			d.Max = *a.Count
		}
		if len(d.Fields) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one field must be given as an argument.")
		}
		if d.Max == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The count must be above zero.")
		}
		for _, n := range a.List {
			if count, err := strconv.Atoi(n.Text); err == nil && count < 0 {
				return nil, lang.Errorf(b.Stage, n.Span, lang.CodeBadArgument, "The count must be above zero.")
			}
			if !column.Fields(n.Text).Exact() {
				return nil, invalidArgument(b, n)
			}
		}
		keys := sortKeys(b, a.By)
		node := &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needAlso(d.Fields...), open: d.Open}
		if len(keys) == 0 {
			return node, nil
		}
		return sortedFirst(node, keys), nil
	},
})

// sortedFirst puts a full sort in front of a node.
func sortedFirst(node *streamNode, keys []op.SortKey) plan.Node {
	order := op.NewSort(keys, 0)
	needs, open := node.needs, node.open
	node.C = plan.Transforming
	node.needs = func(out column.FieldSet) column.FieldSet { return order.Needs(needs(out)) }
	node.open = func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
		return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
			s, err := op.Run(ctx, rt, plan.Pipeline{order}, in)
			if err != nil {
				return nil, err
			}
			return open(rt, s)
		}), nil
	}
	return node
}
