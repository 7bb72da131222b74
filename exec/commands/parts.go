package commands

import "spl/lang"

// SearchTerm returns the search expression of a stage: the arguments of search, or what stands behind WHERE.
func SearchTerm(st *lang.Stage) lang.Term {
	switch a := st.Args.(type) {
	case *searchArgs:
		return a.Where
	case *termArgs:
		return a.Where
	case *metricArgs:
		return a.Where
	case *inputlookupArgs:
		return a.Where
	}
	return nil
}

// Expressions returns the eval expressions of a stage.
func Expressions(st *lang.Stage) []lang.Expr {
	var out []lang.Expr
	switch a := st.Args.(type) {
	case *whereArgs:
		out = append(out, a.Cond)
	case *headArgs:
		out = append(out, a.While)
	case *evalArgs:
		for _, x := range a.List {
			out = append(out, x.Expr)
		}
	case *statsArgs:
		out = aggExprs(a.Aggs)
	case *chartArgs:
		out = aggExprs(a.Aggs)
	}
	return out
}

func aggExprs(as []*lang.Agg) []lang.Expr {
	var out []lang.Expr
	for _, a := range as {
		if a.Eval != nil {
			out = append(out, a.Eval)
		}
	}
	return out
}

// Aggregations returns the aggregations of a stage of the stats family.
func Aggregations(st *lang.Stage) []*lang.Agg {
	switch a := st.Args.(type) {
	case *statsArgs:
		return a.Aggs
	case *chartArgs:
		return a.Aggs
	case *metricArgs:
		return a.Aggs
	}
	return nil
}

// Model is the data model a stage reads and the fields that it names with their places.
type Model struct {
	Name   string // Endpoint.Processes
	Fields []lang.Name
}

// DataModel returns what a tstats stage asks of a data model.
func DataModel(st *lang.Stage) (m Model, ok bool) {
	a, is := st.Args.(*metricArgs)
	if !is || st.Name != "tstats" {
		return m, false
	}
	for _, os := range []lang.Options{a.From, a.Opts} {
		if o := os.Get("datamodel"); o != nil {
			m.Name = o.Value
		}
	}
	for _, g := range a.Aggs {
		if g.Field != nil {
			m.Fields = append(m.Fields, *g.Field)
		}
	}
	m.Fields = append(m.Fields, a.By.Fields...)
	var f Flow
	if a.Where != nil {
		f.term(a.Where, false)
	}
	for _, r := range f.Reads {
		m.Fields = append(m.Fields, r.Name)
	}
	return m, m.Name != ""
}

// Limit returns the number of rows that sort or dedup is asked for; ok is false without one.
func Limit(st *lang.Stage) (n int, ok bool) {
	switch a := st.Args.(type) {
	case *sortArgs:
		if a.Count != nil {
			return *a.Count, true
		}
		return a.Opts.Int("limit", 0), a.Opts.Has("limit")
	case *dedupArgs:
		if a.Count != nil {
			return *a.Count, true
		}
	}
	return 0, false
}
