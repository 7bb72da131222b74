package commands

import (
	"context"
	"fmt"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type foreachArgs struct {
	Opts lang.Options    `parser:"( @@"`
	Sub  *lang.Subsearch `parser:"| @@"`
	List lang.Fields     `parser:"| @@ )*"`
}

var foreach = define(Spec[foreachArgs]{
	Grammar: lang.Grammar{Name: "foreach", Sub: lang.SubTemplate,
		Usage: "foreach [mode=multifield|multivalue|json_array|auto_collections] <field>... [<commands with <<FIELD>>>]",
		Options: []lang.Opt{
			{Name: "mode", Type: lang.Enum, Values: []string{"multifield", "multivalue", "json_array", "auto_collections"}, Default: "multifield", Doc: "What to go through."},
			{Name: "fieldstr", Type: lang.Text, Default: "<<FIELD>>", Doc: "Stands for the field's name."},
			{Name: "matchstr", Type: lang.Text, Default: "<<MATCHSTR>>", Doc: "Stands for what the wildcards matched."},
			{Name: "matchseg1", Type: lang.Text, Default: "<<MATCHSEG1>>", Doc: "Stands for what the first wildcard matched."},
			{Name: "matchseg2", Type: lang.Text, Default: "<<MATCHSEG2>>", Doc: "Stands for what the second wildcard matched."},
			{Name: "matchseg3", Type: lang.Text, Default: "<<MATCHSEG3>>", Doc: "Stands for what the third wildcard matched."},
			{Name: "itemstr", Type: lang.Text, Default: "<<ITEM>>", Doc: "Stands for the value."},
			{Name: "iterstr", Type: lang.Text, Default: "<<ITER>>", Doc: "Stands for the number of the value, from 0."},
		}},
	Short: "Run commands once for each of several fields, or values.",
	Doc: `The commands in brackets are a template: <<FIELD>> is the name of each field that the list matches,
<<MATCHSTR>> what its wildcards stand for. Put '<<FIELD>>' in single quotes on the right of an assignment
when names have odd characters. The other modes go through the values of one field: the template is then
one eval with <<ITEM>> and <<ITER>>.`,
	Examples: []Example{
		{Search: `foreach test* [eval <<FIELD>> = <<FIELD>> + <<MATCHSTR>>]`, In: "test1,test2\n5,10", Out: "test1,test2\n6,12"},
		{Search: `makemv delim="," m | foreach mode=multivalue m [eval s = coalesce(s,0) + <<ITEM>>] | table s`, In: "m\n\"5,15\"", Out: "s\n20"},
	},
	Plan: planForeach,
})

func planForeach(b *plan.Builder, a *foreachArgs) (plan.Node, error) {
	if a.Sub == nil || len(a.List) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "A field list and commands in brackets are expected.")
	}
	if mode := strings.ToLower(a.Opts.Text("mode", "multifield")); mode != "multifield" {
		return planForeachItem(b, a, mode)
	}
	t := &template{b: b, text: a.Sub.Raw, span: a.Sub.Span, patterns: a.List.Texts(),
		tokens: []string{a.Opts.Text("fieldstr", "<<FIELD>>"), a.Opts.Text("matchstr", "<<MATCHSTR>>"),
			a.Opts.Text("matchseg1", "<<MATCHSEG1>>"), a.Opts.Text("matchseg2", "<<MATCHSEG2>>"), a.Opts.Text("matchseg3", "<<MATCHSEG3>>")}}
	if !op.HasWildcard(t.patterns) {
		var nodes plan.Pipeline
		for _, n := range t.patterns {
			p, err := t.plan(n, nil)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, p...)
		}
		return &rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: nodes.Needs,
			start: func(rt *plan.Runtime) (plan.MapFunc, error) { return chain(rt, nodes) }}, nil
	}
	if _, err := t.plan("x1", []string{"1", "1", "1"}); err != nil {
		return nil, err
	}
	return allRows(b, needAll, t.run), nil
}

// template is the commands of a foreach over fields.
type template struct {
	b        *plan.Builder
	text     string
	span     lang.Span
	patterns []string
	tokens   []string // of the field, the match, its segments
}

// plan makes the commands for one field; parts are what its wildcards matched.
func (t *template) plan(field string, parts []string) (plan.Pipeline, error) {
	values := append([]string{field, strings.Join(parts, "")}, parts...)
	var pairs []string
	for i, token := range t.tokens {
		v := ""
		if i < len(values) {
			v = values[i]
		}
		pairs = append(pairs, token, v)
	}
	text := strings.NewReplacer(pairs...).Replace(t.text)
	q, ds := t.b.Parser.Parse(lang.NewSource(fmt.Sprintf("foreach for %s", field), text))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	out, err := t.b.Sub(&lang.Subsearch{Span: t.span, Query: q, Raw: text})
	if err != nil {
		return nil, err
	}
	for i, n := range out {
		if _, ok := n.(plan.Mapper); !ok || n.Class() != plan.Streaming {
			return nil, lang.Errorf(t.b.Stage, t.span, lang.CodeBadArgument, "foreach takes only commands that work row by row, not '%s'.", q.Stages[i].Name)
		}
	}
	return out, nil
}

// run applies the commands for every field that some row has; all rows must be there to know.
func (t *template) run(_ context.Context, rt *plan.Runtime, rows *op.Kept) (column.Stream, error) {
	var nodes plan.Pipeline
	for _, pattern := range t.patterns {
		for _, n := range op.Expand(rows.Fields(), []string{pattern}, true) {
			parts, _ := matchParts(pattern, n)
			p, err := t.plan(n, parts)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, p...)
		}
	}
	f, err := chain(rt, nodes)
	if err != nil {
		return nil, err
	}
	return op.Mapped(rows.Stream(), f), nil
}

// chain makes one function of row-local nodes.
func chain(rt *plan.Runtime, nodes plan.Pipeline) (plan.MapFunc, error) {
	var fs []plan.MapFunc
	for _, n := range nodes {
		f, err := n.(plan.Mapper).Map(rt)
		if err != nil {
			return nil, err
		}
		fs = append(fs, f)
	}
	return func(ctx context.Context, b *column.Batch) (*column.Batch, error) {
		var err error
		for _, f := range fs {
			if b, err = f(ctx, b); err != nil || b == nil {
				return b, err
			}
		}
		return b, nil
	}, nil
}
