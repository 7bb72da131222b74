package pattern

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Regexp is a compiled PCRE expression. It is unanchored and minds case unless the expression says
// otherwise. Safe for concurrent use.
type Regexp struct {
	expr   string
	tr     *translation
	std    *regexp.Regexp // nil: only the backtracking engine is exact
	filter *filter        // nil: no necessary literal
	loose  *filter        // the same for texts that std cannot judge
	full   *backtracker

	dfaOnce sync.Once
	tree    *syntax.Regexp // of std, else of the loose translation
	fast    *dfa           // nil: the expression is too large
	starter *starter       // nil: matches cannot be found from their start

	settleOnce sync.Once
	settle     *dfa // of Settled
}

// cacheLimit bounds the cache of Compile; patterns that come from data must not grow it for ever.
const cacheLimit = 4096

var cache struct {
	sync.Map
	count atomic.Int64
}

// Compile compiles a PCRE expression; the error is a *CompileError. Results are cached by text.
func Compile(expr string) (*Regexp, error) {
	if re, ok := cache.Load(expr); ok {
		return re.(*Regexp), nil
	}
	re, err := compile(expr)
	if err != nil {
		return nil, err
	}
	if cache.count.Add(1) > cacheLimit {
		cache.Clear()
		cache.count.Store(1)
	}
	got, _ := cache.LoadOrStore(expr, re)
	return got.(*Regexp), nil
}

func compile(expr string) (*Regexp, error) {
	tr, err := translate(expr)
	if err != nil {
		return nil, err
	}
	re := &Regexp{expr: expr, tr: tr, full: &backtracker{expr: expr, text: tr.full}}
	loose, looseErr := syntax.Parse(tr.loose, syntax.Perl)
	if looseErr == nil {
		re.loose = newFilter(loose, false)
	}
	if !tr.needFull {
		// Go caps repetitions at 1000; such an expression is left to the other engine.
		if re.std, err = regexp.Compile(tr.std); err == nil {
			if re.tree, err = syntax.Parse(tr.std, syntax.Perl); err == nil {
				re.filter = newFilter(re.tree, true)
				return re, nil
			}
		}
		re.std = nil
	}
	re.filter = re.loose
	if looseErr == nil {
		re.tree = loose
	}
	_, err = re.full.engine()
	return re, err
}

// String returns the expression as written.
func (re *Regexp) String() string { return re.expr }

// NumSubexp returns the number of the last group.
func (re *Regexp) NumSubexp() int { return len(re.tr.names) - 1 }

// SubexpNames returns the names of the groups by number; "" for a group without name and for 0.
func (re *Regexp) SubexpNames() []string { return re.tr.names }

// Backtracks reports whether the expression needs the engine that can hit the match limit.
func (re *Regexp) Backtracks() bool { return re.std == nil }

// Required returns texts of which one occurs in every match, and whether that alone decides; nil if
// nothing is known. Texts with k or s in any case also have forms outside ASCII.
func (re *Regexp) Required() (lits []Literal, decides bool) {
	if re.filter == nil || re.tr.trailing {
		return nil, false
	}
	for _, f := range re.filter.any {
		lits = append(lits, Literal{f.lit, f.fold})
	}
	return lits, re.filter.decides
}

// needsFull reports whether only the backtracking engine is exact for s.
func (re *Regexp) needsFull(s string) bool {
	return re.std == nil || re.tr.trailing && strings.HasSuffix(s, "\n")
}

// possible asks the filter and the DFA: maybe is false if s cannot match, sure if that is certain
// either way.
func (re *Regexp) possible(s string, full bool) (maybe, sure bool) {
	f := re.filter
	if full {
		f = re.loose
	}
	if f != nil {
		if maybe, sure = f.possible(s); sure {
			return maybe, true
		}
	}
	if full && re.std != nil {
		return true, false // the DFA speaks for std
	}
	d := re.dfa()
	if d == nil || !isASCII(s) && !utf8.ValidString(s) {
		return true, false
	}
	matched, ok := d.match(s)
	switch {
	case !ok:
		return true, false
	case matched:
		return true, !full
	}
	return false, true
}

