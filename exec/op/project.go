package op

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
)

// Project keeps or removes columns without touching rows.
type Project struct {
	plan.Base
	Names  []string // names and wildcards
	Remove bool     // remove them instead
	Text   string
}

// NewProject returns the node of fields.
func NewProject(names []string, remove bool, text string) *Project {
	return &Project{Base: plan.Base{C: plan.Streaming}, Names: names, Remove: remove, Text: text}
}

// String returns the text.
func (p *Project) String() string { return p.Text }

// Needs keeps of out what passes. Internal fields pass unless they are removed by name.
func (p *Project) Needs(out column.FieldSet) column.FieldSet {
	if p.Remove {
		return removeFrom(out, p.Names)
	}
	keep := column.Fields(p.Names...)
	var names []string
	for _, n := range out.Names() {
		if keep.Has(n) || column.Internal(n) {
			names = append(names, n)
		}
	}
	if !out.Exact() {
		names = append(names, p.Names...)
		names = append(names, "_*")
	}
	return column.Fields(names...)
}

func removeFrom(out column.FieldSet, names []string) column.FieldSet {
	gone := column.Fields(names...)
	for _, n := range out.Names() {
		if gone.Has(n) {
			out = out.Without(n)
		}
	}
	return out
}

// Map returns the projection.
func (p *Project) Map(*plan.Runtime) (plan.MapFunc, error) {
	gone := column.Fields(p.Names...)
	return func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		if p.Remove {
			for _, n := range slices.Clone(b.Names) {
				if gone.Has(n) {
					b.Drop(n)
				}
			}
			return b, nil
		}
		names := Expand(b, p.Names, false)
		for _, n := range b.Names {
			if column.Internal(n) && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		return Columns(b, names, p.Names), nil
	}, nil
}

// Expand replaces wildcards by the batch's columns that match, in their order, each column once. Names
// that the batch lacks stay if missing is set.
func Expand(b *column.Batch, patterns []string, missing bool) []string {
	var out []string
	have := b.Names
	if !b.Ordered {
		have = slices.Sorted(slices.Values(have))
	}
	add := func(n string) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, p := range patterns {
		if !strings.Contains(p, "*") {
			if missing || b.Has(p) {
				add(p)
			}
			continue
		}
		for _, n := range have {
			if column.MatchName(p, n) {
				add(n)
			}
		}
	}
	return out
}

// Columns returns the batch with these columns in this order. A single wildcard leaves a batch whose
// columns have no order without one: parts of a stream may have different columns, and all together they
// show in the order of their names.
func Columns(b *column.Batch, names, patterns []string) *column.Batch {
	out := &column.Batch{N: b.N, Sel: b.Sel, Seq: b.Seq, Ordered: true}
	if len(patterns) == 1 && strings.Contains(patterns[0], "*") {
		out.Ordered = b.Ordered
	}
	for _, n := range names {
		out.Names = append(out.Names, n)
		out.Cols = append(out.Cols, b.Col(n))
	}
	return out
}
