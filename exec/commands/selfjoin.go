package commands

import (
	"context"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var selfjoin = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "selfjoin", Usage: "selfjoin [overwrite=<bool>] [max=<int>] [keepsingle=<bool>] <field>...",
		Options: []lang.Opt{
			{Name: "overwrite", Type: lang.Bool, Default: "true", Doc: "The later row's values replace those of the earlier."},
			{Name: "max", Type: lang.Int, Default: "1", Doc: "Later rows to join to each; 0: all."},
			{Name: "keepsingle", Type: lang.Bool, Default: "false", Doc: "Keep rows whose values occur once."},
		}},
	Short:    "Join rows with later rows that have the same values.",
	Doc:      `Each row is joined with the next ones that agree in the listed fields; a row without any goes.`,
	Examples: []Example{{Search: "selfjoin k", In: "k,a\n1,x\n1,y\n2,z", Out: "k,a\n1,y"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "At least one field must be given as an argument.")
		}
		j := joining{fields: a.List.Texts(), overwrite: a.Opts.Bool("overwrite", true)}
		most, single := a.Opts.Int("max", 1), a.Opts.Bool("keepsingle", false)
		return wholeTable(b, needAll, func(_ context.Context, _ *plan.Runtime, rows *op.Rows) (column.Stream, error) {
			defer rows.Free()
			run := j
			run.rightFields = j.fields
			run.right = rows.Table()
			run.index()
			return column.Batches(run.later(most, single)), nil
		}), nil
	},
})

// later joins each row of the table with later rows of the same key.
func (j *joining) later(most int, single bool) *column.Batch {
	numbers := j.keys.Find(j.right)
	place := make([]int, len(j.matches))
	var left, right []uint32
	var hit []bool
	for i, n := range numbers {
		if n == 0 {
			continue
		}
		place[n]++
		rest := j.matches[n][place[n]:]
		if most > 0 && len(rest) > most {
			rest = rest[:most]
		}
		for _, r := range rest {
			left, right, hit = append(left, uint32(i)), append(right, r), append(hit, true)
		}
		if len(j.matches[n]) == 1 && single {
			left, right, hit = append(left, uint32(i)), append(right, uint32(i)), append(hit, true)
		}
	}
	return j.merge(j.right.Pick(left), right, hit)
}
