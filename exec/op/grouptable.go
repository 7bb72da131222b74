package op

import (
	"spl/exec/agg"
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/intern"
)

// Agg is one aggregation of a command of the stats family.
type Agg struct {
	Func  *agg.Func
	Arg   agg.Arg
	Field string // the argument; "" without one; may hold *
	Expr  Expr   // the argument of eval(…), nil without
	Name  string // of the output column; its * stands for what that of Field matched
	// Key tells the aggregation apart from others in rows of partial results: sum(x).
	Key string
}

// Expr is a compiled expression over the fields of a batch.
type Expr interface {
	Eval(b *column.Batch) (column.Vec, error)
	Fields() []string
}

// aggColumn is an aggregation over one field: an Agg, or one match of a wildcard Agg.
type aggColumn struct {
	spec  int
	field string
	name  string
	key   string
}

// groupTable is the states of all aggregations over one set of groups.
type groupTable struct {
	keys   *KeyTable
	states []agg.State // by aggColumn
	order  []int64     // by group, when it arrived, ascending; nil where that does not matter
	groups []uint32    // scratch
}

func newGroupTable(fields int) *groupTable { return &groupTable{keys: NewKeyTable(fields)} }

// bytes returns the memory held.
func (t *groupTable) bytes() int64 {
	n := t.keys.Bytes() + 4*int64(cap(t.groups)) + 8*int64(cap(t.order))
	for _, s := range t.states {
		n += s.Bytes()
	}
	return n
}

// aggArgs are the arguments of the aggregations over the rows of a batch, by aggColumn; vectors that are
// the same are shared.
type aggArgs struct {
	vecs  []column.Vec // distinct arguments
	of    []int        // by aggColumn: index into vecs, -1 for none
	times column.Vec   // nil: no aggregation reads _time
}

// add takes entries: their keys, and for each the row of the batch whose arguments it has (nil: the same
// row).
func (t *groupTable) add(keys []column.Vec, n int, rows []uint32, args *aggArgs) {
	t.groups = t.keys.AddBatch(keys, n, t.groups)
	groups := t.groups
	if len(keys) == 0 {
		groups = nil
	}
	shared := make([]*agg.Column, len(args.vecs))
	for i, v := range args.vecs {
		shared[i] = agg.NewColumn(pickRows(v, rows))
	}
	var times *agg.Column
	if args.times != nil {
		times = agg.NewColumn(pickRows(args.times, rows))
	}
	for i, s := range t.states {
		in := agg.NewInput(groups, t.keys.Len(), n, nil, times)
		if k := args.of[i]; k >= 0 {
			in.Arg = shared[k]
		}
		s.Add(in)
	}
}

func pickRows(v column.Vec, rows []uint32) column.Vec {
	if rows == nil {
		return v
	}
	return column.Gather(v, rows)
}

// absorb adds the groups of o; both have the same aggregations.
func (t *groupTable) absorb(o *groupTable) {
	to := t.keys.Absorb(o.keys)
	for g, at := range o.order {
		if int(to[g]) == len(t.order) { // a new group
			t.order = append(t.order, at)
		}
	}
	for i, s := range t.states {
		s.Merge(o.states[i], to, t.keys.Len())
	}
}

// partitions is into how many parts a large table is split; partBits of the hash decide.
const (
	partitions = 1 << partBits
	partBits   = 5
	partShift  = 64 - partBits
)

// split deals the groups out over partitions by the hash of their keys and hands the partitions to f one after
// the other. Parts that are split again take the next bits at each level.
func (t *groupTable) split(level, fields int, fresh func() []agg.State, f func(k int, part *groupTable) error) error {
	hashes, texts := t.keys.hashes()
	for g := range hashes {
		hashes[g] <<= level * partBits
	}
	groups, starts := dealRows(hashes)
	to := make([]uint32, len(groups))
	for g := range to {
		to[g] = agg.None
	}
	picker := newKeyPicker(t.keys, texts)
	for p := range partitions {
		mine := groups[starts[p]:starts[p+1]]
		part := newGroupTable(fields)
		part.states = fresh()
		picker.pick(part.keys, mine)
		for k, g := range mine {
			to[g] = uint32(k)
			if t.order != nil {
				part.order = append(part.order, t.order[g])
			}
		}
		for i, s := range part.states {
			s.Merge(t.states[i], to, len(mine))
		}
		for _, g := range mine {
			to[g] = agg.None
		}
		if err := f(p, part); err != nil {
			return err
		}
	}
	return nil
}

// dealRows sorts entries by partition: entries[starts[p]:starts[p+1]] belong to partition p, in order.
func dealRows(hashes []uint64) (entries []uint32, starts [partitions + 1]int) {
	for _, h := range hashes {
		starts[h>>partShift+1]++
	}
	for p := range partitions {
		starts[p+1] += starts[p]
	}
	at := starts
	entries = make([]uint32, len(hashes))
	for i, h := range hashes {
		p := h >> partShift
		entries[at[p]] = uint32(i)
		at[p]++
	}
	return entries, starts
}

// picked composes two selections: the rows of the entries named.
func picked(rows, entries []uint32) []uint32 {
	if rows == nil {
		return entries
	}
	out := make([]uint32, len(entries))
	for i, e := range entries {
		out[i] = rows[e]
	}
	return out
}

// encode writes the table; decode reads it into an empty one with fresh states.
func (t *groupTable) encode(e *codec.Encoder) {
	t.keys.encode(e)
	encodeAscending(e, t.order)
	for _, s := range t.states {
		s.Encode(e)
	}
}

func (t *groupTable) decode(d *codec.Decoder) error {
	t.keys.decode(d)
	if t.order = decodeAscending(d); len(t.order) != 0 && len(t.order) != t.keys.Len() {
		d.Fail()
	}
	if d.Err() != nil {
		return d.Err()
	}
	for _, s := range t.states {
		s.Decode(d)
	}
	return d.Err()
}

// encodeAscending writes numbers by their distances, which are short.
func encodeAscending(e *codec.Encoder, xs []int64) {
	e.Uint(uint64(len(xs)))
	last := int64(0)
	for _, x := range xs {
		e.Int(x - last)
		last = x
	}
}

func decodeAscending(d *codec.Decoder) []int64 {
	n := d.Length(1)
	if n == 0 {
		return nil
	}
	out, last := make([]int64, n), int64(0)
	for i := range out {
		last += d.Int()
		out[i] = last
	}
	return out
}

// None is the number of no group.
const None = intern.None