func (re *Regexp) dfa() *dfa {
	re.dfaOnce.Do(func() {
		if re.tree == nil {
			return
		}
		n := newNFA(re.tree)
		if n == nil {
			return
		}
		re.fast = newDFA(n, false)
		// Go's engine finds a literal at the start of the expression fast enough itself.
		if re.std != nil {
			if prefix, _ := re.std.LiteralPrefix(); prefix == "" {
				re.starter = newStarter(n)
			}
		}
	})
	return re.fast
}

// MatchString reports whether s holds a match. The error is ErrMatchLimit.
func (re *Regexp) MatchString(s string) (bool, error) {
	full := re.needsFull(s)
	if maybe, sure := re.possible(s, full); sure {
		return maybe, nil
	}
	if full {
		return re.full.match(s)
	}
	return re.std.MatchString(s), nil
}

// Match is MatchString for bytes.
func (re *Regexp) Match(b []byte) (bool, error) { return re.MatchString(text(b)) }

// FindSubmatchIndex returns the byte offsets of the first match and its groups as pairs, -1 for a
// group that takes no part; nil if there is no match. The error is ErrMatchLimit.
func (re *Regexp) FindSubmatchIndex(s string) ([]int, error) {
	if re.needsFull(s) {
		all, err := re.findFull(s, 1)
		if len(all) == 0 {
			return nil, err
		}
		return all[0], err
	}
	from := re.skip(s)
	if from < 0 {
		return nil, nil
	}
	m := re.std.FindStringSubmatchIndex(s[from:])
	move(m, from)
	return re.renumber(m), nil
}

func (re *Regexp) findFull(s string, n int) ([][]int, error) {
	if maybe, _ := re.possible(s, true); !maybe {
		return nil, nil
	}
	all, err := re.full.find(s, n, len(re.tr.groups))
	for i := range all {
		all[i] = re.renumber(all[i])
	}
	return all, err
}

// skip returns how much of s can be cut off before std looks for matches, -1 if there is none.
func (re *Regexp) skip(s string) int {
	if re.filter != nil {
		if maybe, _ := re.filter.possible(s); !maybe {
			return -1
		}
	}
	if re.dfa() == nil || re.starter == nil && re.filter != nil || !isASCII(s) && !utf8.ValidString(s) {
		return 0
	}
	if re.starter != nil {
		if from, ok := re.starter.find(s); ok {
			return from
		}
	}
	if matched, ok := re.fast.match(s); ok && !matched {
		return -1
	}
	return 0
}

// move adds by to the offsets of a match.
func move(m []int, by int) {
	for i := range m {
		if m[i] >= 0 {
			m[i] += by
		}
	}
}

// FindSubmatchIndexBytes is FindSubmatchIndex for bytes.
func (re *Regexp) FindSubmatchIndexBytes(b []byte) ([]int, error) {
	return re.FindSubmatchIndex(text(b))
}

// FindAllSubmatchIndex returns the first n matches, all if n <= 0, as FindSubmatchIndex does one.
// An empty match right after another match is not counted.
func (re *Regexp) FindAllSubmatchIndex(s string, n int) ([][]int, error) {
	if n <= 0 {
		n = -1
	}
	if re.needsFull(s) {
		return re.findFull(s, n)
	}
	from := re.skip(s)
	if from < 0 {
		return nil, nil
	}
	all := re.std.FindAllStringSubmatchIndex(s[from:], n)
	for i := range all {
		move(all[i], from)
		all[i] = re.renumber(all[i])
	}
	return all, nil
}

// renumber turns the engine's groups into those of the expression: several may share a number
// (branch reset), and \K moves the start.
func (re *Regexp) renumber(m []int) []int {
	if m == nil || len(re.tr.groups) == len(re.tr.names) && len(re.tr.keep) == 0 {
		return m
	}
	out := make([]int, 2*len(re.tr.names))
	for i := range out {
		out[i] = -1
	}
	for engine, number := range re.tr.groups {
		if number >= 0 && m[2*engine] >= 0 {
			out[2*number], out[2*number+1] = m[2*engine], m[2*engine+1]
		}
	}
	for _, k := range re.tr.keep {
		out[0] = max(out[0], m[2*k])
	}
	return out
}
