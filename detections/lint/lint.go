// Package lint finds what is allowed in a search but rarely meant: filters that drop more than they say,
// subsearches that are cut, fields that nothing makes, tables that nobody reads.
//
//	in := eng.Inspect(ctx, src, env, exec.Known{})
//	for _, d := range lint.Search(in) { … }
//	perSearch := lint.Across(inspections) // what only shows over many searches
//
// Each rule is a file here, a page in docs/lint and a test in testdata. To add one copy the nearest and add
// it to Rules.
package lint

import (
	"slices"
	"strings"

	"spl/exec"
	"spl/lang"
)

// Rule looks at one search. Its findings carry the rule's name as their code.
type Rule struct {
	ID       string
	Doc      string // one line
	Severity lang.Severity
	check    func(*pass)
}

// Rules lists the rules by name.
var Rules = []*Rule{bareWord, dataModelField, deadStage, dedupBeforeStats, escapedQuote, leadingWildcard, lostTime, notEquals,
	orBesideAnd, sortLimit, truncated, unknownField}

// pass is one rule at work on one search.
type pass struct {
	*exec.Inspection
	rule  *Rule
	found lang.Diagnostics
}

// report adds a finding at a span of the stage's text.
func (p *pass) report(st *lang.Stage, span lang.Span, msg, hint string) {
	p.found = append(p.found, lang.Diagnostic{Src: st.Src, Span: span, Severity: p.rule.Severity, Code: p.rule.ID, Msg: msg, Hint: hint})
}

// Search applies all rules to one search, in the order of its text.
func Search(in *exec.Inspection) lang.Diagnostics {
	if in.Query == nil {
		return nil
	}
	var out lang.Diagnostics
	for _, r := range Rules {
		p := &pass{Inspection: in, rule: r}
		r.check(p)
		out = append(out, p.found...)
	}
	slices.SortStableFunc(out, func(a, b lang.Diagnostic) int { return a.Span.Start - b.Span.Start })
	return out
}

// steps calls f for each stage with what follows it in its pipeline.
func (p *pass) steps(f func(s *exec.Step, rest []*exec.Step)) {
	for _, pipe := range p.Pipes {
		for i, s := range pipe.Steps {
			f(s, pipe.Steps[i+1:])
		}
	}
}

// viaMacro tells whether the text at a place was not written in the search itself.
func viaMacro(st *lang.Stage, at int) bool { return len(st.Src.Locate(at).Via) > 0 }

// quote puts a name in double quotes.
func quote(s string) string { return `"` + s + `"` }

// transforming are commands whose rows are new ones.
var transforming = []string{"stats", "chart", "timechart", "top", "rare", "tstats", "mstats", "sistats"}

func isTransforming(name string) bool { return slices.Contains(transforming, name) }

// written returns a stage's text as it stands in the search.
func written(st *lang.Stage) string {
	return strings.Join(strings.Fields(st.Src.Text[st.Start:st.End]), " ")
}
