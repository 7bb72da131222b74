package datamodel

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/lang"
	"spl/macros"
)

// member adds the column that tells which events belong to a dataset, and returns its name, which no field
// can have by accident.
func (w *viewer) member(o *Object, above, parent string) (string, error) {
	name := "member of " + above + o.Name
	text := o.constraint()
	t, err := w.scope.term(w.m, text)
	if err != nil {
		return "", err
	}
	ctx := w.scope.Eval
	ctx.Src = lang.NewSource("constraint of "+o.Name, text)
	f, ds := eval.CompileSearch(t, &ctx)
	if err := ds.Err(); err != nil {
		return "", err
	}
	fields := append(f.Fields().Names(), f.Fields().Patterns()...)
	w.add(Computed{Names: []string{name}, Reads: reads(parent, fields...), Compute: func(b *column.Batch) error {
		in := b.Copy()
		in.Sel = column.FullBitmap(b.N)
		if parent != "" {
			in.Sel = members(b, parent)
		}
		if err := f.Apply(in); err != nil {
			return err
		}
		b.Set(name, &column.Bool{Bits: in.Sel.Clone(), N: b.N})
		return nil
	}})
	return name, nil
}

// members returns the rows that a membership column marks.
func members(b *column.Batch, member string) column.Bitmap {
	if v, ok := b.Col(member).(*column.Bool); ok {
		return v.Bits.Clone()
	}
	return column.NewBitmap(b.N)
}

// within leaves values only in the rows of members.
func within(b *column.Batch, v column.Vec, member string) column.Vec {
	if member == "" {
		return v
	}
	rows := members(b, member)
	switch rows.Count() {
	case b.N:
		return v
	case 0:
		return column.Nulls(b.N)
	}
	out := column.NewTextBuilder()
	for i := range b.N {
		if rows.Get(i) {
			out.AppendValue(v.At(i))
		} else {
			out.AppendNull()
		}
	}
	return out.Build()
}

// flags adds is_Child and is_not_Child, which say of the events of a dataset whether they belong to a child.
func (w *viewer) flags(o *Object, path string, child *Object, member, parent string) {
	for _, f := range []struct{ bare, yes, no string }{{"is_" + child.Name, "1", "0"}, {"is_not_" + child.Name, "0", "1"}} {
		name := path + "." + f.bare
		w.show(o, name, f.bare)
		w.add(Computed{Names: []string{name}, Reads: reads(parent, member), Compute: func(b *column.Batch) error {
			in := members(b, member)
			out := column.NewTextBuilder()
			for i := range b.N {
				if in.Get(i) {
					out.Append(f.yes)
				} else {
					out.Append(f.no)
				}
			}
			b.Set(name, within(b, out.Build(), parent))
			return nil
		}})
	}
}

// node adds the path of a dataset to the field that lists them.
func (w *viewer) node(path, member string) {
	var before []string
	if slices.ContainsFunc(w.view.Fields, func(c Computed) bool { return slices.Contains(c.Names, FieldNode) }) {
		before = []string{FieldNode}
	}
	w.add(Computed{Names: []string{FieldNode}, Reads: reads(member, before...), Compute: func(b *column.Batch) error {
		if member == "" && before == nil {
			b.Set(FieldNode, column.ConstText(path, b.N))
			return nil
		}
		var rows column.Bitmap
		if member == "" {
			rows = column.FullBitmap(b.N)
		} else if rows = members(b, member); before != nil && !rows.Any() {
			return nil
		}
		b.Set(FieldNode, withValue(b, before != nil, rows, path))
		return nil
	}})
}

// withValue adds a value to the nodes of rows.
func withValue(b *column.Batch, some bool, rows column.Bitmap, path string) column.Vec {
	out := column.NewTextBuilder()
	old := b.Col(FieldNode)
	var values []string
	for i := range b.N {
		values = values[:0]
		if some {
			values = append(values, old.At(i).List()...)
		}
		if rows.Get(i) {
			values = append(values, path)
		}
		out.AppendList(values)
	}
	return out.Build()
}

// constraint is what events of a dataset must match beside what its parents ask.
func (o *Object) constraint() string {
	var parts []string
	if o.BaseSearch != "" && !o.piped() {
		parts = append(parts, o.BaseSearch)
	}
	for _, c := range o.Constraints {
		if c.Search != "" {
			parts = append(parts, c.Search)
		}
	}
	for _, f := range o.Fields {
		if f.Search != "" {
			parts = append(parts, f.Search)
		}
		if f.Required {
			parts = append(parts, quoteName(f.Name)+"=*")
		}
	}
	return strings.Join(parts, " ")
}

func quoteName(field string) string {
	if strings.ContainsAny(field, " \t\"'()=!<>|[],") {
		return lang.Quote(field)
	}
	return field
}

// term reads a constraint, macros expanded.
func (s Scope) term(m *Model, text string) (lang.Term, error) {
	src, err := s.expand(text)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(src.Text) == "" {
		return &lang.And{}, nil
	}
	src.Name = "constraint of data model " + m.Name
	t, ds := s.Parser.ParseTerm(src)
	return t, ds.Err()
}

// expand replaces macros. Those that restrict the indexes of a model are no restriction where nobody
// defines them, or as an empty pair of parentheses.
func (s Scope) expand(text string) (*lang.Source, error) {
	open := macros.NewLibrary()
	for _, c := range macros.Calls(text) {
		if !strings.HasPrefix(c.Name, "cim_") || !strings.HasSuffix(c.Name, "_indexes") || len(c.Args) > 0 {
			continue
		}
		var body string
		if s.Macros != nil {
			if d, ok := s.Macros.Get(c.Name, 0); ok {
				body = strings.Trim(d.Body.Text, "() \t\n\"")
			}
		}
		if body == "" {
			open.Add(&macros.Def{Name: c.Name, Body: lang.NewSource("macro "+c.Name, "*")})
		}
	}
	lib := open
	if s.Macros != nil {
		lib = macros.Layer(s.Macros, open)
	}
	src, ds := macros.Expand(lang.NewSource("data model", text), lib, macros.Options{})
	return src, ds.Err()
}
