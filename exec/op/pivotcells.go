package op

import (
	"slices"

	"spl/exec/agg"
	"spl/exec/codec"
	"spl/exec/intern"
)

// pivotCells are the states of cells, pairs of a row and a column, in order of arrival.
type pivotCells struct {
	pairs  intern.Pairs
	order  []int64 // when each cell arrived; nil: its number tells
	states []agg.State
}

// cellBytes is about what a cell takes beside its states.
const cellBytes = 24

// regrouped merges the states of n groups, in their order, into cells; place tells the row and column of each
// group, None for one of them drops it.
func (s *aggSet) regrouped(from []agg.State, n int, place func(g uint32) (row, col uint32)) *pivotCells {
	out := &pivotCells{states: s.states()}
	to := make([]uint32, n)
	for g := range to {
		row, col := place(uint32(g))
		if row == None || col == None {
			to[g] = None
			continue
		}
		to[g], _ = out.pairs.Add(intern.Pair(row, col))
	}
	for i, st := range out.states {
		st.Merge(from[i], to, out.pairs.Len())
	}
	return out
}

// cellGroups are groups that are on their way to cells: several may belong to one.
type cellGroups struct {
	rows, cols []uint32
	order      []int64 // when each arrived, ascending
	states     []agg.State
}

// bytes returns the memory held.
func (c *cellGroups) bytes() int64 {
	n := 4*int64(cap(c.rows)+cap(c.cols)) + 8*int64(cap(c.order))
	for _, s := range c.states {
		n += s.Bytes()
	}
	return n
}

func (c *cellGroups) encode(e *codec.Encoder) {
	encodeAscending(e, c.order)
	for _, ids := range [][]uint32{c.rows, c.cols} {
		for _, id := range ids {
			e.Uint(uint64(id))
		}
	}
	for _, s := range c.states {
		s.Encode(e)
	}
}

// decode reads groups into c, whose states are fresh.
func (c *cellGroups) decode(d *codec.Decoder) error {
	c.order = decodeAscending(d)
	for _, ids := range []*[]uint32{&c.rows, &c.cols} {
		*ids = make([]uint32, len(c.order))
		for i := range *ids {
			(*ids)[i] = uint32(d.Uint())
		}
	}
	for _, s := range c.states {
		s.Decode(d)
	}
	return d.Err()
}

// pick returns the groups for which keep holds.
func (c *cellGroups) pick(set *aggSet, keep func(g int) bool) *cellGroups {
	out := &cellGroups{states: set.states()}
	to := make([]uint32, len(c.order))
	for g := range to {
		to[g] = None
		if keep(g) {
			to[g] = uint32(len(out.order))
			out.rows, out.cols, out.order = append(out.rows, c.rows[g]), append(out.cols, c.cols[g]), append(out.order, c.order[g])
		}
	}
	for i, s := range out.states {
		s.Merge(c.states[i], to, len(out.order))
	}
	return out
}

// cellsOf merges groups in order of arrival: what several of them make of a cell may depend on it.
func (s *aggSet) cellsOf(parts []*cellGroups) *pivotCells {
	type arrived struct {
		at       int64
		row, col uint32
		part, no int
	}
	var all []arrived
	for p, c := range parts {
		for g, at := range c.order {
			all = append(all, arrived{at, c.rows[g], c.cols[g], p, g})
		}
	}
	slices.SortFunc(all, func(a, b arrived) int { return int(min(max(a.at-b.at, -1), 1)) })
	to := make([][]uint32, len(parts))
	for p, c := range parts {
		to[p] = make([]uint32, len(c.order))
	}
	for rank, a := range all {
		to[a.part][a.no] = uint32(rank)
	}
	ranked := s.states()
	for p, c := range parts {
		for i, st := range ranked {
			st.Merge(c.states[i], to[p], len(all))
		}
		parts[p] = nil
	}
	out := s.regrouped(ranked, len(all), func(g uint32) (row, col uint32) { return all[g].row, all[g].col })
	for _, a := range all {
		if n := out.pairs.Find(intern.Pair(a.row, a.col)); int(n) == len(out.order) {
			out.order = append(out.order, a.at)
		}
	}
	return out
}
