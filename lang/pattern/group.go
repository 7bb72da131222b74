package pattern

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// startVerbs skips the settings that may stand in front of an expression and are always on here.
func (t *translator) startVerbs() {
	for _, v := range []string{"(*UTF8)", "(*UTF)", "(*NO_START_OPT)", "(*NO_AUTO_POSSESS)", "(*LF)"} {
		if t.accept(v) {
			t.startVerbs()
			return
		}
	}
}

// open reads a group; its opening parenthesis is read.
func (t *translator) open() (f frag, repeatable bool) {
	saved := t.flags
	defer func() { t.flags = saved }()
	switch {
	case t.accept("*"):
		return t.verb(), true
	case !t.accept("?"):
		if t.flags.n {
			return t.body(false).wrap("(?:", ")"), true
		}
		return t.capture(""), true
	case t.accept(":"):
		return t.body(false).wrap("(?:", ")"), true
	case t.accept("|"):
		return t.body(true).wrap("(?:", ")"), true
	case t.accept(">"):
		t.out.needFull = true
		b := t.body(false)
		return frag{"(?:" + b.std + ")", "(?>" + b.full + ")", "(?:" + b.loose + ")"}, true
	case t.peek("=") || t.peek("!") || t.peek("<=") || t.peek("<!"):
		return t.lookaround(), true
	case t.accept("("):
		return t.conditional(), true
	case t.accept("<"):
		return t.capture(t.name(">")), true
	case t.accept("'"):
		return t.capture(t.name("'")), true
	case t.accept("P"):
		return t.pythonGroup(), true
	case t.peek("R") || t.peek("&") || t.more() && (digits(t.src[t.pos:t.pos+1]) || t.peek("+")):
		t.fail(msgRecursion)
	}
	f, scoped := t.options()
	if !scoped {
		saved = t.flags // they hold until the enclosing group ends
	}
	return f, scoped
}

// body reads the inside of a group and its closing parenthesis.
func (t *translator) body(reset bool) frag {
	f := t.alternatives(reset)
	if !t.accept(")") {
		t.fail(msgNoClose)
	}
	return f
}

func (t *translator) verb() frag {
	end := strings.IndexByte(t.src[t.pos:], ')')
	if end < 0 {
		t.fail(msgVerb)
	}
	name := t.src[t.pos : t.pos+end]
	t.pos += end + 1
	switch name {
	case "F", "FAIL":
		const never = `[^\x00-\x{10FFFF}]`
		return frag{never, "(?!)", never}
	case "ACCEPT", "COMMIT", "PRUNE", "SKIP", "THEN":
		t.fail(msgVerbUnsupported)
	}
	t.fail(msgVerb)
	return frag{}
}

func (t *translator) pythonGroup() frag {
	switch {
	case t.accept("<"):
		return t.capture(t.name(">"))
	case t.accept("="):
		return t.namedReference(t.name(")"))
	case t.accept(">"):
		t.fail(msgRecursion)
	}
	t.fail(msgGroupCharP)
	return frag{}
}

