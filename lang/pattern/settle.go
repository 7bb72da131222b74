package pattern

import "unicode/utf8"

// Prefix returns the text that every match begins with. It is "" if there is none, or if matches depend
// on what stands before or behind them.
func (re *Regexp) Prefix() string {
	d := re.dfa()
	if re.std == nil || re.tr.trailing || d == nil || d.nfa.conds != 0 {
		return ""
	}
	prefix, _ := re.std.LiteralPrefix()
	return prefix
}

// Settled judges the matches that begin where s begins, when s may go on: matched tells whether there is
// one in s, settled that no continuation changes which one is found, or that none is. The expression must
// have a Prefix.
func (re *Regexp) Settled(s string) (matched, settled bool) {
	if !utf8.ValidString(s) {
		return false, false
	}
	d := re.settler()
	c := d.pool.Get().(*dfaCache)
	defer d.pool.Put(c)
	c.resets = 0
	st := c.start
	for i := 0; st > matchState; i++ {
		if i == len(s) {
			return matched, false
		}
		class := int32(d.nfa.classes[s[i]])
		to := c.trans[st+class]
		if to == unknownState {
			if to = c.fill(st, class); c.resets > maxResets {
				return false, false
			}
		}
		if st = to; st > matchState && c.states[st/d.stride].prev&afterMatch != 0 {
			matched = true
		}
	}
	return matched || st == matchState, true
}

// settler is the dfa of Settled.
func (re *Regexp) settler() *dfa {
	re.settleOnce.Do(func() {
		re.settle = newDFA(re.dfa().nfa, true)
		re.settle.through = true
	})
	return re.settle
}
