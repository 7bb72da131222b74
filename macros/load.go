package macros

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spl/lang"
	"spl/lang/conf"
	"spl/lang/yamltext"
)

// Spec is a macro as a test file writes it; the fields are the settings of macros.conf.
type Spec struct {
	Args        []string
	Definition  *lang.Source
	IsEval      bool
	Validation  *lang.Source
	ErrorMsg    string
	Description string
}

// FromSpec returns the macro of a test file; name is "m" or "m(2)".
func FromSpec(name string, s Spec) (*Def, error) {
	d := &Def{
		Args: s.Args, Body: s.Definition, IsEval: s.IsEval, Validation: s.Validation,
		ErrorMsg: s.ErrorMsg, Description: s.Description,
	}
	if s.Definition != nil {
		l := s.Definition.Locate(0)
		d.File, d.Line = l.Name, l.Line
	}
	return d, d.named(name)
}

// named sets the name from its form in a stanza header and checks it against the arguments.
func (d *Def) named(stanza string) error {
	name, count := stanza, -1
	if open := strings.LastIndexByte(stanza, '('); open >= 0 && strings.HasSuffix(stanza, ")") {
		if n, err := strconv.Atoi(strings.TrimSpace(stanza[open+1 : len(stanza)-1])); err == nil && n >= 0 {
			name, count = stanza[:open], n
		}
	}
	d.Name = strings.TrimSpace(name)
	if d.Name == "" {
		return errors.New("a macro needs a name")
	}
	if d.Body == nil {
		return fmt.Errorf("macro %q has no definition", stanza)
	}
	if count >= 0 && count != len(d.Args) {
		return fmt.Errorf("macro %q lists %d arguments", stanza, len(d.Args))
	}
	for i, a := range d.Args {
		if a == "" || strings.ContainsFunc(a, notArg) {
			return fmt.Errorf("macro %q: %q cannot be the name of an argument", stanza, a)
		}
		if slices.Contains(d.Args[:i], a) {
			return fmt.Errorf("macro %q names the argument %q twice", stanza, a)
		}
	}
	return nil
}

func notArg(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
}

// FromConf returns the macros of a macros.conf, one per stanza. A stanza that defines none is left
// out and named in Problems.
func FromConf(f *conf.File) *Library {
	l := NewLibrary()
	for _, s := range f.Stanzas {
		if s.Name == conf.DefaultStanza {
			continue
		}
		if off, _ := flag(s.Text("disabled")); off {
			continue
		}
		d := &Def{ErrorMsg: s.Text("errormsg"), Description: s.Text("description"), File: s.File, Line: s.Line}
		if v, ok := s.Get("args"); ok {
			d.Args = argNames(v.Text)
		}
		if v, ok := s.Get("definition"); ok {
			d.Body, d.File, d.Line = v.Source(), v.File, v.Line
		}
		if v, ok := s.Get("validation"); ok && v.Text != "" {
			d.Validation = v.Source()
		}
		var isErr error
		d.IsEval, isErr = flag(s.Text("iseval"))
		if err := errors.Join(isErr, d.named(s.Name)); err != nil {
			l.problem(lang.NewSourceAt(s.File, "["+s.Name+"]", lang.Position{Line: s.Line, Col: 1}), err)
			continue
		}
		l.Add(d)
	}
	return l
}

// problem records that something at the start of src could not be loaded.
func (l *Library) problem(src *lang.Source, err error) {
	l.Problems = append(l.Problems, lang.Diagnostic{
		Src: src, Span: lang.Span{End: len(src.Text)}, Severity: lang.Warning, Code: "macro-definition", Msg: err.Error(),
	})
}

func argNames(list string) []string {
	var out []string
	for a := range strings.SplitSeq(list, ",") {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}

// flag reads a boolean setting; an empty one is false.
func flag(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "1", "t", "true", "y", "yes":
		return true, nil
	case "", "0", "f", "false", "n", "no":
		return false, nil
	}
	return false, fmt.Errorf("%q is no boolean", text)
}

// FromYAML returns the macro of a file in the form of detection repositories: name, definition and
// optionally arguments (or args), iseval, validation, errormsg, description. Other keys are ignored.
func FromYAML(name string, text []byte) (*Def, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read macro %s: %w", name, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("read macro %s: not a mapping", name)
	}
	file := lang.NewSource(name, string(text))
	d := &Def{File: name, Line: 1}
	stanza, pairs := "", doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1]
		if v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		var err error
		switch pairs[i].Value {
		case "name":
			stanza, d.Line = v.Value, v.Line
		case "definition":
			d.Body, err = scalar(file, v)
		case "validation":
			d.Validation, err = scalar(file, v)
		case "arguments", "args":
			err = v.Decode(&d.Args)
		case "iseval":
			d.IsEval, err = flag(v.Value)
		case "errormsg":
			d.ErrorMsg = v.Value
		case "description":
			d.Description = v.Value
		}
		if err != nil {
			return nil, fmt.Errorf("read macro %s:%d: %s: %w", name, v.Line, pairs[i].Value, err)
		}
	}
	if err := d.named(stanza); err != nil {
		return nil, fmt.Errorf("read macro %s: %w", name, err)
	}
	return d, nil
}

func scalar(file *lang.Source, n *yaml.Node) (*lang.Source, error) {
	if n.Kind != yaml.ScalarNode {
		return nil, errors.New("not a text")
	}
	return yamltext.Source(file, n), nil
}
