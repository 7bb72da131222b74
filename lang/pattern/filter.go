package pattern

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Literal is a text that an expression asks for.
type Literal struct {
	Text string
	Fold bool // in any case
}

// filter is a necessary condition of a match: one of its literals occurs.
type filter struct {
	any     []finder
	risky   bool // a literal has another case outside ASCII, which finders do not look for
	decides bool // the condition is also sufficient
}

// maxSet bounds the literals of one condition; beyond that the DFA is as fast.
const maxSet = 8

// knowledge is what an expression's node tells about its matches.
type knowledge struct {
	exact []Literal // all the texts it matches; nil: unknown or too many
	need  []Literal // one of these occurs in every match; nil: unknown
	pure  bool      // exact holds without conditions on the surroundings
}

// newFilter analyses an expression of Go's regexp; nil if nothing can be said.
func newFilter(re *syntax.Regexp, exact bool) *filter {
	k := analyse(re)
	lits := k.best()
	if lits == nil || score(lits) < 10 {
		return nil
	}
	f := &filter{decides: exact && k.exact != nil && k.pure}
	for _, l := range lits {
		f.any = append(f.any, newFinder(l.Text, l.Fold))
		if l.Fold {
			f.risky = f.risky || strings.ContainsAny(l.Text, "kKsS")
			// The other cases of these are ASCII letters, which finders keep apart.
			if strings.ContainsAny(l.Text, "\u212a\u017f") {
				return nil
			}
		}
	}
	return f
}

// possible reports whether s may match; sure: it does.
func (f *filter) possible(s string) (maybe, sure bool) {
	for i := range f.any {
		if at, _ := f.any[i].index(s, 0); at >= 0 {
			return true, f.decides
		}
	}
	// U+017F and U+212A, the other cases of s and k, begin with these bytes.
	if f.risky && (strings.IndexByte(s, 0xc5) >= 0 || strings.IndexByte(s, 0xe2) >= 0) {
		return true, false
	}
	return false, true
}

func (k knowledge) best() []Literal {
	if score(k.exact) >= score(k.need) {
		return k.exact
	}
	return k.need
}

// score ranks conditions: the shortest literal counts, and fewer literals are better.
func score(lits []Literal) int {
	if len(lits) == 0 || len(lits) > maxSet {
		return 0
	}
	least := 1 << 10
	for _, l := range lits {
		s := 10 * min(len(l.Text), 20)
		if len(l.Text) > 0 && len(l.Text) < 3 {
			for i := range len(l.Text) {
				s += int(rarity[l.Text[i]])
			}
		}
		least = min(least, s)
	}
	return least - len(lits)
}

func analyse(re *syntax.Regexp) knowledge {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return knowledge{exact: []Literal{{}}, pure: true}
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return knowledge{exact: []Literal{{}}}
	case syntax.OpLiteral:
		lit := Literal{string(re.Rune), re.Flags&syntax.FoldCase != 0}
		// An invalid byte reads as this rune, so its text proves nothing.
		if strings.ContainsRune(lit.Text, utf8.RuneError) {
			return knowledge{}
		}
		return knowledge{exact: []Literal{lit}, pure: true}
	case syntax.OpCharClass:
		return classKnowledge(re)
	case syntax.OpCapture:
		return analyse(re.Sub[0])
	case syntax.OpConcat:
		return concatKnowledge(re.Sub)
	case syntax.OpAlternate:
		return alternateKnowledge(re.Sub)
	case syntax.OpQuest:
		k := analyse(re.Sub[0])
		if k.exact != nil && len(k.exact) < maxSet {
			return knowledge{exact: append([]Literal{{}}, k.exact...), pure: k.pure}
		}
	case syntax.OpPlus:
		return knowledge{need: analyse(re.Sub[0]).best()}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return knowledge{need: analyse(re.Sub[0]).best()}
		}
	}
	return knowledge{}
}

func classKnowledge(re *syntax.Regexp) knowledge {
	var lits []Literal
	for i := 0; i+1 < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] >= maxSet {
			return knowledge{}
		}
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if r == utf8.RuneError {
				return knowledge{}
			}
			lits = append(lits, Literal{Text: string(r)})
		}
	}
	if len(lits) == 0 || len(lits) > maxSet {
		return knowledge{}
	}
	return knowledge{exact: lits, pure: true}
}

func concatKnowledge(subs []*syntax.Regexp) knowledge {
	cur, whole, pure := []Literal{{}}, true, true
	var need []Literal
	consider := func(lits []Literal) {
		if score(lits) > score(need) {
			need = lits
		}
	}
	for _, sub := range subs {
		k := analyse(sub)
		pure = pure && k.pure
		if k.exact != nil && len(cur)*len(k.exact) <= maxSet {
			var uniform bool
			cur, uniform = product(cur, k.exact)
			pure = pure && uniform
			continue
		}
		whole = false
		consider(cur)
		consider(k.need)
		cur = []Literal{{}}
		if k.exact != nil {
			cur = k.exact
		}
	}
	if whole {
		return knowledge{exact: cur, pure: pure}
	}
	consider(cur)
	return knowledge{need: need}
}

// product joins every text with every other. Where one side ignores case, so does the whole: a
// weaker condition, but still a necessary one. uniform tells that it was not weakened.
func product(a, b []Literal) (out []Literal, uniform bool) {
	uniform = true
	for _, x := range a {
		for _, y := range b {
			uniform = uniform && (x.Fold == y.Fold || x.Text == "" || y.Text == "")
			out = append(out, Literal{x.Text + y.Text, x.Fold || y.Fold})
		}
	}
	return out, uniform
}

func alternateKnowledge(subs []*syntax.Regexp) knowledge {
	var exact, need []Literal
	allExact, allNeed, pure := true, true, true
	for _, sub := range subs {
		k := analyse(sub)
		pure = pure && k.pure
		allExact = allExact && k.exact != nil
		exact = append(exact, k.exact...)
		best := k.best()
		allNeed = allNeed && score(best) > 0
		need = append(need, best...)
	}
	switch {
	case allExact && len(exact) <= maxSet:
		return knowledge{exact: exact, pure: pure}
	case allNeed && len(need) <= maxSet:
		return knowledge{need: need}
	}
	return knowledge{}
}
