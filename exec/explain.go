package exec

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/opt"
	"spl/exec/plan"
	"spl/exec/store"
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
	p = opt.Apply(p, e.rules)
	op.Want(p, column.AllFields())
	return e.explained(q.Src, b.early, p, "subsearch, runs first\n", nil), ds
}

// Analyze describes how a search ran: what Explain shows, with the rows, batches and own time of every
// stage, and what its scans read and left out. It is meant for a search that came to its end.
func (q *Query) Analyze() string {
	return q.engine.explained(q.src, q.early, q.plan, "subsearch, ran first\n", q.rt.Stats)
}

func (e *Engine) explained(src *lang.Source, early []plan.Pipeline, p plan.Pipeline, title string, stats *plan.Stats) string {
	var out strings.Builder
	text, _ := e.parser.Format(src) // what cannot be laid out was refused before
	fmt.Fprintf(&out, "search\n  %s\n", strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  "))
	x := explainer{&out, stats}
	for _, sub := range early {
		out.WriteString(title)
		x.pipeline(sub, column.AllFields(), "  ")
	}
	out.WriteString("plan\n")
	x.pipeline(p, column.AllFields(), "  ")
	return out.String()
}

// Describer is a node that has more to say about how it runs than its text, a line each.
type Describer interface{ Describe() []string }

type explainer struct {
	out   *strings.Builder
	stats *plan.Stats // nil: nothing ran
}

func (x explainer) pipeline(p plan.Pipeline, want column.FieldSet, indent string) {
	out := x.out
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
			fmt.Fprintf(out, "%s    reads %s\n", indent, cmp.Or(op.FieldsText(need[i]), "no field"))
		}
		for _, l := range figures(x.stats.Stage(n)) {
			fmt.Fprintf(out, "%s    %s\n", indent, l)
		}
		for _, in := range n.Inputs() {
			fmt.Fprintf(out, "%s  [\n", indent)
			x.pipeline(in, column.AllFields(), indent+"    ")
			fmt.Fprintf(out, "%s  ]\n", indent)
		}
	}
}

// figures tells what a stage did, a line each.
func figures(st *plan.StageStats) []string {
	if st == nil {
		return nil
	}
	var out []string
	if scan := st.Scan; scan != nil {
		p := scan.Pruned
		read := fmt.Sprintf("read %d events", scan.Events.Load())
		if n := scan.Bytes.Load(); n > 0 {
			read += ", " + plan.BytesText(n) + " from files"
		}
		out = append(out, read)
		if p.Segments > 0 {
			out = append(out, fmt.Sprintf("segments %d, left out %s", p.Segments, skippedText(p.SegmentsSkipped)))
		}
		out = append(out, fmt.Sprintf("row groups %d, left out %s", p.Groups, skippedText(p.GroupsSkipped)))
	}
	return append(out, fmt.Sprintf("%d rows in %d batches, %s", st.Rows.Load(), st.Batches.Load(),
		time.Duration(st.Nanos.Load()).Round(time.Microsecond)))
}

func skippedText(s store.Skipped) string {
	if s.Time+s.Terms == 0 {
		return "none"
	}
	return fmt.Sprintf("%d by time and %d by the search terms", s.Time, s.Terms)
}
