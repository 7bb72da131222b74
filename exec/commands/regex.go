package commands

import (
	"errors"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/pattern"
)

type regexArgs struct {
	Field   *lang.Value `parser:"( @@"`
	Op      string      `parser:"  @( '=' | '!=' ) )?"`
	Pattern *lang.Value `parser:"@@?"`
}

var regex = define(Spec[regexArgs]{
	Grammar: lang.Grammar{Name: "regex", Mode: lang.ModeText, Usage: `regex [<field>=|<field>!=]"<regex>"`},
	Short:   "Keep the rows whose field matches a regular expression.",
	Doc: `Without a field _raw is read. != keeps the rows that do not match, also those without the field. The
expression is PCRE, unanchored, and minds case. A multivalue matches if one of its values does.`,
	Examples: []Example{
		{Search: `regex m="^a"`, In: "m\nab\nba", Out: "m\nab"},
		{Search: `regex m!="^a"`, In: "m,n\nab,1\nba,2\n,3", Out: "m,n\nba,2\n,3"},
	},
	Plan: func(b *plan.Builder, a *regexArgs) (plan.Node, error) {
		const subject = "'SearchOperator:regex'"
		if a.Pattern == nil {
			return nil, lang.SubjectErrorf(b.Stage, subject, lang.Span{}, lang.CodeBadArgument, "Usage: regex <field> (=|!=) <regex>.")
		}
		re, err := pattern.Compile(a.Pattern.Text)
		if err != nil {
			msg := err.Error()
			if bad := (*pattern.CompileError)(nil); errors.As(err, &bad) {
				msg = bad.Msg
			}
			return nil, lang.SubjectErrorf(b.Stage, subject, a.Pattern.Span, "bad-regex",
				"The regex '%s' is invalid. Regex: %s.", a.Pattern.Text, msg)
		}
		field, want := "_raw", a.Op != "!="
		if a.Field != nil {
			field = a.Field.Text
		}
		warn := func() {
			b.Warn(a.Pattern.Span, "The regex '%s' reached its match limit; the row counts as not matching.", a.Pattern.Text)
		}
		return rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			op.Keep(b, field, !want, func(values []string) bool {
				for _, s := range values {
					ok, err := re.MatchString(s)
					if err != nil {
						warn()
					}
					if ok {
						return want
					}
				}
				return !want
			})
			return b, nil
		}), nil
	},
})
