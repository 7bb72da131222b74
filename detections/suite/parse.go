package suite

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"spl/exec/ingest"
	"spl/lang"
	"spl/lang/yamltext"
)

func sortStrings(s []string) { slices.Sort(s) }

// Parse reads a test file. Errors name file, line and column; unknown keys are errors.
func Parse(path string, text []byte) (*File, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &File{Path: path}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", path)
	}
	p := &parser{path: path, src: lang.NewSource(path, string(text))}
	if err := p.file(doc.Content[0], f); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, t := range f.Tests {
		if t.Name == "" {
			return nil, fmt.Errorf("%s:%d: a test needs a name", path, t.Line)
		}
		if names[t.Name] {
			return nil, fmt.Errorf("%s:%d: two tests are called %q", path, t.Line, t.Name)
		}
		names[t.Name] = true
	}
	return f, nil
}

func (p *parser) file(n *yaml.Node, f *File) error {
	return p.mapping(n, "a test file", keys{
		"now":      p.text(&f.Now),
		"timezone": p.text(&f.Timezone),
		"content":  p.texts(&f.Content),
		"data": func(n *yaml.Node) error {
			return p.each(n, func(v *yaml.Node) error {
				var d Data
				err := p.mapping(v, "data", keys{"path": p.text(&d.Path), "index": p.text(&d.Index),
					"sourcetype": p.text(&d.Sourcetype), "source": p.text(&d.Source), "host": p.text(&d.Host)})
				f.Data = append(f.Data, d)
				return err
			})
		},
		"events": func(n *yaml.Node) error {
			return p.each(n, func(v *yaml.Node) error {
				e, err := p.event(v)
				f.Events = append(f.Events, e)
				return err
			})
		},
		"lookups": p.lookups(&f.Lookups),
		"macros":  func(n *yaml.Node) error { return p.macros(n, f) },
		"conf": func(n *yaml.Node) error {
			return p.pairs(n, func(k, v *yaml.Node) error {
				f.Conf = append(f.Conf, Conf{Name: k.Value, Text: v.Value, Line: v.Line})
				return p.text(new(string))(v)
			})
		},
		"tests": func(n *yaml.Node) error {
			return p.each(n, func(v *yaml.Node) error {
				t, err := p.test(v)
				f.Tests = append(f.Tests, t)
				return err
			})
		},
	})
}

func (p *parser) pairs(n *yaml.Node, f func(k, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.errorf(n, "expected a mapping")
	}
	for i := 0; i < len(n.Content); i += 2 {
		if err := f(n.Content[i], n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// event reads an inline event; an alias is the event again.
func (p *parser) event(n *yaml.Node) (Event, error) {
	e := Event{Line: n.Line}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	err := p.pairs(n, func(k, v *yaml.Node) error {
		val, err := p.jsonValue(v)
		e.Fields = append(e.Fields, ingest.Pair{Name: k.Value, Value: val})
		return err
	})
	return e, err
}

// jsonValue reads any value, keys in their order and numbers as they are spelled.
func (p *parser) jsonValue(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		var o ingest.Object
		err := p.pairs(n, func(k, v *yaml.Node) error {
			val, err := p.jsonValue(v)
			o = append(o, ingest.Pair{Name: k.Value, Value: val})
			return err
		})
		return o, err
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, x := range n.Content {
			v, err := p.jsonValue(x)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yaml.AliasNode:
		return p.jsonValue(n.Alias)
	}
	switch n.Tag {
	case "!!null":
		return nil, nil
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return nil, p.errorf(n, "expected true or false")
		}
		return b, nil
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value), nil
		}
	}
	return n.Value, nil
}

// values reads a cell of an expected row: nil for null, one text, or those of a list.
func (p *parser) values(v *yaml.Node) ([]string, error) {
	switch v.Kind {
	case yaml.ScalarNode:
		if v.Tag == "!!null" {
			return nil, nil
		}
		return []string{v.Value}, nil
	case yaml.SequenceNode:
		out := []string{}
		for _, x := range v.Content {
			if x.Kind != yaml.ScalarNode {
				return nil, p.errorf(x, "expected a text")
			}
			out = append(out, x.Value)
		}
		return out, nil
	}
	return nil, p.errorf(v, "expected a text or a list of texts")
}

