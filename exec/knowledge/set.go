package knowledge

import (
	"fmt"
	"slices"
	"sync"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/ingest/props"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/conf"
	"spl/lookups"
)

// Config is what a Set is made of. Every file is layered already (conf.LayerApps) and may be nil; the
// built-in content lies below it.
type Config struct {
	Props, Transforms, Eventtypes, Tags *conf.File
	NoBuiltin                           bool // leave the built-in content out

	Eval   eval.Ctx     // now, zone, seed … of calculated fields and event types
	Parser *lang.Parser // nil: one without commands, enough for expressions
	// Macros expands the macros of an event type; nil leaves them, which is then a problem of its own.
	Macros  func(*lang.Source) (*lang.Source, lang.Diagnostics)
	Lookups *lookups.Library // of automatic lookups; nil: none
}

// base is what all searches over the same configuration share.
type base struct {
	cfg        Config
	props      *props.Table
	transforms *conf.File
	types      *typeSet

	mu    sync.Mutex
	cache map[*props.Settings]*rules
	moved map[*props.Settings]*rules // of renamed sourcetypes, by the settings of the stored name
	// closures are what fields of a sourcetype need, as Extractor.closure found it.
	closures map[string]column.FieldSet
}

// Set is the search-time knowledge of a world. It is safe for concurrent use.
type Set struct {
	*base
	eval    eval.Ctx
	lookups *lookups.Library
	view    *view

	bindMu sync.Mutex
	bound  map[*step]*step
}

// plain is the base without any configuration but the built-in content.
var plain = sync.OnceValues(func() (*base, error) { return newBase(Config{}) })

// New prepares a configuration. What is wrong with single rules shows when they are used
// (Extractor.Problems) or by Check.
func New(cfg Config) (*Set, error) {
	make := func() (*base, error) { return newBase(cfg) }
	if cfg.Props == nil && cfg.Transforms == nil && cfg.Eventtypes == nil && cfg.Tags == nil && !cfg.NoBuiltin {
		make = plain
	}
	b, err := make()
	if err != nil {
		return nil, err
	}
	return &Set{base: b, eval: cfg.Eval, lookups: cfg.Lookups, bound: map[*step]*step{}}, nil
}

func newBase(cfg Config) (*base, error) {
	if cfg.Parser == nil {
		cfg.Parser = lang.NewParser()
	}
	if !cfg.NoBuiltin {
		b := builtin()
		cfg.Props = conf.Layer(b.props, cfg.Props)
		cfg.Transforms = conf.Layer(b.transforms, cfg.Transforms)
		cfg.Eventtypes = conf.Layer(b.eventtypes, cfg.Eventtypes)
		cfg.Tags = conf.Layer(b.tags, cfg.Tags)
	}
	t, err := props.New(cfg.Props)
	if err != nil {
		return nil, fmt.Errorf("props.conf: %w", err)
	}
	b := &base{cfg: cfg, props: t, transforms: cfg.Transforms, cache: map[*props.Settings]*rules{}, moved: map[*props.Settings]*rules{},
		closures: map[string]column.FieldSet{}}
	b.types = &typeSet{cfg: cfg}
	return b, nil
}

// With returns the same knowledge for another search: its now and zone, and lookup tables as they are
// then.
func (s *Set) With(c eval.Ctx) *Set {
	return &Set{base: s.base, eval: c, lookups: s.lookups, view: s.view, bound: map[*step]*step{}}
}

// use returns a step ready to run for this search, nil if it cannot work.
func (s *Set) use(st *step) *step {
	if st.bind == nil {
		return st
	}
	s.bindMu.Lock()
	defer s.bindMu.Unlock()
	out, ok := s.bound[st]
	if !ok {
		out = st.bind(s)
		s.bound[st] = out
	}
	return out
}

// Renames returns the sourcetypes that show under another name (`rename`), by their stored name. A
// search for the new name must look at the old one in the store.
func (s *base) Renames() map[string]string {
	out := map[string]string{}
	for _, st := range s.stanzas() {
		if v, ok := st.Own("rename"); ok && v.Text != "" && v.Text != st.Name {
			out[st.Name] = v.Text
		}
	}
	return out
}

// Check compiles every rule and returns what is wrong.
func (s *Set) Check() lang.Diagnostics {
	var out lang.Diagnostics
	if !s.cfg.NoBuiltin {
		out = append(out, builtin().problems...)
	}
	for _, st := range s.props.Any("") {
		r := s.of(st)
		for _, x := range r.steps {
			s.use(x)
		}
		out = append(out, r.found()...)
	}
	return append(out, s.types.check()...)
}

