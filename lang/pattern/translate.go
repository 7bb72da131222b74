package pattern

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// translation is a PCRE expression in the languages of the engines. Groups are plain and numbered,
// so that names, duplicate names and branch reset are the translator's own affair.
type translation struct {
	std   string // for Go's regexp; exact unless needFull
	full  string // for the backtracking engine; exact
	loose string // for Go's regexp; matches wherever the expression does, and more

	needFull bool
	// trailing: `$` and the like see a final newline in a way that Go cannot express, so texts that
	// end with one need the backtracking engine.
	trailing bool
	names    []string // by group number; "" for groups without name and for 0
	groups   []int    // engine's group → number in the expression
	keep     []int    // engine's groups that mark \K
}

// frag is a part of the translation.
type frag struct{ std, full, loose string }

func same(s string) frag { return frag{s, s, s} }

func (f frag) add(g frag) frag { return frag{f.std + g.std, f.full + g.full, f.loose + g.loose} }

func (f frag) wrap(open, close string) frag {
	return frag{open + f.std + close, open + f.full + close, open + f.loose + close}
}

// flags are the option letters in force.
type flags struct{ i, m, s, x, n, j, ungreedy bool }

type translator struct {
	src   string
	pos   int
	flags flags
	depth int
	out   translation
	known *translation // of the first pass: references may point forward
	refs  []int        // group numbers referred to
	group int          // number of the last opened group
}

// maxDepth bounds nesting, so that no expression can exhaust the stack.
const maxDepth = 250

// translate reads a PCRE expression. It works in two passes, because `\10` and names may refer to
// groups further on.
func translate(expr string) (tr *translation, err error) {
	defer func() {
		if p := recover(); p != nil {
			ce, ok := p.(*CompileError)
			if !ok {
				panic(p)
			}
			tr, err = nil, ce
		}
	}()
	first := newTranslator(expr)
	first.run()
	second := newTranslator(expr)
	second.known = &first.out
	second.run()
	return &second.out, nil
}

func newTranslator(expr string) *translator {
	return &translator{src: expr, out: translation{names: []string{""}, groups: []int{0}}}
}

func (t *translator) run() {
	t.startVerbs()
	f := t.alternatives(false)
	if t.pos < len(t.src) {
		t.fail(msgNoOpen)
	}
	for _, r := range t.refs {
		if r >= len(t.out.names) {
			t.fail(msgNoReference)
		}
	}
	t.out.std, t.out.full, t.out.loose = f.std, f.full, f.loose
}

// fail leaves the translator; translate catches it.
func (t *translator) fail(msg string) {
	panic(&CompileError{Expr: t.src, Offset: min(t.pos, len(t.src)), Msg: msg})
}

func (t *translator) more() bool { return t.pos < len(t.src) }

// peek reports whether the rest starts with s.
func (t *translator) peek(s string) bool { return strings.HasPrefix(t.src[t.pos:], s) }

func (t *translator) accept(s string) bool {
	if !t.peek(s) {
		return false
	}
	t.pos += len(s)
	return true
}

func (t *translator) next() rune {
	r, n := utf8.DecodeRuneInString(t.src[t.pos:])
	t.pos += n
	return r
}

// alternatives reads up to a closing parenthesis or the end. With reset, each alternative numbers
// its groups from the same start: (?|…).
func (t *translator) alternatives(reset bool) frag {
	if t.depth++; t.depth > maxDepth {
		t.fail("parentheses are too deeply nested")
	}
	defer func() { t.depth-- }()
	first, most := t.group, t.group
	out := t.sequence()
	for t.accept("|") {
		most = max(most, t.group)
		if reset {
			t.group = first
		}
		out = out.add(same("|")).add(t.sequence())
	}
	t.group = max(most, t.group)
	return out
}

func (t *translator) sequence() frag {
	var out frag
	var parts []frag // joined at the end: adding one by one would be quadratic
	for t.more() && !t.peek("|") && !t.peek(")") {
		t.blank()
		if !t.more() || t.peek("|") || t.peek(")") {
			break
		}
		atom, repeatable := t.atom()
		parts = append(parts, t.quantified(atom, repeatable))
	}
	var std, full, loose strings.Builder
	for _, p := range parts {
		std.WriteString(p.std)
		full.WriteString(p.full)
		loose.WriteString(p.loose)
	}
	out.std, out.full, out.loose = std.String(), full.String(), loose.String()
	return out
}

// blank skips comments, and under x also white space and # comments.
func (t *translator) blank() {
	for t.more() {
		c := t.src[t.pos]
		switch {
		case t.peek("(?#"):
			end := strings.IndexByte(t.src[t.pos:], ')')
			if end < 0 {
				t.pos = len(t.src)
				t.fail(msgComment)
			}
			t.pos += end + 1
		case t.peek(`\E`): // without \Q
			t.pos += 2
		case t.flags.x && (c == ' ' || c >= '\t' && c <= '\r'):
			t.pos++
		case t.flags.x && c == '#':
			end := strings.IndexByte(t.src[t.pos:], '\n')
			if end < 0 {
				t.pos = len(t.src)
				return
			}
			t.pos += end + 1
		default:
			return
		}
	}
}

