package exec

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spl/exec/commands"
	"spl/lang"
)

// Inspection is what can be said about a search without running it.
type Inspection struct {
	Query    *lang.Query // macros expanded as far as possible; nil when nothing could be read
	Problems lang.Diagnostics
	Pipes    []*Pipe // the search first, then what its brackets hold
	Reads    []lang.Name
	Writes   []lang.Name // lookups
}

// Known tells what an inspection may take for granted besides the Env.
type Known struct {
	Tables map[string]bool // lookups that another search writes
}

// Tables returns the lookups that a search reads and writes.
func (e *Engine) Tables(src *lang.Source, env *Env) (reads, writes []lang.Name) {
	q, _, _ := e.read(src, env)
	if q == nil {
		return nil, nil
	}
	return tables(q)
}

func tables(q *lang.Query) (reads, writes []lang.Name) {
	lang.Walk(q, func(st *lang.Stage) {
		if st.Args != nil {
			r, w := commands.Tables(st)
			reads, writes = append(reads, r...), append(writes, w...)
		}
	})
	return reads, writes
}

// Inspect parses and plans a search without running anything, subsearches included, and returns every
// problem it finds, with the flow of its fields for further checks.
func (e *Engine) Inspect(ctx context.Context, src *lang.Source, env *Env, known Known) *Inspection {
	q, _, ds := e.read(src, env)
	in := &Inspection{Query: q, Problems: ds}
	if q == nil {
		return in
	}
	b := e.build(ctx, env)
	b.checking, b.lenient = true, true
	b.pipeline(q, 0)
	in.Problems = append(in.Problems, b.problems...)
	in.Reads, in.Writes = tables(q)
	in.Problems = append(in.Problems, missingTables(q, env, in.Writes, known)...)
	in.Pipes = e.flow(q, nil, Fields{}, env)
	for _, p := range in.Pipes {
		in.Problems = append(in.Problems, missingGroups(p)...)
	}
	in.Problems = sorted(in.Problems)
	return in
}

// sorted puts problems in the order of the text and drops repetitions.
func sorted(ds lang.Diagnostics) lang.Diagnostics {
	slices.SortStableFunc(ds, func(a, b lang.Diagnostic) int { return a.Span.Start - b.Span.Start })
	return slices.CompactFunc(ds, func(a, b lang.Diagnostic) bool { return a.Span == b.Span && a.Code == b.Code && a.Msg == b.Msg })
}

// missingTables names the lookups that nobody defines or writes.
func missingTables(q *lang.Query, env *Env, writes []lang.Name, known Known) lang.Diagnostics {
	var ds lang.Diagnostics
	if env.Lookups == nil {
		return nil
	}
	lang.Walk(q, func(st *lang.Stage) {
		if st.Args == nil {
			return
		}
		reads, _ := commands.Tables(st)
		for _, n := range reads {
			written := known.Tables[n.Text] || slices.ContainsFunc(writes, func(w lang.Name) bool { return w.Text == n.Text })
			if _, err := env.Lookups.Open(n.Text); err != nil && !written {
				ds = append(ds, commands.MissingTable(st, n, err))
			}
		}
	})
	return ds
}

// missingGroups warns of fields behind BY that no row can have, so that no row comes out.
func missingGroups(p *Pipe) lang.Diagnostics {
	var ds lang.Diagnostics
	for _, s := range p.Steps {
		for _, r := range s.Flow.Reads {
			if r.By && !s.In.Has(r.Text) && s.In.By != nil {
				ds = append(ds, MissingField(s, r))
			}
		}
	}
	return ds
}

// MissingField is the warning about a field that a stage reads and no stage before it leaves.
func MissingField(s *Step, r commands.Read) lang.Diagnostic {
	d := lang.Diagnostic{Src: s.Stage.Src, Span: r.Span, Severity: lang.Warning, Code: "missing-field",
		Msg: fmt.Sprintf("There is no field '%s' behind '%s', so '%s' finds nothing in it.", r.Text, s.In.By.Name, s.Stage.Name)}
	if r.By {
		d.Msg = fmt.Sprintf("There is no field '%s' behind '%s', so '%s' drops every row.", r.Text, s.In.By.Name, s.Stage.Name)
	}
	names := slices.DeleteFunc(s.In.Sorted(), func(n string) bool { return strings.Contains(n, "*") })
	if near := lang.Suggest(r.Text, slices.Values(names)); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	} else if len(names) > 0 && len(names) <= 8 {
		d.Hint = "there are " + strings.Join(names, ", ")
	}
	return d
}
