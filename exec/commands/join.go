package commands

import (
	"context"
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
		j := &op.Join{Fields: a.List.Texts(), Max: a.Opts.Int("max", 1), Overwrite: a.Opts.Bool("overwrite", true),
			Outer:   !strings.EqualFold(a.Opts.Text("type", "inner"), "inner"),
			UseTime: a.Opts.Bool("usetime", false), Earlier: a.Opts.Bool("earlier", true)}
		j.RightFields = j.Fields
		if err := joinAliases(j, b, a); err != nil {
			return nil, err
		}
		needs, wants := needAlso(j.Fields...), needAlso(j.RightFields...)
		if len(j.Fields) == 0 {
			needs, wants = needAll, needAll
		}
		if j.UseTime {
			inner := wants
			wants = func(out column.FieldSet) column.FieldSet { return inner(out).With("_time") }
			needs = wants
		}
		limit := b.Env.Limits.JoinRows
		return &streamNode{Base: plan.Base{C: plan.Ordered}, text: stageText(b.Stage), needs: needs, wants: wants,
			inputs: []plan.Pipeline{sub},
			open: func(rt *plan.Runtime, in column.Stream) (column.Stream, error) {
				return op.Lazy(in, func(ctx context.Context) (column.Stream, error) {
					right, err := openSub(ctx, rt, sub, limit)
					if err != nil {
						return nil, err
					}
					return j.Stream(rt, in, right), nil
				}), nil
			}}, nil
	},
})

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

// joinAliases reads left=, right= and the where clause.
func joinAliases(j *op.Join, b *plan.Builder, a *joinArgs) error {
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
		j.Fields, j.RightFields = append(j.Fields, l), append(j.RightFields, r)
	}
	j.Alias = right
	return nil
}
