package commands

import (
	"context"
	"io"
	"math"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/timefmt"
)

// maxContinuous bounds the rows that makecontinuous makes.
const maxContinuous = 1_000_000

var makecontinuous = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "makecontinuous", Options: binOptions, Usage: "makecontinuous [<field>] [span=<span>] [bins=<int>] [start=<num>] [end=<num>]"},
	Short:   "Add rows so that a field has every step.",
	Doc: `The field, by default _time, is put into bins as bin does, but keeps the start of the bin; bins without
a row get one. Rows come in the order of the field; those without it come last.`,
	Examples: []Example{{Search: "makecontinuous n span=10", In: "n,a\n10,x\n40,y", Out: "n,a\n10,x\n20,\n30,\n40,y"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field := "_time"
		if len(a.List) > 0 {
			var err error
			if field, err = oneField(b, a.List); err != nil {
				return nil, err
			}
		}
		n := &binning{from: field, to: field}
		if err := n.options(b, a.Opts); err != nil {
			return nil, err
		}
		if n.given && n.span.Kind == timefmt.LogSpan {
			return nil, lang.Errorf(b.Stage, a.Opts.Get("span").Span, lang.CodeBadOption, "A logarithmic span cannot be made continuous.")
		}
		return folding(b, needAlso(field), func(rt *plan.Runtime, rows *op.Kept) fold {
			e := noExtent()
			add := func(b *column.Batch) error {
				if !n.given {
					e.add(b.Col(field), b.Sel)
				}
				return rows.Add(b)
			}
			return fold{add, func(ctx context.Context) (column.Stream, error) {
				c := &continuous{field: field, rows: rows, span: n.span, zone: timefmt.NewZone(rt.Env.Zone)}
				if !n.given {
					c.span = n.spanOver(e)
				}
				if err := c.findSteps(ctx, b.Stage); err != nil {
					return nil, err
				}
				return c.stream(ctx, rt)
			}}
		}), nil
	},
})

// continuous fills up the steps of a field.
type continuous struct {
	field string
	rows  *op.Kept
	span  timefmt.Span
	zone  *timefmt.Zone
	steps []float64         // from the first to the last that a row has
	place map[float64]int32 // of a step among them
}

// stepOf returns the start of the bin of v, and the next one.
func (c *continuous) stepOf(v float64) (start, next float64) {
	if t, ok := c.span.ForTime(); ok && c.span.Kind == timefmt.TimeSpan {
		us := t.Floor(int64(math.Floor(v*1e6)), c.zone)
		return float64(us) / 1e6, float64(t.Next(us, c.zone)) / 1e6
	}
	start = value.Round(math.Floor(v/c.span.Width)*c.span.Width, 9)
	return start, value.Round(start+c.span.Width, 9)
}

// findSteps goes over the rows for the steps that they are at, and those between.
func (c *continuous) findSteps(ctx context.Context, st *lang.Stage) error {
	tooMany := lang.Errorf(st, lang.Span{}, "too-many-rows", "The span is so small that more than %d rows would be made.", maxContinuous)
	counts := map[float64]int{}
	lo, hi := math.Inf(1), math.Inf(-1)
	err := c.rows.Each(ctx, func(b *column.Batch) error {
		number, before := numbersOf(b.Col(c.field)), len(counts)
		for i := range b.N {
			if f, ok := number(i); ok {
				start, _ := c.stepOf(f)
				counts[start]++
				lo, hi = math.Min(lo, start), math.Max(hi, start)
			}
		}
		if len(counts) > maxContinuous+1 {
			return tooMany
		}
		return c.rows.Hold(stepBytes * int64(len(counts)-before))
	})
	if err != nil {
		return err
	}
	c.place = map[float64]int32{}
	made := 0
	for at := lo; at <= hi; {
		if made > maxContinuous {
			return tooMany
		}
		made += max(1, counts[at])
		c.place[at] = int32(len(c.steps))
		c.steps = append(c.steps, at)
		_, at = c.stepOf(at)
	}
	return c.rows.Hold(stepBytes * int64(len(c.steps)))
}

