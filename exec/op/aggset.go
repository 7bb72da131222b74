package op

import (
	"slices"
	"sort"
	"strings"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/plan"
)

// aggSet is the aggregations of a command as columns: those over wildcards grow one when a matching
// field first has a value.
type aggSet struct {
	specs   []Agg
	by      []string
	cols    []aggColumn
	checked map[string]bool // fields looked at for the wildcards
	wild    bool
	reach   []agg.Reach // by column, of groups that are not in memory at once; nil: they are
}

func newAggSet(specs []Agg, by []string) *aggSet {
	s := &aggSet{specs: specs, by: by, checked: map[string]bool{}}
	for i, a := range specs {
		if a.wildcard() {
			s.wild = true
			continue
		}
		s.cols = append(s.cols, aggColumn{spec: i, field: a.Field, name: a.Name, key: a.Key})
	}
	return s
}

func (a *Agg) wildcard() bool { return strings.Contains(a.Field, "*") }

// keyPrefix is the Key of an aggregation over a field, up to the field.
func (a *Agg) keyPrefix() string { return strings.TrimSuffix(a.Key, a.Field+")") }

// onlyNumbers reports whether the aggregation shows only those matches of its wildcard that have numbers.
func (a *Agg) onlyNumbers() bool { return a.wildcard() && a.Func.Numeric }

// state makes a fresh state of column i.
func (s *aggSet) state(i int) agg.State {
	a := &s.specs[s.cols[i].spec]
	return a.Func.New(a.Arg)
}

// states makes fresh states of all columns.
func (s *aggSet) states() []agg.State {
	out := make([]agg.State, len(s.cols))
	for i := range out {
		out[i] = s.state(i)
	}
	return out
}

// onlyNumbers reports whether column i shows only if it has a number.
func (s *aggSet) onlyNumbers(i int) bool { return s.specs[s.cols[i].spec].onlyNumbers() }

// hasReach reports whether results depend on the times of all groups.
func (s *aggSet) hasReach() bool { return slices.ContainsFunc(s.states(), agg.HasReach) }

// widen notes the times of groups that will be finished apart from others.
func (s *aggSet) widen(states []agg.State) {
	if s.reach == nil {
		s.reach = make([]agg.Reach, len(s.cols))
	}
	for i, st := range states {
		s.reach[i].Widen(st)
	}
}

// tell makes results of column i cover the times of all groups, which may lie in several states.
func (s *aggSet) tell(i int, states ...agg.State) {
	var r agg.Reach
	if s.reach != nil {
		r = s.reach[i]
	}
	for _, st := range states {
		r.Widen(st)
	}
	for _, st := range states {
		r.Tell(st)
	}
}

// expand looks for fields of b that a wildcard matches and that have a value now.
func (s *aggSet) expand(b *column.Batch) {
	if !s.wild {
		return
	}
	var found []string
	for i, name := range b.Names {
		if s.checked[name] || slices.Contains(s.by, name) || AllNull(b.Cols[i], b.Sel) {
			continue
		}
		found = append(found, name)
		s.checked[name] = true
	}
	sort.Strings(found)
	for _, name := range found {
		s.match(name)
	}
}

// match adds the columns that a newly seen field makes.
func (s *aggSet) match(name string) {
	for i := range s.specs {
		a := &s.specs[i]
		if !a.wildcard() || !column.MatchName(a.Field, name) {
			continue
		}
		s.cols = append(s.cols, aggColumn{spec: i, field: name, name: fillStars(a.Name, a.Field, name),
			key: a.keyPrefix() + name + ")"})
	}
}

// fillStars replaces the stars of out by what those of pattern match in name.
func fillStars(out, pattern, name string) string {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return out
	}
	for i, p := range parts[1:] {
		at := strings.Index(rest, p)
		if i == len(parts)-2 {
			at = len(rest) - len(p)
		}
		if at < 0 {
			return out
		}
		out = strings.Replace(out, "*", rest[:at], 1)
		rest = rest[at+len(p):]
	}
	return out
}

// order returns the columns in output order: as the specs stand, matches of one wildcard as found.
func (s *aggSet) order() []int {
	out := make([]int, len(s.cols))
	for i := range out {
		out[i] = i
	}
	sort.SliceStable(out, func(a, b int) bool { return s.cols[out[a]].spec < s.cols[out[b]].spec })
	return out
}

// adopt takes over columns of o that are missing here and returns for each column here the one of o, -1
// for none.
func (s *aggSet) adopt(o *aggSet) []int {
	find := func(cols []aggColumn, c aggColumn) int {
		return slices.IndexFunc(cols, func(x aggColumn) bool { return x.spec == c.spec && x.field == c.field })
	}
	for _, c := range o.cols {
		if find(s.cols, c) < 0 {
			s.cols = append(s.cols, c)
			s.checked[c.field] = true
		}
	}
	out := make([]int, len(s.cols))
	for i, c := range s.cols {
		out[i] = find(o.cols, c)
	}
	return out
}

// args evaluates the arguments of all columns over a batch.
func (s *aggSet) args(b *column.Batch) (*aggArgs, error) {
	out := &aggArgs{of: make([]int, len(s.cols))}
	byField, byExpr := map[string]int{}, map[Expr]int{}
	for i, c := range s.cols {
		a := &s.specs[c.spec]
		if a.Func.Time && out.times == nil {
			out.times = b.Col("_time")
		}
		k := -1
		switch {
		case a.Expr != nil:
			var ok bool
			if k, ok = byExpr[a.Expr]; !ok {
				v, err := a.Expr.Eval(b)
				if err != nil {
					return nil, err
				}
				if _, pred := v.(*column.Bool); !pred {
					v = column.Stored(v)
				}
				k, byExpr[a.Expr] = len(out.vecs), len(out.vecs)
				out.vecs = append(out.vecs, v)
			}
		case c.field != "":
			var ok bool
			if k, ok = byField[c.field]; !ok {
				k, byField[c.field] = len(out.vecs), len(out.vecs)
				out.vecs = append(out.vecs, b.Col(c.field))
			}
		}
		out.of[i] = k
	}
	return out, nil
}

// aggNeeds returns the fields that the aggregations read.
func aggNeeds(specs []Agg) column.FieldSet {
	out := column.FieldSet{}
	for i := range specs {
		a := &specs[i]
		if a.Field != "" {
			out = out.With(a.Field)
		}
		if a.Expr != nil {
			out = out.With(a.Expr.Fields()...)
		}
		if a.Func.Time {
			out = out.With("_time")
		}
	}
	return out
}

// partialNeeds returns the fields that hold unfinished states of the aggregations, if the input is such.
func partialNeeds(specs []Agg) column.FieldSet {
	out := column.Fields(PartialVersion)
	for i := range specs {
		out = out.With(PartialField(specs[i].Key))
	}
	return out
}

// warn tells of results that are not complete.
func (s *aggSet) warn(rt *plan.Runtime, text string, states []agg.State) {
	if rt == nil {
		return
	}
	command, _, _ := strings.Cut(text, " ")
	for i, st := range states {
		if agg.Truncated(st) {
			rt.Warn("'%s' command: limit for values of field '%s' reached. Some values may have been truncated or ignored.",
				command, s.cols[i].field)
		}
	}
}