func (p *parser) lookups(dst *[]Lookup) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		return p.pairs(n, func(k, v *yaml.Node) error {
			l := Lookup{Name: k.Value, Line: v.Line, Keys: map[string]string{}}
			if v.Kind == yaml.ScalarNode {
				l.CSV = v.Value
				*dst = append(*dst, l)
				return nil
			}
			err := p.pairs(v, func(k, v *yaml.Node) error {
				if k.Value == "csv" {
					return p.text(&l.CSV)(v)
				}
				if v.Kind != yaml.ScalarNode {
					return p.errorf(v, "expected a text")
				}
				l.Keys[k.Value] = v.Value
				return nil
			})
			*dst = append(*dst, l)
			return err
		})
	}
}

func (p *parser) macros(n *yaml.Node, f *File) error {
	return p.pairs(n, func(k, v *yaml.Node) error {
		m := Macro{Name: k.Value, Line: v.Line}
		if v.Kind == yaml.ScalarNode {
			m.Definition = yamltext.Source(p.src, v)
			f.Macros = append(f.Macros, m)
			return nil
		}
		err := p.mapping(v, "a macro", keys{"definition": p.source(&m.Definition), "args": p.texts(&m.Args),
			"arguments": p.texts(&m.Args), "iseval": p.boolean(&m.IsEval), "validation": p.source(&m.Validation),
			"errormsg": p.text(&m.ErrorMsg), "description": p.text(new(string))})
		f.Macros = append(f.Macros, m)
		return err
	})
}

func (p *parser) test(n *yaml.Node) (*Test, error) {
	t := &Test{Line: n.Line}
	var single Step
	steps := false
	ks := p.stepKeys(&single)
	ks["name"] = p.text(&t.Name)
	ks["source"] = p.text(&t.Source)
	ks["messages"] = p.texts(&t.Messages)
	ks["lookups_after"] = p.lookups(&t.LookupsAfter)
	ks["steps"] = func(n *yaml.Node) error {
		steps = true
		return p.each(n, func(v *yaml.Node) error {
			var s Step
			if err := p.mapping(v, "a step", p.stepKeys(&s)); err != nil {
				return err
			}
			t.Steps = append(t.Steps, s)
			return p.checkStep(v, &s, false)
		})
	}
	if err := p.mapping(n, "a test", ks); err != nil {
		return t, err
	}
	if steps {
		if single.Search != nil || single.Detection != "" || single.Expect.Set {
			return t, p.errorf(n, "a test has either steps, or search and expect")
		}
		return t, nil
	}
	t.Steps = []Step{single}
	return t, p.checkStep(n, &single, len(t.LookupsAfter) == 0)
}

func (p *parser) stepKeys(s *Step) keys {
	return keys{
		"search": func(n *yaml.Node) error {
			s.Line = n.Line
			return p.source(&s.Search)(n)
		},
		"detection": func(n *yaml.Node) error {
			s.Line = n.Line
			return p.text(&s.Detection)(n)
		},
		"now":      p.text(&s.Now),
		"earliest": p.text(&s.Earliest),
		"latest":   p.text(&s.Latest),
		"expect":   func(n *yaml.Node) error { return p.expect(n, &s.Expect) },
	}
}

func (p *parser) checkStep(n *yaml.Node, s *Step, needExpect bool) error {
	switch {
	case (s.Search == nil) == (s.Detection == ""):
		return p.errorf(n, "exactly one of search and detection must be given")
	case needExpect && !s.Expect.Set:
		return p.errorf(n, "expect is missing: a test that expects nothing cannot fail")
	}
	return nil
}

func (p *parser) expect(n *yaml.Node, e *Expect) error {
	e.Set, e.node = true, n
	err := p.mapping(n, "expect", keys{
		"rows": func(n *yaml.Node) error {
			e.HasRows = true
			return p.each(n, func(v *yaml.Node) error {
				r, err := p.row(v)
				e.Rows = append(e.Rows, r)
				return err
			})
		},
		"unordered": p.boolean(&e.Unordered),
		"count":     p.number(&e.Count),
		"min_count": p.number(&e.MinCount),
		"error":     p.text(&e.Error),
		"fields":    p.texts(&e.Fields),
	})
	if err != nil {
		return err
	}
	kinds := 0
	for _, set := range []bool{e.HasRows, e.Count != nil, e.MinCount != nil, e.Error != ""} {
		if set {
			kinds++
		}
	}
	if kinds != 1 && !(kinds == 0 && e.Fields != nil) {
		return p.errorf(n, "expect is exactly one of rows, count, min_count and error")
	}
	return nil
}

func (p *parser) row(n *yaml.Node) (Row, error) {
	r := Row{}
	err := p.pairs(n, func(k, v *yaml.Node) error {
		vs, err := p.values(v)
		if vs != nil {
			r[k.Value] = vs
		}
		return err
	})
	return r, err
}
