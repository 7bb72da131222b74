// Package exec runs searches: it expands macros, parses, plans, optimises and executes a text in an
// Env, and hands out rows and messages.
//
//	eng := exec.New()
//	q, ds := eng.Prepare(ctx, lang.NewSource("<search>", "index=main | stats count"), env)
//	if err := ds.Err(); err != nil { … }
//	for b, err := range q.Run(ctx) { … }
//	fmt.Println(q.Report().Messages)
//
// Start with Engine.Prepare. Everything before Run is pure, except that subsearches whose result is
// text run while the search is prepared.
package exec

import (
	"context"
	"errors"
	"runtime"

	"spl/exec/commands"
	"spl/exec/knowledge"
	"spl/exec/opt"
	"spl/exec/plan"
	"spl/lang"
	"spl/macros"
)

// Env is the world a search runs in.
type Env = plan.Env

// Engine prepares searches. It is safe for concurrent use.
type Engine struct {
	parser *lang.Parser
	rules  []opt.Rule
}

// Option changes an Engine.
type Option func(*Engine)

// Without switches optimiser rules off by name.
func Without(names ...string) Option {
	return func(e *Engine) { e.rules = opt.Without(e.rules, names...) }
}

// New returns an engine with all commands.
func New(opts ...Option) *Engine {
	e := &Engine{parser: lang.NewParser(commands.Grammars()...), rules: opt.Rules()}
	for _, o := range opts {
		o(e)
	}
	return e
}

// Parser returns the parser of all commands' grammars.
func (e *Engine) Parser() *lang.Parser { return e.parser }

// Parse puts the implied search command in front, expands macros and parses. The query is usable for
// further checks even when there are problems, unless it is nil.
func (e *Engine) Parse(src *lang.Source, env *Env) (*lang.Query, lang.Diagnostics) {
	q, expanded, ds := e.read(src, env)
	if !expanded {
		return nil, ds
	}
	return q, ds
}

// read is Parse that goes on without the macros that cannot be expanded; expanded is false then, and the
// stages with such calls are not parsed.
func (e *Engine) read(src *lang.Source, env *Env) (q *lang.Query, expanded bool, ds lang.Diagnostics) {
	text, ds := macros.Expand(lang.Implied(src), env.Macros, macros.Options{Eval: e.macroEval(env)})
	expanded = ds.Err() == nil
	if text == nil {
		return nil, false, ds
	}
	q, more := e.parser.Parse(text)
	for _, d := range nameOwners(more, env) {
		if expanded || d.Code != lang.CodeUnexpandedMacro && d.Code != lang.CodeEmptyCommand && d.Code != lang.CodeUnbalancedMacro {
			ds = append(ds, d)
		}
	}
	return q, expanded, ds
}

// Check parses and plans a search without running anything, subsearches included, and returns every
// problem it finds.
func (e *Engine) Check(ctx context.Context, src *lang.Source, env *Env) lang.Diagnostics {
	return e.Inspect(ctx, src, env, Known{}).Problems
}

// Prepare parses, checks and plans a search. Nothing runs, and no table is written, unless the whole
// text is free of errors; then its subsearches run, depth first, in textual order.
func (e *Engine) Prepare(ctx context.Context, src *lang.Source, env *Env) (*Query, lang.Diagnostics) {
	q, ds := e.Parse(src, env)
	if q == nil || ds.Err() != nil {
		return nil, ds
	}
	if needsCheckFirst(q) {
		b := e.build(ctx, env)
		b.checking = true
		b.pipeline(q, 0)
		if b.problems.Err() != nil {
			return nil, append(ds, b.problems...)
		}
	}
	b := e.build(ctx, env)
	p := b.pipeline(q, 0)
	ds = append(ds, b.problems...)
	if ds.Err() != nil {
		return nil, ds
	}
	return &Query{engine: e, src: q.Src, early: b.early, plan: b.finish(p), rt: b.rt}, ds
}

// needsCheckFirst reports whether planning the query runs something.
func needsCheckFirst(q *lang.Query) bool {
	found := false
	lang.Walk(q, func(st *lang.Stage) {
		found = found || len(st.Deferred) > 0 || st.Grammar != nil && st.Grammar.Sub == lang.SubTerms
	})
	return found
}

// runtime returns what the nodes of one search share.
func (e *Engine) runtime(env *Env) *plan.Runtime {
	workers := env.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	own := *env
	if own.Knowledge == nil {
		own.Knowledge = knowledge.Default()
	}
	if own.Lookups != nil {
		own.Lookups = own.Lookups.At(env.Now, env.Zone)
	}
	rt := &plan.Runtime{Env: &own, Mem: own.Budget(), Workers: workers, Stats: &plan.Stats{}}
	e.hook(rt)
	return rt
}

// problemOf turns any error into a diagnostic, keeping the place it has.
func problemOf(err error, st *lang.Stage) lang.Diagnostics {
	var ds lang.Diagnostics
	if errors.As(err, &ds) {
		return ds
	}
	var d lang.Diagnostic
	if errors.As(err, &d) {
		return lang.Diagnostics{d}
	}
	d = lang.Diagnostic{Msg: err.Error(), Code: "failed"}
	if st != nil {
		d.Src, d.Span = st.Src, st.NameSpan
	}
	return lang.Diagnostics{d}
}
