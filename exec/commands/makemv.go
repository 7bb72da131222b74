package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/pattern"
)

var makemv = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "makemv", Usage: `makemv [delim="<text>" | tokenizer="<regex>"] [allowempty=<bool>] [setsv=<bool>] <field>`,
		Options: []lang.Opt{
			{Name: "delim", Type: lang.Text, Default: " ", Doc: "What separates the values."},
			{Name: "tokenizer", Type: lang.Text, Doc: "Regular expression whose first group is a value."},
			{Name: "allowempty", Type: lang.Bool, Default: "false", Doc: "Keep empty values."},
			{Name: "setsv", Type: lang.Bool, Default: "false", Doc: "Join the values by blanks where they become one text."},
		}},
	Short: "Split a field into several values.",
	Doc:   `The delimiter is a literal text. Without allowempty, empty pieces vanish.`,
	Examples: []Example{
		{Search: `makemv delim="," x | nomv x`, In: "x\n\"a,,b\"", Out: "x\n\"a,b\""},
		{Search: `makemv tokenizer="(\w)\d" x | mvexpand x`, In: "x\na1b2", Out: "x\na\nb"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		empty := a.Opts.Bool("allowempty", false)
		delim := a.Opts.Text("delim", " ")
		between := delim
		split := func(s string) []string { return strings.Split(s, between) }
		if delim == "" {
			split = func(s string) []string { return []string{s} }
		}
		if o := a.Opts.Get("tokenizer"); o != nil {
			re, err := pattern.Compile(o.Value)
			if err != nil {
				return nil, lang.Errorf(b.Stage, o.ValueSpan, "bad-regex", "The tokenizer '%s' is invalid: %s.", o.Value, err)
			}
			if re.NumSubexp() == 0 {
				return nil, lang.Errorf(b.Stage, o.ValueSpan, "bad-regex", "The tokenizer '%s' has no capturing group.", o.Value)
			}
			split = func(s string) []string { return firstGroups(re, s) }
		}
		if a.Opts.Bool("setsv", false) {
			delim = " "
		}
		return changes(rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			if !b.Has(field) {
				return b, nil
			}
			v := op.MapList(b.Col(field), b.Sel, func(values []string) []string {
				var out []string
				for _, s := range values {
					for _, p := range split(s) {
						if p != "" || empty {
							out = append(out, p)
						}
					}
				}
				return out
			})
			b.Set(field, column.WithDelim(v, delim))
			return b, nil
		}), field), nil
	},
})

func firstGroups(re *pattern.Regexp, s string) []string {
	all, err := re.FindAllSubmatchIndex(s, 0)
	if err != nil {
		return nil
	}
	var out []string
	for _, m := range all {
		if m[2] >= 0 {
			out = append(out, s[m[2]:m[3]])
		}
	}
	return out
}

// oneField returns the single field of a command that takes exactly one.
func oneField(b *plan.Builder, list lang.Fields) (string, error) {
	switch len(list) {
	case 0:
		return "", lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "A field name is expected.")
	case 1:
		return list[0].Text, nil
	}
	return "", invalidArgument(b, list[1])
}
