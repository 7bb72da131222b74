// Package eval hides how eval expressions and search predicates are checked and run over batches:
// types, nulls, multivalues and digits of numbers on one side; dictionaries, constants and typed
// columns on the other. An expression over one field runs once per distinct value.
//
//	p, ds := eval.Compile(expr, &eval.Ctx{Now: now, Zone: loc, Src: src, Subject: "'EvalCommand'"})
//	vec, err := p.Eval(batch)                       // one value a row
//	batch.Set("x", column.Stored(vec))
//	f, ds := eval.CompileSearch(term, ctx)
//	err = f.Apply(batch)                            // narrows batch.Sel
//
// Start with Compile, CompileFilter and CompileSearch. A function is one Func literal in a file
// func_<family>.go: copy the nearest one.
package eval
