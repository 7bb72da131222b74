package pattern

import "regexp/syntax"

// starter finds where the leftmost match begins, so that the engine with captures need not search.
// It exists only for expressions that do not look at what precedes a match: for those, cutting the
// text in front of the match changes nothing.
type starter struct {
	d     *dfa // anchored
	first [256]bool
}

// looksBack are the conditions that see the text before a position.
const looksBack = syntax.EmptyBeginText | syntax.EmptyBeginLine | syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary

// newStarter returns nil if the expression looks back or can match the empty text.
func newStarter(n *nfa) *starter {
	if n.conds&looksBack != 0 {
		return nil
	}
	s := &starter{d: newDFA(n, true)}
	c := s.d.newCache()
	if c.start == matchState {
		return nil
	}
	for _, id := range c.states[c.start/s.d.stride].insts {
		in := &n.insts[id]
		if in.op != opBytes {
			return nil
		}
		for b := int(in.lo); b <= int(in.hi); b++ {
			s.first[b] = true
		}
	}
	return s
}

// find returns the start of the leftmost match in s, -1 if there is none. ok is false if it took
// too many attempts.
func (st *starter) find(s string) (start int, ok bool) {
	c := st.d.pool.Get().(*dfaCache)
	defer st.d.pool.Put(c)
	c.resets = 0
	// Attempts overlap; beyond a few passes over the text the engine itself is faster.
	budget := 3*len(s) + 64
	for i := 0; i < len(s); i++ {
		if !st.first[s[i]] {
			continue
		}
		matched, steps := c.run(s[i:])
		if matched {
			return i, true
		}
		if budget -= steps; budget < 0 || c.resets > maxResets {
			return 0, false
		}
	}
	return -1, true
}
