package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type joinArgs struct {
	Opts  lang.Options    `parser:"( @@"`
	Sub   *lang.Subsearch `parser:"| @@"`
	Where lang.Term       `parser:"| 'where' @@"`
	List  lang.Fields     `parser:"| @@ )*"`
}

var join = define(Spec[joinArgs]{
	Grammar: lang.Grammar{Name: "join", Sub: lang.SubRows, Clauses: []string{"where"},
		Usage: "join [type=inner|outer|left] [max=<int>] [overwrite=<bool>] [usetime=<bool>] [earlier=<bool>] [<field>... | left=<L> right=<R> where L.<field>=R.<field>...] [<subsearch>]",
		Options: []lang.Opt{
			{Name: "type", Type: lang.Enum, Values: []string{"inner", "outer", "left"}, Default: "inner", Doc: "outer and left keep rows without a match."},
			{Name: "max", Type: lang.Int, Default: "1", Doc: "Matches to take for each row; 0: all."},
			{Name: "overwrite", Type: lang.Bool, Default: "true", Doc: "The subsearch's values replace those of the row."},
			{Name: "usetime", Type: lang.Bool, Default: "false", Doc: "Only matches earlier, or later, than the row."},
			{Name: "earlier", Type: lang.Bool, Default: "true", Doc: "With usetime: earlier ones."},
			{Name: "left", Type: lang.Text, Doc: "Name of the current rows in the where clause."},
			{Name: "right", Type: lang.Text, Doc: "Name of the subsearch's rows in the where clause."},
		}},
	Short: "Add the fields of matching rows of a subsearch.",
	Doc: `Rows match when all the listed fields are equal as text; without a list, all fields that both sides
have. Each row takes its first match unless max says more. A row that lacks one of the fields matches
nothing. The subsearch gives at most 50000 rows.`,
	Examples: []Example{
		{Search: `join type=outer lookup [| inputlookup SampleDataList]`, In: "lookup,n\nSFDC_Sample_Data_Anon.csv,1\nx,2", Out: "lookup,n,label\nSFDC_Sample_Data_Anon.csv,1,SFDC Data\nx,2,"},
	},
	Plan: func(b *plan.Builder, a *joinArgs) (plan.Node, error) {
		takeTermSub(a)
		sub, err := rowSubsearch(b, a.Sub)
		if err != nil {
			return nil, err
		}
		j := &joining{fields: a.List.Texts(), max: a.Opts.Int("max", 1), overwrite: a.Opts.Bool("overwrite", true),
			outer:   !strings.EqualFold(a.Opts.Text("type", "inner"), "inner"),
			useTime: a.Opts.Bool("usetime", false), earlier: a.Opts.Bool("earlier", true)}
		j.rightFields = j.fields
		if err := j.aliases(b, a); err != nil {
			return nil, err
		}
		needs, wants := needAlso(j.fields...), needAlso(j.rightFields...)
		if len(j.fields) == 0 {
			needs, wants = needAll, needAll
		}
		if j.useTime {
			inner := wants
			wants = func(out column.FieldSet) column.FieldSet { return inner(out).With("_time") }
			needs = wants
		}
		limit := b.Env.Limits.JoinRows
		return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needs, wants: wants,
			inputs: []plan.Pipeline{sub},
			open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
				return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
					rows, err := runSub(ctx, rt, sub, limit)
					if err != nil {
						return nil, err
					}
					return j.stream(ctx, rt, in, rows)
				}), nil
			}}, nil
	},
})

// joining is a join with the rows of its subsearch.
type joining struct {
	fields, rightFields                []string
	alias                              string // of the right side: its fields get it where names collide
	max                                int
	overwrite, outer, useTime, earlier bool

	right   *column.Batch
	keys    *op.Keys
	matches [][]uint32 // right rows by key number
}

func (j *joining) stream(ctx context.Context, rt *plan.Runtime, in column.Stream, rows *op.Rows) (column.Stream, error) {
	run := *j
	run.right = rows.Table()
	if len(run.fields) == 0 { // which fields are common is known when all rows are there
		left, err := op.Collect(ctx, rt.Mem, in)
		if err != nil {
			return nil, err
		}
		for _, n := range left.Names() {
			if run.right.Has(n) {
				run.fields = append(run.fields, n)
			}
		}
		run.rightFields = run.fields
		in = behind(left)
	}
	run.index()
	out := op.Mapped(in, func(_ context.Context, b *column.Batch) (*column.Batch, error) { return run.batch(b), nil })
	return column.StreamFunc(out.Next, func() error { rows.Free(); return out.Close() }), nil
}

