package lang

import "strings"

// expression scans an eval expression up to the parenthesis that closes level, or to the end if
// level is 0. With assign, names left of a "=" are targets.
func (s *scanner) expression(assign bool, level int) {
	depth := level
	start := assign
	for s.blanks(); s.pos < s.end; s.blanks() {
		if start {
			start = false
			if s.target() {
				continue
			}
		}
		switch s.text[s.pos] {
		case '(':
			depth++
			s.add(tokPunct, s.pos+1)
		case ')':
			if level > 0 && depth == level {
				s.close()
				return
			}
			depth--
			s.add(tokPunct, s.pos+1)
		case ',':
			start = assign && depth == 0
			s.add(tokPunct, s.pos+1)
		default:
			s.operand()
		}
	}
}

// operand scans a literal, a name or an operator.
func (s *scanner) operand() {
	c := s.text[s.pos]
	switch {
	case c == '"':
		s.add(tokString, min(endOfString(s.text, s.pos), s.end))
	case c == '\'':
		if n := strings.IndexByte(s.text[s.pos+1:s.end], '\''); n >= 0 {
			s.add(tokQField, s.pos+n+2)
		} else {
			s.add(tokBad, s.end)
		}
	case isLetter(c):
		i := s.pos + 1
		for i < s.end && (isLetter(s.text[i]) || isDigit(s.text[i])) {
			i++
		}
		s.add(tokIdent, i)
	case isDigit(c), c == '.' && s.pos+1 < s.end && isDigit(s.text[s.pos+1]) && !s.joins():
		s.add(tokNumber, s.numberEnd())
	case c == '[':
		s.sub(false)
	case (c == '!' || c == '=' || c == '<' || c == '>') && s.pos+1 < s.end && s.text[s.pos+1] == '=':
		s.add(tokOp, s.pos+2)
	case strings.IndexByte("+-*/%.=<>!", c) >= 0:
		s.add(tokOp, s.pos+1)
	default:
		s.add(tokBad, s.end)
	}
}

// joins tells whether the point at pos directly follows an operand, so that it concatenates (x.5).
func (s *scanner) joins() bool {
	if len(s.toks) == 0 {
		return false
	}
	t := &s.toks[len(s.toks)-1]
	if t.Pos.Offset+len(t.Value) != s.pos {
		return false
	}
	switch t.Type {
	case tokIdent, tokQField, tokString, tokNumber:
		return true
	}
	return t.Value == ")"
}

func (s *scanner) numberEnd() int {
	i := s.pos
	digits := func() {
		for i < s.end && isDigit(s.text[i]) {
			i++
		}
	}
	digits()
	if i+1 < s.end && s.text[i] == '.' && isDigit(s.text[i+1]) {
		i++
		digits()
	}
	if i < s.end && (s.text[i] == 'e' || s.text[i] == 'E') {
		j := i + 1
		if j < s.end && (s.text[j] == '+' || s.text[j] == '-') {
			j++
		}
		if j < s.end && isDigit(s.text[j]) {
			i = j
			digits()
		}
	}
	return i
}

