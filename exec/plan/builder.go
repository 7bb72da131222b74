package plan

import (
	"context"

	"spl/lang"
)

// Builder turns parsed stages into nodes. A command's Plan function gets one: it may look at the Env,
// build the pipelines of its subsearches, and refuse its arguments.
type Builder struct {
	Ctx    context.Context
	Env    *Env
	Parser *lang.Parser
	Stage  *lang.Stage // the stage being planned
	First  bool        // the stage is the first of its pipeline
	Depth  int         // of brackets
	// Sub builds the pipeline of a row subsearch (append, join); given by the engine.
	Sub func(sub *lang.Subsearch) (Pipeline, error)
	// Terms runs the subsearches inside a search expression, depth first, and puts the terms that their
	// results read as in their place; when only checking, each becomes "everything". Given by the engine.
	Terms func(t lang.Term) (lang.Term, error)
	// Checking is set when the search is only checked: nothing may be executed or read from the store.
	Checking bool
	// Warn records a warning with a place in the stage.
	Warn func(span lang.Span, format string, args ...any)
}
