package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/store"
	"spl/lang/conf"
	"spl/lookups"
)

// autoLookup is `LOOKUP-class = table key [AS field] … [OUTPUT|OUTPUTNEW column [AS field] …]`.
type autoLookup struct {
	table      string
	keys, keyF []string // columns of the table and the event's fields
	outs, outF []string
	all        bool // no output list: every other column
	onlyNew    bool // OUTPUTNEW
	matcher    *lookups.Matcher
}

// newLookup reads an automatic lookup. Its table is opened when a search wants an output.
func (s *base) newLookup(r *rules, v conf.Value) *step {
	a, why := parseLookup(v.Text)
	if why != "" {
		r.problem(v, "bad-lookup", "%s", why)
		return nil
	}
	// Where nothing is listed, only the table tells the outputs.
	return &step{phase: atLookup, outs: a.outF, dynamic: a.all, bind: func(set *Set) *step {
		st, err := a.open(set.lookups)
		if err != nil {
			r.problem(v, "bad-lookup", "%s", err)
			return nil
		}
		return st
	}}
}

// open returns the step over the table as it is now.
func (a autoLookup) open(lib *lookups.Library) (*step, error) {
	if lib == nil {
		return nil, fmt.Errorf("the lookup table %q does not exist", a.table)
	}
	lk, err := lib.Open(a.table)
	if err != nil {
		return nil, err
	}
	if a.all {
		a.outs = lk.OutputColumns(a.keys)
		a.outF = a.outs
	}
	if a.matcher, err = lk.Matcher(a.keys, a.outs); err != nil {
		return nil, err
	}
	st := &step{phase: atLookup, outs: a.outF, ins: slices.Clone(a.keyF), run: a.run}
	if a.matcher.NeedsTime() {
		st.ins = append(st.ins, store.FieldTime)
	}
	if a.onlyNew {
		st.ins = append(st.ins, a.outF...)
	}
	return st, nil
}

func parseLookup(text string) (*autoLookup, string) {
	words, ok := splitWords(text)
	if !ok || len(words) < 2 {
		return nil, "expected `<table> <field> [AS <field>] OUTPUT <field> …`"
	}
	a := &autoLookup{table: words[0], all: true}
	cols, fields := &a.keys, &a.keyF
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case strings.EqualFold(w, "OUTPUT"), strings.EqualFold(w, "OUTPUTNEW"):
			if !a.all {
				return nil, "OUTPUT is given twice"
			}
			a.all, a.onlyNew = false, strings.EqualFold(w, "OUTPUTNEW")
			cols, fields = &a.outs, &a.outF
		case strings.EqualFold(w, "AS"):
			if i+1 >= len(words) || len(*fields) == 0 {
				return nil, "AS needs a name on both sides"
			}
			i++
			(*fields)[len(*fields)-1] = words[i]
		default:
			*cols, *fields = append(*cols, w), append(*fields, w)
		}
	}
	if len(a.keys) == 0 {
		return nil, "a lookup needs a field to match"
	}
	a.all = a.all || len(a.outs) == 0
	return a, ""
}

func (a autoLookup) run(w *work) error {
	keys := make([]column.Vec, len(a.keyF))
	for i, f := range a.keyF {
		if keys[i] = w.col(f); allNull(keys[i]) {
			return nil
		}
	}
	res, err := a.matcher.MatchAt(keys, w.col(store.FieldTime), w.b.N)
	if err != nil {
		return err
	}
	for i, f := range a.outF {
		old := w.col(f)
		if a.onlyNew {
			w.put(f, firstOf(old, res.Outputs[i]))
			continue
		}
		w.put(f, overwrite(old, res.Outputs[i], keys))
	}
	return nil
}

// overwrite takes the lookup's answer in rows that have all keys: also that there is none.
func overwrite(old, found column.Vec, keys []column.Vec) column.Vec {
	if allNull(old) {
		return found
	}
	out := column.NewTextBuilder()
	for i := range old.Len() {
		asked := true
		for _, k := range keys {
			asked = asked && !k.Null(i)
		}
		if asked {
			out.AppendValue(found.At(i))
		} else {
			out.AppendValue(old.At(i))
		}
	}
	return out.Build()
}
