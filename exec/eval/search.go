package eval

import (
	"strings"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/pattern"
)

// CompileSearch compiles a search expression, whose subsearches must have been resolved. Rows that lack
// a field fail every comparison with it; NOT turns verdicts around, so it keeps them.
func CompileSearch(t lang.Term, c *Ctx) (*Filter, lang.Diagnostics) {
	s := &searchCompiler{fields: column.Fields()}
	root := s.term(t)
	if s.problem != "" {
		return nil, lang.Diagnostics{{Src: c.Src, Span: s.span, Code: lang.CodeBadTerm, Msg: searchError + s.problem}}
	}
	return &Filter{root: root, fields: s.fields, c: c, steady: true}, nil
}

// searchError starts the text of an error about a search expression.
const searchError = "Error in 'search' command: Unable to parse the search: "

type searchCompiler struct {
	fields  column.FieldSet
	problem string
	span    lang.Span
}

func (s *searchCompiler) term(t lang.Term) pred {
	switch t := t.(type) {
	case nil:
		return allPred{}
	case *lang.And:
		return newAnd(s.terms(t.Terms))
	case *lang.Or:
		return newOr(s.alternatives(t.Terms))
	case *lang.Not:
		return &notPred{s.term(t.X)}
	case *lang.Compare:
		return s.compare(t)
	case *lang.In:
		return s.in(t)
	case *lang.Word:
		return s.word(t)
	}
	s.problem, s.span = "A subsearch cannot be used here.", t.Pos()
	return nonePred{}
}

func (s *searchCompiler) terms(ts []lang.Term) []pred {
	out := make([]pred, len(ts))
	for i, t := range ts {
		out[i] = s.term(t)
	}
	return out
}

// word compiles a bare term, which looks at _raw; the star alone holds for rows without one too.
func (s *searchCompiler) word(t *lang.Word) pred {
	m := pattern.CompileTerm(t.Value.Text, pattern.TermOptions{Quoted: t.Value.Quoted,
		Case: t.Value.Dir == lang.CaseWord, Token: t.Value.Dir == lang.TermWord})
	if m.All() {
		return allPred{}
	}
	s.fields = s.fields.With("_raw")
	return &fieldPred{field: "_raw", text: m.Match, weight: 40, query: &column.TextQuery{
		Match: m.Match, Literals: m.Literals(), Tokens: m.Tokens(), Fold: t.Value.Dir != lang.CaseWord, Parts: m.Segments()}}
}

func (s *searchCompiler) compare(t *lang.Compare) pred {
	s.fields = s.fields.With(t.Field.Text)
	p := fieldTest(t.Field.Text, t.Op, t.Value)
	if IsTimeTerm(t.Field.Text) {
		return &looseTimePred{p, t.Field.Text}
	}
	return p
}

// fieldTest makes the predicate of a comparison with a literal.
func fieldTest(field string, op lang.CompareOp, lit lang.Literal) pred {
	switch op {
	case lang.OpEq, lang.OpNe:
		text, weight := equality(lit)
		if text == nil {
			if op == lang.OpNe {
				return nonePred{}
			}
			return existsPred{field}
		}
		if op == lang.OpNe {
			return &fieldPred{field: field, text: func(v string) bool { return !text(v) }, weight: weight}
		}
		return &fieldPred{field: field, text: text, weight: weight}
	}
	want := lit.Text
	f, _, ok := value.ParseNumber(want)
	if !ok {
		return &fieldPred{field: field, text: func(v string) bool { return holds(op, strings.Compare(v, want)) }, weight: 3}
	}
	num := func(x float64) bool { return holds(op, compareFloats(x, f)) }
	return &fieldPred{field: field, num: num, weight: 3, text: func(v string) bool {
		if x, _, ok := value.ParseNumber(v); ok {
			return num(x)
		}
		return holds(op, strings.Compare(v, want))
	}}
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// equality returns the test of a value against a literal with wildcards, and about what it costs; nil:
// any value will do.
func equality(lit lang.Literal) (test func(string) bool, weight int) {
	w := pattern.CompileWildcard(lit.Text, lit.Dir != lang.CaseWord)
	if w.Kind() == pattern.Any {
		return nil, 0
	}
	if net, ok := network(lit.Text); ok {
		return func(v string) bool { return net.Match(v) || w.Match(v) }, 8
	}
	switch w.Kind() {
	case pattern.Exact:
		return w.Match, 2
	case pattern.Contains:
		return w.Match, 8
	case pattern.General:
		return w.Match, 12
	}
	return w.Match, 4
}

// network reads a literal that stands for all addresses of a network.
func network(text string) (pattern.CIDR, bool) {
	if strings.IndexByte(text, '/') < 0 {
		return pattern.CIDR{}, false
	}
	return pattern.ParseCIDR(text)
}

// setSize is from how many alternatives on a set is used instead of one predicate each.
const setSize = 8

func (s *searchCompiler) in(t *lang.In) pred {
	s.fields = s.fields.With(t.Field.Text)
	var parts []pred
	var plain []string
	for _, lit := range t.Values {
		if len(t.Values) >= setSize && plainLiteral(lit) {
			plain = append(plain, lit.Text)
			continue
		}
		parts = append(parts, fieldTest(t.Field.Text, lang.OpEq, lit))
	}
	if len(plain) > 0 {
		set := newTuples([]string{t.Field.Text})
		for _, v := range plain {
			set.add([]string{v})
		}
		parts = append(parts, set)
	}
	return newOr(parts)
}

// plainLiteral reports whether a literal is compared as one text without regard to case.
func plainLiteral(lit lang.Literal) bool {
	_, net := network(lit.Text)
	return !net && lit.Dir != lang.CaseWord && strings.IndexByte(lit.Text, '*') < 0
}

// alternatives compiles the terms of an OR. Many that ask the same fields for plain values, which is
// what a subsearch with many rows makes, become one set.
func (s *searchCompiler) alternatives(ts []lang.Term) []pred {
	if len(ts) < setSize {
		return s.terms(ts)
	}
	sets := map[string]*tuplesPred{}
	members := map[string][]lang.Term{}
	var order []string
	var parts []pred
	for _, t := range ts {
		fields, _, ok := equalities(t)
		if !ok {
			parts = append(parts, s.term(t))
			continue
		}
		key := strings.Join(fields, "\x00")
		if sets[key] == nil {
			sets[key] = newTuples(fields)
			order = append(order, key)
		}
		members[key] = append(members[key], t)
	}
	for _, key := range order {
		if len(members[key]) < setSize {
			parts = append(parts, s.terms(members[key])...)
			continue
		}
		for _, t := range members[key] {
			_, values, _ := equalities(t)
			sets[key].add(values)
		}
		s.fields = s.fields.With(sets[key].fields...)
		parts = append(parts, sets[key])
	}
	return parts
}

// equalities reads a term that is one equality with a plain value or a conjunction of them over
// different fields.
func equalities(t lang.Term) (fields, values []string, ok bool) {
	switch t := t.(type) {
	case *lang.Compare:
		if t.Op != lang.OpEq || !plainLiteral(t.Value) || IsTimeTerm(t.Field.Text) {
			return nil, nil, false
		}
		return []string{t.Field.Text}, []string{t.Value.Text}, true
	case *lang.And:
		seen := map[string]bool{}
		for _, x := range t.Terms {
			f, v, ok := equalities(x)
			if !ok || len(f) != 1 || seen[f[0]] {
				return nil, nil, false
			}
			seen[f[0]] = true
			fields, values = append(fields, f[0]), append(values, v[0])
		}
		return fields, values, len(fields) > 0
	}
	return nil, nil, false
}
