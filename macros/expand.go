package macros

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"spl/lang"
)

// Kind is the type of an expression's result, as far as macros tell them apart.
type Kind uint8

// The kinds of a Result.
const (
	Null Kind = iota
	Text
	Number
	True
	False
)

// Result is what a validation or an eval-based definition came to.
type Result struct {
	Kind Kind
	Text string // of a Text
}

// Options are the parts of expansion that need more than text.
type Options struct {
	// Eval computes an expression in which the arguments are visible as variables. Its error may be
	// lang.Diagnostics. Without it macros that need one are refused.
	Eval func(expr *lang.Source, args map[string]string) (Result, error)
}

const (
	maxDepth = 100 // Splunk's max_macro_depth

	// Definitions that call each other twice grow without bound long before they are 100 deep.
	maxCalls = 200_000
	maxBytes = 32 << 20

	maxProblems = 50 // placing each costs a walk through the levels
)

// Expand returns the search with every macro call replaced by its text, calls inside definitions
// included. A call that cannot be expanded stays as it is and is named in the diagnostics, with its
// place in the definition and the calls that led there.
func Expand(src *lang.Source, lib *Library, opts Options) (*lang.Source, lang.Diagnostics) {
	x := &expander{lib: lib, opts: opts}
	return x.expand(src), x.problems
}

type expander struct {
	lib      *Library
	opts     Options
	levels   []level
	calls    int
	bytes    int
	full     bool // a limit was reached: what is left stays unexpanded
	problems lang.Diagnostics
}

// level is a call that is being expanded.
type level struct {
	src  *lang.Source // where the call stands
	call lang.Span
	body *lang.Source // the definition with its arguments in place
	what string       // macro `m(1)`
	key  string
	id   string // key and arguments
}

func (x *expander) expand(src *lang.Source) *lang.Source {
	var edits []lang.Edit
	for _, c := range Calls(src.Text) {
		if x.full {
			break
		}
		if body, what, ok := x.call(src, c); ok {
			edits = append(edits, lang.Edit{Span: c.Span, New: body.Text, Origin: body, What: what})
		}
	}
	return src.Splice(edits)
}

// call returns the expansion of one call and how it is named in a trail.
func (x *expander) call(src *lang.Source, c Call) (body *lang.Source, what string, ok bool) {
	if c.Err != "" {
		code := "macro-call"
		if c.Err == unclosed {
			code = lang.CodeUnbalancedMacro
		}
		x.fail(src, c.Span, code, "Error in 'SearchParser': "+c.Err+".", "")
		return nil, "", false
	}
	key := key(c.Name, len(c.Args))
	what = "macro `" + key + "`"
	d, found := x.lib.Get(c.Name, len(c.Args))
	if !found {
		if x.lib != nil && x.lib.FilterNoop && len(c.Args) == 0 && strings.HasSuffix(c.Name, "_filter") {
			return lang.NewSource("<built-in>", "search *"), what, true
		}
		x.missing(src, c)
		return nil, "", false
	}
	args, err := bind(src, c, d)
	if err != nil {
		x.fail(src, c.Span, "macro-call", "Error in 'SearchParser': "+err.Error()+".", "")
		return nil, "", false
	}
	l := level{src: src, call: c.Span, body: substitute(d.Body, d, args), what: what, key: key}
	l.id = key
	for _, a := range d.Args {
		l.id += "\x00" + args[a].Text
	}
	if !x.enter(l) {
		return nil, "", false
	}
	defer x.leave()
	if d.Validation != nil && !x.validate(d, args) {
		return nil, "", false
	}
	if body = x.expand(l.body); d.IsEval {
		body, ok = x.evaluate(d, body, args)
		return body, what, ok
	}
	return body, what, true
}

// enter goes a level deeper unless that leads in a circle or beyond a limit.
func (x *expander) enter(l level) bool {
	if i := slices.IndexFunc(x.levels, func(o level) bool { return o.id == l.id }); i >= 0 {
		var path []string
		for _, o := range x.levels[i:] {
			path = append(path, o.key)
		}
		x.fail(l.src, l.call, "macro-cycle", fmt.Sprintf("Error in 'SearchParser': The macro '%s' expands into itself: %s. No more than %d levels are possible.",
			l.key, strings.Join(append(path, l.key), " → "), maxDepth), "")
		return false
	}
	x.calls++
	x.bytes += len(l.body.Text)
	switch {
	case len(x.levels) >= maxDepth:
		x.fail(l.src, l.call, "macro-depth", fmt.Sprintf("Error in 'SearchParser': Macros are nested more than %d levels deep.", maxDepth), "")
		return false
	case x.calls > maxCalls || x.bytes > maxBytes:
		x.fail(l.src, l.call, "macro-size", fmt.Sprintf("Error in 'SearchParser': The macros of the search expand to more than %d calls or %d MB.",
			maxCalls, maxBytes>>20), "")
		x.full = true
		return false
	}
	x.levels = append(x.levels, l)
	return true
}

func (x *expander) leave() { x.levels = x.levels[:len(x.levels)-1] }

// missing reports a call whose macro does not exist, with the nearest thing that does.
func (x *expander) missing(src *lang.Source, c Call) {
	msg := fmt.Sprintf("Error in 'SearchParser': The search specifies a macro '%s' that cannot be found. "+
		"Reasons include: the macro name is misspelled, you do not have \"read\" permission for the macro, "+
		"or the macro has not been shared with this application.", key(c.Name, len(c.Args)))
	hint := ""
	if ns := x.lib.arities(c.Name); len(ns) > 0 {
		var counts []string
		for _, n := range ns {
			counts = append(counts, fmt.Sprint(n))
		}
		noun := "arguments"
		if len(ns) == 1 && ns[0] == 1 {
			noun = "argument"
		}
		hint = fmt.Sprintf("there is a macro '%s' with %s %s", c.Name, strings.Join(counts, " or "), noun)
	} else if near := lang.Suggest(c.Name, x.lib.names()); near != "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
	}
	x.fail(src, c.Span, "unknown-macro", msg, hint)
}

// fail reports a problem at a span of src, which is the search or the body of the innermost level.
func (x *expander) fail(src *lang.Source, span lang.Span, code, msg, hint string) {
	src, span = x.place(src, span)
	x.report(lang.Diagnostic{Src: src, Span: span, Severity: lang.Error, Code: code, Msg: msg, Hint: hint})
}

func (x *expander) report(d lang.Diagnostic) {
	x.problems = append(x.problems, d)
	if len(x.problems) >= maxProblems {
		x.full = true
	}
}

// place carries a span of a text that belongs to the innermost level out to the search, so that its
// location names the calls on the way.
func (x *expander) place(src *lang.Source, span lang.Span) (*lang.Source, lang.Span) {
	for i := len(x.levels) - 1; i >= 0; i-- {
		l := x.levels[i]
		src = l.src.Splice([]lang.Edit{{Span: l.call, New: src.Text, Origin: src, What: l.what}})
		span.Start += l.call.Start
		span.End += l.call.Start
	}
	return src, span
}

// relay reports the error of an expression at its place in the definition.
func (x *expander) relay(expr *lang.Source, err error) {
	var ds lang.Diagnostics
	if !errors.As(err, &ds) {
		x.fail(expr, lang.Span{End: len(expr.Text)}, "macro-eval", err.Error(), "")
		return
	}
	for _, d := range ds {
		if d.Src == nil || d.Src == expr {
			d.Src, d.Span = x.place(expr, d.Span)
		}
		x.report(d)
	}
}
