package datamodel

import (
	"fmt"
	"strings"

	"spl/lang"
)

// plain reports whether a scan can find and complete the events of a root and its descendants: its
// constraint is only terms and every calculation an expression.
func (m *Model) plain(root *Object) bool {
	if root.Parent == baseTransaction || root.piped() {
		return false
	}
	for _, o := range m.tree(root) {
		for _, c := range o.Calculations {
			if c.Type != calcEval || len(c.Outputs) != 1 {
				return false
			}
		}
	}
	return true
}

// piped reports whether a root is a search with more commands than the first.
func (o *Object) piped() bool { return strings.Contains(unquoted(o.BaseSearch), "|") }

// unquoted leaves the quoted parts of a search out.
func unquoted(text string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, `\\`, ""), `\"`, ""), `"`)
	for i := 1; i < len(parts); i += 2 {
		parts[i] = ""
	}
	return strings.Join(parts, "")
}

// tree is a dataset and all below it.
func (m *Model) tree(o *Object) []*Object {
	out := []*Object{o}
	for _, c := range m.children(o) {
		out = append(out, m.tree(c)...)
	}
	return out
}

// base is the search for the events of a dataset that is not plain, with all calculations of its tree.
func (m *Model) base(chain []*Object) string {
	parts := []string{m.source(chain[0])}
	for _, o := range chain[1:] {
		if c := o.constraint(); c != "" {
			parts = append(parts, "search "+c)
		}
	}
	for _, o := range m.tree(chain[0]) {
		parts = append(parts, o.commands()...)
	}
	return strings.Join(parts, " | ")
}

// source is the search for the events of a root.
func (m *Model) source(root *Object) string {
	text := strings.TrimSpace(root.constraint())
	switch {
	case root.Parent == baseTransaction:
		text = m.transaction(root)
	case root.piped():
		if text != "" {
			text = " | search " + text
		}
		text = strings.TrimSpace(root.BaseSearch) + text
	}
	if strings.HasPrefix(text, "|") {
		return strings.TrimSpace(text[1:])
	}
	return "search " + strings.TrimPrefix(text, "search ")
}

// transaction is the search for groups of events of other datasets.
func (m *Model) transaction(root *Object) string {
	var of []string
	for _, name := range root.Grouped {
		o := m.Object(name)
		if o == nil {
			continue
		}
		var terms []string
		for _, a := range m.chain(o) {
			terms = append(terms, "("+a.constraint()+")")
		}
		of = append(of, "("+strings.Join(terms, " ")+")")
	}
	text := strings.Join(of, " OR ") + " | transaction"
	for _, f := range root.Group {
		text += " " + quoteName(f)
	}
	if root.MaxPause != "" {
		text += " maxpause=" + root.MaxPause
	}
	if root.MaxSpan != "" {
		text += " maxspan=" + root.MaxSpan
	}
	if c := root.constraint(); c != "" {
		text += " | search " + c
	}
	return text
}

// commands are the calculations of a dataset as commands.
func (o *Object) commands() []string {
	var out []string
	for _, c := range o.Calculations {
		if len(c.Outputs) == 0 {
			continue
		}
		switch c.Type {
		case calcEval:
			out = append(out, fmt.Sprintf("eval '%s'=%s", c.Outputs[0].Name, c.Expression))
		case calcRex:
			out = append(out, fmt.Sprintf("rex field=%s %s", quoteName(c.InputField), lang.Quote(c.Expression)))
		case calcLookup:
			out = append(out, c.lookup())
		case calcGeo:
			out = append(out, "iplocation "+quoteName(c.InputField))
			for _, f := range c.Outputs {
				if f.Lookup != "" && f.Lookup != f.Name {
					out = append(out, fmt.Sprintf("eval '%s'='%s'", f.Name, f.Lookup))
				}
			}
		}
	}
	return out
}

func (c *Calculation) lookup() string {
	text := "lookup " + quoteName(c.Lookup)
	for _, in := range c.Inputs {
		text += " " + quoteName(in.LookupField) + " AS " + quoteName(in.Field)
	}
	text += " OUTPUT"
	for _, f := range c.Outputs {
		from := f.Lookup
		if from == "" {
			from = f.Name
		}
		text += " " + quoteName(from) + " AS " + quoteName(f.Name)
	}
	return text
}

// SearchText is the search for the rows of a dataset as text, with names that start with the paths of
// datasets, or bare.
func (m *Model) SearchText(dataset string, bare bool) (string, error) {
	o := m.Object(dataset)
	if o == nil {
		return "", m.missing(dataset)
	}
	chain := m.chain(o)
	parts := []string{m.source(chain[0])}
	for _, a := range chain[1:] {
		if !m.plain(chain[0]) {
			parts = append(parts, "search "+a.constraint())
		} else {
			parts[0] += " (" + a.constraint() + ")"
		}
	}
	fields := append([]string(nil), standing...)
	var names []string
	path := ""
	for _, a := range chain {
		parts = append(parts, a.commands()...)
		path += a.Name + "."
		for _, f := range a.allFields() {
			fields = append(fields, quoteName(f))
			names = append(names, quoteName(f)+" AS "+quoteName(path+f))
		}
	}
	parts = append(parts, "fields "+strings.Join(fields, ", "))
	if !bare && len(names) > 0 {
		parts = append(parts, "rename "+strings.Join(names, ", "))
	}
	return strings.Join(parts, " | "), nil
}

// allFields lists the fields that a dataset adds, calculated ones too.
func (o *Object) allFields() []string {
	var out []string
	for _, f := range o.Fields {
		out = append(out, f.Name)
	}
	for _, c := range o.Calculations {
		for _, f := range c.Outputs {
			out = append(out, f.Name)
		}
	}
	return out
}
