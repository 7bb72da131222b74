package exec

import (
	"maps"
	"slices"
	"strings"

	"spl/exec/commands"
	"spl/lang"
)

// Fields is what is known about the fields of rows between two stages.
type Fields struct {
	// Open says that there may be fields of any name; Names then are those that are certain to be possible.
	Open  bool
	Names map[string]bool
	// By is the stage after which only Names are left.
	By *lang.Stage
}

// Has tells whether rows may have the field; a name with wildcards always may.
func (f Fields) Has(name string) bool {
	if f.Open || f.Names[name] || strings.Contains(name, "*") {
		return true
	}
	for n := range f.Names {
		if strings.Contains(n, "*") && commands.MatchField(n, name) {
			return true
		}
	}
	return false
}

// Sorted returns the names.
func (f Fields) Sorted() []string { return slices.Sorted(maps.Keys(f.Names)) }

// Step is a stage with what goes in and what comes out.
type Step struct {
	Stage   *lang.Stage
	Flow    commands.Flow
	Known   bool // false: the stage could do anything
	In, Out Fields
}

// Pipe is one pipeline of a search: the search itself, or the inside of brackets.
type Pipe struct {
	Query *lang.Query
	Owner *lang.Stage // the stage that holds the brackets; nil for the search itself
	Steps []*Step
}

// flow follows the fields through all pipelines of a query, the outermost first.
func (e *Engine) flow(q *lang.Query, owner *lang.Stage, start Fields, env *Env) []*Pipe {
	p := &Pipe{Query: q, Owner: owner}
	out := []*Pipe{p}
	at := start
	for i, st := range q.Stages {
		s := &Step{Stage: st, In: at}
		s.Flow, s.Known = commands.FlowOf(st)
		if i == 0 && st.Name == "search" && owner == nil || i == 0 && st.Name == "search" && generates(owner) {
			s.Flow.Reads, s.Flow.Open = nil, true // of events, which may have any field
		}
		s.Out = step(s, env)
		at = s.Out
		p.Steps = append(p.Steps, s)
		for _, sub := range st.Subsearches() {
			if sub.Query == nil || st.Grammar != nil && st.Grammar.Sub == lang.SubTemplate {
				continue
			}
			in := Fields{}
			if !generates(st) {
				in = s.In
			}
			out = append(out, e.flow(sub.Query, st, in, env)...)
		}
	}
	return out
}

// generates tells whether the pipelines in a stage's brackets make rows of their own.
func generates(st *lang.Stage) bool {
	return st != nil && (st.Grammar == nil || st.Grammar.Sub != lang.SubPipeline)
}

// step returns the fields that come out of a stage.
func step(s *Step, env *Env) Fields {
	f := s.Flow
	out := Fields{Open: s.In.Open, Names: map[string]bool{}, By: s.In.By}
	for n := range s.In.Names {
		if renamed, ok := f.Rename(n); ok {
			out.Names[renamed] = true
		} else if !matchesAny(f.Drops, n) && (!f.Only || matchesAny(f.Keeps, n)) {
			out.Names[n] = true
		}
	}
	if f.Only {
		out.Open, out.By = false, s.Stage
		for _, k := range f.Keeps { // a name that cannot be there is reported once, where it is read
			if s.In.Open || !strings.Contains(k, "*") {
				out.Names[k] = true
			}
		}
	}
	for _, w := range f.Writes {
		out.Names[w] = w != ""
	}
	for _, r := range f.Renames {
		if s.In.Open || !strings.Contains(r[0], "*") {
			out.Names[r[1]] = true
		}
	}
	delete(out.Names, "")
	if f.Table != "" {
		columns, ok := tableColumns(env, f.Table)
		for _, c := range columns {
			out.Names[c] = true
		}
		out.Open = out.Open || !ok
	}
	out.Open = out.Open || f.Open
	return out
}

func tableColumns(env *Env, name string) ([]string, bool) {
	if env.Lookups == nil {
		return nil, false
	}
	lk, err := env.Lookups.Open(name)
	if err != nil {
		return nil, false
	}
	return append(slices.Clone(lk.Table.Columns), "_key"), true
}

func matchesAny(pats []string, name string) bool {
	return slices.ContainsFunc(pats, func(p string) bool { return commands.MatchField(p, name) })
}
