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

var mvexpand = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "mvexpand", Usage: "mvexpand <field> [limit=<int>]",
		Options: []lang.Opt{{Name: "limit", Type: lang.Int, Default: "0", Doc: "Values to take of each row; 0: all."}}},
	Short: "Make one row for each value of a field.",
	Doc:   `All other fields are copied. Rows without the field go, unless no row has it: then nothing changes.`,
	Examples: []Example{
		{Search: `makemv delim=";" x | mvexpand x`, In: "n,x\n1,a;b\n2,c\n3,", Out: "n,x\n1,a\n1,b\n2,c"},
		{Search: `mvexpand y`, In: "n\n1", Out: "n\n1"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		limit := a.Opts.Int("limit", 0)
		return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needAlso(field),
			open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
				e := &expanding{in: in, held: op.NewKept(rt), field: field, limit: limit}
				return column.StreamFunc(e.next, func() error { return errors.Join(in.Close(), e.held.Close()) }), nil
			}}, nil
	},
})

// expanding multiplies rows. Until a row with the field is seen, rows wait: should there be none, they
// pass as they are.
type expanding struct {
	in    column.Stream
	held  *op.Kept
	seen  bool
	rest  column.Stream // the held rows, at the end
	field string
	limit int
}

func (e *expanding) next(ctx context.Context) (*column.Batch, error) {
	if e.rest != nil {
		return e.rest.Next(ctx)
	}
	for {
		b, err := e.in.Next(ctx)
		if err == io.EOF && !e.seen {
			e.rest = e.held.Stream()
			return e.rest.Next(ctx)
		}
		if err != nil {
			return nil, err
		}
		if !e.seen && op.AllNull(b.Col(e.field), b.Sel) {
			if err := e.held.Add(b); err != nil {
				return nil, err
			}
			continue
		}
		if !e.seen {
			e.seen = true
			if err := e.held.Close(); err != nil {
				return nil, err
			}
		}
		return expand(b, e.field, e.limit), nil
	}
}

// expand returns one row per value.
func expand(b *column.Batch, field string, limit int) *column.Batch {
	v := b.Col(field)
	var rows []uint32
	out := column.NewTextBuilder()
	op.EachRow(b, func(i int) {
		for k, s := range v.At(i).List() {
			if limit > 0 && k == limit {
				break
			}
			rows = append(rows, uint32(i))
			out.Append(s)
		}
	})
	picked := b.Pick(rows)
	switch v.(type) {
	case *column.List, *column.Const, *column.Any: // the others hold single values only
		picked.Set(field, out.Build())
	}
	return picked
}
