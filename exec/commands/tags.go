package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/knowledge"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var tags = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "tags", Usage: `tags [outputfield=<field>] [inclname=<bool>] [inclvalue=<bool>] [allowed_tags="<tag>,..."] [<field>...]`,
		Options: []lang.Opt{
			{Name: "outputfield", Type: lang.FieldName, Doc: "One field for all tags."},
			{Name: "inclname", Type: lang.Bool, Default: "false", Doc: "With outputfield: put the field's name before the tag."},
			{Name: "inclvalue", Type: lang.Bool, Default: "false", Doc: "With outputfield: put the value before the tag."},
			{Name: "allowed_tags", Type: lang.Text, Doc: "Only these tags."},
		}},
	Short:    "Add the tags of field values.",
	Doc:      `By the settings of tags.conf. Writes tag and, for each tagged field, tag::field; or one outputfield.`,
	Examples: []Example{{Search: `tags | table a`, In: "a\n1", Out: "a\n1"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		t := &tagging{fields: a.List.Texts(), output: a.Opts.Text("outputfield", ""),
			name: a.Opts.Bool("inclname", false), value: a.Opts.Bool("inclvalue", false),
			allowed: splitNames(a.Opts.Text("allowed_tags", ""))}
		return knownNode(b, column.Fields("tag", "tag::*"), t.apply), nil
	},
})

var typer = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "typer", Usage: `typer [eventtypes="<name>,..."] [maxlen=<int>]`,
		Options: []lang.Opt{
			{Name: "eventtypes", Type: lang.Text, Doc: "Only these event types; names may hold *."},
			{Name: "maxlen", Type: lang.Int, Default: "10000", Doc: "No effect: events are read as a whole."},
		}},
	Short:    "Add the event types of rows.",
	Doc:      `By the searches of eventtypes.conf; sets eventtype to the names of all that match.`,
	Examples: []Example{{Search: `typer | table a`, In: "a\n1", Out: "a\n1"}},
	Plan: func(b *plan.Builder, a *optsArgs) (plan.Node, error) {
		only := splitNames(a.Opts.Text("eventtypes", ""))
		return knownNode(b, column.Fields("eventtype"), func(b, known *column.Batch) {
			v := op.MapList(known.Col("eventtype"), nil, func(values []string) []string {
				return slices.DeleteFunc(slices.Clone(values), func(s string) bool { return len(only) > 0 && !column.Fields(only...).Has(s) })
			})
			setField(b, "eventtype", v)
		}), nil
	},
})

// knownNode returns a node that has fields computed by the configuration and lets use take them over.
func knownNode(b *plan.Builder, fields column.FieldSet, use func(b, known *column.Batch)) plan.Node {
	return &rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: needAll,
		start: func(rt *plan.Runtime) (plan.MapFunc, error) {
			if rt.Env.Knowledge == nil {
				return func(_ context.Context, b *column.Batch) (*column.Batch, error) { return b, nil }, nil
			}
			set := rt.Env.Knowledge.With(eval.Ctx{Now: rt.Env.Now, Zone: rt.Env.Zone, Seed: rt.Env.Seed, Parser: b.Parser})
			ex, err := set.Extractor(knowledge.Stream{}, fields)
			if err != nil {
				return nil, err
			}
			return func(_ context.Context, b *column.Batch) (*column.Batch, error) {
				known, err := ex.Apply(b.Copy())
				if err != nil {
					return nil, err
				}
				use(b, known)
				return b, nil
			}, nil
		}}
}

// tagging is what the arguments of tags say.
type tagging struct {
	fields, allowed []string
	output          string
	name, value     bool
}

func (t *tagging) apply(b, known *column.Batch) {
	all := make([][]string, b.N)
	for _, n := range slices.Sorted(slices.Values(known.Names)) {
		field, ok := strings.CutPrefix(n, "tag::")
		if !ok || len(t.fields) > 0 && !slices.Contains(t.fields, field) {
			continue
		}
		values := b.Col(field)
		col := column.NewTextBuilder()
		for i := range b.N {
			var own []string
			for _, tag := range known.Col(n).At(i).List() {
				if len(t.allowed) > 0 && !slices.Contains(t.allowed, tag) {
					continue
				}
				own = append(own, tag)
				if t.output != "" && t.value {
					tag = values.At(i).Text() + "::" + tag
				}
				if t.output != "" && t.name {
					tag = field + "::" + tag
				}
				if !slices.Contains(all[i], tag) {
					all[i] = append(all[i], tag)
				}
			}
			col.AppendList(own)
		}
		if t.output == "" {
			setField(b, n, col.Build())
		}
	}
	col := column.NewTextBuilder()
	for _, ts := range all {
		col.AppendList(ts)
	}
	into := t.output
	if into == "" {
		into = "tag"
	}
	setField(b, into, op.Coalesce(col.Build(), b.Col(into)))
}

// splitNames splits a list as options write it, at commas and blanks.
func splitNames(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
