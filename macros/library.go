package macros

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"spl/lang"
)

// Def is the definition of a macro.
type Def struct {
	Name        string
	Args        []string
	Body        *lang.Source // the definition; its offsets locate where it was written
	IsEval      bool         // Body is an expression whose text result is the expansion
	Validation  *lang.Source // expression over the arguments; nil: none
	ErrorMsg    string       // what to say when Validation is false
	Description string
	File        string
	Line        int
}

// Key returns the name as a stanza of macros.conf has it: "name", or "name(2)".
func (d *Def) Key() string { return key(d.Name, len(d.Args)) }

func key(name string, nargs int) string {
	if nargs == 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, nargs)
}

type id struct {
	name  string
	nargs int
}

// Library is a set of macros by name and number of arguments.
type Library struct {
	// FilterNoop makes a call of an undefined macro without arguments whose name ends in _filter
	// stand for `search *`, as detection repositories expect. It is on in a new library.
	FilterNoop bool
	Problems   lang.Diagnostics // what was wrong in the files that it was loaded from

	defs map[id]*Def
}

// NewLibrary returns a library without macros.
func NewLibrary() *Library { return &Library{FilterNoop: true, defs: map[id]*Def{}} }

// Layer returns the macros of several libraries; a later one wins.
func Layer(libs ...*Library) *Library {
	out := NewLibrary()
	for _, l := range libs {
		if l == nil {
			continue
		}
		maps.Copy(out.defs, l.defs)
		out.FilterNoop = out.FilterNoop && l.FilterNoop
		out.Problems = append(out.Problems, l.Problems...)
	}
	return out
}

// Add puts a definition in place of one with the same name and number of arguments.
func (l *Library) Add(d *Def) { l.defs[id{d.Name, len(d.Args)}] = d }

// Get returns the macro of that name with that number of arguments.
func (l *Library) Get(name string, nargs int) (*Def, bool) {
	if l == nil {
		return nil, false
	}
	d, ok := l.defs[id{name, nargs}]
	return d, ok
}

// Len returns the number of macros.
func (l *Library) Len() int { return len(l.defs) }

// All returns the macros by name and number of arguments.
func (l *Library) All() []*Def {
	return slices.SortedFunc(maps.Values(l.defs), func(a, b *Def) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(len(a.Args), len(b.Args)))
	})
}

// arities returns the numbers of arguments with which a name is defined, ascending.
func (l *Library) arities(name string) []int {
	var out []int
	if l != nil {
		for k := range l.defs {
			if k.name == name {
				out = append(out, k.nargs)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (l *Library) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		if l == nil {
			return
		}
		for k := range l.defs {
			if !yield(k.name) {
				return
			}
		}
	}
}
