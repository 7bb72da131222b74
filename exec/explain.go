package exec

import (
	"context"
	"fmt"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/opt"
	"spl/exec/plan"
	"spl/lang"
)

// Explain describes how a search would run: its text with macros expanded, and its plan after the
// optimiser. Nothing runs; subsearches whose result is text count as "everything".
func (e *Engine) Explain(ctx context.Context, src *lang.Source, env *Env) (string, lang.Diagnostics) {
	q, ds := e.Parse(src, env)
	if q == nil || ds.Err() != nil {
		return "", ds
	}
	b := e.build(ctx, env)
	b.checking = true
	p := b.pipeline(q, 0)
	ds = append(ds, b.problems...)
	if ds.Err() != nil {
		return "", ds
	}
	var out strings.Builder
	text, _ := e.parser.Format(q.Src) // what cannot be laid out was refused above
	fmt.Fprintf(&out, "search\n  %s\n", strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  "))
	for _, early := range b.early {
		out.WriteString("subsearch, runs first\n")
		explain(&out, b.finish(early), column.AllFields(), "  ")
	}
	out.WriteString("plan\n")
	p = opt.Apply(p, e.rules)
	op.Want(p, column.AllFields())
	explain(&out, p, column.AllFields(), "  ")
	return out.String(), ds
}

// Describer is a node that has more to say about how it runs than its text, a line each.
type Describer interface{ Describe() []string }

func explain(out *strings.Builder, p plan.Pipeline, want column.FieldSet, indent string) {
	need := make([]column.FieldSet, len(p))
	for i := len(p) - 1; i >= 0; i-- {
		want = p[i].Needs(want)
		need[i] = want
	}
	for i, n := range p {
		fmt.Fprintf(out, "%s%s\n", indent, n)
		if d, ok := n.(Describer); ok {
			for _, l := range d.Describe() {
				fmt.Fprintf(out, "%s    %s\n", indent, l)
			}
		} else if i > 0 && !need[i].All() {
			fmt.Fprintf(out, "%s    reads %s\n", indent, op.FieldsText(need[i]))
		}
		for _, in := range n.Inputs() {
			fmt.Fprintf(out, "%s  [\n", indent)
			explain(out, in, column.AllFields(), indent+"    ")
			fmt.Fprintf(out, "%s  ]\n", indent)
		}
	}
}
