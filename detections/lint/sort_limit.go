package lint

import (
	"slices"

	"spl/exec/commands"
	"spl/lang"
)

// sortLimit finds sort without a count over rows whose number nothing bounds.
var sortLimit = &Rule{ID: "sort-limit", Doc: "sort without a number keeps the first 10,000 rows", Severity: lang.Info, check: func(p *pass) {
	for _, pipe := range p.Pipes {
		few := false // the rows so far are few
		for i, s := range pipe.Steps {
			few = few || slices.Contains(bounding, s.Stage.Name)
			if s.Stage.Name != "sort" || s.Stage.Args == nil {
				continue
			}
			if _, ok := commands.Limit(s.Stage); ok || few || i+1 < len(pipe.Steps) && pipe.Steps[i+1].Stage.Name == "head" {
				continue
			}
			p.report(s.Stage, s.Stage.NameSpan, "Without a number sort keeps 10,000 rows and drops the others.", "sort 0 keeps all, sort 100 the first hundred")
		}
	}
}}

// bounding are commands that give few rows.
var bounding = []string{"head", "tail", "top", "rare", "makeresults", "chart", "stats", "tstats", "timechart", "inputlookup"}
