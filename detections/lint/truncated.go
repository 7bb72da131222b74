package lint

import (
	"slices"

	"spl/exec"
	"spl/lang"
)

// truncated finds subsearches over events that nothing makes small.
var truncated = &Rule{ID: "truncated-subsearch", Doc: "a subsearch gives events, of which only the first are used", Severity: lang.Warning, check: func(p *pass) {
	reducing := []string{"stats", "tstats", "mstats", "chart", "timechart", "top", "rare", "dedup", "head", "tail", "inputlookup", "makeresults", "rest", "format", "return", "uniq", "metadata", "eventcount"}
	for _, pipe := range p.Pipes {
		if pipe.Owner == nil || pipe.Owner.Grammar == nil || slices.Contains([]string{"appendpipe", "foreach", "multisearch", "map"}, pipe.Owner.Name) || len(pipe.Steps) == 0 {
			continue
		}
		if slices.ContainsFunc(pipe.Steps, func(s *exec.Step) bool { return slices.Contains(reducing, s.Stage.Name) || s.Stage.Grammar == nil }) {
			continue
		}
		limit := "10,000"
		if slices.Contains([]string{"append", "appendcols", "join", "union", "set"}, pipe.Owner.Name) {
			limit = "50,000"
		}
		p.report(pipe.Owner, pipe.Steps[0].Stage.NameSpan, "Only the first "+limit+" rows of this subsearch are used, and it gives events.", "end it with stats or dedup over the fields that matter")
	}
}}
