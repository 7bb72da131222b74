package knowledge

import (
	"slices"

	"spl/exec/column"
)

// Computed makes fields from others, after everything that the configuration says.
type Computed struct {
	Names   []string
	Reads   []string                    // fields, the Names of those before it among them
	Compute func(b *column.Batch) error // sets the Names
}

// view is what one search sees beside or instead of the configured fields.
type view struct {
	computed []Computed
	indexed  bool
}

// Adding returns the knowledge with more fields: those of a data model.
func (s *Set) Adding(fields ...Computed) *Set {
	out := s.With(s.eval)
	out.view = &view{computed: fields}
	return out
}

// IndexedOnly returns the knowledge without the fields that are extracted at search time: what is left are
// the default fields and those of sourcetypes with INDEXED_EXTRACTIONS. More fields come beside them.
func (s *Set) IndexedOnly(fields ...Computed) *Set {
	out := s.Adding(fields...)
	out.view.indexed = true
	return out
}

// extraSteps returns the steps that do not depend on what an event is.
func (s *Set) extraSteps(needed column.FieldSet) []*step {
	var more []*step
	if s.view != nil {
		more = make([]*step, len(s.view.computed))
		for i, c := range slices.Backward(s.view.computed) {
			more[i] = &step{phase: atView, outs: c.Names, ins: c.Reads, run: func(w *work) error { return c.Compute(w.b) }}
			if more[i].makes(needed) {
				needed = needed.With(c.Reads...)
			}
		}
	}
	out := defaultSteps(needed, s.eval.Zone)
	if s.view == nil || !s.view.indexed {
		out = append(out, s.types.steps(needed)...)
	}
	return append(out, more...)
}

// asSeen returns the rules as the view leaves them.
func (s *Set) asSeen(r *rules) *rules {
	if s.view == nil || !s.view.indexed {
		return r
	}
	out := *r
	out.mode, out.noJSON = kvNone, false
	out.steps = []*step{{phase: atAutomatic, dynamic: true, run: func(w *work) error { w.auto = nil; return nil }}}
	return &out
}
