// Package props finds the settings of props.conf that hold for an event: the stanzas that match its
// source, host and sourcetype, put together setting by setting. Index time (package ingest) and search
// time (package knowledge) share it.
//
//	t, err := props.New(file)                        // *conf.File, all layers
//	s := t.For("aws:cloudtrail", "s3://b/x.json", "h1")
//	mode := s.Text("KV_MODE")
//	for _, v := range s.Classes("EXTRACT-") { … }    // in the order of their classes
//
// Start with New and Table.For.
package props

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"spl/lang/conf"
)

// kind is what a stanza looks at; a larger one wins.
type kind uint8

const (
	bySourcetype kind = iota
	byHost
	bySource
)

// Where a literal name and a pattern stand unless `priority` says otherwise.
const (
	literalPriority = 100
	patternPriority = 0
)

type stanza struct {
	*conf.Stanza
	kind     kind
	name     string
	match    *regexp.Regexp // nil: the name itself
	priority int
}

// Table is a props.conf with its stanzas ready for matching. It is safe for concurrent use.
type Table struct {
	file    *conf.File
	stanzas []*stanza // the strongest first
	byType  map[string][]*stanza
	others  []*stanza // source, host and sourcetype patterns
	cache   sync.Map  // signature → *Settings
}

// New prepares a configuration; nil is an empty one.
func New(f *conf.File) (*Table, error) {
	t := &Table{file: f, byType: map[string][]*stanza{}}
	if f == nil {
		return t, nil
	}
	for _, s := range f.Stanzas {
		if s.Name == conf.DefaultStanza || strings.HasPrefix(s.Name, "rule::") || strings.HasPrefix(s.Name, "delayedrule::") {
			continue
		}
		m, err := newStanza(s)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: stanza [%s]: %w", s.File, s.Line, s.Name, err)
		}
		t.stanzas = append(t.stanzas, m)
	}
	slices.SortStableFunc(t.stanzas, func(a, b *stanza) int {
		if a.kind != b.kind {
			return int(b.kind) - int(a.kind)
		}
		if a.priority != b.priority {
			return b.priority - a.priority
		}
		return strings.Compare(a.name, b.name)
	})
	for _, s := range t.stanzas {
		if s.kind == bySourcetype && s.match == nil {
			t.byType[s.name] = append(t.byType[s.name], s)
		} else {
			t.others = append(t.others, s)
		}
	}
	return t, nil
}

func newStanza(s *conf.Stanza) (*stanza, error) {
	m := &stanza{Stanza: s, kind: bySourcetype, name: s.Name}
	fold := ""
	pattern := false
	switch {
	case strings.HasPrefix(s.Name, "source::"):
		m.kind, m.name = bySource, s.Name[len("source::"):]
		pattern = strings.Contains(m.name, "...") || strings.ContainsAny(m.name, "*|(")
	case strings.HasPrefix(s.Name, "host::"):
		m.kind, m.name = byHost, s.Name[len("host::"):]
		pattern, fold = true, "(?i)"
	case strings.HasPrefix(s.Name, "(?::){0}"):
		// The usual way to write a pattern for sourcetypes.
		m.name, pattern = s.Name[len("(?::){0}"):], true
	}
	m.priority = literalPriority
	if pattern {
		expr, wild := translate(m.name)
		if wild {
			m.priority = patternPriority
		}
		re, err := regexp.Compile(fold + "^(?:" + expr + ")$")
		if err != nil {
			return nil, fmt.Errorf("pattern: %w", err)
		}
		m.match = re
	}
	if v, ok := s.Own("priority"); ok {
		n, err := strconv.Atoi(v.Text)
		if err != nil {
			return nil, fmt.Errorf("priority %q is no number", v.Text)
		}
		m.priority = n
	}
	return m, nil
}

// translate turns a stanza pattern into an expression: `...` is any text, `*` any text inside of a path
// component, | and ( ) choose.
func translate(p string) (expr string, wild bool) {
	var b strings.Builder
	if strings.HasPrefix(p, "(?i)") {
		b.WriteString("(?i)")
		p = p[4:]
	}
	for i := 0; i < len(p); i++ {
		switch {
		case strings.HasPrefix(p[i:], "..."):
			b.WriteString("(?s:.*)")
			i += 2
			wild = true
		case p[i] == '*':
			b.WriteString(`[^/\\]*`)
			wild = true
		case p[i] == '|' || p[i] == '(' || p[i] == ')':
			b.WriteByte(p[i])
		case p[i] == '\\' && i+1 < len(p):
			i++
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		}
	}
	return b.String(), wild
}

