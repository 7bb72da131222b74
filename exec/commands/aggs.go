package commands

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"spl/exec/agg"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// byList is BY with its fields; options may stand among them. Word is empty without the clause.
type byList struct {
	Word   string       `parser:"@'by'"`
	Fields lang.Fields  `parser:"( @@"`
	Opts   lang.Options `parser:"| @@ )*"`
}

// badAggArgument is how the family refuses a word that it cannot place.
const badAggArgument = "The argument '%s' is invalid."

// aggResolver turns the aggregations of a stage into those of the group operator.
type aggResolver struct {
	b      *plan.Builder
	allNum bool
	by     []string // output names that are taken
	// unnamed admits eval arguments without AS (chart and timechart with a split field).
	unnamed bool
	// charted refuses functions without their field, which elsewhere take every field (chart, timechart).
	charted bool
	// badTerm refuses an aggregation that means nothing.
	badTerm string
	names   map[string]string // output name → what makes it
	renamed map[string]bool   // keys of aggregations that have an alias
	out     []op.Agg
}

// resolveAggs checks aggregations and compiles their arguments.
func resolveAggs(b *plan.Builder, terms []*lang.Agg, by []string, allNum bool) ([]op.Agg, error) {
	r := newAggResolver(b, by, allNum)
	for _, t := range terms {
		if err := r.add(t); err != nil {
			return nil, err
		}
	}
	return r.out, nil
}

func newAggResolver(b *plan.Builder, by []string, allNum bool) *aggResolver {
	return &aggResolver{b: b, allNum: allNum, by: by, badTerm: badAggArgument, names: map[string]string{}, renamed: map[string]bool{}}
}

func (r *aggResolver) refuse(span lang.Span, format string, args ...any) error {
	return lang.Errorf(r.b.Stage, span, lang.CodeBadArgument, format, args...)
}

func (r *aggResolver) add(t *lang.Agg) error {
	a, err := r.resolve(t)
	if err != nil {
		return err
	}
	if err := r.checkName(t, &a); err != nil {
		return err
	}
	if r.names[a.Name] == a.Key {
		return nil // the same twice is once
	}
	if r.names[a.Name] != "" {
		return r.refuse(t.Span, "duplicate rename field(s): '%s'.", a.Name)
	}
	r.names[a.Name] = a.Key
	r.out = append(r.out, a)
	return nil
}

// resolve reads function and argument.
func (r *aggResolver) resolve(t *lang.Agg) (op.Agg, error) {
	if t.Func != "sparkline" && t.Field == nil && len(t.Args) == 1 && t.Eval == nil && t.Args[0].Eval == nil {
		// sum(dc(x)): the field that an earlier stats called so
		c := *t
		c.Field, c.Args = &lang.Name{Span: t.Args[0].Span, Text: t.Args[0].Written}, nil
		t = &c
	}
	if t.Func == "sparkline" {
		return r.sparkline(t)
	}
	f, percent, err := agg.Lookup(t.Func)
	switch {
	case err != nil:
		return op.Agg{}, r.refuse(t.Span, "%s", err)
	case f == nil, f.Whole && r.b.Stage.Name == "streamstats":
		return op.Agg{}, r.unknown(t)
	case f.Only != "" && f.Only != r.b.Stage.Name && f.Only != strings.TrimPrefix(r.b.Stage.Name, "si"):
		return op.Agg{}, r.refuse(t.Span, "The function '%s' can be used with %s only.", t.Func, f.Only)
	case len(t.Args) > 0:
		return op.Agg{}, r.refuse(t.Span,
			"The aggregation specifier '%s' is invalid. The aggregation specifier must be in [func_name]([key]) format.", t.Written)
	}
	a := op.Agg{Func: f, Arg: agg.Arg{Percent: percent, AllNum: r.allNum, List: r.b.Env.Limits.ListValues}}
	name := t.Func
	if name == "c" {
		name = "count"
	}
	switch {
	case t.Eval != nil:
		if t.As == nil && !r.unnamed {
			return a, r.refuse(t.Span,
				"You must specify a rename for the aggregation specifier on the dynamically evaluated field '%s'.", t.Written)
		}
		a.Name, a.Key = t.Written, t.Written
		a.Expr, err = r.compile(t)
		if err != nil {
			return a, err
		}
	case t.Field != nil:
		a.Field, a.Name = t.Field.Text, name+"("+t.Field.Text+")"
		a.Key = aggKey(f, percent) + "(" + t.Field.Text + ")"
	case f.Min > 0 && r.charted:
		return a, r.refuse(t.Span, r.badTerm, t.Written)
	case f.Min > 0: // a bare avg is avg(*)
		a.Field, a.Name, a.Key = "*", name+"(*)", aggKey(f, percent)+"(*)"
	default:
		a.Name, a.Key = name, f.Name
	}
	if a.Field == "_time" {
		a.Func = agg.OverTime(f)
	}
	if t.As != nil {
		a.Name = t.As.Text
	}
	return a, r.checkStars(t, &a)
}

