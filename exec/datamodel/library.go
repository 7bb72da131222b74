package datamodel

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"spl/lang"
)

// Library is models by name. The nil Library holds the built-in ones.
type Library struct{ models map[string]*Model }

// MissingError is the failure to find a model, or a dataset of it.
type MissingError struct {
	Model, Dataset string
	Known          []string
}

func (e *MissingError) Error() string {
	if e.Dataset == "" {
		return fmt.Sprintf("Data model '%s' was not found.", e.Model)
	}
	return fmt.Sprintf("Data model '%s' has no dataset '%s'.", e.Model, e.Dataset)
}

// Hint names what may have been meant.
func (e *MissingError) Hint() string {
	wanted := e.Dataset
	if wanted == "" {
		wanted = e.Model
	}
	if near := lang.Suggest(wanted, slices.Values(e.Known)); near != "" {
		return "did you mean \"" + near + "\"?"
	}
	return "known are " + strings.Join(e.Known, ", ")
}

// content holds the built-in models.
//
//go:embed content
var content embed.FS

// Builtin returns the models of the Common Information Model.
var Builtin = sync.OnceValue(func() *Library {
	lib := &Library{models: map[string]*Model{}}
	names, err := fs.Glob(content, "content/*.json")
	if err != nil {
		panic(err) // the pattern is fixed
	}
	for _, name := range names {
		text, err := content.ReadFile(name)
		if err != nil {
			panic(err) // it is part of the program
		}
		m, err := parseShort(text)
		if err != nil {
			panic(fmt.Errorf("built-in %s: %w", name, err)) // a test reads all of them
		}
		lib.models[m.Name] = m
	}
	return lib
})

// With returns the library with more models, which replace those of the same name.
func (l *Library) With(models ...*Model) *Library {
	out := &Library{models: map[string]*Model{}}
	for _, m := range l.orBuiltin().models {
		out.models[m.Name] = m
	}
	for _, m := range models {
		out.models[m.Name] = m
	}
	return out
}

func (l *Library) orBuiltin() *Library {
	if l == nil {
		return Builtin()
	}
	return l
}

// Get returns a model.
func (l *Library) Get(name string) (*Model, error) {
	l = l.orBuiltin()
	if m := l.models[name]; m != nil {
		return m, nil
	}
	return nil, &MissingError{Model: name, Known: l.Names()}
}

// Names lists the models.
func (l *Library) Names() []string {
	var out []string
	for n := range l.orBuiltin().models {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
