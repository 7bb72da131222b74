package pattern

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sync"
)

// dfa tells whether an expression matches anywhere in a text. States are built when first met and
// kept in a cache of bounded size; a cache serves one goroutine at a time.
type dfa struct {
	nfa      *nfa
	anchored bool  // matches begin at the start only
	through  bool  // it goes on behind matches, to where nothing can match any more; without conditions
	stride   int32 // transitions per state: one per byte class and one for the end of the text
	pool     sync.Pool
}

// Premultiplied state numbers below firstState are verdicts.
const (
	unknownState = int32(iota)
	deadState
	matchState
)

const (
	maxStates = 4000
	maxResets = 4
)

type dfaCache struct {
	d      *dfa
	trans  []int32
	states []dfaState
	byKey  map[string]int32
	start  int32
	resets int

	mark  []uint32 // generation in which an instruction was added
	gen   uint32
	stack []int32
	set   []int32
	next  []int32
	key   []byte
}

// dfaState is a set of instructions that wait for a byte or a condition, and what precedes them.
type dfaState struct {
	insts []int32
	prev  prevKind
}

// prevKind is what conditions must know of the text before.
type prevKind uint8

const (
	afterOther prevKind = iota
	afterWord
	afterNewline
	atBegin
	// afterMatch marks the states of a dfa that goes through which a match has just led to.
	afterMatch prevKind = 1 << 7
)

func newDFA(n *nfa, anchored bool) *dfa {
	d := &dfa{nfa: n, anchored: anchored, stride: int32(len(n.reps)) + 1}
	d.pool.New = func() any { return d.newCache() }
	return d
}

func (d *dfa) newCache() *dfaCache {
	c := &dfaCache{d: d, mark: make([]uint32, len(d.nfa.insts))}
	c.reset()
	return c
}

func (c *dfaCache) reset() {
	// The first row stays unused, so that no state shares its number with a verdict.
	c.trans = append(c.trans[:0], make([]int32, c.d.stride)...)
	c.states = append(c.states[:0], dfaState{})
	c.byKey = map[string]int32{}
	c.set = c.set[:0]
	c.gen++
	matched := c.add(c.d.nfa.start, 0)
	c.start = c.state(c.set, atBegin)
	if matched {
		c.start = matchState
	}
}

// match reports whether the expression matches in s, which must be valid UTF-8. ok is false if the
// cache proved too small for this text.
func (d *dfa) match(s string) (matched, ok bool) {
	c := d.pool.Get().(*dfaCache)
	defer d.pool.Put(c)
	c.resets = 0
	matched, _ = c.run(s)
	return matched, matched || c.resets <= maxResets
}

// run reads s until the verdict is clear and returns how many bytes that took. It gives up when the
// cache was emptied too often.
func (c *dfaCache) run(s string) (matched bool, steps int) {
	st := c.start
	if st <= matchState {
		return st == matchState, 0
	}
	classes := &c.d.nfa.classes
	trans := c.trans
	for i := 0; i < len(s); i++ {
		class := int32(classes[s[i]])
		to := trans[st+class]
		if to > matchState {
			st = to
			continue
		}
		if to == unknownState {
			to = c.fill(st, class)
			trans = c.trans
			if c.resets > maxResets && to != matchState {
				return false, i
			}
		}
		if to <= matchState {
			return to == matchState, i
		}
		st = to
	}
	end := c.d.stride - 1
	to := trans[st+end]
	if to == unknownState {
		to = c.fill(st, end)
	}
	return to == matchState, len(s)
}

// fill computes a transition.
func (c *dfaCache) fill(st, class int32) int32 {
	n := c.d.nfa
	from, resets := c.states[st/c.d.stride], c.resets
	last := class == c.d.stride-1
	var b byte
	if !last {
		b = n.reps[class]
	}
	insts := from.insts
	if n.conds != 0 {
		c.set = c.set[:0]
		c.gen++
		holds := conditions(from.prev, b, last)
		for _, id := range insts {
			if c.add(id, holds) {
				c.trans[st+class] = matchState
				return matchState
			}
		}
		insts = c.set
	}
	to := deadState
	if !last {
		to = c.step(insts, b)
	}
	if c.resets == resets { // else st means nothing any more
		c.trans[st+class] = to
	}
	return to
}

