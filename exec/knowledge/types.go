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
	parts  []string // of a name with %field%: text and field in turn; nil: a plain name
	tags   bool     // it asks for tags
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
	compared(term, func(field, value string) {
		switch {
		case field == FieldEventType:
			e.refs = append(e.refs, value)
		case isTag(field):
			e.tags = true
			e.refs = append(e.refs, t.typesTagged(name, value)...)
		}
	})
	c := t.cfg.Eval
	c.Parser, c.Subject, c.Src = t.cfg.Parser, "'search' command", src
	f, ds := eval.CompileSearch(term, &c)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	e.filter, e.fields = f, f.Fields()
	if parts := strings.Split(name, "%"); len(parts) > 1 && len(parts)%2 == 1 {
		e.parts = parts
		for i := 1; i < len(parts); i += 2 {
			e.fields = e.fields.With(parts[i])
		}
	}
	if e.tags {
		e.fields = e.fields.With(t.fields...)
	}
	return e, nil
}

// made reports whether a field is made by event types and tags rather than read by them.
func made(field string) bool { return field == FieldEventType || isTag(field) }

func isTag(field string) bool { return field == FieldTag || strings.HasPrefix(field, tagPrefix) }

// typesTagged lists the event types, other than the one that asks, that give a tag.
func (t *typeSet) typesTagged(asking, tag string) []string {
	var out []string
	for name, tags := range t.tags[FieldEventType] {
		if name != asking && slices.ContainsFunc(tags, func(s string) bool { return column.MatchName(tag, s) }) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// compared calls f with the field and value of every comparison.
func compared(t lang.Term, f func(field, value string)) {
	lang.WalkTerms(t, func(t lang.Term) {
		switch t := t.(type) {
		case *lang.Compare:
			f(t.Field.Text, t.Value.Text)
		case *lang.In:
			for _, v := range t.Values {
				f(t.Field.Text, v.Text)
			}
		}
	})
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
			for _, m := range names {
				if p := byName[m].pattern(); p != "" && m != n && column.MatchName(p, ref) {
					visit(m)
				}
			}
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
		s.ins = slices.DeleteFunc(s.ins, made)
		out = append(out, s)
	}
	if len(fields) > 0 {
		s := &step{phase: atTags, outs: []string{FieldTag}, ins: fields}
		for _, f := range fields {
			s.outs = append(s.outs, tagPrefix+f)
		}
		s.run = func(w *work) error { t.addTags(w, fields, need); return nil }
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
		if e.tags {
			t.addTags(&work{b: b}, t.fields, e.fields)
		}
		if b.Sel = b.Sel.Clone(); w.b.Sel == nil {
			b.Sel = column.FullBitmap(b.N)
		}
		if err := e.filter.Apply(b); err != nil {
			return fmt.Errorf("event type %s: %w", e.name, err)
		}
		e.record(b, hits)
	}
	if len(hits) > 0 {
		w.put(FieldEventType, namesOf(hits, w.b.N))
	}
	return nil
}

// record notes the rows that an event type took, under its name.
func (e *eventType) record(b *column.Batch, hits map[string]column.Bitmap) {
	if !b.Sel.Any() {
		return
	}
	if e.parts == nil {
		hits[e.name] = b.Sel
		return
	}
	for i := range b.N {
		if !b.Sel.Get(i) {
			continue
		}
		name, ok := e.nameOf(b, i)
		if !ok {
			continue
		}
		if hits[name] == nil {
			hits[name] = column.NewBitmap(b.N)
		}
		hits[name].Set(i)
	}
}

// nameOf fills the fields of a row into the name; ok is false if one is missing.
func (e *eventType) nameOf(b *column.Batch, row int) (string, bool) {
	var name strings.Builder
	for i, p := range e.parts {
		if i%2 == 0 {
			name.WriteString(p)
			continue
		}
		v := b.Col(p).At(row)
		if v.IsNull() {
			return "", false
		}
		name.WriteString(v.Text())
	}
	return name.String(), true
}

// pattern is what a name with fields can look like, with * for each of them; "" of a plain name.
func (e *eventType) pattern() string {
	var p strings.Builder
	for i, s := range e.parts {
		if i%2 == 1 {
			s = "*"
		}
		p.WriteString(s)
	}
	return p.String()
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
