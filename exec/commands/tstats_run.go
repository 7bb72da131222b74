package commands

import (
	"context"
	"slices"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/knowledge"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/pattern"
	"spl/lang/timefmt"
)

// prepare lets the group operator fill missing BY fields and put _time into bins.
func (t *tstats) prepare(g *op.Group, scan *op.Scan) error {
	fill := t.opts.Get("fillnull_value")
	binned := slices.Contains(t.by, "_time")
	if fill == nil && !binned {
		return nil
	}
	n := &binning{from: "_time", to: "_time"}
	var given lang.Options
	if t.span != nil {
		given = lang.Options{t.span}
	}
	if err := n.options(t.b, given); err != nil {
		return err
	}
	span := sync.OnceValues(func() (timefmt.Span, error) {
		if n.given {
			return n.span, nil
		}
		return t.autoSpan(scan)
	})
	g.Prepare = func(rt *plan.Runtime) func(*column.Batch) error {
		return func(b *column.Batch) error {
			if fill != nil {
				for _, f := range t.by {
					if f != "_time" {
						b.Set(f, op.Fill(b.Col(f), fill.Value))
					}
				}
			}
			if !binned {
				return nil
			}
			s, err := span()
			if err != nil {
				return err
			}
			n.apply(b, n.binner(s, rt))
			return nil
		}
	}
	return nil
}

// autoBins is the most bins that _time gets without a span.
const autoBins = 100

// autoSpan is the span of bins over the range of the search or, without one, of the events that there are.
func (t *tstats) autoSpan(scan *op.Scan) (timefmt.Span, error) {
	env := *t.b.Env
	if scan != nil {
		env.Range = scan.Range()
	}
	lo, hi, ok := op.SearchRange(&env)
	if !ok {
		infos, err := env.Store.Indexes(t.b.Ctx)
		if err != nil {
			return timefmt.Span{}, err
		}
		lo, hi = extentOf(infos, env.Range)
	}
	return timefmt.AutoSpan(lo, hi, autoBins, timefmt.Span{}), nil
}

// extentOf is the range that the events of the indexes take of r.
func extentOf(infos []store.IndexInfo, r store.TimeRange) (lo, hi int64) {
	some := false
	for _, x := range infos {
		if x.Events == 0 {
			continue
		}
		if !some {
			lo, hi, some = x.Earliest, x.Latest, true
		}
		lo, hi = min(lo, x.Earliest), max(hi, x.Latest)
	}
	if !some {
		return 0, 0
	}
	lo, hi = max(lo, r.Earliest), min(hi, r.Latest)
	return lo, max(lo, hi)
}

// behind puts the rows of the command behind those in front of it.
func (t *tstats) behind(nodes plan.Pipeline) (plan.Node, error) {
	return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(t.b.Stage), needs: needSame, inputs: []plan.Pipeline{nodes},
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			return op.Then(in, func(ctx context.Context) (column.Stream, error) { return rt.Run(ctx, nodes, nil) }), nil
		}}, nil
}

// prefixOf reads PREFIX(text).
func prefixOf(field string) (string, bool) {
	const open = "prefix("
	if len(field) <= len(open) || !strings.EqualFold(field[:len(open)], open) || field[len(field)-1] != ')' {
		return "", false
	}
	return strings.Trim(field[len(open):len(field)-1], `" `), true
}

// prefixArg lets the argument PREFIX(text) be the field called text.
func (t *tstats) prefixArg(a *lang.Agg) {
	if len(a.Args) != 1 || !strings.EqualFold(a.Args[0].Func, "prefix") {
		return
	}
	if text, ok := prefixOf(a.Args[0].Written); ok {
		a.Field, a.Args = &lang.Name{Span: a.Args[0].Span, Text: text}, nil
		t.prefix(text)
	}
}

// prefix adds the field of the tokens that start with text.
func (t *tstats) prefix(text string) {
	if slices.ContainsFunc(t.more, func(c knowledge.Computed) bool { return c.Names[0] == text }) {
		return
	}
	t.more = append(t.more, knowledge.Computed{Names: []string{text}, Reads: []string{store.FieldRaw}, Compute: func(b *column.Batch) error {
		raw := b.Col(store.FieldRaw)
		out := column.NewTextBuilder()
		for i := range b.N {
			if raw.Null(i) || !b.Selected(i) {
				out.AppendNull()
				continue
			}
			out.AppendList(tokensAfter(strings.ToLower(raw.At(i).Text()), strings.ToLower(text)))
		}
		b.Set(text, out.Build())
		return nil
	}})
}

// tokensAfter returns what follows the prefix in every token of text that starts with it, each once.
func tokensAfter(text, prefix string) []string {
	var out []string
	for at := 0; ; {
		k := strings.Index(text[at:], prefix)
		if k < 0 {
			return out
		}
		start := at + k
		at = start + len(prefix)
		if start > 0 && !pattern.EndsToken(text[start-1]) {
			continue
		}
		end := at
		for end < len(text) && !pattern.EndsToken(text[end]) {
			end++
		}
		if value := text[at:end]; value != "" && !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
}
