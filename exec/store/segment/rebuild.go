package segment

import (
	"slices"
	"strconv"
	"sync"

	"spl/exec/column"
	"spl/exec/store/flat"
)

// groupShapes is the shapes of a row group, decoded when they are needed first.
type groupShapes struct {
	once   sync.Once
	shapes []shape
	cols   []int // columns that they use
	// escaped and verbatim tell whether there are shapes of JSON, and of XML.
	escaped, verbatim bool
	err               error
}

func (s *File) decodedShapes(group int) *groupShapes {
	gs := &s.shapes[group]
	gs.once.Do(func() {
		gs.shapes, gs.err = decodeShapes(s.Meta.Groups[group].Shapes, len(s.Meta.Columns))
		seen := make([]bool, len(s.Meta.Columns))
		for _, sh := range gs.shapes {
			gs.escaped, gs.verbatim = gs.escaped || !sh.verbatim, gs.verbatim || sh.verbatim
			for _, p := range sh.parts {
				if !seen[p.col] {
					seen[p.col] = true
					gs.cols = append(gs.cols, p.col)
				}
			}
		}
	})
	return gs
}

// raw gives the texts of a row group's events: those stored, and those built from shapes and columns.
// have are columns that were read already. Texts of rows outside of sel (nil: all) are not made.
func (r *groupReader) raw(have map[int]column.Vec, sel column.Bitmap) (column.Vec, error) {
	s := r.File
	g := &s.Meta.Groups[r.group]
	get := func(i int) (column.Vec, error) {
		if v := have[i]; v != nil || i < 0 || g.Chunks[i].Values == 0 {
			return v, nil
		}
		return r.column(i)
	}
	stored, err := get(s.Meta.Find(rawField))
	if err != nil || g.Shaped == 0 {
		return stored, err
	}
	ids, err := get(s.Meta.Find(shapeField))
	if err != nil {
		return nil, err
	}
	gs := s.decodedShapes(r.group)
	if gs.err != nil {
		return nil, gs.err
	}
	entries, err := shapesOf(ids, gs.shapes)
	if err != nil {
		return nil, err
	}
	b := &rebuilder{cells: make([]cell, len(s.Meta.Columns)), entries: entries, sel: sel}
	for _, i := range b.columns(ids.(*column.Dict), gs.cols) {
		v, err := get(i)
		if err != nil {
			return nil, err
		}
		b.cells[i] = cellOf(v)
		b.cells[i].esc = mayEscape(&g.Chunks[i])
	}
	return b.build(g, ids.(*column.Dict), stored)
}

// shapesOf returns the shapes that the entries of the column of shapes stand for.
func shapesOf(v column.Vec, shapes []shape) ([]*shape, error) {
	ids, ok := v.(*column.Dict)
	if !ok {
		return nil, errDamaged
	}
	entries := make([]*shape, ids.D.Len())
	for k := range entries {
		id, err := strconv.Atoi(ids.D.Text(k))
		if err != nil || id < 0 || id >= len(shapes) {
			return nil, errDamaged
		}
		entries[k] = &shapes[id]
	}
	return entries, nil
}

// mayEscape reports whether a value of the chunk may hold what JSON strings escape.
func mayEscape(c *Chunk) bool {
	quote, slash := uint64(1)<<'"', uint64(1)<<('\\'-64)
	return !c.BytesKnown || c.Bytes[0]&(1<<' '-1|quote) != 0 || c.Bytes[1]&slash != 0
}

// rebuilder makes texts of shapes and columns.
type rebuilder struct {
	cells   []cell
	entries []*shape      // by code
	sel     column.Bitmap // rows whose texts are made; nil: all
	arena   []byte
}

// columns returns those of all that the selected rows are made of.
func (b *rebuilder) columns(ids *column.Dict, all []int) []int {
	if b.sel == nil {
		return all
	}
	used := make([]bool, len(b.entries)+1)
	b.sel.Each(func(i int) { used[ids.Codes[i]] = true })
	seen := make([]bool, len(b.cells))
	var out []int
	for k, sh := range b.entries {
		if !used[k+1] {
			continue
		}
		for _, p := range sh.parts {
			if !seen[p.col] {
				seen[p.col] = true
				out = append(out, p.col)
			}
		}
	}
	return out
}

func (b *rebuilder) build(g *Group, ids *column.Dict, stored column.Vec) (column.Vec, error) {
	if g.RawBytes < 0 || g.RawBytes > 1<<32-1 {
		return nil, errDamaged
	}
	size := g.RawBytes
	if b.sel != nil {
		size = size * int64(b.sel.Count()) / int64(max(g.Rows, 1))
	}
	raw, _ := stored.(*column.Dict)
	b.arena = make([]byte, 0, size)
	offs := make([]uint32, 1, g.Rows+1)
	codes := make([]uint32, g.Rows)
	for i, c := range ids.Codes {
		switch {
		case b.sel != nil && !b.sel.Get(i):
			continue
		case c != 0:
			if !b.text(b.entries[c-1], i) {
				return nil, errDamaged
			}
		case raw != nil && raw.Codes[i] != 0:
			b.arena = append(b.arena, raw.Text(i)...)
		default:
			continue
		}
		offs = append(offs, uint32(len(b.arena)))
		codes[i] = uint32(len(offs) - 1)
	}
	if uint64(len(b.arena)) > 1<<32-1 {
		return nil, errDamaged
	}
	return &column.Dict{Codes: codes, D: column.NewDictionary(b.arena, slices.Clip(offs))}, nil
}

// text appends one text; false if a column lacks a value.
func (b *rebuilder) text(sh *shape, row int) bool {
	out := b.arena
	for i := range sh.parts {
		p := &sh.parts[i]
		c := &b.cells[p.col]
		var v string
		if c.offs == nil && row < len(c.codes) && c.codes[row] != 0 {
			// Most columns hold one value a row, which a shape asks for once.
			k := c.codes[row]
			v = c.arena[c.ends[k-1]:c.ends[k]]
		} else {
			var ok bool
			if v, ok = c.next(row); !ok {
				return false
			}
		}
		out = append(out, p.lit...)
		if c.esc && !sh.verbatim {
			out = flat.AppendEscaped(out, v)
		} else {
			out = append(out, v...)
		}
	}
	out = append(out, sh.tail...)
	b.arena = out
	return true
}