// takeTermSub finds the subsearch behind a where clause, which reads it as one of its terms.
func takeTermSub(a *joinArgs) {
	and, ok := a.Where.(*lang.And)
	if !ok || a.Sub != nil {
		return
	}
	if sub, ok := and.Terms[len(and.Terms)-1].(*lang.TermSub); ok {
		a.Sub = sub.Sub
		a.Where = &lang.And{Span: and.Span, Terms: and.Terms[:len(and.Terms)-1]}
	}
}

// aliases reads left=, right= and the where clause.
func (j *joining) aliases(b *plan.Builder, a *joinArgs) error {
	left, right := a.Opts.Text("left", ""), a.Opts.Text("right", "")
	if left == "" && right == "" && a.Where == nil {
		return nil
	}
	bad := lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "left, right and a where clause such as L.a=R.b must be given together, without a field list.")
	if left == "" || right == "" || a.Where == nil || len(a.List) > 0 {
		return bad
	}
	terms := []lang.Term{a.Where}
	if and, ok := a.Where.(*lang.And); ok {
		terms = and.Terms
	}
	for _, t := range terms {
		c, ok := t.(*lang.Compare)
		if !ok || c.Op != lang.OpEq {
			return bad
		}
		x, y := c.Field.Text, c.Value.Text
		if strings.HasPrefix(x, right+".") {
			x, y = y, x
		}
		l, okLeft := strings.CutPrefix(x, left+".")
		r, okRight := strings.CutPrefix(y, right+".")
		if !okLeft || !okRight {
			return bad
		}
		j.fields, j.rightFields = append(j.fields, l), append(j.rightFields, r)
	}
	j.alias = right
	return nil
}

// index finds the right rows of every key.
func (j *joining) index() {
	if len(j.fields) == 0 {
		return
	}
	j.keys = op.NewKeys(j.fields)
	numbers := j.keys.Number(&column.Batch{N: j.right.N, Names: j.fields, Cols: op.Cols(j.right, j.rightFields)})
	j.matches = make([][]uint32, j.keys.Len()+1)
	for i, n := range numbers {
		if n != 0 {
			j.matches[n] = append(j.matches[n], uint32(i))
		}
	}
}

// batch returns the joined rows, in the order of the left ones.
func (j *joining) batch(b *column.Batch) *column.Batch {
	var left, right []uint32
	var hit []bool
	numbers := make([]uint32, b.N)
	if j.keys != nil {
		numbers = j.keys.Find(b)
	}
	op.EachRow(b, func(i int) {
		n := 0
		if numbers[i] != 0 {
			for _, r := range j.matches[numbers[i]] {
				if j.useTime && !j.inTime(b, i, int(r)) {
					continue
				}
				left, right, hit = append(left, uint32(i)), append(right, r), append(hit, true)
				if n++; n == j.max {
					break
				}
			}
		}
		if n == 0 && j.outer {
			left, right, hit = append(left, uint32(i)), append(right, 0), append(hit, false)
		}
	})
	return j.merge(b.Pick(left), right, hit)
}

// merge adds the right rows' columns.
func (j *joining) merge(out *column.Batch, right []uint32, hit []bool) *column.Batch {
	if j.right.N == 0 {
		return out
	}
	matched := column.NewBitmap(len(hit))
	all := true
	for i, h := range hit {
		if h {
			matched.Set(i)
		}
		all = all && h
	}
	names := j.right.Names
	if !j.right.Ordered {
		names = slices.Sorted(slices.Values(names))
	}
	for _, n := range names {
		if k := slices.Index(j.rightFields, n); k >= 0 && j.fields[k] == n {
			continue
		}
		v := column.Gather(j.right.Col(n), right)
		if !all {
			v = op.Where(matched, v, column.Nulls(len(hit)))
		}
		switch {
		case !out.Has(n):
		case j.alias != "":
			n = j.alias + "." + n
		case j.overwrite:
			v = op.Coalesce(v, out.Col(n)) // a missing value does not replace one
		default:
			v = op.Coalesce(out.Col(n), v)
		}
		out.Set(n, v)
	}
	return out
}

// inTime reports whether the right row is early, or late, enough; the same second always is.
func (j *joining) inTime(b *column.Batch, i, r int) bool {
	l, _, ok1 := b.Col("_time").At(i).Number()
	o, _, ok2 := j.right.Col("_time").At(r).Number()
	if !ok1 || !ok2 {
		return false
	}
	if int64(l) == int64(o) {
		return true
	}
	return o < l == j.earlier
}
