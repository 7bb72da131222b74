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
					rows, err := runSub(ctx, rt, sub, limit)
					if err != nil {
						return nil, err
					}
					return op.Then(in, func(context.Context) (column.Stream, error) { return behind(rows), nil }), nil
				}), nil
			}}, nil
	},
})

// behind streams the rows of a subsearch.
func behind(rows *op.Rows) column.Stream {
	return rows.Mapped(func(b *column.Batch) *column.Batch { return b })
}

// rowSubsearch plans a subsearch whose rows are wanted.
func rowSubsearch(b *plan.Builder, sub *lang.Subsearch) (plan.Pipeline, error) {
	if sub == nil {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "The last argument must be a subsearch.")
	}
	return b.Sub(sub)
}

// runSub runs a subsearch and returns its rows, cut at limit (0: all).
func runSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int) (*op.Rows, error) {
	s, err := rt.Run(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	rows := op.NewRows(rt.Mem)
	for {
		b, err := s.Next(ctx)
		if err == io.EOF {
			return rows, s.Close()
		}
		if err == nil && limit > 0 && rows.Len()+b.Rows() > limit {
			b = b.Copy()
			op.FirstRows(b, limit-rows.Len())
			rt.Warn("[subsearch]: Subsearch produced more than %[1]d results, truncating to maxout %[1]d.", limit)
			if err = rows.Add(b); err == nil {
				return rows, s.Close()
			}
		} else if err == nil {
			err = rows.Add(b)
		}
		if err != nil {
			rows.Free()
			return nil, err
		}
	}
}
