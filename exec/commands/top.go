package commands

import (
	"slices"

	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type topArgs struct {
	Opts   lang.Options `parser:"( @@"`
	By     byList       `parser:"| @@"`
	Fields lang.Fields  `parser:"| @@ )*"`
}

var topOptions = []lang.Opt{
	{Name: "limit", Type: lang.Int, Default: "10", Doc: "Rows per group; 0: all."},
	{Name: "countfield", Type: lang.Text, Default: "count", Doc: "Name of the column of counts."},
	{Name: "percentfield", Type: lang.Text, Default: "percent", Doc: "Name of the column of percentages."},
	{Name: "showcount", Type: lang.Bool, Default: "true", Doc: "Show the counts."},
	{Name: "showperc", Type: lang.Bool, Default: "true", Doc: "Show the percentages."},
	{Name: "useother", Type: lang.Bool, Default: "false", Doc: "Add a row for the values beyond the limit."},
	{Name: "otherstr", Type: lang.Text, Default: "OTHER", Doc: "What that row shows as value."},
}

const topUsage = " [<limit>] [limit=<int>] [countfield=<name>] [percentfield=<name>] [showcount=<bool>] [showperc=<bool>] " +
	"[useother=<bool>] [otherstr=<text>] <field>... [BY <field>...]"

const topDoc = `Counts the combinations of values of the fields, per group of the BY fields, and what share of the group's
rows they are. Rows that lack one of the fields do not count; a row with several values counts for each.`

// topCommand declares top, rare and their unfinished forms.
func topCommand(name, short, doc string, examples []Example, rare, partial bool) *Command {
	return define(Spec[topArgs]{
		Grammar: lang.Grammar{Name: name, Clauses: []string{"by"}, Options: topOptions, Usage: name + topUsage},
		Short:   short, Doc: doc, Examples: examples,
		Plan: func(b *plan.Builder, a *topArgs) (plan.Node, error) {
			t, err := planTop(b, a, rare)
			if err != nil {
				return nil, err
			}
			if partial {
				return t.Partials(), nil
			}
			return t, nil
		},
	})
}

var top = topCommand("top", "Show the most frequent values.",
	topDoc+" The most frequent come first, equal counts by falling text.", []Example{
		{Search: "top 1 g", In: "g\nb\na\nb\n", Out: "g,count,percent\nb,2,66.666667"},
		{Search: "top g BY h showperc=f", In: "g,h\na,x\nb,x\nb,x\na,y", Out: "h,g,count\nx,b,2\nx,a,1\ny,a,1"},
	}, false, false)

var rare = topCommand("rare", "Show the least frequent values.",
	topDoc+" The least frequent come first, equal counts by rising text.", []Example{
		{Search: "rare limit=1 g", In: "g\nb\na\nb\nc", Out: "g,count,percent\na,1,25.000000"},
	}, true, false)

var sitop = topCommand("sitop", "Count values for a later top.", partialText("top"), []Example{
	{Search: "sitop g | top g", In: "g\nb\na\nb", Out: "g,count,percent\nb,2,66.666667\na,1,33.333333"},
}, false, true)

var sirare = topCommand("sirare", "Count values for a later rare.", partialText("rare"), []Example{
	{Search: "sirare g | rare g showperc=f", In: "g\nb\na\nb", Out: "g,count\na,1\nb,2"},
}, true, true)

func planTop(b *plan.Builder, a *topArgs, rare bool) (*op.Top, error) {
	by, err := checkBy(b, &a.By)
	if err != nil {
		return nil, err
	}
	opts := append(append(lang.Options(nil), a.Opts...), a.By.Opts...)
	t := op.Top{By: by, Rare: rare, Limit: opts.Int("limit", 10), MaxRows: b.Env.Limits.ResultRows,
		CountField: opts.Text("countfield", "count"), PercentField: opts.Text("percentfield", "percent"),
		ShowCount: opts.Bool("showcount", true), ShowPercent: opts.Bool("showperc", true), Text: stageText(b.Stage)}
	fields := a.Fields
	if len(fields) > 0 && wholeNumber(fields[0]) {
		t.Limit = lang.Options{{Name: "limit", Value: fields[0].Text}}.Int("limit", 10)
		fields = fields[1:]
	}
	if len(fields) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "No fields were specified.")
	}
	for _, n := range fields {
		if slices.Contains(t.Fields, n.Text) || slices.Contains(by, n.Text) {
			return nil, lang.Errorf(b.Stage, n.Span, lang.CodeBadArgument, "The field '%s' is given more than once.", n.Text)
		}
		t.Fields = append(t.Fields, n.Text)
	}
	if opts.Bool("useother", false) {
		t.Other = opts.Text("otherstr", "OTHER")
	}
	return op.NewTop(t), topNames(b, &t)
}

func wholeNumber(n lang.Name) bool {
	for _, c := range n.Text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return !n.Quoted && n.Text != ""
}

// topNames refuses an output column that would hide a counted field.
func topNames(b *plan.Builder, t *op.Top) error {
	keys := append(slices.Clone(t.By), t.Fields...)
	for _, c := range []struct {
		name, option string
		shown        bool
	}{{t.CountField, "countfield", t.ShowCount}, {t.PercentField, "percentfield", t.ShowPercent}} {
		if c.shown && slices.Contains(keys, c.name) {
			d := lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument,
				"The output field '%s' has the same name as a field that is counted.", c.name)
			d.Hint = "choose another name with " + c.option + "=…"
			return d
		}
	}
	return nil
}
