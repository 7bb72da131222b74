package exec

import (
	"context"
	"errors"
	"fmt"

	"spl/exec/column"
	"spl/exec/commands"
	"spl/exec/op"
	"spl/exec/opt"
	"spl/exec/plan"
	"spl/lang"
)

// build turns one parsed search into a plan.
type build struct {
	engine   *Engine
	ctx      context.Context
	rt       *plan.Runtime
	checking bool
	lenient  bool            // what is not built yet is a warning: nothing is about to run
	early    []plan.Pipeline // of the subsearches that run while planning
	problems lang.Diagnostics
	env      *plan.Env // of the pipeline at hand: its Range is the one its search gives
}

func (e *Engine) build(ctx context.Context, env *Env) *build {
	rt := e.runtime(env)
	return &build{engine: e, ctx: ctx, rt: rt, env: rt.Env}
}

// fail records problems and reports whether there were any errors among them.
func (b *build) fail(err error, st *lang.Stage) bool {
	if err == nil {
		return false
	}
	ds := problemOf(err, st)
	for i := range ds {
		if b.lenient && ds[i].Code == "not-built" {
			ds[i].Severity = lang.Warning
		}
	}
	b.problems = append(b.problems, ds...)
	return true
}

// pipeline plans all stages of a query. With problems recorded the result must not run.
func (b *build) pipeline(q *lang.Query, depth int) plan.Pipeline {
	return b.stages(q, depth, true)
}

// stages plans the stages; generated tells whether the first one must make rows.
func (b *build) stages(q *lang.Query, depth int, generates bool) plan.Pipeline {
	var p plan.Pipeline
	if depth > b.rt.Env.Limits.SubsearchDepth {
		b.fail(lang.Diagnostic{Src: q.Src, Span: q.Span, Code: "subsearch-depth",
			Msg: fmt.Sprintf("Subsearches are nested deeper than the limit of %d levels.", b.rt.Env.Limits.SubsearchDepth)}, nil)
		return nil
	}
	if generates {
		defer func(outer *plan.Env) { b.env = outer }(b.env)
		b.env = b.rt.Env
	}
	for i, st := range q.Stages {
		n, ok := b.stage(st, depth, i == 0 && generates)
		if !ok {
			continue
		}
		starts := i == 0 && generates
		nodes := op.Unchained(n)
		if scan, ok := nodes[0].(*op.Scan); ok {
			own := *b.env
			own.Range = scan.Range()
			b.env = &own
		}
		if implied := commands.Implied(st); starts && implied != nil {
			p = append(p, implied, n)
			continue
		}
		switch {
		case starts && depth == 0 && n.Class() == plan.Transforming:
			p = append(p, op.NewNothing())
		case starts && n.Class() != plan.Generating:
			b.fail(startError(st, depth), st)
		case !starts && n.Class() == plan.Generating:
			b.fail(lang.Errorf(st, st.NameSpan, "not-first", "This command must be the first command of a search."), st)
		}
		p = append(p, nodes...)
	}
	return p
}

// startError refuses a pipeline whose first command cannot make rows.
func startError(st *lang.Stage, depth int) error {
	d := lang.Errorf(st, st.NameSpan, "needs-input", "This command needs rows from a command in front of it.")
	d.Hint = "start with a search, or with a generating command such as makeresults or inputlookup"
	if depth > 0 {
		d.Hint = "inside brackets the first word is a command; write `search` in front of terms"
	}
	return d
}

// stage plans one stage; ok is false when it has problems.
func (b *build) stage(st *lang.Stage, depth int, first bool) (plan.Node, bool) {
	if st.Grammar == nil {
		return nil, false // the parser has named it
	}
	deferred := len(st.Deferred) > 0
	if deferred {
		spliced, err := b.spliceDeferred(st, depth)
		if errors.Is(err, errUnknownText) || b.fail(err, st) {
			return nil, false
		}
		st = spliced
	}
	cmd, ok := commands.Lookup(st.Name)
	if !ok || st.Args == nil && cmd.Grammar.Parses() {
		return nil, false
	}
	before := len(b.problems)
	n, err := cmd.Plan(b.builder(st, depth, first), st)
	if b.checking && deferred && err != nil && cmd.Built() {
		b.problems = b.problems[:before]
		return nil, false // who knows what the subsearch will say
	}
	if b.fail(err, st) || b.problems[before:].Err() != nil {
		return nil, false
	}
	return n, n != nil
}

// builder is what a command's Plan function gets.
func (b *build) builder(st *lang.Stage, depth int, first bool) *plan.Builder {
	return &plan.Builder{
		Ctx: b.ctx, Env: b.env, Parser: b.engine.parser, Stage: st, First: first, Depth: depth, Checking: b.checking,
		Sub: func(sub *lang.Subsearch) (plan.Pipeline, error) {
			before := len(b.problems)
			if sub.Query == nil {
				return nil, lang.Errorf(st, sub.Span, "bad-subsearch", "The subsearch could not be read.")
			}
			generates := st.Grammar.Sub != lang.SubPipeline && st.Grammar.Sub != lang.SubTemplate
			var p plan.Pipeline
			if generates {
				p = b.pipeline(sub.Query, depth+1)
			} else {
				p = b.stages(sub.Query, depth+1, false)
			}
			if b.problems[before:].Err() != nil {
				ds := b.problems[before:]
				b.problems = b.problems[:before:before]
				return nil, ds
			}
			return p, nil
		},
		Terms: func(t lang.Term) (lang.Term, error) { return b.terms(st, t, depth) },
		Warn: func(span lang.Span, format string, args ...any) {
			b.rt.Note(plan.Message{Severity: lang.Warning, Text: fmt.Sprintf(format, args...), Src: st.Src, Span: span})
		},
	}
}

// finish optimises a pipeline and tells its sources what is wanted of them, in it and in its inputs.
func (b *build) finish(p plan.Pipeline) plan.Pipeline {
	return finish(p, b.engine.rules, column.AllFields())
}

func finish(p plan.Pipeline, rules []opt.Rule, want column.FieldSet) plan.Pipeline {
	p = opt.Apply(p, rules)
	op.Want(p, want)
	return p
}
