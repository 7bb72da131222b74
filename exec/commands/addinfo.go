package commands

import (
	"fmt"
	"math"
	"time"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

var infoFields = []string{"info_max_time", "info_min_time", "info_search_time", "info_sid"}

var addinfo = define(Spec[noArgs]{
	Grammar: lang.Grammar{Name: "addinfo", Usage: "addinfo"},
	Short:   "Add the time range and the start of the search.",
	Doc: `Fields: info_min_time and info_max_time are the bounds of the search (0.000 and +Infinity without any),
info_search_time is when it started, info_sid names it.`,
	Examples: []Example{{Search: "addinfo | fields a", In: "a\n1", Out: "a\n1"}},
	Plan: func(b *plan.Builder, _ *noArgs) (plan.Node, error) {
		low, high := "0.000", "+Infinity"
		if r := b.Env.Range; r.Earliest > math.MinInt64 && (r.Earliest != 0 || r.Latest != 0) {
			low = infoTime(time.UnixMicro(r.Earliest))
		}
		if r := b.Env.Range; r.Latest < math.MaxInt64 && r.Latest != 0 {
			high = infoTime(time.UnixMicro(r.Latest))
		}
		values := map[string]string{"info_min_time": low, "info_max_time": high,
			"info_search_time": infoTime(b.Env.Now), "info_sid": fmt.Sprintf("%d.1", b.Env.Now.Unix())}
		return rowLocal(b, needInstead(infoFields), func(b *column.Batch) (*column.Batch, error) {
			for _, f := range infoFields {
				b.Set(f, column.ConstText(values[f], b.N))
			}
			return b, nil
		}), nil
	},
})

func infoTime(t time.Time) string { return fmt.Sprintf("%d.%03d", t.Unix(), t.Nanosecond()/1e6) }
