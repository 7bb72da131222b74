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

// TermSubs returns the subsearches in a search expression, in textual order.
func TermSubs(t Term) []*TermSub {
	switch t := t.(type) {
	case *TermSub:
		return []*TermSub{t}
	case *Not:
		return TermSubs(t.X)
	case *And:
		return termSubs(t.Terms)
	case *Or:
		return termSubs(t.Terms)
	}
	return nil
}

func termSubs(ts []Term) []*TermSub {
	var out []*TermSub
	for _, t := range ts {
		out = append(out, TermSubs(t)...)
	}
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
