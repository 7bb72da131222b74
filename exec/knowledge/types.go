package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/conf"
)

// Computed fields of event types and tags.
const (
	FieldEventType = "eventtype"
	FieldTag       = "tag"
	tagPrefix      = "tag::"
)

// eventType is a stanza of eventtypes.conf.
type eventType struct {
	name   string
	filter *eval.Filter
	fields column.FieldSet
	refs   []string // event types it asks for
}

// typeSet is eventtypes.conf and tags.conf, compiled on first use. Searches share it: what an event
// type asks does not depend on the time of the search.
type typeSet struct {
	cfg      Config
	once     sync.Once
	types    []*eventType // those that are referred to come first
	tags     map[string]map[string][]string
	fields   []string // that have tags, sorted
	problems lang.Diagnostics
}

func (t *typeSet) check() lang.Diagnostics {
	t.load()
	return t.problems
}

func (t *typeSet) load() {
	t.once.Do(func() {
		t.loadTags()
		if t.cfg.Eventtypes == nil {
			return
		}
		byName := map[string]*eventType{}
		for _, st := range t.cfg.Eventtypes.Stanzas {
			v, ok := st.Get("search")
			if !ok || st.Name == conf.DefaultStanza || truth(st.Text("disabled"), false) {
				continue
			}
			if e, err := t.compile(st.Name, v); err != nil {
				t.problem(v, "event type %s: %s", st.Name, err)
			} else {
				byName[st.Name] = e
			}
		}
		t.order(byName)
	})
}

func (t *typeSet) problem(v conf.Value, format string, args ...any) {
	src := v.Source()
	t.problems = append(t.problems, lang.Diagnostic{Src: src, Span: lang.Span{End: len(src.Text)}, Severity: lang.Warning,
		Code: "bad-eventtype", Msg: fmt.Sprintf(format, args...)})
}

func (t *typeSet) compile(name string, v conf.Value) (*eventType, error) {
	if strings.Contains(name, "%") {
		return nil, fmt.Errorf("names with %%field%% are not supported")
	}
	src := v.Source()
	if t.cfg.Macros != nil {
		var ds lang.Diagnostics
		if src, ds = t.cfg.Macros(src); ds.Err() != nil {
			return nil, ds.Err()
		}
	}
	term, ds := t.cfg.Parser.ParseTerm(src)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	e := &eventType{name: name}
	var bad error
	walkTerms(term, func(field, value string) {
		switch {
		case field == FieldEventType:
			e.refs = append(e.refs, value)
		case field == FieldTag || strings.HasPrefix(field, tagPrefix):
			bad = fmt.Errorf("tags inside of an event type are not supported")
		}
	})
	if bad != nil {
		return nil, bad
	}
	c := t.cfg.Eval
	c.Parser, c.Subject, c.Src = t.cfg.Parser, "'search' command", src
	f, ds := eval.CompileSearch(term, &c)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	e.filter, e.fields = f, f.Fields()
	return e, nil
}

// walkTerms calls f with the field and value of every comparison.
func walkTerms(t lang.Term, f func(field, value string)) {
	switch t := t.(type) {
	case *lang.And:
		for _, x := range t.Terms {
			walkTerms(x, f)
		}
	case *lang.Or:
		for _, x := range t.Terms {
			walkTerms(x, f)
		}
	case *lang.Not:
		walkTerms(t.X, f)
	case *lang.Compare:
		f(t.Field.Text, t.Value.Text)
	case *lang.In:
		for _, v := range t.Values {
			f(t.Field.Text, v.Text)
		}
	}
}

// order puts event types behind those they refer to; a circle is broken where it is found.
func (t *typeSet) order(byName map[string]*eventType) {
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	slices.Sort(names)
	done := map[string]bool{}
	var visit func(n string)
	visit = func(n string) {
		e := byName[n]
		if e == nil || done[n] {
			return
		}
		done[n] = true
		for _, ref := range e.refs {
			if strings.Contains(ref, "*") {
				for _, m := range names {
					if m != n && column.MatchName(ref, m) {
						visit(m)
					}
				}
				continue
			}
			visit(ref)
		}
		t.types = append(t.types, e)
	}
	for _, n := range names {
		visit(n)
	}
}

// steps returns the steps that make event types and tags, as far as they are needed.
func (t *typeSet) steps(need column.FieldSet) []*step {
	t.load()
	var fields []string
	for _, f := range t.fields {
		if need.Has(FieldTag) || need.Has(tagPrefix+f) {
			fields = append(fields, f)
		}
	}
	var out []*step
	if len(t.types) > 0 && (need.Has(FieldEventType) || slices.Contains(fields, FieldEventType)) {
		s := &step{phase: atTypes, outs: []string{FieldEventType}, run: t.addTypes}
		for _, e := range t.types {
			s.ins = append(append(s.ins, e.fields.Names()...), e.fields.Patterns()...)
			if e.fields.All() {
				s.ins = append(s.ins, "*", store.FieldRaw)
			}
		}
		s.ins = slices.DeleteFunc(s.ins, func(n string) bool { return n == FieldEventType })
		out = append(out, s)
	}
	if len(fields) > 0 {
		s := &step{phase: atTags, outs: []string{FieldTag}, ins: fields}
		for _, f := range fields {
			s.outs = append(s.outs, tagPrefix+f)
		}
		s.run = func(w *work) error { t.addTags(w, fields); return nil }
		out = append(out, s)
	}
	return out
}

// addTypes sets eventtype: the names of all that match, sorted.
func (t *typeSet) addTypes(w *work) error {
	hits := map[string]column.Bitmap{}
	for _, e := range t.types {
		b := w.b.Copy()
		if len(e.refs) > 0 {
			b.Set(FieldEventType, namesOf(asked(hits, e.refs), b.N))
		}
		if b.Sel = b.Sel.Clone(); w.b.Sel == nil {
			b.Sel = column.FullBitmap(b.N)
		}
		if err := e.filter.Apply(b); err != nil {
			return fmt.Errorf("event type %s: %w", e.name, err)
		}
		if b.Sel.Any() {
			hits[e.name] = b.Sel
		}
	}
	if len(hits) > 0 {
		w.put(FieldEventType, namesOf(hits, w.b.N))
	}
	return nil
}

// asked returns the hits that an event type asks for.
func asked(hits map[string]column.Bitmap, refs []string) map[string]column.Bitmap {
	out := map[string]column.Bitmap{}
	for n, h := range hits {
		if slices.ContainsFunc(refs, func(r string) bool { return column.MatchName(r, n) }) {
			out[n] = h
		}
	}
	return out
}

// namesOf lists the names whose bits are set, row by row.
func namesOf(hits map[string]column.Bitmap, n int) column.Vec {
	if len(hits) == 0 {
		return column.Nulls(n)
	}
	names := make([]string, 0, len(hits))
	for h := range hits {
		names = append(names, h)
	}
	slices.Sort(names)
	out := column.NewTextBuilder()
	var row []string
	for i := range n {
		row = row[:0]
		for _, h := range names {
			if hits[h].Get(i) {
				row = append(row, h)
			}
		}
		out.AppendList(row)
	}
	return out.Build()
}