// target scans the left side of an assignment if there is one at pos.
func (s *scanner) target() bool {
	switch s.text[s.pos] {
	case '"':
		e := min(endOfString(s.text, s.pos), s.end)
		if !s.opFollows(e) {
			return false
		}
		s.add(tokTarget, e)
		return true
	case '\'':
		n := strings.IndexByte(s.text[s.pos+1:s.end], '\'')
		if n < 0 || !s.opFollows(s.pos+n+2) {
			return false
		}
		s.add(tokTarget, s.pos+n+2)
		return true
	}
	n := strings.IndexAny(s.text[s.pos:s.end], "=\",'<>!")
	if n <= 0 || s.text[s.pos+n] != '=' {
		return false
	}
	name := strings.TrimRight(s.text[s.pos:s.pos+n], blankBytes)
	if strings.Contains(name, comment) {
		return false
	}
	s.add(tokTarget, s.pos+len(name))
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// verbatim scans options and quoted strings, and takes anything else as it stands: a regular
// expression or a sed command without quotes runs to the next option or to the end.
func (s *scanner) verbatim() {
	for s.blanks(); s.pos < s.end; s.blanks() {
		switch {
		case s.text[s.pos] == '"':
			s.add(tokPattern, min(endOfString(s.text, s.pos), s.end))
		case s.text[s.pos] == '[' && len(s.subs) > 0:
			s.sub(false)
		case len(s.g.Options) == 0 && len(s.toks) == 1 && (s.text[s.pos] == '=' || strings.HasPrefix(s.text[s.pos:s.end], "!=")):
			s.operator() // regex "a field"="…"
			s.blanks()
			s.verbatimValue()
		case s.optionEnd(s.pos) > 0:
			s.add(tokWord, s.optionEnd(s.pos))
			s.blanks()
			s.operator()
			s.blanks()
			s.lax = false
			s.verbatimValue()
		default:
			s.add(tokText, s.textEnd())
		}
	}
}

func (s *scanner) verbatimValue() {
	if s.pos >= s.end {
		return
	}
	if s.text[s.pos] == '"' {
		if n := len(s.toks); n >= 2 && strings.EqualFold(s.toks[n-2].Value, "search") {
			s.add(tokPattern, s.nestedEnd())
		}
		return
	}
	if s.text[s.pos] == '[' && len(s.subs) > 0 {
		s.sub(true)
		return
	}
	i := s.pos
	for i < s.end && !isBlank(s.text[i]) && s.text[i] != '"' {
		if s.text[i] == '\\' {
			i++
		}
		i++
	}
	typ := tokWord
	i = min(i, s.end)
	if digits(s.text[s.pos:i]) {
		typ = tokInt
	}
	s.add(typ, i)
}

// nestedEnd returns the end of the quoted search of map, in which people leave quotes unescaped: as long
// as text follows a closing quote directly, the string goes on to the closing quote after the next.
func (s *scanner) nestedEnd() int {
	e := min(endOfString(s.text, s.pos), s.end)
	for e < s.end && !isBlank(s.text[e]) {
		n := strings.IndexByte(s.text[e:s.end], '"')
		if n < 0 {
			return e
		}
		next := endOfString(s.text, e+n)
		if next > s.end {
			return e
		}
		e = next
	}
	return e
}

// optionEnd returns the end of the option name at i, or 0 if there is none. A grammar without options
// (regex) takes any name followed by = or != at the start.
func (s *scanner) optionEnd(i int) int {
	if s.text[i] == '"' {
		return 0
	}
	e := i
	for e < s.end && !isBlank(s.text[e]) && strings.IndexByte("=!\"(<>\\[]|", s.text[e]) < 0 {
		e++
	}
	a := s.after(e)
	if e == i || a >= s.end {
		return 0
	}
	if len(s.g.Options) == 0 {
		if len(s.toks) == 0 && (s.text[a] == '=' || strings.HasPrefix(s.text[a:s.end], "!=")) {
			return e
		}
		return 0
	}
	if s.text[a] != '=' {
		return 0
	}
	for k := range s.g.Options {
		if strings.EqualFold(s.g.Options[k].Name, s.text[i:e]) {
			return e
		}
	}
	return 0
}

// textEnd returns the end of the verbatim text at pos.
func (s *scanner) textEnd() int {
	for i := s.pos + 1; i < s.end; i++ {
		if !isBlank(s.text[i-1]) || isBlank(s.text[i]) {
			continue
		}
		if len(s.g.Options) > 0 && s.optionEnd(i) > 0 || strings.HasPrefix(s.text[i:s.end], comment) {
			return s.pos + len(strings.TrimRight(s.text[s.pos:i], blankBytes))
		}
	}
	return s.pos + len(strings.TrimRight(s.text[s.pos:s.end], blankBytes))
}
