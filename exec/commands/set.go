package commands

import (
	"context"
	"errors"
	"slices"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type setArgs struct {
	Kind string            `parser:"@( 'union' | 'diff' | 'intersect' )"`
	Subs []*lang.Subsearch `parser:"@@*"`
}

var set = define(Spec[setArgs]{
	Grammar: lang.Grammar{Name: "set", Generating: true, Sub: lang.SubRows, Usage: "set union|diff|intersect [<subsearch>] [<subsearch>]"},
	Short:   "Union, difference or intersection of two searches.",
	Doc: `Rows are equal when all their fields are, _time and other internal ones included. union gives the rows
of both, diff those that are in one only, intersect those in both; each of them once.`,
	Examples: []Example{{Search: `set intersect [| makeresults format=csv data="v
a
b"] [| makeresults format=csv data="v
b
c"]`, Out: "v\nb"}},
	Plan: func(b *plan.Builder, a *setArgs) (plan.Node, error) {
		if len(a.Subs) != 2 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Two subsearches are expected.")
		}
		subs, err := rowSubsearches(b, a.Subs, 2)
		if err != nil {
			return nil, err
		}
		n := generating(b, func(ctx context.Context, rt *plan.Runtime) (column.Stream, error) {
			rows := op.NewKept(rt)
			s, err := combineSets(ctx, rt, rows, subs, a.Kind)
			if err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			return s, nil
		})
		n.inputs, n.wants = subs, needAll
		return n, nil
	},
})

// combineSets runs the subsearches and streams, out of rows, what the kind of set says.
func combineSets(ctx context.Context, rt *plan.Runtime, rows *op.Kept, subs []plan.Pipeline, kind string) (column.Stream, error) {
	border := 0 // rows from here on are the second side
	for _, p := range subs {
		border = rows.Len()
		s, err := openSub(ctx, rt, p, rt.Env.Limits.SubsearchRows)
		if err != nil {
			return nil, err
		}
		if err := op.Each(ctx, s, rows.Add); err != nil {
			return nil, err
		}
	}
	names := rows.Names()
	slices.Sort(names)
	d := distinctRows{rows: rows}
	var sides []byte
	err := d.each(ctx, func(b *column.Batch) []column.Vec { return op.Cols(b, names) }, func(n, _, group int) {
		if group == len(sides) {
			sides = append(sides, 0)
		}
		if n < border {
			sides[group] |= 1
		} else {
			sides[group] |= 2
		}
	}, func() int64 { return int64(cap(sides)) })
	if err != nil {
		return nil, err
	}
	var wanted []int
	for group, n := range d.first {
		both := sides[group] == 3
		if kind == "union" || both == (kind == "intersect") {
			wanted = append(wanted, n)
		}
	}
	return picked(rows, wanted), nil
}

// distinctRows numbers the different rows of rows in order of appearance.
type distinctRows struct {
	rows  *op.Kept
	keys  intern.Texts
	first []int // number of the first row of each group
	held  int64
}

// each tells apart all rows by the columns that of returns: f gets the number of a row, its place in the
// batch and its group. bytes is what the caller holds by then.
func (d *distinctRows) each(ctx context.Context, of func(b *column.Batch) []column.Vec, f func(n, i, group int), bytes func() int64) error {
	n := 0
	var key []byte
	return d.rows.Each(ctx, func(b *column.Batch) error {
		cols := of(b)
		for i := range b.N {
			key = op.RowKey(key[:0], cols, i)
			group := int(d.keys.AddBytes(key))
			if group == len(d.first) {
				d.first = append(d.first, n)
			}
			f(n, i, group)
			n++
		}
		now := d.keys.Bytes() + 8*int64(cap(d.first)) + bytes()
		grown := now - d.held
		d.held = now
		return d.rows.Hold(grown)
	})
}
