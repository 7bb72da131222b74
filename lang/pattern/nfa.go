package pattern

import (
	"regexp/syntax"
	"unicode"
)

// nfa is a regexp program over bytes.
type nfa struct {
	insts   []nfaInst
	start   int32
	classes [256]uint8 // bytes that no instruction tells apart share a class
	reps    []byte     // one byte of each class
	conds   syntax.EmptyOp
}

type nfaOp uint8

const (
	opBytes nfaOp = iota
	opSplit
	opCond
	opMatch
	opFail
)

type nfaInst struct {
	op       nfaOp
	lo, hi   byte
	cond     syntax.EmptyOp
	out, alt int32
}

// maxInsts bounds the program; larger expressions stay with Go's regexp.
const maxInsts = 8000

// newNFA compiles an expression; nil if it is too large.
func newNFA(re *syntax.Regexp) *nfa {
	prog, err := syntax.Compile(re.Simplify())
	if err != nil || len(prog.Inst) > maxInsts {
		return nil
	}
	n := &nfa{insts: make([]nfaInst, len(prog.Inst)), start: int32(prog.Start)}
	for i := range prog.Inst {
		in := &prog.Inst[i]
		to := &n.insts[i]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			*to = nfaInst{op: opSplit, out: int32(in.Out), alt: int32(in.Arg)}
		case syntax.InstCapture, syntax.InstNop:
			*to = nfaInst{op: opSplit, out: int32(in.Out), alt: int32(in.Out)}
		case syntax.InstEmptyWidth:
			*to = nfaInst{op: opCond, cond: syntax.EmptyOp(in.Arg), out: int32(in.Out)}
			n.conds |= syntax.EmptyOp(in.Arg)
		case syntax.InstMatch:
			*to = nfaInst{op: opMatch}
		case syntax.InstFail:
			*to = nfaInst{op: opFail}
		default:
			n.addRunes(i, runesOf(in), int32(in.Out))
		}
		if len(n.insts) > maxInsts {
			return nil
		}
	}
	n.splitClasses()
	return n
}

// runesOf returns the runes of an instruction as pairs.
func runesOf(in *syntax.Inst) []rune {
	switch in.Op {
	case syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	}
	if len(in.Rune) != 1 {
		return in.Rune
	}
	r := in.Rune[0]
	pairs := []rune{r, r}
	if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			pairs = append(pairs, o, o)
		}
	}
	return pairs
}

// addRunes turns instruction at into a choice between byte sequences that lead to out.
func (n *nfa) addRunes(at int, pairs []rune, out int32) {
	var seqs []byteSeq
	for i := 0; i+1 < len(pairs); i += 2 {
		seqs = appendUTF8(seqs, pairs[i], pairs[i+1])
	}
	if len(seqs) == 0 {
		n.insts[at] = nfaInst{op: opFail}
		return
	}
	slot := int32(at)
	for k, s := range seqs {
		head := slot
		if k < len(seqs)-1 {
			head = n.grow()
			slot2 := n.grow()
			n.insts[slot] = nfaInst{op: opSplit, out: head, alt: slot2}
			slot = slot2
		}
		for b := range s.n {
			next := out
			if b < s.n-1 {
				next = n.grow()
			}
			n.insts[head] = nfaInst{op: opBytes, lo: s.lo[b], hi: s.hi[b], out: next}
			head = next
		}
	}
}

func (n *nfa) grow() int32 {
	n.insts = append(n.insts, nfaInst{op: opFail})
	return int32(len(n.insts) - 1)
}

// splitClasses finds the bytes that behave alike. Continuation bytes are kept apart because no
// condition holds in the middle of a character.
func (n *nfa) splitClasses() {
	var cut [257]bool
	mark := func(lo, hi int) { cut[lo], cut[hi+1] = true, true }
	mark(0x80, 0xbf)
	for _, in := range n.insts {
		if in.op == opBytes {
			mark(int(in.lo), int(in.hi))
		}
	}
	if n.conds&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0 {
		mark('\n', '\n')
	}
	if n.conds&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 {
		for _, s := range wordSet {
			mark(int(s.lo), int(s.hi))
		}
	}
	class := -1
	for b := range 256 {
		if b == 0 || cut[b] {
			class++
			n.reps = append(n.reps, byte(b))
		}
		n.classes[b] = uint8(class)
	}
}
