package lint

import (
	"slices"
	"strings"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// deadStage finds stages that change nothing of the result.
var deadStage = &Rule{ID: "dead-stage", Doc: "a stage has no effect on the result", Severity: lang.Warning, check: func(p *pass) {
	p.steps(func(s *exec.Step, rest []*exec.Step) {
		switch {
		case len(rest) == 0 || viaMacro(s.Stage, s.Stage.Start):
		case s.Stage.Name == "sort" && orderLost(s, rest[0]):
			p.report(s.Stage, s.Stage.NameSpan, "The order is lost: '"+rest[0].Stage.Name+"' orders its rows itself.", "remove the sort, or put it behind")
		case s.Stage.Name == "table" && rest[0].Stage.Name == "table" && written(s.Stage) == written(rest[0].Stage):
			p.report(s.Stage, s.Stage.NameSpan, "The next command does the same again.", "remove one of them")
		case s.Stage.Name == "eval" && !s.Flow.Open:
			p.unused(s, rest)
		}
	})
}}

// orderLost tells whether the next stage makes a sort pointless.
func orderLost(s, next *exec.Step) bool {
	if _, limited := commands.Limit(s.Stage); limited || next.Stage.Args == nil || next.Flow.Order {
		return false
	}
	if next.Stage.Name == "sort" {
		return true
	}
	return isTransforming(next.Stage.Name) && next.Known
}

// unused reports fields that eval makes and that are dropped before anything looks at them.
func (p *pass) unused(s *exec.Step, rest []*exec.Step) {
	for _, w := range s.Flow.Writes {
		if by := dropper(w, rest); by != nil && !slices.ContainsFunc(s.Flow.Reads, func(r commands.Read) bool { return r.Text == w }) {
			p.report(s.Stage, targetSpan(s.Stage, w), "The field "+w+" is never used: '"+by.Name+"' drops it.", "remove the assignment, or keep the field")
		}
	}
}

// farthest is how many stages are looked at for the use of a field, so that long searches take no longer a stage.
const farthest = 100

// dropper returns the stage that drops the field before any other reads it; nil if it may be used.
func dropper(name string, rest []*exec.Step) *lang.Stage {
	for _, s := range rest[:min(len(rest), farthest)] {
		if !s.Known || s.Stage.Args == nil || len(s.Stage.Subsearches()) > 0 {
			return nil
		}
		for _, r := range s.Flow.Reads {
			if commands.MatchField(r.Text, name) {
				return nil
			}
		}
		if slices.ContainsFunc(s.Flow.Writes, func(w string) bool { return w == name }) && !s.Flow.Only {
			return nil // written again: the value may have been kept where the new one is null
		}
		if s.Flow.Only && !s.Flow.Open && !slices.ContainsFunc(s.Flow.Keeps, func(k string) bool { return commands.MatchField(k, name) }) {
			return s.Stage
		}
		if slices.ContainsFunc(s.Flow.Drops, func(d string) bool { return commands.MatchField(d, name) }) {
			return s.Stage
		}
	}
	return nil
}

// targetSpan is where a field is assigned.
func targetSpan(st *lang.Stage, name string) lang.Span {
	if i := strings.Index(st.Src.Text[st.RawSpan.Start:st.RawSpan.End], name); i >= 0 {
		return lang.Span{Start: st.RawSpan.Start + i, End: st.RawSpan.Start + i + len(name)}
	}
	return st.NameSpan
}
