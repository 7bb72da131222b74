package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

var xmlunescape = define(Spec[optsArgs]{
	Grammar: lang.Grammar{Name: "xmlunescape", Usage: "xmlunescape [maxinputs=<int>]",
		Options: []lang.Opt{{Name: "maxinputs", Type: lang.Int, Default: "50000", Doc: "No effect: there is no limit."}}},
	Short:    "Decode the XML entities of all fields.",
	Doc:      `&amp;, &lt; and &gt; become the characters they stand for; internal fields stay, except _raw.`,
	Examples: []Example{{Search: `xmlunescape`, In: "a\n&lt;x&gt; &amp;amp;", Out: "a\n<x> &amp;"}},
	Plan: func(b *plan.Builder, _ *optsArgs) (plan.Node, error) {
		return rowLocal(b, needSame, func(b *column.Batch) (*column.Batch, error) {
			for _, n := range op.Expand(b, []string{"*", "_raw"}, false) {
				switch b.Col(n).(type) {
				case *column.Time, *column.Int, *column.Float:
					continue
				}
				b.Set(n, op.MapText(b.Col(n), b.Sel, func(s string) (string, bool) { return xmlEntities.Replace(s), true }))
			}
			return b, nil
		}), nil
	},
})

var xmlEntities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
