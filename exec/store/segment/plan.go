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
	// Split is what the texts of the row group were taken apart with; unset, Prepare does that.
	Split *Splitter
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
	shaper *shaper                     // nil: no shapes
}

// prepared is the pages of a column, as long as the file has no reason to write them otherwise.
type prepared struct {
	col   Column
	pages *chunkWriter
}

// Prepare takes the events of a row group: one index and sourcetype, ascending by _time, at most
// column.MaxRows. With Options.Split it uses the batch up.
func Prepare(g *column.Batch, opts Options) (*Prepared, error) {
	p := &Prepared{Rows: g.N, chunks: make(map[string]*prepared, len(g.Names)), counts: map[string]map[string]int64{}}
	if err := p.check(g); err != nil {
		return nil, err
	}
	if opts.Split == nil {
		opts.Split = NewSplitter(opts.KeepRaw)
		g = opts.Split.Split(g)
	}
	p.group.RawBytes = opts.Split.bytes
	if ids, ok := g.Col(shapeField).(*column.Dict); ok {
		p.shaper = opts.Split.shaper
		for i := range g.N {
			if !ids.Null(i) {
				p.group.Shaped++
			}
		}
	}
	p.names = g.Names
	cols := make([]*prepared, len(g.Names))
	sizes := make([]int64, len(g.Names))
	counts := make([]map[string]int64, len(g.Names))
	err := parallel(len(cols), func(k int) error {
		name, vec := g.Names[k], g.Cols[k]
		g.Cols[k] = nil // what is written needs no memory any more
		if t, ok := vec.(*column.Time); ok && (name == timeField || name == indexTimeField) {
			cols[k] = &prepared{Column{Name: name, Type: Time}, writeTimes(t)}
			return nil
		}
		t := textColumnOf(vec)
		col := Column{Name: name, List: t.rows != nil}
		if t.integers() && !special(name) {
			col.Type = Integer
		}
		cols[k], sizes[k] = &prepared{col, writeTexts(&t, col)}, t.dict.Bytes()
		if counted(name) {
			counts[k] = t.counts()
		}
		return nil
	})
	for k, name := range g.Names {
		p.chunks[name], p.Bytes = cols[k], p.Bytes+sizes[k]
		if counted(name) {
			p.counts[name] = counts[k]
		}
	}
	return p, err
}

// Splitter takes the texts of events apart into shapes and what the columns hold anyway. Batch by batch,
// it takes those that become one row group. It belongs to one goroutine.
type Splitter struct {
	shaper *shaper
	keep   bool
	bytes  int64 // of all texts
}

// NewSplitter returns a splitter for a row group; with keepRaw it leaves the texts.
func NewSplitter(keepRaw bool) *Splitter { return &Splitter{shaper: newShaper(), keep: keepRaw} }

// Split returns the batch with its texts as shapes, where that can be. The batch may then be merged with
// others that went through the same splitter.
func (s *Splitter) Split(g *column.Batch) *column.Batch {
	g = g.Copy()
	g.Drop(shapeField) // the name is ours
	raw, ok := g.Col(rawField).(*column.Dict)
	if !ok {
		return g
	}
	for r := range raw.Codes {
		s.bytes += int64(len(raw.Text(r)))
	}
	if s.keep {
		return g
	}
	if ids, rest := s.shaper.split(g); ids != nil {
		g.Set(shapeField, ids)
		g.Set(rawField, rest)
	}
	return g
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
			c := types[name]
			if c == nil {
				c = &Column{Name: name, Type: Integer}
				types[name] = c
			}
			p.settle(c)
		}
		m.Hosts, m.Sources = addCounts(m.Hosts, p, "host"), addCounts(m.Sources, p, "source")
	}
	for _, c := range types {
		if c.List {
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
	own := p.chunks[c.Name].col
	if own.Type != Integer {
		c.Type = own.Type
	}
	c.List = c.List || own.List
}

// special columns are texts even if they look like numbers.
func special(name string) bool {
	return slices.Contains([]string{"host", "source", "sourcetype", "index", "_raw"}, name)
}

// counted tells the columns whose values the description of a file counts.
func counted(name string) bool { return name == "host" || name == "source" }

// counts counts the values of a column; nil if there are too many or several a row.
func (c *textColumn) counts() map[string]int64 {
	if c.rows != nil || c.dict.Len() > maxListed {
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