// step moves the instructions over b.
func (c *dfaCache) step(insts []int32, b byte) int32 {
	n := c.d.nfa
	next := c.next[:0]
	for _, id := range insts {
		if in := &n.insts[id]; in.op == opBytes && b >= in.lo && b <= in.hi {
			next = append(next, in.out)
		}
	}
	c.next = next
	c.set = c.set[:0]
	c.gen++
	matched := false
	for _, id := range next {
		if c.add(id, 0) {
			if matched = true; !c.d.through {
				return matchState
			}
		}
	}
	if !c.d.anchored && c.add(n.start, 0) { // a match may begin here, too
		return matchState
	}
	switch {
	case !matched:
		return c.state(c.set, c.kind(b))
	case len(c.set) == 0:
		return matchState
	}
	return c.state(c.set, c.kind(b)|afterMatch)
}

// kind keeps of b only what the program's conditions ask for, so that fewer states differ.
func (c *dfaCache) kind(b byte) prevKind {
	conds := c.d.nfa.conds
	switch {
	case b == '\n' && conds&(syntax.EmptyBeginLine) != 0:
		return afterNewline
	case conds&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 && syntax.IsWordChar(rune(b)):
		return afterWord
	}
	return afterOther
}

// conditions returns what holds between what precedes and b. In the middle of a character nothing does.
func conditions(prev prevKind, b byte, last bool) syntax.EmptyOp {
	if !last && b >= 0x80 && b < 0xc0 {
		return 0
	}
	var op syntax.EmptyOp
	if prev == atBegin {
		op |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	if prev == afterNewline {
		op |= syntax.EmptyBeginLine
	}
	if last {
		op |= syntax.EmptyEndText | syntax.EmptyEndLine
	} else if b == '\n' {
		op |= syntax.EmptyEndLine
	}
	if (prev == afterWord) != (!last && syntax.IsWordChar(rune(b))) {
		return op | syntax.EmptyWordBoundary
	}
	return op | syntax.EmptyNoWordBoundary
}

// add puts into c.set what can be reached from id without a byte, under the conditions that hold.
// It reports whether that includes a match.
func (c *dfaCache) add(id int32, holds syntax.EmptyOp) (matched bool) {
	stack := c.stack[:0]
	stack = append(stack, id)
	for len(stack) > 0 {
		id = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c.mark[id] == c.gen {
			continue
		}
		c.mark[id] = c.gen
		in := &c.d.nfa.insts[id]
		switch in.op {
		case opSplit:
			stack = append(stack, in.out, in.alt)
		case opBytes:
			c.set = append(c.set, id)
		case opMatch:
			matched = true
		case opCond:
			if in.cond&^holds == 0 {
				stack = append(stack, in.out)
				continue
			}
			c.set = append(c.set, id)
		}
	}
	c.stack = stack
	return matched
}

// state returns the number of the state with this set.
func (c *dfaCache) state(set []int32, prev prevKind) int32 {
	if prev != atBegin {
		// Nothing after the first byte can be at the text's start.
		set = slices.DeleteFunc(set, func(id int32) bool {
			return c.d.nfa.insts[id].cond&syntax.EmptyBeginText != 0
		})
	}
	if len(set) == 0 {
		return deadState
	}
	slices.Sort(set)
	c.key = append(c.key[:0], byte(prev))
	for _, id := range set {
		c.key = binary.LittleEndian.AppendUint32(c.key, uint32(id))
	}
	if st, ok := c.byKey[string(c.key)]; ok {
		return st
	}
	if len(c.states) >= maxStates {
		c.resets++
		set = slices.Clone(set)
		c.reset()
		return c.state(set, prev)
	}
	st := int32(len(c.states)) * c.d.stride
	c.states = append(c.states, dfaState{slices.Clone(set), prev})
	c.trans = append(c.trans, make([]int32, c.d.stride)...)
	c.byKey[string(c.key)] = st
	return st
}
