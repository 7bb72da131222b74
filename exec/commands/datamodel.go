package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/datamodel"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var datamodelCmd = define(Spec[looseArgs]{
	Grammar: lang.Grammar{Name: "datamodel", Generating: true,
		Usage: "| datamodel [<model>] [<dataset>] [search|flat|search_string|flat_string|acceleration_search|acceleration_search_string] [strict_fields=<bool>]",
		Options: []lang.Opt{
			boolOpt("strict_fields", "true", "Keep only the fields of the dataset and _time, _raw, host, source, sourcetype and index."),
			boolOpt("summariesonly", "false", "Look at accelerated data alone. All events count as accelerated here."),
			boolOpt("allow_old_summaries", "false", "Accept summaries of an older model. There are none here, so nothing changes."),
		}},
	Short: "Give the events of a dataset of a data model, or describe the model.",
	Doc: `With a dataset and search the rows are its events, with the fields of the dataset by their full names such
as Processes.dest; flat leaves the dataset's path out. search_string and flat_string show the search behind that
in the field search. Nothing is accelerated, so the acceleration_ modes are search and search_string. Without
one of these words the model, or the dataset, is described as JSON in _raw, and without a model all of them.`,
	Examples: []Example{
		{Search: `datamodel Endpoint Processes search | stats count`, Out: "count\n0"},
		{Search: `datamodel | eval name=json_extract(_raw,"modelName") | search name=Web | table name`, Out: "name\nWeb"},
	},
	Plan: planDatamodel,
})

// datasetModes are what may be asked for of a dataset.
var datasetModes = []string{"search", "flat", "acceleration_search", "search_string", "flat_string", "acceleration_search_string"}

func planDatamodel(b *plan.Builder, a *looseArgs) (plan.Node, error) {
	if len(a.List) > 3 {
		return nil, invalidArgument(b, lang.Name{Span: a.List[3].Span, Text: a.List[3].Text})
	}
	word := func(i int) lang.Value {
		if i < len(a.List) {
			return a.List[i]
		}
		return lang.Value{}
	}
	if len(a.List) == 0 {
		return describeAll(b)
	}
	m, err := b.Env.Models.Get(word(0).Text)
	if err != nil {
		return nil, missingModel(b, word(0).Span, err)
	}
	if roots := m.Roots(); len(a.List) == 2 && slices.Contains(datasetModes, strings.ToLower(word(1).Text)) && len(roots) == 1 {
		// the dataset may be left out where there is no choice
		a.List = slices.Insert(slices.Clone(a.List), 1, lang.Value{Span: word(1).Span, Text: roots[0].Name})
	}
	if len(a.List) < 3 {
		text, err := m.JSON(word(1).Text)
		if err != nil {
			return nil, missingModel(b, word(1).Span, err)
		}
		return oneColumn(b, "_raw", text), nil
	}
	d := dataset{b: b, model: m, name: word(1), strict: a.Opts.Bool("strict_fields", true)}
	switch mode := strings.ToLower(word(2).Text); mode {
	case "search", "acceleration_search", "flat":
		return d.rows(mode == "flat")
	case "search_string", "acceleration_search_string", "flat_string":
		text, err := m.SearchText(d.name.Text, mode == "flat_string")
		if err != nil {
			return nil, missingModel(b, d.name.Span, err)
		}
		return oneColumn(b, "search", text), nil
	default:
		return nil, invalidArgument(b, lang.Name{Span: word(2).Span, Text: word(2).Text})
	}
}

// describeAll gives a row per model.
func describeAll(b *plan.Builder) (plan.Node, error) {
	var texts []string
	for _, n := range b.Env.Models.Names() {
		m, err := b.Env.Models.Get(n)
		if err != nil {
			return nil, err
		}
		text, err := m.JSON("")
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return oneColumn(b, "_raw", texts...), nil
}

// oneColumn makes rows with one field.
func oneColumn(b *plan.Builder, field string, texts ...string) plan.Node {
	return generating(b, func(context.Context, *plan.Runtime) (column.Stream, error) {
		out := column.NewTextBuilder()
		for _, t := range texts {
			out.Append(t)
		}
		rows := &column.Batch{N: len(texts), Ordered: true}
		rows.Set(field, out.Build())
		return column.Batches(rows), nil
	})
}

// dataset is a dataset whose rows are wanted.
type dataset struct {
	b      *plan.Builder
	model  *datamodel.Model
	name   lang.Value
	strict bool
}

// rows gives the events of the dataset.
func (d dataset) rows(bare bool) (plan.Node, error) {
	v, err := viewOf(d.b, d.name.Span, d.model, d.name.Text)
	if err != nil {
		return nil, err
	}
	var nodes plan.Pipeline
	if v.Base == "" {
		nodes, _, err = scanView(d.b, v, &lang.And{}, nil)
	} else {
		nodes, err = runView(d.b, v)
	}
	if err != nil {
		return nil, err
	}
	s := &shape{fields: v.Visible, bare: bare, strict: d.strict}
	return op.NewChain(append(nodes, s.node(d.b))...), nil
}
