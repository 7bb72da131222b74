package datamodel

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/lang"
	"spl/macros"
)

// Fields of events that a model neither renames nor computes.
var standing = []string{"_time", "host", "source", "sourcetype"}

// FieldNode is the field that lists the datasets that an event belongs to.
const FieldNode = "nodename"

// Scope is what constraints and calculations are read with.
type Scope struct {
	Parser *lang.Parser
	Macros *macros.Library
	Eval   eval.Ctx
}

// Computed makes fields of events from others.
type Computed struct {
	Names   []string
	Reads   []string
	Compute func(b *column.Batch) error // sets the Names
}

// Visible is a field of a view, by its full name and without the path of its dataset.
type Visible struct{ Name, Bare string }

// View is a dataset, ready to be read: the events that belong to it are those of Base (a search of its own)
// or, without one, those of the indexes for which Constraint holds. Their fields are made by Fields, each
// of which may read those before it.
type View struct {
	Base       string
	Constraint lang.Term
	Fields     []Computed
	Visible    []Visible // fields that rows of the dataset show; those of its descendants are not among them
	Search     string    // the constraint as text

	names map[string]bool
}

// Has reports whether the view has a field of that name.
func (v *View) Has(name string) bool {
	return v.names[name] || slices.Contains(standing, name) || name == FieldNode || name == "index" || name == "splunk_server"
}

// View prepares a dataset, named alone or by its path; "" takes all datasets without a parent.
func (m *Model) View(dataset string, s Scope) (*View, error) {
	s.Eval.Parser, s.Eval.Subject = s.Parser, "'datamodel' command"
	w := &viewer{m: m, scope: s, view: &View{names: map[string]bool{}}}
	if dataset == "" {
		return w.view, w.all(m.Roots())
	}
	o := m.Object(dataset[strings.LastIndexByte(dataset, '.')+1:])
	if o == nil || strings.Contains(dataset, ".") && m.Path(o) != dataset {
		return nil, m.missing(dataset)
	}
	return w.view, w.one(o)
}

// viewer collects what a View holds.
type viewer struct {
	m     *Model
	scope Scope
	view  *View
	chain []*Object // of the dataset that was asked for
	// flat: calculations ran as commands of Base, on names without paths.
	flat bool
}

// one prepares a dataset: the whole tree of its root, of which the constraints of its chain let events
// through.
func (w *viewer) one(o *Object) error {
	w.chain = w.m.chain(o)
	root := w.chain[0]
	if !w.m.plain(root) {
		w.flat = true
		src, err := w.scope.expand(w.m.base(w.chain))
		if err != nil {
			return err
		}
		w.view.Base, w.view.Search = src.Text, src.Text
		return w.object(root, "", nil, "")
	}
	and := &lang.And{}
	var texts []string
	for _, a := range w.chain {
		text := a.constraint()
		t, err := w.scope.term(w.m, text)
		if err != nil {
			return err
		}
		and.Terms = append(and.Terms, t)
		texts = append(texts, "("+text+")")
	}
	w.view.Constraint, w.view.Search = and, strings.Join(texts, " ")
	return w.object(root, "", nil, "")
}

// all prepares several roots: events of any of them, each giving fields to its own.
func (w *viewer) all(roots []*Object) error {
	roots = slices.DeleteFunc(roots, func(o *Object) bool { return !w.m.plain(o) && len(roots) > 1 })
	if len(roots) == 1 {
		return w.one(roots[0])
	}
	or := &lang.Or{}
	var texts []string
	for _, o := range roots {
		t, err := w.scope.term(w.m, o.constraint())
		if err != nil {
			return err
		}
		or.Terms = append(or.Terms, t)
		texts = append(texts, "("+o.constraint()+")")
		member, err := w.member(o, "", "")
		if err != nil {
			return err
		}
		if err := w.object(o, "", nil, member); err != nil {
			return err
		}
	}
	w.view.Constraint, w.view.Search = or, strings.Join(texts, " OR ")
	return nil
}

// object adds the fields of a dataset and those below it. cols tells in which columns calculated fields of
// the ancestors are; member is the column that tells which events belong to the dataset, "" for all.
func (w *viewer) object(o *Object, above string, cols map[string]string, member string) error {
	path := above + o.Name
	own := map[string]string{}
	for f, c := range cols {
		own[f] = c
	}
	for _, f := range o.Fields {
		if !slices.Contains(standing, f.Name) {
			w.copied(o, path, f.Name, member)
		}
	}
	for _, c := range o.Calculations {
		if err := w.calculated(o, path, c, own, member); err != nil {
			return err
		}
	}
	var members []string
	children := w.m.children(o)
	for _, c := range children {
		m, err := w.member(c, path+".", member)
		if err != nil {
			return err
		}
		w.flags(o, path, c, m, member)
		members = append(members, m)
	}
	w.node(path, member)
	for i, c := range children {
		if err := w.object(c, path+".", own, members[i]); err != nil {
			return err
		}
	}
	return nil
}

// show lists a field among those of the view.
func (w *viewer) show(o *Object, name, bare string) {
	w.view.names[name] = true
	if slices.Contains(w.chain, o) {
		w.view.Visible = append(w.view.Visible, Visible{name, bare})
	}
}

// reads is the fields with the column that tells membership.
func reads(member string, fields ...string) []string {
	if member == "" {
		return fields
	}
	return append(slices.Clone(fields), member)
}

// copied is a field that a dataset takes over from the event.
func (w *viewer) copied(o *Object, path, field, member string) {
	name := path + "." + field
	w.show(o, name, field)
	w.add(Computed{Names: []string{name}, Reads: reads(member, field), Compute: func(b *column.Batch) error {
		b.Set(name, within(b, b.Col(field), member))
		return nil
	}})
}

func (w *viewer) add(c Computed) { w.view.Fields = append(w.view.Fields, c) }

// calculated is what a calculation makes.
func (w *viewer) calculated(o *Object, path string, c *Calculation, cols map[string]string, member string) error {
	if w.flat {
		for _, f := range c.Outputs {
			w.copied(o, path, f.Name, member)
		}
		return nil
	}
	src := lang.NewSource("calculation "+c.ID+" of data model "+w.m.Name, c.Expression)
	x, ds := w.scope.Parser.ParseExpr(src)
	if err := ds.Err(); err != nil {
		return err
	}
	ctx := w.scope.Eval
	ctx.Src = src
	p, ds := eval.CompileField(x, &ctx)
	if err := ds.Err(); err != nil {
		return err
	}
	if len(c.Outputs) != 1 {
		return ds.Err()
	}
	field := c.Outputs[0].Name
	name := path + "." + field
	w.show(o, name, field)
	from := make([]string, len(p.Fields()))
	for i, f := range p.Fields() {
		from[i] = f
		if col, ok := cols[f]; ok {
			from[i] = col
		}
	}
	cols[field] = name
	w.add(Computed{Names: []string{name}, Reads: reads(member, from...), Compute: func(b *column.Batch) error {
		in := column.NewBatch(b.N)
		for i, f := range p.Fields() {
			in.Set(f, b.Col(from[i]))
		}
		v, err := p.Eval(in)
		if err == nil {
			b.Set(name, within(b, column.Stored(v), member))
		}
		return err
	}})
	return nil
}