// aggKey is the same for all names of a function.
func aggKey(f *agg.Func, percent float64) string {
	if f.Percent {
		return f.Name + strconv.FormatFloat(percent, 'f', -1, 64)
	}
	return f.Name
}

func (r *aggResolver) unknown(t *lang.Agg) error {
	d := lang.Errorf(r.b.Stage, t.Span, lang.CodeBadArgument, r.badTerm, t.Written)
	if near := lang.Suggest(t.Func, slices.Values(agg.Names())); near != "" {
		d.Hint = "did you mean \"" + near + "\"?"
	}
	return d
}

func (r *aggResolver) compile(t *lang.Agg) (*eval.Program, error) {
	p, ds := eval.Compile(t.Eval, exprCtx(r.b, ""))
	if err := ds.Err(); err != nil {
		var d lang.Diagnostics
		if !errors.As(err, &d) || len(d) == 0 {
			return nil, err
		}
		out := lang.Errorf(r.b.Stage, d[0].Span, d[0].Code,
			"The eval expression for dynamic field '%s' is invalid. Error='%s'.", t.Written, strings.TrimPrefix(d.Error(), "Error in 'EvalCommand': "))
		out.Hint = d[0].Hint
		return nil, out
	}
	return p, nil
}

func (r *aggResolver) checkStars(t *lang.Agg, a *op.Agg) error {
	if strings.Contains(a.Field, "**") {
		return r.refuse(t.Span, "The wildcard field is invalid. It contains consecutive wildcards.")
	}
	if t.As != nil && strings.Count(a.Field, "*") != strings.Count(t.As.Text, "*") && (a.Expr == nil || strings.Contains(t.As.Text, "*")) {
		return r.refuse(t.As.Span,
			"The number of wildcards between field specifier '%s' and rename specifier '%s' do not match.", a.Field, t.As.Text)
	}
	return nil
}

func (r *aggResolver) checkName(t *lang.Agg, a *op.Agg) error {
	if slices.Contains(r.by, a.Name) {
		return r.refuse(t.Span, "The output field '%s' cannot have the same name as a group-by field.", a.Name)
	}
	if strings.HasPrefix(a.Name, "psrsvd") {
		return r.refuse(t.Span, "The field name '%s' is invalid. The prefix 'psrsvd' is reserved.", a.Name)
	}
	if t.As == nil || a.Field == "" {
		return nil
	}
	if r.renamed[a.Key] && r.names[a.Name] != a.Key {
		return r.refuse(t.As.Span, "The aggregation '%s' is renamed more than once.", a.Key)
	}
	r.renamed[a.Key] = true
	return nil
}

// checkBy refuses BY without fields, with wildcards or with a field twice.
func checkBy(b *plan.Builder, by *byList) ([]string, error) {
	if by.Word == "" {
		return nil, nil
	}
	if len(by.Fields) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "You must specify at least one field after 'by'.")
	}
	var out []string
	for _, n := range by.Fields {
		switch {
		case slices.Contains(out, n.Text):
			return nil, lang.Errorf(b.Stage, n.Span, lang.CodeBadArgument, "Repeated group-by field '%s'.", n.Text)
		case strings.Contains(n.Text, "*"):
			return nil, lang.Errorf(b.Stage, n.Span, lang.CodeBadArgument, "The group-by field '%s' must not contain wildcards.", n.Text)
		}
		out = append(out, n.Text)
	}
	return out, nil
}
