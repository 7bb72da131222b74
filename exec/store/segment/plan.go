package segment

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"spl/exec/column"
)

// groupPlan is what is found out about a row group before the types of the columns are known.
type groupPlan struct {
	texts  map[string]textColumn
	names  []string // of texts, and of times
	ints   map[string]bool
	shaper *shaper
}

// plan finds the columns and their types, which must hold for all groups.
func (f *fileWriter) plan(groups []*column.Batch, opts Options) error {
	for _, g := range groups {
		if err := f.check(g); err != nil {
			return err
		}
	}
	if err := parallel(len(groups), func(i int) error {
		f.planGroup(i, groups[i], opts)
		return nil
	}); err != nil {
		return err
	}
	types := map[string]*Column{}
	f.meta.Hosts, f.meta.Sources = map[string]int64{}, map[string]int64{}
	for i := range f.plans {
		p := &f.plans[i]
		for _, name := range p.names {
			c := types[name]
			if c == nil {
				c = &Column{Name: name, Type: Integer}
				types[name] = c
			}
			t, isText := p.texts[name]
			switch {
			case !isText:
				c.Type = Time
				continue
			case !p.ints[name]:
				c.Type = Text
			}
			c.List = c.List || t.rows != nil
			f.meta.count(name, &t)
		}
	}
	for _, c := range types {
		if c.List || c.Type == Integer && special(c.Name) {
			c.Type = Text
		}
		f.meta.Columns = append(f.meta.Columns, *c)
	}
	sort.Slice(f.meta.Columns, func(i, j int) bool { return f.meta.Columns[i].Name < f.meta.Columns[j].Name })
	for i := range f.plans {
		if s := f.plans[i].shaper; s != nil {
			f.meta.Groups[i].Shapes = s.encode(f.meta.Find)
		}
	}
	return nil
}

// planGroup finds the shapes of a group and brings its texts into codes.
func (f *fileWriter) planGroup(i int, g *column.Batch, opts Options) {
	p, m := &f.plans[i], &f.meta.Groups[i]
	p.texts, p.ints = map[string]textColumn{}, map[string]bool{}
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	if raw, ok := g.Col(rawField).(*column.Dict); ok {
		for r := range raw.Codes {
			m.RawBytes += int64(len(raw.Text(r)))
		}
		if !opts.KeepRaw {
			p.split(g, m)
		}
	}
	p.names = g.Names
	for k, name := range g.Names {
		if _, ok := g.Cols[k].(*column.Time); ok && (name == timeField || name == indexTimeField) {
			continue
		}
		t := textColumnOf(g.Cols[k])
		p.texts[name], p.ints[name] = t, t.integers()
	}
}

// split replaces the texts that shapes give back.
func (p *groupPlan) split(g *column.Batch, m *Group) {
	p.shaper = newShaper()
	ids, rest := p.shaper.split(g)
	if ids == nil {
		p.shaper = nil
		return
	}
	for i := range g.N {
		if !ids.Null(i) {
			m.Shaped++
		}
	}
	g.Set(shapeField, ids)
	g.Set(rawField, rest)
}

// special columns are texts even if they look like numbers.
func special(name string) bool {
	return slices.Contains([]string{"host", "source", "sourcetype", "index", "_raw"}, name)
}

// check refuses what cannot be read back as it was.
func (f *fileWriter) check(g *column.Batch) error {
	t, ok := g.Col(timeField).(*column.Time)
	switch {
	case g.N == 0 || g.N > column.MaxRows || g.Sel != nil:
		return fmt.Errorf("a row group has 1 to %d rows, not %d", column.MaxRows, g.N)
	case !ok || t.Nulls.Any() || !slices.IsSorted(t.V):
		return errors.New("rows of a row group need ascending times")
	}
	if it, ok := g.Col(indexTimeField).(*column.Time); g.Has(indexTimeField) && (!ok || it.Nulls.Any()) {
		return errors.New("an event without _indextime")
	}
	m := f.meta
	index, sourcetype := g.Col("index").At(0).Text(), g.Col("sourcetype").At(0).Text()
	if m.Rows > 0 && (index != m.Index || sourcetype != m.Sourcetype) {
		return errors.New("a segment holds one index and sourcetype")
	}
	if m.Rows == 0 {
		m.Index, m.Sourcetype, m.Earliest, m.Latest = index, sourcetype, t.V[0], t.V[g.N-1]
	}
	m.Rows += int64(g.N)
	m.Earliest, m.Latest = min(m.Earliest, t.V[0]), max(m.Latest, t.V[g.N-1])
	m.Groups = append(m.Groups, Group{Rows: g.N, Earliest: t.V[0], Latest: t.V[g.N-1]})
	return nil
}

// count adds the events of a group to the counts by host or source.
func (m *Meta) count(name string, c *textColumn) {
	counts := &m.Hosts
	switch name {
	case "host":
	case "source":
		counts = &m.Sources
	default:
		return
	}
	if *counts == nil || c.rows != nil || len(*counts)+c.dict.Len() > maxListed {
		*counts = nil
		return
	}
	by := make([]int64, c.dict.Len())
	for _, k := range c.vals {
		by[k]++
	}
	for k, n := range by {
		(*counts)[c.dict.Text(k)] += n
	}
}
