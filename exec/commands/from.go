package commands

import (
	"strings"

	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var fromCmd = define(Spec[looseArgs]{
	Grammar: lang.Grammar{Name: "from", Generating: true, Usage: "| from datamodel:<model>.<dataset> | lookup:<table> | inputlookup:<table> | savedsearch:<name> [strict_fields=<bool>]",
		Options: []lang.Opt{boolOpt("strict_fields", "true", "Of a data model: keep only the fields of the dataset and the default ones.")}},
	Short: "Give the rows of a dataset: a data model or a lookup.",
	Doc: `The kind and the name stand on either side of a colon or a blank, and quotes are optional. Rows of a data
model are its events with the fields of the dataset, without its path in their names; _raw and the default fields
come with them. Saved searches are not kept here, so savedsearch: is refused.`,
	Examples: []Example{
		{Search: `from inputlookup:SampleDataList | table label`, Out: "label\nSFDC Data"},
		{Search: `from datamodel Web.Web | stats count`, Out: "count\n0"},
	},
	Plan: planFrom,
})

func planFrom(b *plan.Builder, a *looseArgs) (plan.Node, error) {
	kind, name := fromWords(b.Stage.Raw)
	at := lang.Value{Span: b.Stage.RawSpan, Text: name}
	if name == "" {
		return nil, lang.Errorf(b.Stage, at.Span, lang.CodeBadArgument, "A dataset is expected, such as datamodel:Web.Web or lookup:table.")
	}
	switch kind {
	case "datamodel":
		m, node, err := findModel(b, at.Span, name)
		if err != nil {
			return nil, err
		}
		if node == "" {
			roots := m.Roots()
			if len(roots) != 1 {
				return nil, lang.Errorf(b.Stage, at.Span, lang.CodeBadArgument, "Name a dataset of the data model '%s': %s.", name, strings.Join(m.Names(), ", "))
			}
			node = roots[0].Name
		}
		at.Text = node
		return dataset{b: b, model: m, name: at, strict: a.Opts.Bool("strict_fields", true)}.rows(true)
	case "lookup", "inputlookup":
		p, err := planText(b, "from "+kind, "inputlookup "+lang.Quote(name))
		if err != nil {
			return nil, err
		}
		return op.NewChain(p...), nil
	case "savedsearch":
		return nil, lang.Errorf(b.Stage, at.Span, "not-built", "The saved search '%s' cannot be run: saved searches are not kept here yet.", name)
	}
	return nil, lang.Errorf(b.Stage, at.Span, lang.CodeBadArgument, "Invalid dataset kind '%s': known are datamodel, lookup, inputlookup and savedsearch.", kind)
}

// fromWords reads kind:name, kind name, kind:"name" and kind:"model"."dataset".
func fromWords(raw string) (kind, name string) {
	raw = strings.TrimSpace(raw)
	i := strings.IndexAny(raw, ": \t\n")
	if i < 0 {
		return raw, ""
	}
	kind = strings.ToLower(raw[:i])
	rest := strings.TrimLeft(raw[i:], ": \t\n")
	var out strings.Builder
	quoted := false
	for _, c := range rest {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && strings.ContainsRune(" \t\n", c):
			return kind, out.String()
		default:
			out.WriteRune(c)
		}
	}
	return kind, out.String()
}
