package lang

// Walk calls f for every stage of a query, those inside brackets of every kind included.
func Walk(q *Query, f func(*Stage)) {
	for _, st := range q.Stages {
		f(st)
		for _, sub := range st.Subsearches() {
			if sub.Query != nil {
				Walk(sub.Query, f)
			}
		}
	}
}

// Subsearches returns the bracketed pipelines of a stage that parsed: those waiting to become text, those
// in its search terms and those that are arguments.
func (st *Stage) Subsearches() []*Subsearch {
	return append(append([]*Subsearch(nil), st.Deferred...), st.Subs...)
}

// WalkTerms calls f for every node of a search expression, in textual order.
func WalkTerms(t Term, f func(Term)) {
	if t == nil {
		return
	}
	f(t)
	switch t := t.(type) {
	case *And:
		for _, x := range t.Terms {
			WalkTerms(x, f)
		}
	case *Or:
		for _, x := range t.Terms {
			WalkTerms(x, f)
		}
	case *Not:
		WalkTerms(t.X, f)
	}
}

// WalkExpr calls f for every node of an eval expression, in textual order.
func WalkExpr(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	switch e := e.(type) {
	case *Call:
		for _, a := range e.Args {
			WalkExpr(a, f)
		}
	case *Unary:
		WalkExpr(e.X, f)
	case *Binary:
		WalkExpr(e.L, f)
		WalkExpr(e.R, f)
	case *InList:
		WalkExpr(e.X, f)
		for _, x := range e.List {
			WalkExpr(x, f)
		}
	}
}

// TermSubs returns the subsearches in a search expression, in textual order.
func TermSubs(t Term) (out []*TermSub) {
	WalkTerms(t, func(t Term) {
		if sub, ok := t.(*TermSub); ok {
			out = append(out, sub)
		}
	})
	return out
}

// ReplaceTerms returns the expression with every subsearch replaced by what f gives; parts without one
// are shared.
func ReplaceTerms(t Term, f func(*TermSub) Term) Term {
	if len(TermSubs(t)) == 0 {
		return t
	}
	switch t := t.(type) {
	case *TermSub:
		return f(t)
	case *Not:
		return &Not{Span: t.Span, X: ReplaceTerms(t.X, f)}
	case *And:
		return &And{Span: t.Span, Terms: replaceAll(t.Terms, f)}
	case *Or:
		return &Or{Span: t.Span, Terms: replaceAll(t.Terms, f)}
	}
	return t
}

func replaceAll(ts []Term, f func(*TermSub) Term) []Term {
	out := make([]Term, len(ts))
	for i, t := range ts {
		out[i] = ReplaceTerms(t, f)
	}
	return out
}
