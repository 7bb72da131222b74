package commands

import (
	"context"
	"io"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type subArgs struct {
	Opts lang.Options    `parser:"( @@"`
	Sub  *lang.Subsearch `parser:"| @@ )*"`
}

// subOptions are those of the commands that take the rows of a subsearch.
var subOptions = []lang.Opt{
	{Name: "maxtime", Type: lang.Int, Default: "60", Doc: "No effect: subsearches have no time limit here."},
	{Name: "maxout", Type: lang.Int, Default: "50000", Doc: "Most rows to take from the subsearch."},
	{Name: "timeout", Type: lang.Int, Default: "60", Doc: "No effect: subsearches have no time limit here."},
}

var appendCmd = define(Spec[subArgs]{
	Grammar: lang.Grammar{Name: "append", Sub: lang.SubRows, Usage: "append [maxout=<int>] [<subsearch>]",
		Options: append([]lang.Opt{{Name: "extendtimerange", Type: lang.Bool, Default: "false", Doc: "No effect: rows are not bound to the time range."}}, subOptions...)},
	Short: "Put the rows of a subsearch behind the current ones.",
	Doc: `The subsearch runs first and sees nothing of the current rows. Columns are matched by name, new ones
come last.`,
	Examples: []Example{{Search: `append [| inputlookup SampleDataList | fields label | rename label AS a]`, In: "a\n1", Out: "a\n1\nSFDC Data"}},
	Plan: func(b *plan.Builder, a *subArgs) (plan.Node, error) {
		sub, err := rowSubsearch(b, a.Sub)
		if err != nil {
			return nil, err
		}
		limit := a.Opts.Int("maxout", b.Env.Limits.AppendRows)
		return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needSame,
			inputs: []plan.Pipeline{sub},
			open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
				return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
					rows, err := keepSub(ctx, rt, sub, limit)
					if err != nil {
						return nil, err
					}
					return op.Owning(op.Then(in, func(context.Context) (column.Stream, error) { return rows.Stream(), nil }), rows), nil
				}), nil
			}}, nil
	},
})

// rowSubsearch plans a subsearch whose rows are wanted.
func rowSubsearch(b *plan.Builder, sub *lang.Subsearch) (plan.Pipeline, error) {
	if sub == nil {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The last argument must be a subsearch.")
	}
	return b.Sub(sub)
}

// keepSub runs a subsearch and keeps its rows, cut at limit (0: all).
func keepSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int) (*op.Kept, error) {
	s, err := openSub(ctx, rt, p, limit)
	if err != nil {
		return nil, err
	}
	return op.KeepRows(ctx, rt, s)
}

// openSub runs a subsearch and streams its first limit rows (0: all). It warns when there are more.
func openSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int) (column.Stream, error) {
	s, err := rt.Run(ctx, p, nil)
	if err != nil || limit <= 0 {
		return s, err
	}
	left := limit
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if left < 0 {
			return nil, io.EOF
		}
		b, err := s.Next(ctx)
		if err != nil {
			return nil, err
		}
		here := min(left, b.Rows())
		if left -= b.Rows(); left < 0 {
			b = b.Copy()
			op.FirstRows(b, here)
			rt.Warn("[subsearch]: Subsearch produced more than %[1]d results, truncating to maxout %[1]d.", limit)
		}
		return b, nil
	}, s.Close), nil
}
