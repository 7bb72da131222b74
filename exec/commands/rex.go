package commands

import (
	"errors"
	"fmt"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/pattern"
)

type rexArgs struct {
	Opts    lang.Options  `parser:"( @@"`
	Pattern []*lang.Value `parser:"| @@ )*"`
}

var rex = define(Spec[rexArgs]{
	Grammar: lang.Grammar{Name: "rex", Mode: lang.ModeText,
		Usage: `rex [field=<field>] ("<regex>" [max_match=<int>] [offset_field=<field>] | mode=sed "<sed>")`,
		Options: []lang.Opt{
			{Name: "field", Type: lang.FieldName, Default: "_raw", Doc: "Field to read."},
			{Name: "max_match", Type: lang.Int, Default: "1", Doc: "Matches to take, 0 for all; several make a multivalue."},
			{Name: "offset_field", Type: lang.FieldName, Doc: "Field for where the groups matched, such as user=0-4."},
			{Name: "mode", Type: lang.Enum, Values: []string{"sed"}, Doc: "Change the field by a sed expression instead."},
		}},
	Short: "Extract fields with a regular expression.",
	Doc: `Every named group that takes part in the match sets the field of its name. Without a match nothing
changes. With mode=sed the field itself is changed: s/regex/replacement/flags with g, i or a number, or
y/abc/xyz/. The expression is PCRE, unanchored, and minds case.`,
	Examples: []Example{
		{Search: `rex field=m "user=(?<who>\w+)"`, In: "m\nuser=al x\nnone", Out: "m,who\nuser=al x,al\nnone,"},
		{Search: `rex field=m mode=sed "s/(\w+) (\w+)/\2 \1/"`, In: "m\njohn smith", Out: "m\nsmith john"},
	},
	Plan: planRex,
})

func planRex(b *plan.Builder, a *rexArgs) (plan.Node, error) {
	field := a.Opts.Text("field", "_raw")
	if len(a.Pattern) == 0 {
		return nil, lang.SubjectErrorf(b.Stage, "'SearchOperator:rex'", lang.Span{}, lang.CodeBadArgument,
			"Usage: regex [field=<field>] <regex>.")
	}
	if len(a.Pattern) > 1 {
		return nil, lang.Errorf(b.Stage, a.Pattern[1].Span, lang.CodeBadArgument, "Invalid argument: '%s'", a.Pattern[1].Text)
	}
	p := a.Pattern[0]
	if a.Opts.Has("mode") {
		sed, err := pattern.ParseSed(p.Text)
		if err != nil {
			return nil, regexError(b, p, err)
		}
		return rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) { return sedField(b, field, sed) }), nil
	}
	re, err := pattern.Compile(p.Text)
	if err != nil {
		return nil, regexError(b, p, err)
	}
	x := &rexRun{field: field, re: re, max: a.Opts.Int("max_match", 1), offsets: a.Opts.Text("offset_field", "")}
	for i, n := range re.SubexpNames() {
		if n != "" {
			x.names, x.groups = append(x.names, n), append(x.groups, i)
		}
	}
	if len(x.names) == 0 {
		return nil, lang.Errorf(b.Stage, p.Span, lang.CodeBadArgument, "The regex '%s' does not extract anything. "+
			"It should specify at least one named group. Format: (?<name>...).", p.Text)
	}
	x.warn = func() {
		b.Warn(p.Span, "The regex '%s' reached its match limit; the row counts as not matching.", p.Text)
	}
	n := rowLocal(b, needAlso(field), x.apply)
	if field == "_raw" {
		n.raw = rawQuery(re)
		if n.raw != nil && x.max == 1 && x.offsets == "" {
			n.raw.Prefix, n.raw.Settled = re.Prefix(), re.Settled
		}
	}
	if x.offsets != "" {
		return n, nil
	}
	return changes(n, x.names...), nil
}

// rawQuery is what a text must hold for the expression to match; nil if nothing can be said.
func rawQuery(re *pattern.Regexp) *column.TextQuery {
	lits, _ := re.Required()
	// The other cases of k and s outside ASCII are not looked for.
	if len(lits) != 1 || lits[0].Fold && strings.ContainsAny(lits[0].Text, "kKsS") {
		return nil
	}
	return &column.TextQuery{Literals: []string{lits[0].Text}, Fold: lits[0].Fold}
}

func regexError(b *plan.Builder, p *lang.Value, err error) error {
	var bad *pattern.CompileError
	if errors.As(err, &bad) {
		return lang.Errorf(b.Stage, p.Span, "bad-regex",
			"Encountered the following error while compiling the regex '%s': Regex: %s.", p.Text, bad.Msg)
	}
	return lang.Errorf(b.Stage, p.Span, "bad-regex", "The expression '%s' is invalid: %s.", p.Text, err)
}

func sedField(b *column.Batch, field string, sed *pattern.Sed) (*column.Batch, error) {
	if !b.Has(field) {
		return b, nil
	}
	var failed error
	b.Set(field, op.MapText(b.Col(field), b.Sel, func(s string) (string, bool) {
		out, err := sed.Apply(s)
		if err != nil {
			failed = err
		}
		return out, true
	}))
	return b, failed
}

// rexRun extracts the groups of one expression.
type rexRun struct {
	field   string
	re      *pattern.Regexp
	max     int
	names   []string
	groups  []int
	offsets string
	warn    func()
}

func (x *rexRun) apply(b *column.Batch) (*column.Batch, error) {
	if !b.Has(x.field) {
		return b, nil
	}
	d := op.DistinctOf(b.Col(x.field), b.Sel)
	outs := make([]*column.TextBuilder, len(x.names)+1)
	for i := range outs {
		outs[i] = column.NewTextBuilder()
		outs[i].AppendNull()
	}
	found := make([][]string, len(outs))
	any := false
	for k := range d.Len() {
		for i := range found {
			found[i] = found[i][:0]
		}
		d.Each(k, func(s string) { any = x.match(s, found) || any })
		for i, vs := range found {
			outs[i].AppendList(vs)
		}
	}
	if !any {
		return b, nil
	}
	for i, n := range x.names {
		x.set(b, n, d.Spread(outs[i]))
	}
	if x.offsets != "" {
		x.set(b, x.offsets, d.Spread(outs[len(x.names)]))
	}
	return b, nil
}

// set stores what was extracted; where there is nothing the field stays as it was.
func (x *rexRun) set(b *column.Batch, name string, v column.Vec) {
	if b.Has(name) {
		v = op.Coalesce(v, b.Col(name))
	}
	if !op.AllNull(v, b.Sel) {
		b.Set(name, v)
	}
}

// match adds the groups found in s to found, the offsets last.
func (x *rexRun) match(s string, found [][]string) bool {
	var all [][]int
	var err error
	if x.max == 1 {
		var m []int
		if m, err = x.re.FindSubmatchIndex(s); m != nil {
			all = [][]int{m}
		}
	} else {
		all, err = x.re.FindAllSubmatchIndex(s, x.max)
	}
	if err != nil {
		x.warn()
		return false
	}
	var places []string
	for _, m := range all {
		for i, g := range x.groups {
			from, to := m[2*g], m[2*g+1]
			if from < 0 {
				continue
			}
			found[i] = append(found[i], s[from:to])
			if x.offsets != "" {
				places = append(places, fmt.Sprintf("%s=%d-%d", x.names[i], from, max(from, to-1)))
			}
		}
	}
	if places != nil {
		last := len(found) - 1
		found[last] = append(found[last], strings.Join(places, "&"))
	}
	return len(all) > 0
}
