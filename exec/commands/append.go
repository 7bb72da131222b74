package commands

import (
	"context"
	"errors"
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

// behind streams the rows of a subsearch that are in memory.
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

// runSub runs a subsearch and returns its rows as a table in memory, cut at limit (0: all).
func runSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int) (*op.Rows, error) {
	rows := op.NewRows(rt.Mem)
	if err := feedSub(ctx, rt, p, limit, rows.Add); err != nil {
		rows.Free()
		return nil, err
	}
	return rows, nil
}

// keepSub runs a subsearch and keeps its rows, cut at limit (0: all).
func keepSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int) (*op.Kept, error) {
	rows := op.NewKept(rt)
	if err := feedSub(ctx, rt, p, limit, rows.Add); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return rows, nil
}

// feedSub runs a subsearch and hands its first limit rows (0: all) to add.
func feedSub(ctx context.Context, rt *plan.Runtime, p plan.Pipeline, limit int, add func(b *column.Batch) error) error {
	s, err := rt.Run(ctx, p, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	n := 0
	for {
		b, err := s.Next(ctx)
		if err == io.EOF {
			return s.Close()
		}
		if err != nil {
			return err
		}
		full := limit > 0 && n+b.Rows() > limit
		if full {
			b = b.Copy()
			op.FirstRows(b, limit-n)
			rt.Warn("[subsearch]: Subsearch produced more than %[1]d results, truncating to maxout %[1]d.", limit)
		}
		n += b.Rows()
		if err := add(b); err != nil {
			return err
		}
		if full {
			return s.Close()
		}
	}
}
