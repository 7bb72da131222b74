package segment

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"spl/exec/column"
)

// Options changes how files are written.
type Options struct {
	// KeepRaw stores the text of every event, for the users of other engines, even where columns and a
	// shape give it back.
	KeepRaw bool
}

// Prepared is a row group on its way into a file: its columns as codes, its texts as shapes. It holds
// less memory than the batch it came from.
type Prepared struct {
	Index, Sourcetype string
	Rows              int
	Earliest, Latest  int64
	Bytes             int64 // of the columns' texts

	group  Group
	names  []string
	texts  map[string]textColumn
	ints   map[string]bool
	times  map[string]*column.Time
	shaper *shaper // nil: no shapes
}

// Prepare takes the events of a row group: one index and sourcetype, ascending by _time, at most
// column.MaxRows.
func Prepare(g *column.Batch, opts Options) (*Prepared, error) {
	p := &Prepared{Rows: g.N, texts: map[string]textColumn{}, ints: map[string]bool{}, times: map[string]*column.Time{}}
	if err := p.check(g); err != nil {
		return nil, err
	}
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	if raw, ok := g.Col(rawField).(*column.Dict); ok {
		for r := range raw.Codes {
			p.group.RawBytes += int64(len(raw.Text(r)))
		}
		if !opts.KeepRaw {
			p.split(g)
		}
	}
	p.names = g.Names
	for k, name := range g.Names {
		if t, ok := g.Cols[k].(*column.Time); ok && (name == timeField || name == indexTimeField) {
			p.times[name] = t
			continue
		}
		t := textColumnOf(g.Cols[k])
		p.texts[name], p.ints[name] = t, t.integers()
		p.Bytes += t.dict.Bytes()
	}
	return p, nil
}

// check refuses what cannot be read back as it was.
func (p *Prepared) check(g *column.Batch) error {
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
	p.Index, p.Sourcetype = g.Col("index").At(0).Text(), g.Col("sourcetype").At(0).Text()
	p.Earliest, p.Latest = t.V[0], t.V[g.N-1]
	p.group = Group{Rows: g.N, Earliest: p.Earliest, Latest: p.Latest}
	return nil
}

// split replaces the texts that shapes give back.
func (p *Prepared) split(g *column.Batch) {
	s := newShaper()
	ids, rest := s.split(g)
	if ids == nil {
		return
	}
	p.shaper = s
	for i := range g.N {
		if !ids.Null(i) {
			p.group.Shaped++
		}
	}
	g.Set(shapeField, ids)
	g.Set(rawField, rest)
}

// plan finds the columns and their types, which must hold for all groups.
func (f *fileWriter) plan(groups []*Prepared) error {
	types := map[string]*Column{}
	m := f.meta
	m.Hosts, m.Sources = map[string]int64{}, map[string]int64{}
	for i, p := range groups {
		if i == 0 {
			m.Index, m.Sourcetype, m.Earliest, m.Latest = p.Index, p.Sourcetype, p.Earliest, p.Latest
		}
		if p.Index != m.Index || p.Sourcetype != m.Sourcetype {
			return errors.New("a segment holds one index and sourcetype")
		}
		m.Rows += int64(p.Rows)
		m.Earliest, m.Latest = min(m.Earliest, p.Earliest), max(m.Latest, p.Latest)
		for _, name := range p.names {
			c := types[name]
			if c == nil {
				c = &Column{Name: name, Type: Integer}
				types[name] = c
			}
			p.settle(c)
			if t, ok := p.texts[name]; ok {
				m.count(name, &t)
			}
		}
	}
	for _, c := range types {
		if c.List || c.Type == Integer && special(c.Name) {
			c.Type = Text
		}
		m.Columns = append(m.Columns, *c)
	}
	sort.Slice(m.Columns, func(i, j int) bool { return m.Columns[i].Name < m.Columns[j].Name })
	for _, p := range groups {
		if p.shaper != nil {
			p.group.Shapes = p.shaper.encode(m.Find)
		}
		m.Groups = append(m.Groups, p.group)
	}
	return nil
}

// settle makes the type of a column one that holds for this group too.
func (p *Prepared) settle(c *Column) {
	t, isText := p.texts[c.Name]
	switch {
	case !isText:
		c.Type = Time
	case !p.ints[c.Name]:
		c.Type = Text
	}
	c.List = c.List || t.rows != nil
}

// special columns are texts even if they look like numbers.
func special(name string) bool {
	return slices.Contains([]string{"host", "source", "sourcetype", "index", "_raw"}, name)
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
