package lint

import (
	"slices"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// dedupBeforeStats finds dedup right in front of stats over the same rows.
var dedupBeforeStats = &Rule{ID: "dedup-before-stats", Doc: "dedup stands in front of stats, which could do its work", Severity: lang.Info, check: func(p *pass) {
	p.steps(func(s *exec.Step, rest []*exec.Step) {
		if s.Stage.Name != "dedup" || len(rest) == 0 || rest[0].Stage.Name != "stats" {
			return
		}
		if n, ok := commands.Limit(s.Stage); ok && n > 1 {
			return
		}
		plain := slices.ContainsFunc(commands.Aggregations(rest[0].Stage), func(a *lang.Agg) bool { return a.Func == "count" || a.Func == "c" })
		if plain {
			p.report(s.Stage, s.Stage.NameSpan, "stats counts what dedup leaves, the newest row of each.", "stats dc(...) counts distinct values in one step, and in parallel")
		}
	})
}}
