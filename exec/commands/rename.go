package commands

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

type renameArgs struct {
	Pairs []*renamePair `parser:"@@*"`
}

type renamePair struct {
	From lang.Name `parser:"@@"`
	To   lang.Name `parser:"( 'as' | 'to' | '->' ) @@"`
}

var rename = define(Spec[renameArgs]{
	Grammar: lang.Grammar{Name: "rename", Clauses: []string{"as", "to", "->"}, Usage: "rename <field> AS <field> [, <field> AS <field>]...",
		BadArg: "Usage: rename [old_name AS/TO/-> new_name]+. Invalid argument: '%s'"},
	Short: "Rename fields.",
	Doc: `Pairs apply from left to right; a column keeps its place. Wildcards carry the matched text over:
both names must hold the same number of them, and * does not match names that start with an underscore.
Renaming a field that no row has removes the target.`,
	Examples: []Example{
		{Search: `rename a AS "The A"`, In: "a,b\n1,2", Out: "The A,b\n1,2"},
		{Search: `rename EU_* AS EMEA_*`, In: "EU_UK,EU_DE,x\n1,2,3", Out: "EMEA_UK,EMEA_DE,x\n1,2,3"},
	},
	Plan: func(b *plan.Builder, a *renameArgs) (plan.Node, error) {
		if len(a.Pairs) == 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Usage: rename [old_name AS/TO/-> new_name]+.")
		}
		for _, p := range a.Pairs {
			if strings.Count(p.From.Text, "*") != strings.Count(p.To.Text, "*") {
				return nil, lang.Errorf(b.Stage, p.From.Join(p.To.Span), "wildcard-mismatch",
					"Wildcard mismatch: '%s' as '%s'.", p.From.Text, p.To.Text)
			}
		}
		return rowLocal(b, func(out column.FieldSet) column.FieldSet { return renameNeeds(a.Pairs, out) },
			func(b *column.Batch) (*column.Batch, error) {
				for _, p := range a.Pairs {
					renameColumns(b, p.From.Text, p.To.Text)
				}
				return b, nil
			}), nil
	},
})

func renameNeeds(pairs []*renamePair, out column.FieldSet) column.FieldSet {
	for _, p := range slices.Backward(pairs) {
		from, to := p.From.Text, p.To.Text
		if !strings.Contains(from, "*") {
			wanted := out.Has(to)
			out = out.Without(from, to)
			if wanted {
				out = out.With(from)
			}
			continue
		}
		for _, n := range out.Names() {
			if parts, ok := matchParts(to, n); ok {
				out = out.With(fillStars(from, parts))
			}
		}
		if !out.Exact() {
			out = out.With(from)
		}
	}
	return out
}

// renameColumns renames the columns that match from, in place.
func renameColumns(b *column.Batch, from, to string) {
	if !strings.Contains(from, "*") {
		moveColumn(b, from, to)
		return
	}
	for _, n := range slices.Clone(b.Names) {
		if column.Internal(n) && !column.Internal(from) {
			continue
		}
		if parts, ok := matchParts(from, n); ok {
			moveColumn(b, n, fillStars(to, parts))
		}
	}
}

func moveColumn(b *column.Batch, from, to string) {
	if from == to {
		return
	}
	b.Drop(to)
	if i := b.Index(from); i >= 0 {
		b.Names[i] = to
	}
}

// matchParts matches a whole text against a pattern with * and returns what each star stands for, the
// first ones as short as possible.
func matchParts(pattern, s string) ([]string, bool) {
	lits := strings.Split(pattern, "*")
	if !strings.HasPrefix(s, lits[0]) {
		return nil, false
	}
	if len(lits) == 1 {
		return nil, s == pattern
	}
	s = s[len(lits[0]):]
	last := lits[len(lits)-1]
	var parts []string
	for _, lit := range lits[1 : len(lits)-1] {
		i := strings.Index(s, lit)
		if i < 0 {
			return nil, false
		}
		parts = append(parts, s[:i])
		s = s[i+len(lit):]
	}
	if !strings.HasSuffix(s, last) {
		return nil, false
	}
	return append(parts, strings.TrimSuffix(s, last)), true
}

// fillStars puts the parts in place of the stars of a pattern.
func fillStars(pattern string, parts []string) string {
	for _, p := range parts {
		pattern = strings.Replace(pattern, "*", "\x00"+p, 1)
	}
	return strings.ReplaceAll(pattern, "\x00", "")
}