// atom reads one item. repeatable is false for what a quantifier cannot follow.
func (t *translator) atom() (f frag, repeatable bool) {
	if t.accept(`\Q`) {
		return t.quotedRun(), true
	}
	switch c := t.next(); c {
	case '(':
		return t.open()
	case '[':
		return t.class(), true
	case '.':
		if t.flags.s {
			return same("(?s:.)"), true
		}
		return same(`[^\n]`), true
	case '^':
		return t.caret(), true
	case '$':
		if t.flags.m {
			return frag{"(?m:$)", `(?=\n|\z)`, "(?m:$)"}, true
		}
		return t.endOfText(), true
	case '\\':
		return t.escape()
	case '*', '+', '?':
		t.pos--
		t.fail(msgQuantNothing)
	case '{':
		t.pos--
		if _, ok := t.braces(); ok {
			t.fail(msgQuantNothing)
		}
		t.pos++
		return t.literal('{'), true
	default:
		return t.literal(c), true
	}
	return frag{}, false
}

func (t *translator) caret() frag {
	if !t.flags.m {
		return same(`\A`)
	}
	// PCRE finds no line after a final newline.
	t.out.trailing = true
	return frag{"(?m:^)", `(?:\A|(?<=\n)(?!\z))`, "(?m:^)"}
}

func (t *translator) endOfText() frag {
	t.out.trailing = true
	return frag{`\z`, `\Z`, "(?:)"}
}

// quotedRun reads \Q…\E; a quantifier after it belongs to the last character.
func (t *translator) quotedRun() frag {
	run, rest, closed := strings.Cut(t.src[t.pos:], `\E`)
	t.pos = len(t.src) - len(rest)
	if !closed {
		t.pos = len(t.src)
	}
	var f frag
	for i, r := range run {
		lit := t.literal(r)
		if closed && i+utf8.RuneLen(r) == len(run) {
			lit = t.quantified(lit, true)
		}
		f = f.add(lit)
	}
	return f
}

// literal translates one character.
func (t *translator) literal(r rune) frag {
	s := quoteRune(r)
	if !t.flags.i {
		return same(s)
	}
	// The backtracking engine folds by other tables, so it gets the characters themselves.
	if orbit := foldRange(r, r); len(orbit) > 1 {
		return frag{s, classText(orbit), s}
	}
	return same(s)
}

func quoteRune(r rune) string {
	if r < utf8.RuneSelf && strings.IndexByte(`\.+*?()|[]{}^$`, byte(r)) >= 0 {
		return `\` + string(r)
	}
	return string(r)
}

// quantified reads the quantifiers after an atom.
func (t *translator) quantified(atom frag, repeatable bool) frag {
	for count := 0; ; count++ {
		t.blank()
		var q string
		switch {
		case t.peek("*") || t.peek("+") || t.peek("?"):
			if count > 0 {
				t.fail(msgQuantNothing)
			}
			q = t.src[t.pos : t.pos+1]
			t.pos++
		case t.peek("{"):
			var ok bool
			if q, ok = t.braces(); !ok {
				return atom
			}
		default:
			return atom
		}
		if !repeatable {
			t.fail(msgQuantNothing)
		}
		if count > 0 {
			atom = atom.wrap("(?:", ")")
		}
		atom = t.repeat(atom, q)
	}
}

func (t *translator) repeat(atom frag, q string) frag {
	for _, p := range []*string{&atom.std, &atom.full, &atom.loose} {
		if *p == "" || strings.HasPrefix(*p, "(?=") || strings.HasPrefix(*p, "(?!") || strings.HasPrefix(*p, "(?<") || (*p)[0] == '\\' {
			*p = "(?:" + *p + ")" // the engines refuse to repeat assertions
		}
	}
	if t.accept("+") {
		t.out.needFull = true
		return frag{atom.std + q, "(?>" + atom.full + q + ")", atom.loose + q}
	}
	if t.accept("?") != t.flags.ungreedy {
		q += "?"
	}
	return atom.add(same(q))
}

// braces reads {n}, {n,} or {n,m}; anything else in braces is text.
func (t *translator) braces() (q string, ok bool) {
	body, _, closed := strings.Cut(t.src[t.pos+1:], "}")
	if !closed {
		return "", false
	}
	from, to, comma := strings.Cut(body, ",")
	if from == "" || !digits(from) || !digits(to) {
		return "", false
	}
	lo, err1 := strconv.Atoi(from)
	hi, err2 := lo, error(nil)
	if to != "" {
		hi, err2 = strconv.Atoi(to)
	}
	if err1 != nil || err2 != nil || lo > 65535 || hi > 65535 {
		t.fail(msgQuantBig)
	}
	if comma && hi < lo {
		t.fail(msgQuantOrder)
	}
	t.pos += len(body) + 2
	return "{" + body + "}", true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
