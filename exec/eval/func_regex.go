package eval

import (
	"spl/exec/value"
	"spl/lang/pattern"
)

func init() {
	register("conditional",
		&Func{Name: "match", Min: 2, Max: 2, Usage: "match(<text>, <regex>)", Pure: true, result: Boolean,
			args: []argKind{wordArg, textArg}, nulls: true, multi: multiAny, new: newMatch,
			Doc: "True if the regular expression (PCRE) matches a part of the text; with regard to case unless it says (?i).",
			Examples: []Example{{`if(match("foobar", "oba"), "y", "n")`, "y"}, {`if(match("FOO", "(?i)foo"), "y", "n")`, "y"},
				{`if(match("foobar", "foo(?=bar)"), "y", "n")`, "y"}}},
	)
	register("text",
		&Func{Name: "replace", Min: 3, Max: 3, Usage: "replace(<text>, <regex>, <replacement>)", Pure: true, result: Str,
			args: []argKind{wordArg, textArg, wordArg}, new: newReplace,
			Doc: "Puts the replacement in place of every match of the regular expression; \\1 to \\9 in it stand for groups.",
			Examples: []Example{{`replace("1/14/2023", "^(\d{1,2})/(\d{1,2})/", "\2/\1/")`, "14/1/2023"},
				{`replace("a1b22", "\d+", "#")`, "a#b#"}}},
	)
	register("multivalue",
		&Func{Name: "mvfind", Min: 2, Max: 2, Usage: "mvfind(<multivalue>, <regex>)", Pure: true, result: Num,
			args: []argKind{wordArg, textArg}, multi: multiPass, new: newFind,
			Doc:      "The index from 0 of the first value that the regular expression matches; null if none does.",
			Examples: []Example{{`mvfind(split("ok,err12,err3", ","), "err\d+")`, "1"}, {`mvfind("ok", "err")`, ""}}},
	)
}

// matcher returns how to get the regular expression of argument i: compiled now if it is a constant,
// else by row. A text from a field that is no regular expression gives nil.
func (s *site) matcher(i int) (func(v value.Value) *pattern.Regexp, error) {
	if p, ok := s.konst(i); ok {
		re, err := pattern.Compile(p.Text())
		if err != nil {
			return nil, err
		}
		return func(value.Value) *pattern.Regexp { return re }, nil
	}
	compiled := newCache(func(text string) *pattern.Regexp {
		re, err := pattern.Compile(text)
		if err != nil {
			s.c.warn("The regex '%s' is invalid. Regex: %s.", text, err)
			return nil
		}
		return re
	})
	return func(v value.Value) *pattern.Regexp { return compiled.get(v.Text()) }, nil
}

// warn passes a warning on.
func (c *Ctx) warn(format string, args ...any) {
	if c.Warn != nil {
		c.Warn(format, args...)
	}
}

// matches reports whether re matches a part of text. A text on which the engine gives up is taken as
// no match, with a warning.
func (s *site) matches(re *pattern.Regexp, text string) bool {
	ok, err := re.MatchString(text)
	if err != nil {
		s.c.warn("The regex '%s': %s", re, err)
	}
	return ok
}

func newMatch(s *site) (kernel, error) {
	get, err := s.matcher(1)
	if err != nil {
		return kernel{}, err
	}
	if p, ok := s.konst(1); ok && !p.IsNull() {
		re := get(p)
		return test1(0, func(text string) bool { return s.matches(re, text) }), nil
	}
	return kernel{row: func(args []value.Value) value.Value {
		if args[0].IsNull() || args[1].IsNull() {
			return value.OfBool(false)
		}
		re := get(args[1])
		return value.OfBool(re != nil && s.matches(re, args[0].Text()))
	}}, nil
}

func newReplace(s *site) (kernel, error) {
	get, err := s.matcher(1)
	if err != nil {
		return kernel{}, err
	}
	templates := newCache(pattern.CompileTemplate)
	replace := func(re *pattern.Regexp, t *pattern.Template, text string) (string, bool) {
		out, err := re.ReplaceAll(text, t)
		if err != nil {
			s.c.warn("The regex '%s': %s", re, err)
			return "", false
		}
		return out, true
	}
	p, ok := s.konst(1)
	t, okt := s.konst(2)
	if ok && okt {
		re, tmpl := get(p), pattern.CompileTemplate(t.Text())
		return remembering(func(text string) (string, bool) { return replace(re, tmpl, text) }), nil
	}
	return kernel{row: func(args []value.Value) value.Value {
		re := get(args[1])
		if re == nil {
			return value.Value{}
		}
		if out, ok := replace(re, templates.get(args[2].Text()), args[0].Text()); ok {
			return value.OfString(out)
		}
		return value.Value{}
	}}, nil
}

func newFind(s *site) (kernel, error) {
	get, err := s.matcher(1)
	if err != nil {
		return kernel{}, err
	}
	return kernel{row: func(args []value.Value) value.Value {
		if args[1].Kind() == value.Multi {
			return value.Value{}
		}
		re := get(args[1])
		if re == nil {
			return value.Value{}
		}
		for i, text := range args[0].List() {
			if s.matches(re, text) {
				return value.OfInt(int64(i))
			}
		}
		return value.Value{}
	}}, nil
}
