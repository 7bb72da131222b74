package commands

import (
	"strconv"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/value"
	"spl/lang"
)

var reltime = define(Spec[noArgs]{
	Grammar:  lang.Grammar{Name: "reltime", Usage: "reltime"},
	Short:    "Say how long ago each row was.",
	Doc:      `The field reltime gets a text such as "2 days ago", from _time and the start of the search.`,
	Examples: []Example{{Search: `reltime | table reltime`, In: "_time,a\n1768392000,1", Out: "reltime\n1 day ago"}},
	Plan: func(b *plan.Builder, _ *noArgs) (plan.Node, error) {
		now := float64(b.Env.Now.Unix())
		return rowLocal(b, needInstead([]string{"reltime"}, "_time"), func(b *column.Batch) (*column.Batch, error) {
			setField(b, "reltime", op.MapText(b.Col("_time"), b.Sel, func(s string) (string, bool) {
				f, _, ok := value.ParseNumber(s)
				return agoText(now - f), ok
			}))
			return b, nil
		}), nil
	},
})

// agoText names a length of time by its largest unit.
func agoText(seconds float64) string {
	if seconds < 1 {
		return "now"
	}
	for _, u := range []struct {
		name string
		size float64
	}{{"year", 365 * 86400}, {"month", 30 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		if n := int64(seconds / u.size); n > 0 {
			text := strconv.FormatInt(n, 10) + " " + u.name
			if n > 1 {
				text += "s"
			}
			return text + " ago"
		}
	}
	return "now"
}
