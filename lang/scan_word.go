package lang

import "strings"

// word scans a bare word and decides what it is.
func (s *scanner) word(lax bool) {
	e := s.wordEnd(lax)
	if e == s.pos { // a character that no word can start with, such as a stray bracket
		e++
	}
	w := s.text[s.pos:e]
	alias := s.alias
	s.alias = false
	switch {
	case e < s.end && s.text[e] == '(' && s.directive(w):
		return
	case w == "AND" || w == "OR" || w == "NOT":
		s.add(tokBool, e)
		return
	case e < s.end && s.text[e] == '(' && !(s.terms && w != "IN") && s.call(w, e):
		return
	case s.terms && w == "IN" && s.lists == 0 && !s.isOp() && s.listFollows(e):
		s.add(tokIn, e)
		s.blanks()
		s.lists = len(s.saved) + 1
		s.open()
		s.lax = true
		return
	case w == "-" && e < s.end && s.text[e] == '>' && s.clause("->"):
		s.keyword("->", e+1)
		return
	case !lax && !alias && len(s.saved) == 0 && s.clause(w) && !s.opFollows(e) && !(strings.EqualFold(w, "as") && s.after(e) >= s.end):
		s.keyword(w, e)
		return
	}
	typ := tokWord
	if digits(w) {
		typ = tokInt
	}
	s.add(typ, e)
	s.lax = s.lists > 0 || !s.terms && strings.EqualFold(w, "as")
}

// keyword adds a word of Grammar.Clauses. A search expression starts behind where, a name that may look
// like a keyword behind the words that give names.
func (s *scanner) keyword(w string, e int) {
	s.add(tokKeyword, e)
	s.terms = strings.EqualFold(w, "where")
	if strings.EqualFold(w, "as") || strings.EqualFold(w, "to") || w == "->" {
		s.lax, s.alias = true, true
	}
}

func digits(w string) bool {
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}

// wordEnd returns where the bare word at pos ends. A lax word may hold operators, and parentheses if
// they balance without a blank between: *GetCurrent()*, aceFlags(inheritance).
func (s *scanner) wordEnd(lax bool) int {
	i := s.pos
	for i < s.end {
		switch c := s.text[i]; c {
		case ' ', '\n', '\t', '\r', '\f', '\v', '"', '|', '[', ']', ',', ')':
			return i
		case '\\':
			i++
		case '(':
			e := 0
			if lax && !s.opens(s.text[s.pos:i]) {
				e = s.balanced(i)
			}
			if e == 0 {
				return i
			}
			i = e - 1
		case '=', '<', '>':
			if !lax {
				return i
			}
		case '!':
			if !lax && i+1 < s.end && s.text[i+1] == '=' {
				return i
			}
		case '`':
			if strings.HasPrefix(s.text[i:s.end], comment) {
				return i
			}
		}
		i++
	}
	return min(i, s.end)
}

// opens tells whether a parenthesis behind w makes it more than a word.
func (s *scanner) opens(w string) bool {
	if s.terms || s.g.Sub == SubTerms {
		if w == "TERM" || w == "CASE" || w == "PREFIX" {
			return true
		}
	}
	return !s.terms && strings.EqualFold(w, "eval")
}

// balanced returns the end of the parentheses at i if only plain characters are inside, else 0.
func (s *scanner) balanced(i int) int {
	depth := 0
	for ; i < s.end; i++ {
		switch s.text[i] {
		case '(':
			if depth++; depth > maxBalance {
				return 0
			}
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case ' ', '\n', '\t', '\r', '\f', '\v', '"', '|', '[', ']', '`', ',':
			return 0
		}
	}
	return 0
}

// call scans name( and eval(; w ends at e, where the parenthesis is.
func (s *scanner) call(w string, e int) bool {
	switch {
	case s.terms || w == "" || w == "-" || w == "+":
		return false
	case strings.EqualFold(w, "eval"):
		s.saved = append(s.saved, s.terms)
		s.add(tokEvalOpen, e+1)
		s.expression(false, len(s.saved))
	default:
		s.saved = append(s.saved, s.terms)
		s.add(tokFunc, e+1)
	}
	return true
}

// directive scans TERM(…), CASE(…) and PREFIX(…), whose inside is one value.
func (s *scanner) directive(w string) bool {
	if w != "TERM" && w != "CASE" && w != "PREFIX" || !s.terms && s.g.Sub != SubTerms {
		return false
	}
	open := s.pos + len(w)
	e := s.balancedAny(open)
	if e == 0 {
		return false
	}
	s.add(tokFunc, open+1)
	s.blanks()
	if s.pos < e-1 && s.text[s.pos] == '"' {
		s.add(tokString, min(endOfString(s.text, s.pos), e-1))
	} else if in := strings.TrimRight(s.text[s.pos:e-1], blankBytes); in != "" {
		s.add(tokWord, s.pos+len(in))
	}
	s.pos = e - 1
	s.add(tokPunct, e)
	return true
}

// balancedAny returns the end of the parentheses at i, whatever is inside, else 0.
func (s *scanner) balancedAny(i int) int {
	depth := 0
	for ; i < s.end; i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			i = endOfString(s.text, i) - 1
		case '(':
			if depth++; depth > maxBalance {
				return 0
			}
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

func (s *scanner) clause(w string) bool {
	for _, c := range s.g.Clauses {
		if strings.EqualFold(c, w) {
			return true
		}
	}
	return false
}

// after returns the offset of the first byte at or behind i that is not blank.
func (s *scanner) after(i int) int {
	for i < s.end && isBlank(s.text[i]) {
		i++
	}
	return i
}

func (s *scanner) opFollows(i int) bool {
	i = s.after(i)
	return i < s.end && s.text[i] == '='
}

func (s *scanner) listFollows(i int) bool {
	i = s.after(i)
	return i < s.end && s.text[i] == '('
}
