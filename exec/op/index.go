package op

import (
	"strings"

	"spl/exec/column"
	"spl/lang"
)

// verdict is what a search expression comes to when only one field is known.
type verdict uint8

const (
	never verdict = iota
	maybe
	always
)

// mayMatch tells whether an expression can hold for events whose field has the given value; terms on
// other fields may hold or not. `*` does not stand for names that start with an underscore.
func mayMatch(t lang.Term, field, val string) verdict {
	switch t := t.(type) {
	case *lang.And:
		v := always
		for _, x := range t.Terms {
			v = min(v, mayMatch(x, field, val))
		}
		return v
	case *lang.Or:
		v := never
		for _, x := range t.Terms {
			v = max(v, mayMatch(x, field, val))
		}
		return v
	case *lang.Not:
		return always - mayMatch(t.X, field, val)
	case *lang.Compare:
		if t.Field.Text != field {
			return maybe
		}
		return compareName(t, val)
	case *lang.In:
		if t.Field.Text != field {
			return maybe
		}
		for _, l := range t.Values {
			if column.MatchName(strings.ToLower(l.Text), strings.ToLower(val)) {
				return always
			}
		}
		return never
	}
	return maybe
}

func compareName(t *lang.Compare, val string) verdict {
	hit := column.MatchName(strings.ToLower(t.Value.Text), strings.ToLower(val))
	switch t.Op {
	case lang.OpEq:
	case lang.OpNe:
		hit = !hit
	default:
		return maybe
	}
	if hit {
		return always
	}
	return never
}

// mentions reports whether an expression has a term on a field.
func mentions(t lang.Term, field string) (found bool) {
	lang.WalkTerms(t, func(t lang.Term) {
		switch t := t.(type) {
		case *lang.Compare:
			found = found || t.Field.Text == field
		case *lang.In:
			found = found || t.Field.Text == field
		}
	})
	return found
}