// rulesFor returns what holds for an event.
func (s *base) rulesFor(sourcetype, source, host string) *rules {
	settings := s.props.For(sourcetype, source, host)
	name := settings.Text("rename")
	if name == "" || name == sourcetype {
		return s.of(settings)
	}
	// A renamed sourcetype has the search-time rules of its new name only.
	target := s.of(s.props.For(name, source, host))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moved[settings] == nil {
		r := *target
		r.rename = name
		s.moved[settings] = &r
	}
	return s.moved[settings]
}

func (s *base) of(settings *props.Settings) *rules {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.cache[settings]
	if r == nil {
		r = s.compile(settings)
		s.cache[settings] = r
	}
	return r
}

// manyOrigins is from how many combinations of source and host on Stored does not look at each of them.
const manyOrigins = 64

// Stored reports whether a field has just the values that the store holds in all events of an origin: no
// rule makes or changes it.
func (s *Set) Stored(o *store.Origin, field string) bool {
	need := column.Fields(field)
	if slices.ContainsFunc(s.extraSteps(need), func(x *step) bool { return x.makes(need) }) {
		return false
	}
	if n := len(o.Sources) * len(o.Hosts); o.Sourcetype != "" && n > 0 && n <= manyOrigins {
		for _, source := range o.Sources {
			for _, host := range o.Hosts {
				if !s.leaves(s.rulesFor(o.Sourcetype, source, host), need) {
					return false
				}
			}
		}
		return true
	}
	sourcetype := o.Sourcetype
	if len(s.Renames()) > 0 {
		if shown(need) {
			return false
		}
		sourcetype = "" // the rules of the new name count
	}
	return !slices.ContainsFunc(s.props.Any(sourcetype), func(p *props.Settings) bool { return !s.leaves(s.of(p), need) })
}

// shown reports whether a renamed sourcetype shows in a field.
func shown(need column.FieldSet) bool {
	return need.Has(store.FieldSourcetype) || need.Has("_sourcetype")
}

// leaves reports whether the rules leave the one field in need as it is stored.
func (s *Set) leaves(r *rules, need column.FieldSet) bool {
	if r.rename != "" && shown(need) {
		return false
	}
	r = s.asSeen(r)
	for _, x := range r.steps {
		merely := x.phase == atAutomatic && r.mode == kvDefault && !r.noJSON // takes what is stored
		if !merely && x.makes(need) {
			return false
		}
	}
	return true
}

// phase is a place in the order in which fields are made.
type phase uint8

const (
	atExtract phase = iota
	atReport
	atAutomatic
	atAlias
	atCalculated
	atLookup
	atTypes
	atTags
	atView
	phases
)

// step is one rule.
type step struct {
	phase   phase
	outs    []string // fields it may set
	dynamic bool     // and others, known only from the events
	ins     []string // fields it reads
	run     func(w *work) error

	// bind makes the step for one search where that depends on its time or tables; nil: it is ready.
	// The result is nil if the rule cannot work.
	bind func(s *Set) *step
}

// rules is what holds for a group of events, step by step.
type rules struct {
	rename  string // the sourcetype shown
	steps   []*step
	mode    kvMode
	noJSON  bool // AUTO_KV_JSON=false
	indexed bool // INDEXED_EXTRACTIONS: stored fields come before everything
	notes   *notes
}

// notes are the problems of rules, found when they are compiled or first wanted.
type notes struct {
	mu  sync.Mutex
	all lang.Diagnostics
}

// found returns the problems so far.
func (r *rules) found() lang.Diagnostics {
	r.notes.mu.Lock()
	defer r.notes.mu.Unlock()
	return slices.Clone(r.notes.all)
}

// makes reports whether the step is worth running for the needed fields.
func (s *step) makes(need column.FieldSet) bool {
	if s.dynamic && wantsMore(need) {
		return true
	}
	for _, o := range s.outs {
		if need.Has(o) {
			return true
		}
	}
	return false
}

// problem records why a rule is left out.
func (r *rules) problem(v conf.Value, code, format string, args ...any) {
	src := v.Source()
	d := lang.Diagnostic{Src: src, Span: lang.Span{End: len(src.Text)}, Severity: lang.Warning, Code: code,
		Msg: fmt.Sprintf("%s: %s", v.Key, fmt.Sprintf(format, args...))}
	r.notes.mu.Lock()
	defer r.notes.mu.Unlock()
	if !slices.ContainsFunc(r.notes.all, func(o lang.Diagnostic) bool { return o.Msg == d.Msg && o.Src.Name == src.Name }) {
		r.notes.all = append(r.notes.all, d)
	}
}

func (s *base) stanzas() []*conf.Stanza {
	if s.cfg.Props == nil {
		return nil
	}
	return s.cfg.Props.Stanzas
}

// Default returns the knowledge of the built-in content alone.
var Default = sync.OnceValue(func() *Set {
	s, err := New(Config{})
	if err != nil {
		panic(err) // the built-in content is tested
	}
	return s
})
