// Package opt rewrites plans without changing their rows. Each rule is a file, a line in Rules and a
// golden; every rule can be switched off by its name.
//
//	p = opt.Apply(p, opt.Rules())
//	p = opt.Apply(p, opt.Without(opt.Rules(), "topk"))
package opt

import (
	"slices"

	"spl/exec/plan"
)

// Rule rewrites a pipeline; ok tells whether it changed anything.
type Rule struct {
	Name  string
	Doc   string
	Apply func(plan.Pipeline) (out plan.Pipeline, ok bool)
}

// maxRounds bounds the passes over all rules: each must come to rest by itself, this catches two that
// undo each other.
const maxRounds = 100

// Apply runs the rules in their order until none changes the pipeline.
func Apply(p plan.Pipeline, rules []Rule) plan.Pipeline {
	for range maxRounds {
		changed := false
		for _, r := range rules {
			if out, ok := r.Apply(p); ok {
				p, changed = out, true
			}
		}
		if !changed {
			return p
		}
	}
	return p
}

// Without returns the rules less the named ones.
func Without(rules []Rule, names ...string) []Rule {
	return slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return slices.Contains(names, r.Name) })
}
