package commands

import (
	"context"
	"fmt"
	"io"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type inputlookupArgs struct {
	Opts  lang.Options `parser:"( @@"`
	List  lang.Fields  `parser:"| @@ )*"`
	Where lang.Term    `parser:"( 'where' @@ )?"`
}

var inputlookup = define(Spec[inputlookupArgs]{
	Grammar: lang.Grammar{Name: "inputlookup", Clauses: []string{"where"},
		Usage: "inputlookup [append=<bool>] [strict=<bool>] [start=<int>] [max=<int>] <table> [where <search expression>]",
		Options: []lang.Opt{
			{Name: "append", Type: lang.Bool, Default: "false", Doc: "Put the rows behind the current ones."},
			{Name: "strict", Type: lang.Bool, Default: "false", Doc: "A missing table fails the search; here it always does."},
			{Name: "start", Type: lang.Int, Default: "0", Doc: "First row to take, counted from 0."},
			{Name: "max", Type: lang.Int, Default: "1000000000", Doc: "Rows to take."},
		}},
	Short: "Read the rows of a lookup table.",
	Doc: `Rows come in the order of the file, columns in that of its header; cells are text. start and max count
rows of the table before where filters them. With append=t the rows follow those that are there.`,
	Examples: []Example{
		{Search: `inputlookup SampleDataList where label=SF*`, Out: "lookup,label\nSFDC_Sample_Data_Anon.csv,SFDC Data"},
		{Search: `inputlookup append=t SampleDataList`, In: "a\n1", Out: "a,lookup,label\n1,,\n,SFDC_Sample_Data_Anon.csv,SFDC Data"},
	},
	Plan: func(b *plan.Builder, a *inputlookupArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify a lookup table.")
		}
		if len(a.List) > 1 {
			return nil, invalidArgument(b, a.List[1])
		}
		if !b.First && !a.Opts.Bool("append", false) {
			return nil, lang.Errorf(b.Stage, b.Stage.NameSpan, lang.CodeNotFirst, "This command must be the first command of a search.")
		}
		r, err := newTableReader(b, a.List[0], a.Where)
		if err != nil {
			return nil, err
		}
		r.start, r.max = a.Opts.Int("start", 0), a.Opts.Int("max", 1000000000)
		if b.First {
			return generating(b, r.open), nil
		}
		return appendRows(b, r.open), nil
	},
})

// appendRows returns a node that puts rows behind its input.
func appendRows(b *plan.Builder, rows func(context.Context, *plan.Runtime) (column.Stream, error)) *streamNode {
	return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needSame,
		open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
			return op.Then(in, func(ctx context.Context) (column.Stream, error) { return rows(ctx, rt) }), nil
		}}
}

// tableReader reads the rows of a lookup.
type tableReader struct {
	name       string
	where      *eval.Filter
	start, max int
}

func newTableReader(b *plan.Builder, name lang.Name, where lang.Term) (*tableReader, error) {
	r := &tableReader{name: name.Text}
	if _, err := openLookup(b, r.name); err != nil && !b.Checking {
		return nil, MissingTable(b.Stage, name, err)
	}
	if where != nil {
		where, err := b.Terms(where)
		if err != nil {
			return nil, err
		}
		f, ds := eval.CompileSearch(where, exprCtx(b, "'"+b.Stage.Name+"' command"))
		if err := ds.Err(); err != nil {
			return nil, err
		}
		r.where = f
	}
	return r, nil
}

// open reads the table as it is now.
func (r *tableReader) open(_ context.Context, rt *plan.Runtime) (column.Stream, error) {
	lk, err := rt.Env.Lookups.Open(r.name)
	if err != nil {
		return nil, fmt.Errorf("open lookup %s: %w", r.name, err)
	}
	return r.stream(lk.Table.Batches()), nil
}

func (r *tableReader) stream(bs []*column.Batch) column.Stream {
	skip, left := r.start, r.max
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(bs) == 0 {
			return nil, io.EOF
		}
		b := bs[0]
		bs = bs[1:]
		if from, to := min(skip, b.N), min(b.N, skip+left); from > 0 || to < b.N {
			b.Sel = column.NewBitmap(b.N)
			for i := from; i < to; i++ {
				b.Sel.Set(i)
			}
			skip -= from
			left -= max(0, to-from)
		} else {
			left -= b.N
		}
		if r.where != nil {
			if err := r.where.Apply(b); err != nil {
				return nil, err
			}
		}
		return b, nil
	}, nil)
}
