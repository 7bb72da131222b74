package conf

import (
	"slices"

	"spl/lang"
)

// DefaultStanza is the stanza whose settings hold for all others; settings above the first header
// belong to it.
const DefaultStanza = "default"

// File is a configuration: what one file says, or what several say together.
type File struct {
	Name    string    // path of the file; for a layered configuration that of its last layer
	Stanzas []*Stanza // in order of first appearance; a repeated header continues the first

	byName map[string]*Stanza
}

// Stanza is a [name] block with its settings.
type Stanza struct {
	Name string
	File string // where its header is; of a layered stanza, in the first layer that has it
	Line int
	All  []Value // every setting as written, overridden ones included

	defaults *Stanza
	last     map[string]int
}

// Value is one setting. A continued value holds the line breaks but not the backslashes before them.
type Value struct {
	Key, Text string
	File      string
	Line      int // of the key

	file  *lang.Source
	parts []lang.Span // the pieces of the file that make up Text
}

// Stanza returns the stanza of that name, nil if there is none; the methods of a nil Stanza report
// nothing found.
func (f *File) Stanza(name string) *Stanza {
	if f == nil {
		return nil
	}
	return f.byName[name]
}

// Defaults returns the settings of [default], nil if the file has none.
func (f *File) Defaults() *Stanza { return f.Stanza(DefaultStanza) }

// Get returns the setting that is in force for key: the last one written, else that of [default].
func (s *Stanza) Get(key string) (Value, bool) {
	if v, ok := s.Own(key); ok || s == nil {
		return v, ok
	}
	return s.defaults.Own(key)
}

// Own is Get without the fallback to [default].
func (s *Stanza) Own(key string) (Value, bool) {
	if s == nil {
		return Value{}, false
	}
	if i, ok := s.last[key]; ok {
		return s.All[i], true
	}
	return Value{}, false
}

// Text returns the text of a setting, "" if it is not set.
func (s *Stanza) Text(key string) string {
	v, _ := s.Get(key)
	return v.Text
}

// Settings returns what is in force in the stanza itself, in the order in which the winning lines
// were written.
func (s *Stanza) Settings() []Value {
	if s == nil {
		return nil
	}
	var out []Value
	for i, v := range s.All {
		if s.last[v.Key] == i {
			out = append(out, v)
		}
	}
	return out
}

// Source returns the value as a source whose offsets locate in the configuration file.
func (v Value) Source() *lang.Source {
	if v.file == nil {
		return lang.NewSource(v.File, v.Text)
	}
	var edits []lang.Edit
	pos := 0
	for _, p := range v.parts {
		if p.Start > pos {
			edits = append(edits, lang.Edit{Span: lang.Span{Start: pos, End: p.Start}})
		}
		pos = p.End
	}
	if pos < len(v.file.Text) {
		edits = append(edits, lang.Edit{Span: lang.Span{Start: pos, End: len(v.file.Text)}})
	}
	return v.file.Splice(edits)
}

// Layer returns the configuration that several files make together; a later file wins, setting by
// setting. A stanza's own setting wins over [default] whatever the layers.
func Layer(files ...*File) *File {
	out := newFile("")
	for _, f := range files {
		if f == nil {
			continue
		}
		out.Name = f.Name
		for _, s := range f.Stanzas {
			to := out.open(s.Name, s.File, s.Line)
			for _, v := range s.All {
				to.add(v)
			}
		}
	}
	out.link()
	return out
}

// App is one configuration file of one app: what it ships and what its user changed. Either may be nil.
type App struct{ Default, Local *File }

// LayerApps layers one configuration file over several apps, later ones winning: any app's local
// file wins over every app's default file.
func LayerApps(apps ...App) *File {
	var files []*File
	for _, a := range apps {
		files = append(files, a.Default)
	}
	for _, a := range apps {
		files = append(files, a.Local)
	}
	return Layer(slices.DeleteFunc(files, func(f *File) bool { return f == nil })...)
}

func newFile(name string) *File { return &File{Name: name, byName: map[string]*Stanza{}} }

func (f *File) open(name, file string, line int) *Stanza {
	s := f.byName[name]
	if s == nil {
		s = &Stanza{Name: name, File: file, Line: line, last: map[string]int{}}
		f.byName[name] = s
		f.Stanzas = append(f.Stanzas, s)
	}
	return s
}

func (s *Stanza) add(v Value) {
	s.last[v.Key] = len(s.All)
	s.All = append(s.All, v)
}

// link points every stanza at [default], once all of the file is read: it may stand anywhere.
func (f *File) link() {
	d := f.byName[DefaultStanza]
	for _, s := range f.Stanzas {
		if s != d {
			s.defaults = d
		}
	}
}
