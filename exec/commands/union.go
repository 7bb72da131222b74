package commands

import (
	"context"
	"errors"
	"io"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type subsArgs struct {
	Opts lang.Options      `parser:"( @@"`
	Subs []*lang.Subsearch `parser:"| @@"`
	List lang.Fields       `parser:"| @@ )*"`
}

var union = define(Spec[subsArgs]{
	Grammar: lang.Grammar{Name: "union", Sub: lang.SubRows, Usage: "union [maxout=<int>] [<subsearch>|<kind>:<dataset>]...", Options: subOptions},
	Short:   "Put the rows of several searches together.",
	Doc: `Later in a pipeline the current rows are the first part. Events come newest first when every part is
plain events; otherwise the parts follow each other. Nothing is dropped as repeated. A dataset is written as
behind from: datamodel:Web.Web or lookup:table.`,
	Examples: []Example{{Search: `union [| inputlookup SampleDataList | table label] [| inputlookup SampleDataList | table label]`, Out: "label\nSFDC Data\nSFDC Data"}},
	Plan: func(b *plan.Builder, a *subsArgs) (plan.Node, error) {
		subs, err := unionParts(b, a)
		if err != nil {
			return nil, err
		}
		limit := a.Opts.Int("maxout", b.Env.Limits.AppendRows)
		n := mergeNode(b, subs, limit)
		if b.First {
			n.C = plan.Generating
			n.needs = needNothing
		}
		return n, nil
	},
})

// unionParts plans the subsearches and datasets, in textual order.
func unionParts(b *plan.Builder, a *subsArgs) ([]plan.Pipeline, error) {
	subs, err := rowSubsearches(b, a.Subs, 1-min(1, len(a.List)))
	if err != nil {
		return nil, err
	}
	starts := make([]int, len(subs))
	for i, s := range a.Subs {
		starts[i] = s.Start
	}
	for _, n := range a.List {
		p, err := planText(b, "dataset", "from "+n.Text)
		if err != nil {
			return nil, err
		}
		at := 0
		for at < len(starts) && starts[at] < n.Start {
			at++
		}
		starts, subs = slices.Insert(starts, at, n.Start), slices.Insert(subs, at, p)
	}
	return subs, nil
}

var multisearch = define(Spec[subsArgs]{
	Grammar:  lang.Grammar{Name: "multisearch", Generating: true, Sub: lang.SubRows, Usage: "multisearch [search ...] [search ...]..."},
	Short:    "Run several event searches as one.",
	Doc:      `At least two, made of row-by-row commands only. Their events come newest first; there is no limit.`,
	Examples: []Example{{Search: `multisearch [| makeresults | eval a=1] [| makeresults | eval a=2] | table a`, Out: "a\n1\n2"}},
	Plan: func(b *plan.Builder, a *subsArgs) (plan.Node, error) {
		if len(a.List) > 0 {
			return nil, invalidArgument(b, a.List[0])
		}
		subs, err := rowSubsearches(b, a.Subs, 2)
		if err != nil {
			return nil, err
		}
		for i, p := range subs {
			if !streaming(p) {
				return nil, lang.Errorf(b.Stage, a.Subs[i].Span, lang.CodeBadArgument,
					"Multisearch subsearches might only contain purely streaming operations (subsearch %d contains a non-streaming command).", i+1)
			}
		}
		n := mergeNode(b, subs, 0)
		n.C, n.needs = plan.Generating, needNothing
		return n, nil
	},
})

func rowSubsearches(b *plan.Builder, subs []*lang.Subsearch, least int) ([]plan.Pipeline, error) {
	if len(subs) < least {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least %d subsearches are expected.", least)
	}
	var out []plan.Pipeline
	for _, s := range subs {
		p, err := b.Sub(s)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// streaming reports whether all but the first command work row by row.
func streaming(p plan.Pipeline) bool {
	for _, n := range p[min(1, len(p)):] {
		if n.Class() != plan.Streaming {
			return false
		}
	}
	return true
}

// mergeNode returns a node with the rows of its input, if any, and of the subsearches.
func mergeNode(b *plan.Builder, subs []plan.Pipeline, limit int) *streamNode {
	events := b.First
	for _, p := range subs {
		events = events && streaming(p)
	}
	return &streamNode{Base: plan.Base{C: plan.Transforming}, text: stageText(b.Stage), inputs: subs,
		needs: func(out column.FieldSet) column.FieldSet { return byTime(events, out) },
		wants: func(out column.FieldSet) column.FieldSet { return byTime(events, out) },
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
				parts, err := openParts(ctx, rt, subs, limit)
				if err != nil {
					return nil, err
				}
				if events {
					return newestFirst(ctx, rt, oneByOne(parts))
				}
				return oneByOne(append([]column.Stream{in}, parts...)), nil
			}), nil
		}}
}

func byTime(events bool, out column.FieldSet) column.FieldSet {
	if events {
		return out.With("_time")
	}
	return out
}

func openParts(ctx context.Context, rt *plan.Runtime, subs []plan.Pipeline, limit int) ([]column.Stream, error) {
	var parts []column.Stream
	for _, p := range subs {
		rows, err := keepSub(ctx, rt, p, limit)
		if err != nil {
			return nil, errors.Join(err, oneByOne(parts).Close())
		}
		parts = append(parts, rows.Stream())
	}
	return parts, nil
}

// oneByOne streams the parts that are there, one after the other.
func oneByOne(parts []column.Stream) column.Stream {
	parts = slices.DeleteFunc(parts, func(s column.Stream) bool { return s == nil })
	k := 0
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		for ; k < len(parts); k++ {
			if b, err := parts[k].Next(ctx); err != io.EOF {
				return b, err
			}
		}
		return nil, io.EOF
	}, func() error {
		var errs []error
		for _, s := range parts {
			errs = append(errs, s.Close())
		}
		return errors.Join(errs...)
	})
}

// newestFirst merges parts that follow each other and are ordered by time, newest first; of equal times the
// earlier part's.
func newestFirst(ctx context.Context, rt *plan.Runtime, parts column.Stream) (column.Stream, error) {
	return op.Run(ctx, rt, plan.Pipeline{op.NewSort([]op.SortKey{{Field: "_time", Type: op.KeyNum, Desc: true}}, 0)}, parts)
}