// stepBytes is about what an entry of a map of steps takes.
const stepBytes = 40

// stream gives the rows in the order of their steps, then those without one.
func (c *continuous) stream(ctx context.Context, rt *plan.Runtime) (column.Stream, error) {
	others := op.NewKept(rt)
	stepped := op.Mapped(c.rows.Stream(), func(_ context.Context, b *column.Batch) (*column.Batch, error) { return c.split(b, others) })
	sorted, err := op.Run(ctx, rt, plan.Pipeline{op.NewSort([]op.SortKey{{Field: c.field, Type: op.KeyNum}}, 0)}, stepped)
	if err != nil {
		return nil, err
	}
	filled := &filling{continuous: c, in: sorted}
	return op.Owning(op.Then(column.StreamFunc(filled.next, nil), func(context.Context) (column.Stream, error) {
		return op.Mapped(others.Stream(), func(_ context.Context, b *column.Batch) (*column.Batch, error) { return c.rows.Arrange(b), nil }), nil
	}), sorted, others), nil
}

// split returns the rows that have a step, with its place in the field, and leaves those without one to
// others.
func (c *continuous) split(b *column.Batch, others *op.Kept) (*column.Batch, error) {
	places := &column.Int{}
	number := numbersOf(b.Col(c.field))
	var with, without []uint32
	for i := range b.N {
		f, ok := number(i)
		if !ok {
			without = append(without, uint32(i))
			continue
		}
		start, _ := c.stepOf(f)
		if place, ok := c.place[start]; ok {
			with, places.V = append(with, uint32(i)), append(places.V, int64(place))
		}
	}
	out := b.Pick(with)
	out.Set(c.field, places)
	if len(without) == b.N {
		return out, others.Add(b)
	}
	return out, others.Add(b.Pick(without))
}

// filling puts rows between those of in, which have ascending steps.
type filling struct {
	*continuous
	in   column.Stream
	b    *column.Batch // at hand, from row i on
	i    int
	step int // the next one that no row is needed for yet
	done bool
}

func (f *filling) next(ctx context.Context) (*column.Batch, error) {
	for !f.done && (f.b == nil || f.i == f.b.N) {
		b, err := f.in.Next(ctx)
		switch {
		case err == io.EOF:
			f.done, b = true, &column.Batch{}
		case err != nil:
			return nil, err
		}
		f.b, f.i = f.rows.Arrange(b), 0
	}
	if f.done && f.step == len(f.steps) {
		return nil, io.EOF
	}
	return f.fill(), nil
}

// fill returns the rows at hand with the missing ones in between, or as many as a batch holds.
func (f *filling) fill() *column.Batch {
	var rows []uint32 // plus one, 0 for a row that is new
	col := column.NewTextBuilder()
	places := f.b.Col(f.field)
	made := 0
	for len(rows) < column.MaxRows && (f.i < f.b.N || f.done && f.step < len(f.steps)) {
		place := len(f.steps)
		if f.i < f.b.N {
			n, _, _ := places.At(f.i).Number()
			place = int(n)
		}
		if f.step < place {
			rows, made = append(rows, 0), made+1
			col.AppendValue(value.OfNumber(f.steps[f.step], value.Exact))
			f.step++
			continue
		}
		f.i++
		rows = append(rows, uint32(f.i))
		col.AppendValue(value.OfNumber(f.steps[place], value.Exact))
		f.step = place + 1
	}
	if made == 0 {
		for i := range rows {
			rows[i]--
		}
	}
	out := f.b.Copy()
	out.N = len(rows)
	for i, v := range out.Cols {
		if made > 0 {
			v = column.Concat(column.AsText(column.Nulls(1)), column.AsText(v))
		}
		out.Cols[i] = column.Gather(v, rows)
	}
	out.Set(f.field, col.Build())
	return out
}
