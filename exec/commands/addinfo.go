package commands

import (
	"fmt"
	"math"
	"time"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/store"
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
		values := map[string]string{"info_min_time": lowInfo(b.Env), "info_max_time": highInfo(b.Env),
			"info_search_time": infoTime(b.Env.Now), "info_sid": fmt.Sprintf("%d.1", b.Env.Now.Unix())}
		return changes(rowLocal(b, needInstead(infoFields), func(b *column.Batch) (*column.Batch, error) {
			for _, f := range infoFields {
				b.Set(f, column.ConstText(values[f], b.N))
			}
			return b, nil
		}), infoFields...), nil
	},
})

// lowInfo and highInfo are the bounds of the search as addinfo writes them.
func lowInfo(env *plan.Env) string {
	if r := env.Range; r.Earliest > math.MinInt64 && r != (store.TimeRange{}) {
		return infoTime(time.UnixMicro(r.Earliest))
	}
	return "0.000"
}

func highInfo(env *plan.Env) string {
	if r := env.Range; r.Latest < math.MaxInt64 && r != (store.TimeRange{}) {
		return infoTime(time.UnixMicro(r.Latest))
	}
	return "+Infinity"
}

func infoTime(t time.Time) string { return fmt.Sprintf("%d.%03d", t.Unix(), t.Nanosecond()/1e6) }
