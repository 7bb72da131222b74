package column

import (
	"slices"
	"sort"
	"strings"
)

// FieldSet is a set of field names: named ones, those that match a wildcard, or all. The zero value
// is empty. `*` does not match a leading underscore unless the pattern has it.
type FieldSet struct {
	all      bool
	names    map[string]bool
	patterns []string
}

// AllFields returns the set of all fields, internal ones too.
func AllFields() FieldSet { return FieldSet{all: true} }

// Fields returns the set of the given names and wildcard patterns.
func Fields(names ...string) FieldSet { return FieldSet{}.With(names...) }

// All reports whether every field is in the set.
func (s FieldSet) All() bool { return s.all }

// Empty reports whether nothing is in the set.
func (s FieldSet) Empty() bool { return !s.all && len(s.names) == 0 && len(s.patterns) == 0 }

// Has reports whether a field is in the set.
func (s FieldSet) Has(name string) bool {
	if s.all || s.names[name] {
		return true
	}
	return slices.ContainsFunc(s.patterns, func(p string) bool { return MatchName(p, name) })
}

// With returns the set plus names and patterns.
func (s FieldSet) With(names ...string) FieldSet {
	if s.all {
		return s
	}
	out := s.clone()
	for _, n := range names {
		if strings.Contains(n, "*") {
			if !slices.Contains(out.patterns, n) {
				out.patterns = append(out.patterns, n)
			}
			continue
		}
		out.names[n] = true
	}
	return out
}

// Union returns the set of fields in either.
func (s FieldSet) Union(o FieldSet) FieldSet {
	if s.all || o.all {
		return AllFields()
	}
	return s.With(o.Names()...).With(o.patterns...)
}

// Without returns the set less the given names; patterns that match them stay.
func (s FieldSet) Without(names ...string) FieldSet {
	if s.all {
		return s
	}
	out := s.clone()
	for _, n := range names {
		delete(out.names, n)
	}
	return out
}

// Names returns the named fields, sorted; patterns are not among them.
func (s FieldSet) Names() []string {
	out := make([]string, 0, len(s.names))
	for n := range s.names {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Patterns returns the wildcard patterns.
func (s FieldSet) Patterns() []string { return s.patterns }

// Exact reports whether the set is names only.
func (s FieldSet) Exact() bool { return !s.all && len(s.patterns) == 0 }

// String lists the set for plans.
func (s FieldSet) String() string {
	if s.all {
		return "*all*"
	}
	return strings.Join(append(s.Names(), s.patterns...), " ")
}

// Key returns a text that sets share only if they are equal; other than String, names may hold blanks.
func (s FieldSet) Key() string {
	if s.all {
		return "*"
	}
	return strings.Join(append(s.Names(), s.patterns...), "\x00") + "\x00"
}

func (s FieldSet) clone() FieldSet {
	out := FieldSet{names: make(map[string]bool, len(s.names)+1), patterns: slices.Clone(s.patterns)}
	for n := range s.names {
		out.names[n] = true
	}
	return out
}

// MatchName reports whether a field name matches a pattern with `*`. A pattern that does not start
// with an underscore does not match internal names.
func MatchName(pattern, name string) bool {
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	return matchStar(pattern, name)
}

func matchStar(p, s string) bool {
	star, mark := -1, 0
	i, j := 0, 0
	for i < len(s) {
		switch {
		case j < len(p) && p[j] == '*':
			star, mark = j, i
			j++
		case j < len(p) && p[j] == s[i]:
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j] == '*' {
		j++
	}
	return j == len(p)
}