// For returns what holds for an event. Events that match the same stanzas share the Settings.
func (t *Table) For(sourcetype, source, host string) *Settings {
	own := t.byType[sourcetype]
	var hit []*stanza
	for _, s := range t.others {
		subject := sourcetype
		switch s.kind {
		case bySource:
			subject = source
		case byHost:
			subject = host
		}
		if s.match == nil && s.name == subject || s.match != nil && s.match.MatchString(subject) {
			hit = append(hit, s)
		}
	}
	return t.settings(merge(hit, own))
}

// merge puts exact sourcetype stanzas at their place among the others, which are in order.
func merge(others, own []*stanza) []*stanza {
	if len(own) == 0 {
		return others
	}
	i := slices.IndexFunc(others, func(s *stanza) bool {
		return s.kind == bySourcetype && (s.priority < own[0].priority || s.priority == own[0].priority && s.name > own[0].name)
	})
	if i < 0 {
		i = len(others)
	}
	return slices.Insert(others, i, own...)
}

// Any returns all settings of all stanzas together: what may hold for an event of which nothing, or
// only the sourcetype, is known ("": unknown).
func (t *Table) Any(sourcetype string) []*Settings {
	var out []*Settings
	for _, s := range t.stanzas {
		if s.kind == bySourcetype && sourcetype != "" && !s.matches(sourcetype) {
			continue
		}
		out = append(out, t.settings([]*stanza{s}))
	}
	return append(out, t.settings(nil))
}

func (s *stanza) matches(name string) bool {
	return s.match == nil && s.name == name || s.match != nil && s.match.MatchString(name)
}

// settings returns the shared Settings of stanzas, strongest first.
func (t *Table) settings(stanzas []*stanza) *Settings {
	var key strings.Builder
	for _, s := range stanzas {
		key.WriteString(s.Name)
		key.WriteByte(0)
	}
	if s, ok := t.cache.Load(key.String()); ok {
		return s.(*Settings)
	}
	s := &Settings{values: map[string]conf.Value{}}
	s.take(t.file.Defaults())
	for _, st := range slices.Backward(stanzas) {
		s.take(st.Stanza)
	}
	got, _ := t.cache.LoadOrStore(key.String(), s)
	return got.(*Settings)
}

// Settings is what holds for an event, setting by setting.
type Settings struct{ values map[string]conf.Value }

func (s *Settings) take(st *conf.Stanza) {
	for _, v := range st.Settings() {
		s.values[v.Key] = v
	}
}

// Get returns a setting.
func (s *Settings) Get(key string) (conf.Value, bool) {
	v, ok := s.values[key]
	return v, ok
}

// Text returns the text of a setting, "" if it is not set.
func (s *Settings) Text(key string) string { return s.values[key].Text }

// Bool reads a setting as Splunk reads truth values.
func (s *Settings) Bool(key string, def bool) bool {
	switch strings.ToLower(s.values[key].Text) {
	case "true", "t", "1", "yes", "y", "enabled":
		return true
	case "false", "f", "0", "no", "n", "disabled":
		return false
	}
	return def
}

// Int reads a setting as a number.
func (s *Settings) Int(key string, def int) int {
	if n, err := strconv.Atoi(s.values[key].Text); err == nil {
		return n
	}
	return def
}

// Classes returns the settings whose key starts with prefix, such as EXTRACT-, in byte order of their
// keys. Empty ones, which take back what a weaker stanza says, are left out.
func (s *Settings) Classes(prefix string) []conf.Value {
	var out []conf.Value
	for k, v := range s.values {
		if len(k) > len(prefix) && strings.HasPrefix(k, prefix) && v.Text != "" {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b conf.Value) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// Keys returns the names of all settings, sorted.
func (s *Settings) Keys() []string {
	var out []string
	for k := range s.values {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