// name reads a group's name up to its terminator.
func (t *translator) name(end string) string {
	start := t.pos
	for t.more() {
		r, n := utf8.DecodeRuneInString(t.src[t.pos:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		if t.pos == start && unicode.IsDigit(r) {
			t.fail(msgNameDigit)
		}
		t.pos += n
	}
	name := t.src[start:t.pos]
	switch {
	case name == "":
		t.fail(msgNameExpected)
	case len(name) > 128:
		t.fail(msgNameLong)
	case !t.accept(end):
		t.fail(msgNameEnd)
	}
	return name
}

// capture reads a capturing group.
func (t *translator) capture(name string) frag {
	t.group++
	number := t.group
	t.out.groups = append(t.out.groups, number)
	if number == len(t.out.names) {
		t.out.names = append(t.out.names, "")
	}
	if name != "" {
		for i, other := range t.out.names {
			if other == name && i != number && !t.flags.j {
				t.fail(msgNameTwice)
			}
		}
		t.out.names[number] = name
	}
	return t.body(false).wrap("(", ")")
}

func (t *translator) lookaround() frag {
	t.out.needFull = true
	start := t.pos
	t.pos += strings.IndexAny(t.src[start:], "=!") + 1
	kind := t.src[start:t.pos]
	b := t.body(false)
	return frag{"(?:)", "(?" + kind + b.full + ")", "(?:)"}
}

// options reads (?i) or (?i:…); scoped tells the latter.
func (t *translator) options() (f frag, scoped bool) {
	before, on := t.flags, true
	if t.accept("^") {
		t.flags = flags{j: before.j, ungreedy: before.ungreedy}
	}
	for {
		if !t.more() {
			t.fail(msgNoClose)
		}
		switch t.next() {
		case 'i':
			t.flags.i = on
		case 'm':
			t.flags.m = on
		case 's':
			t.flags.s = on
		case 'x':
			t.flags.x = on
		case 'n':
			t.flags.n = on
		case 'J':
			t.flags.j = on
		case 'U':
			t.flags.ungreedy = on
		case '-':
			on = false
		case ')':
			return t.foldOption(before, "", ")"), false
		case ':':
			open := t.foldOption(before, ":", "")
			if open.std == "" {
				open = same("(?:")
			}
			return open.add(t.body(false)).add(same(")")), true
		default:
			t.pos--
			t.fail(msgGroupChar)
		}
	}
}

// foldOption switches case folding in Go's languages; the backtracking engine gets none, because
// the translation spells the cases out for it. All other options are spelled out for both.
func (t *translator) foldOption(before flags, scope, end string) frag {
	if before.i == t.flags.i {
		return frag{}
	}
	s := "(?i" + scope + end
	if before.i {
		s = "(?-i" + scope + end
	}
	if scope == "" {
		return frag{s, "", s}
	}
	return frag{s, "(?:", s}
}

// reference translates a back reference to a group number.
func (t *translator) reference(numbers ...int) frag {
	t.out.needFull = true
	var alts []string
	for _, n := range numbers {
		t.refs = append(t.refs, n)
		for engine, number := range t.knownGroups() {
			if number == n && engine > 0 {
				alts = append(alts, `\`+strconv.Itoa(engine))
			}
		}
	}
	s := "(?:" + strings.Join(alts, "|") + ")"
	if t.flags.i {
		s = "(?i:" + strings.Join(alts, "|") + ")"
	}
	return frag{"(?:)", s, "(?s:.*)"}
}

func (t *translator) knownGroups() []int {
	if t.known == nil {
		return nil
	}
	return t.known.groups
}

func (t *translator) namedReference(name string) frag {
	return t.reference(t.numbersOf(name)...)
}

func (t *translator) numbersOf(name string) []int {
	if t.known == nil {
		return nil
	}
	var numbers []int
	for i, other := range t.known.names {
		if other == name {
			numbers = append(numbers, i)
		}
	}
	if numbers == nil {
		t.fail(msgNoReference)
	}
	return numbers
}

// conditional reads (?(condition)yes|no); "(?(" is read.
func (t *translator) conditional() frag {
	t.out.needFull = true
	cond := ""
	switch {
	case t.accept("?"):
		if !t.peek("=") && !t.peek("!") && !t.peek("<=") && !t.peek("<!") {
			t.fail("assertion expected after (?( or (?(?C)")
		}
		cond = t.lookaround().full
	case t.peek("R") || t.peek("DEFINE"):
		t.fail(msgRecursion)
	default:
		cond = t.groupCondition()
	}
	b := t.body(false)
	return frag{"(?:" + b.std + "|)", "(?" + cond + b.full + ")", "(?:" + b.loose + "|)"}
}

func (t *translator) groupCondition() string {
	var numbers []int
	switch {
	case t.accept("<"):
		numbers = t.numbersOf(t.name(">"))
		t.closeCondition()
	case t.accept("'"):
		numbers = t.numbersOf(t.name("'"))
		t.closeCondition()
	default:
		start := t.pos
		for t.more() && digits(t.src[t.pos:t.pos+1]) {
			t.pos++
		}
		if start == t.pos {
			numbers = t.numbersOf(t.name(")"))
			break
		}
		n, err := strconv.Atoi(t.src[start:t.pos])
		if err != nil || n == 0 {
			t.fail(msgConditionForm)
		}
		numbers = []int{n}
		t.closeCondition()
	}
	for engine, number := range t.knownGroups() {
		if len(numbers) > 0 && number == numbers[0] {
			return "(" + strconv.Itoa(engine) + ")"
		}
	}
	if t.known != nil {
		t.fail(msgNoReference)
	}
	return "(0)"
}

func (t *translator) closeCondition() {
	if !t.accept(")") {
		t.fail(msgConditionForm)
	}
}
