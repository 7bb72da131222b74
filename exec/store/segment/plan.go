package segment

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"spl/exec/column"
	"spl/exec/store/flat"
)

// Options changes how files are written.
type Options struct {
	// KeepRaw stores the text of every event, for the users of other engines, even where columns and a
	// shape give it back.
	KeepRaw bool
	// Blooms writes filters of the tokens in the columns, for the searches of large stores.
	Blooms bool
}

// Prepared is a row group on its way into a file: the pages of its columns, and its texts as shapes. It
// holds about as much memory as its part of the file will take.
type Prepared struct {
	Index, Sourcetype string
	Rows              int
	Earliest, Latest  int64
	Bytes             int64 // of the columns' texts

	group  Group
	names  []string
	chunks map[string]*prepared
	counts map[string]map[string]int64 // of the events by host and source; without one that has too many
	shapes []flat.Shape
}

// prepared is the pages of a column, as long as the file has no reason to write them otherwise.
type prepared struct {
	col   Column
	pages *chunkWriter
	bloom bloomFilter
}

// Prepare takes the events of a row group: one index and sourcetype, ascending by _time, at most
// column.MaxRows. Their texts may have been taken apart by Split or flat.Block.
func Prepare(g *column.Batch, opts Options) (*Prepared, error) {
	p := &Prepared{Rows: g.N, chunks: make(map[string]*prepared, len(g.Names)), counts: map[string]map[string]int64{}}
	if err := p.check(g); err != nil {
		return nil, err
	}
	if opts.KeepRaw {
		if g.Has(flat.ShapeField) {
			return nil, errors.New("the texts of events are to be kept and were taken apart")
		}
	} else {
		g = Split(g)
	}
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	var err error
	if p.shapes, p.group.Shaped, p.group.RawBytes, err = takeShapes(g); err != nil {
		return nil, err
	}
	p.names = g.Names
	cols := make([]*prepared, len(g.Names))
	sizes, raw := make([]int64, len(g.Names)), make([]int64, len(g.Names))
	counts := make([]map[string]int64, len(g.Names))
	err = parallel(len(cols), func(k int) error {
		name, vec := g.Names[k], g.Cols[k]
		g.Cols[k] = nil // what is written needs no memory any more
		if t, ok := vec.(*column.Time); ok && (name == timeField || name == indexTimeField) {
			cols[k] = &prepared{col: Column{Name: name, Type: Time}, pages: writeTimes(t)}
			return nil
		}
		t := textColumnOf(vec)
		col := Column{Name: name, List: t.list}
		switch {
		case special(name):
		case t.integers():
			col.Type = Integer
		case t.findUUIDs():
			col.Type = UUID
		}
		cols[k], sizes[k] = &prepared{col: col, pages: writeTexts(&t, col)}, t.dict.Bytes()
		if opts.Blooms && col.Type != Integer {
			cols[k].bloom = bloomOf(t.dict, &cols[k].pages.Chunk)
		}
		if counted(name) {
			counts[k] = t.counts()
		}
		if name == rawField || name != shapeField && !special(name) {
			raw[k] = t.textBytes()
		}
		return nil
	})
	for k, name := range g.Names {
		p.chunks[name], p.Bytes = cols[k], p.Bytes+sizes[k]
		p.group.RawBytes += raw[k]
		if counted(name) {
			p.counts[name] = counts[k]
		}
	}
	return p, err
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
			p.settle(types, name)
		}
		m.Hosts, m.Sources = addCounts(m.Hosts, p, "host"), addCounts(m.Sources, p, "source")
	}
	for _, c := range types {
		switch {
		case c.List:
			c.Type = Text
		case c.Type == undecided:
			c.Type = Integer
		}
		m.Columns = append(m.Columns, *c)
	}
	sort.Slice(m.Columns, func(i, j int) bool { return m.Columns[i].Name < m.Columns[j].Name })
	for _, p := range groups {
		p.group.Shapes = encodeShapes(p.shapes, m.Find)
		m.Groups = append(m.Groups, p.group)
	}
	return nil
}

// settle makes the type of a column one that holds for this group too. One without values fits any.
func (p *Prepared) settle(types map[string]*Column, name string) {
	own := p.chunks[name]
	c := types[name]
	switch {
	case c == nil || c.Type == undecided:
		c = &Column{Name: name, Type: own.col.Type, List: c != nil && c.List}
		if types[name] = c; own.pages.Values == 0 {
			c.Type = undecided
		}
	case own.col.Type != c.Type && own.pages.Values > 0:
		c.Type = Text
	}
	c.List = c.List || own.col.List
}

// special columns are texts even if they look like numbers.
func special(name string) bool {
	return slices.Contains([]string{"host", "source", "sourcetype", "index", "_raw"}, name)
}

// counted tells the columns whose values the description of a file counts.
func counted(name string) bool { return name == "host" || name == "source" }

// counts counts the values of a column; nil if there are too many or several a row.
func (c *textColumn) counts() map[string]int64 {
	if c.list || c.dict.Len() > maxListed {
		return nil
	}
	by := make([]int64, c.dict.Len())
	for _, k := range c.vals {
		by[k]++
	}
	out := map[string]int64{}
	for k, n := range by {
		out[c.dict.Text(k)] = n
	}
	return out
}

// addCounts adds a group's counts to those of the file; nil stands for too many.
func addCounts(to map[string]int64, p *Prepared, name string) map[string]int64 {
	own, ok := p.counts[name]
	if !ok {
		return to // no value in this group
	}
	if to == nil || own == nil || len(to)+len(own) > maxListed {
		return nil
	}
	for v, n := range own {
		to[v] += n
	}
	return to
}
