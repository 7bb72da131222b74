package commands

import (
	"context"
	"io"
	"slices"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var labelOptions = []lang.Opt{
	{Name: "labelfield", Type: lang.FieldName, Doc: "Field that gets the label in the row of column totals."},
	{Name: "label", Type: lang.Text, Default: "Total", Doc: "The label."},
}

var addtotals = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "addtotals",
		Usage: "addtotals [row=<bool>] [col=<bool>] [fieldname=<field>] [labelfield=<field>] [label=<text>] [<field>...]",
		Options: append([]lang.Opt{
			{Name: "row", Type: lang.Bool, Default: "true", Doc: "Sum up each row."},
			{Name: "col", Type: lang.Bool, Default: "false", Doc: "Add a row with the sum of each column."},
			{Name: "fieldname", Type: lang.FieldName, Default: "Total", Doc: "Field for the sum of a row."},
		}, labelOptions...)},
	Short: "Add the sum of each row, or of each column.",
	Doc: `Only numbers count; a row without any gets 0. Without a list all fields are summed but internal ones.
With col=t a last row holds the sums of the columns.`,
	Examples: []Example{
		{Search: "addtotals", In: "a,b\n1,2\n3,x", Out: "a,b,Total\n1,2,3\n3,x,3"},
		{Search: "addtotals row=f col=t labelfield=b", In: "a,b\n1,x\n3,y", Out: "a,b\n1,x\n3,y\n4,Total"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		t := newTotals(a)
		t.row, t.col = a.Opts.Bool("row", true), a.Opts.Bool("col", false)
		return t.node(b), nil
	},
})

var addcoltotals = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "addcoltotals", Usage: "addcoltotals [labelfield=<field>] [label=<text>] [<field>...]", Options: labelOptions},
	Short:   "Add a row with the sum of each column.",
	Doc:     `Only numbers count. Without a list all columns with a number are summed but internal ones.`,
	Examples: []Example{
		{Search: "addcoltotals", In: "a,b,c\n1,2,x\n3,4,y", Out: "a,b,c\n1,2,x\n3,4,y\n4,6,"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		t := newTotals(a)
		t.col = true
		return t.node(b), nil
	},
})

// totals is what addtotals and addcoltotals do.
type totals struct {
	row, col          bool
	names             []string
	into              string
	labelField, label string
}

func newTotals(a *optsListArgs) *totals {
	t := &totals{names: a.List.Texts(), into: a.Opts.Text("fieldname", "Total"),
		labelField: a.Opts.Text("labelfield", ""), label: a.Opts.Text("label", "Total")}
	if len(t.names) == 0 {
		t.names = []string{"*"}
	}
	return t
}

func (t *totals) node(b *plan.Builder) plan.Node {
	if !t.col {
		return rowLocal(b, t.needs, func(b *column.Batch) (*column.Batch, error) { t.addRow(b); return b, nil })
	}
	return &streamNode{Base: plan.Base{C: plan.Transforming}, text: stageText(b.Stage), needs: t.needs,
		open: func(_ *plan.Runtime, in column.Stream) (column.Stream, error) { return t.stream(in), nil }}
}

func (t *totals) needs(out column.FieldSet) column.FieldSet {
	if t.row {
		out = out.Without(t.into)
	}
	return out.With(t.names...)
}

// sum adds numbers up as eval's + does.
type sum struct {
	f   float64
	p   value.Prec
	any bool
}

func (s *sum) add(v value.Value) {
	f, p, ok := v.Number()
	if !ok {
		return
	}
	if s.any {
		p = value.AddPrec(s.f, s.p, f, p)
	}
	s.f, s.p, s.any = s.f+f, p, true
}

func (s *sum) value() value.Value { return value.OfNumber(s.f, s.p) }

// addRow sums the rows up.
func (t *totals) addRow(b *column.Batch) {
	names := slices.DeleteFunc(op.Expand(b, t.names, false), func(n string) bool { return n == t.into })
	cols := op.Cols(b, names)
	out := make([]value.Value, b.N)
	for i := range b.N {
		var s sum
		for _, c := range cols {
			s.add(c.At(i))
		}
		out[i] = s.value()
	}
	b.Set(t.into, column.Stored(column.FromValues(out)))
}

// stream passes the rows on and adds the row of sums.
func (t *totals) stream(in column.Stream) column.Stream {
	sums := map[string]*sum{}
	var order []string
	ordered, done := false, false
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if done {
			return nil, io.EOF
		}
		b, err := in.Next(ctx)
		if err == io.EOF {
			done = true
			return t.lastRow(order, sums, ordered), nil
		}
		if err != nil {
			return nil, err
		}
		b = b.Copy()
		ordered = b.Ordered
		if t.row {
			t.addRow(b)
		}
		summed := op.Expand(b, t.names, false)
		for _, n := range b.Names {
			if sums[n] == nil {
				sums[n] = &sum{}
				order = append(order, n)
			}
			if n == t.into && t.row || slices.Contains(summed, n) {
				v := b.Col(n)
				op.EachRow(b, func(i int) { sums[n].add(v.At(i)) })
			}
		}
		return b, nil
	}, in.Close)
}

func (t *totals) lastRow(order []string, sums map[string]*sum, ordered bool) *column.Batch {
	b := column.NewBatch(1)
	b.Ordered = ordered
	for _, n := range order {
		v := value.Value{}
		if s := sums[n]; s.any {
			v = s.value()
		}
		b.Set(n, column.Stored(&column.Const{V: v, N: 1}))
	}
	if t.labelField != "" {
		b.Set(t.labelField, column.ConstText(t.label, 1))
	}
	return b
}
