package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/datamodel"
	"spl/exec/eval"
	"spl/exec/knowledge"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// findModel reads Model or Model.Dataset.
func findModel(b *plan.Builder, span lang.Span, text string) (m *datamodel.Model, dataset string, err error) {
	name, dataset, _ := strings.Cut(text, ".")
	m, err = b.Env.Models.Get(name)
	return m, dataset, missingModel(b, span, err)
}

// missingModel gives the failure to find a model or dataset its place.
func missingModel(b *plan.Builder, span lang.Span, err error) error {
	var missing *datamodel.MissingError
	if !errors.As(err, &missing) {
		return err
	}
	d := lang.Errorf(b.Stage, span, "no-datamodel", "%s", missing.Error())
	d.Hint = missing.Hint()
	return d
}

// viewOf prepares a dataset; "" takes all without a parent.
func viewOf(b *plan.Builder, span lang.Span, m *datamodel.Model, dataset string) (*datamodel.View, error) {
	v, err := m.View(dataset, datamodel.Scope{Parser: b.Parser, Macros: b.Env.Macros,
		Eval: eval.Ctx{Now: b.Env.Now, Zone: b.Env.Zone, Seed: b.Env.Seed}})
	return v, missingModel(b, span, err)
}

// scanView reads the events of a plain view for which where holds.
func scanView(b *plan.Builder, v *datamodel.View, where lang.Term, more []knowledge.Computed) (plan.Pipeline, *op.Scan, error) {
	env := *b.Env
	fields := make([]knowledge.Computed, len(v.Fields))
	for i, f := range v.Fields {
		fields[i] = knowledge.Computed(f)
	}
	env.Knowledge = env.Knowledge.Adding(append(fields, more...)...)
	return scanWith(b, &env, both(v.Constraint, where))
}

// both holds where two terms do.
func both(a, b lang.Term) lang.Term {
	out := &lang.And{}
	for _, t := range []lang.Term{a, b} {
		if and, ok := t.(*lang.And); ok {
			out.Terms = append(out.Terms, and.Terms...)
		} else {
			out.Terms = append(out.Terms, t)
		}
	}
	return out
}

// scanWith reads the events for which where holds in another Env.
func scanWith(b *plan.Builder, env *plan.Env, where lang.Term) (plan.Pipeline, *op.Scan, error) {
	in, st := *b, *b.Stage
	st.Subs = nil // their results are in the terms
	in.Env, in.Stage = env, &st
	n, err := op.NewScan(&in, &st, where)
	if err != nil {
		return nil, nil, err
	}
	scan, _ := n.(*op.Scan)
	return plan.Pipeline{n}, scan, nil
}

// runView runs the search of a view that is not plain and makes its fields.
func runView(b *plan.Builder, v *datamodel.View) (plan.Pipeline, error) {
	p, err := planText(b, "dataset", v.Base)
	if err != nil {
		return nil, err
	}
	n := &rowNode{Base: plan.Base{C: plan.Streaming}, text: "fields of the dataset",
		needs: func(out column.FieldSet) column.FieldSet {
			for _, c := range slices.Backward(v.Fields) {
				if slices.ContainsFunc(c.Names, out.Has) {
					out = out.Without(c.Names...).With(c.Reads...)
				}
			}
			return out
		},
		start: func(*plan.Runtime) (plan.MapFunc, error) {
			return func(_ context.Context, b *column.Batch) (*column.Batch, error) {
				for _, c := range v.Fields {
					if err := c.Compute(b); err != nil {
						return nil, err
					}
				}
				return b, nil
			}, nil
		}}
	return append(p, n), nil
}

// planText plans a search that is given as text.
func planText(b *plan.Builder, name, text string) (plan.Pipeline, error) {
	q, ds := b.Parser.Parse(lang.NewSource(name, text))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	p, err := b.Sub(&lang.Subsearch{Query: q, Raw: text})
	if err == nil && len(p) < len(q.Stages) {
		err = lang.Errorf(b.Stage, b.Stage.RawSpan, "bad-subsearch", "The search of the %s could not be planned: %s", name, text)
	}
	return p, err
}

// shape are the columns of a dataset's rows: the default ones and the fields, with their paths or bare.
type shape struct {
	fields []datamodel.Visible
	bare   bool
	strict bool // only these columns
}

// kept are the fields of events that a dataset's rows keep.
var kept = []string{"_time", "_raw", "_indextime", "host", "source", "sourcetype", "index", "splunk_server"}

// node gives rows that shape.
func (s *shape) node(b *plan.Builder) plan.Node {
	return rowLocal(b, s.needs, func(b *column.Batch) (*column.Batch, error) { return s.apply(b), nil })
}

func (s *shape) needs(out column.FieldSet) column.FieldSet {
	need := column.Fields()
	if !s.strict {
		need = out
	}
	for _, f := range kept {
		if out.Has(f) && (f != "splunk_server" || !out.All()) {
			need = need.With(f)
		}
	}
	for _, f := range s.fields {
		if s.bare && out.Has(f.Bare) || !s.bare && out.Has(f.Name) {
			need = need.With(f.Name)
		}
	}
	return need
}

func (s *shape) apply(b *column.Batch) *column.Batch {
	out := b.Copy()
	if s.strict {
		out.Names, out.Cols = nil, nil
		for _, f := range kept {
			if b.Has(f) {
				out.Set(f, b.Col(f))
			}
		}
	}
	for _, f := range s.fields {
		name := f.Name
		if s.bare {
			name = f.Bare
			out.Drop(f.Name)
		}
		if v := b.Col(f.Name); b.Has(f.Name) && !op.AllNull(v, b.Sel) {
			out.Set(name, v)
		} else {
			out.Drop(name)
		}
	}
	return out
}
