package macros

import (
	"cmp"
	"errors"
	"fmt"

	"spl/lang"
)

var errNoEval = errors.New("macros with a validation or an eval-based definition cannot be expanded here")

func (x *expander) eval(expr *lang.Source, args map[string]*lang.Source) (Result, bool) {
	err := errNoEval
	var r Result
	if x.opts.Eval != nil {
		r, err = x.opts.Eval(expr, texts(args))
	}
	if err != nil {
		x.relay(expr, err)
		return Result{}, false
	}
	return r, true
}

// validate runs the validation of d: a Boolean must be true; null is fine and any other result is
// the message of what is wrong.
func (x *expander) validate(d *Def, args map[string]*lang.Source) bool {
	expr := substitute(d.Validation, d, args)
	r, ok := x.eval(expr, args)
	if !ok {
		return false
	}
	msg := ""
	switch r.Kind {
	case True, Null:
		return true
	case False:
		msg = cmp.Or(d.ErrorMsg, fmt.Sprintf("The arguments of the macro '%s' are invalid.", d.Key()))
	default:
		msg = cmp.Or(r.Text, d.ErrorMsg)
	}
	// The fault is the caller's: the place is the call, not the validation.
	l := x.levels[len(x.levels)-1]
	x.leave()
	x.fail(l.src, l.call, "macro-validation", "Error in 'SearchParser': "+msg, "")
	x.levels = append(x.levels, l)
	return false
}

// evaluate computes an eval-based definition; all of its result locates at the definition's start.
func (x *expander) evaluate(d *Def, expr *lang.Source, args map[string]*lang.Source) (*lang.Source, bool) {
	r, ok := x.eval(expr, args)
	if !ok {
		return nil, false
	}
	whole := lang.Span{End: len(expr.Text)}
	if r.Kind != Text {
		x.fail(expr, whole, "macro-eval", fmt.Sprintf("Error in 'SearchParser': The definition of macro '%s' is expected to be an eval expression that returns a string.", d.Key()), "")
		return nil, false
	}
	return expr.Splice([]lang.Edit{{Span: whole, New: r.Text}}), true
}
