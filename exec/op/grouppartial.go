package op

import (
	"encoding/base64"
	"fmt"
	"strings"

	"spl/exec/agg"
	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

// Rows of partial results (sistats, tstats prestats=t) hold the By fields and for each aggregation its
// state as text; every field but the By fields starts with PartialPrefix. The command that finishes them finds the
// states by the aggregations' keys.
const (
	PartialPrefix  = "psrsvd_"
	PartialVersion = PartialPrefix + "v"
)

// PartialField is the name of the field that holds the state of an aggregation with that Key.
func PartialField(key string) string { return PartialPrefix + "s_" + key }

// partials adds the states of groups to b.
func (r *groupResult) partials(b *column.Batch, refs []groupRef) {
	b.Set(PartialVersion, column.ConstText("1", len(refs)))
	to := make([][]uint32, len(r.tables)) // by table and group, the place among those of refs
	sizes := make([]int, len(r.tables))
	for k, t := range r.tables {
		to[k] = make([]uint32, t.keys.Len())
		for g := range to[k] {
			to[k][g] = agg.None
		}
	}
	for _, ref := range refs {
		to[ref.part][ref.group] = uint32(sizes[ref.part])
		sizes[ref.part]++
	}
	for _, i := range r.columns {
		texts := make([][]string, len(r.tables))
		for k, t := range r.tables {
			some := t.states[i]
			if t.keys.Len() > 1 {
				some = r.set.state(i)
				some.Merge(t.states[i], to[k], sizes[k])
			}
			texts[k] = make([]string, sizes[k])
			encodeStates(func() agg.State { return r.set.state(i) }, some, texts[k])
		}
		out := column.NewTextBuilder()
		for _, ref := range refs {
			out.Append(texts[ref.part][to[ref.part][ref.group]])
		}
		b.Set(PartialField(r.set.cols[i].key), out.Build())
	}
}

// encodeStates writes each of the groups of s as text, halving them until one is left.
func encodeStates(fresh func() agg.State, s agg.State, out []string) {
	switch len(out) {
	case 0:
		return
	case 1:
		var e codec.Encoder
		s.Encode(&e)
		out[0] = base64.RawStdEncoding.EncodeToString(e.B)
		return
	}
	half := len(out) / 2
	to := make([]uint32, len(out))
	for part, n := range []int{half, len(out) - half} {
		for g := range to {
			to[g] = agg.None
			if g >= part*half && g < part*half+n {
				to[g] = uint32(g - part*half)
			}
		}
		some := fresh()
		some.Merge(s, to, n)
		encodeStates(fresh, some, out[part*half:part*half+n])
	}
}

// decodeState reads such a text into the empty state fresh.
func decodeState(fresh agg.State, text string) error {
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return fmt.Errorf("partial result: %w", err)
	}
	d := &codec.Decoder{B: data}
	fresh.Decode(d)
	if d.Err() != nil {
		return fmt.Errorf("partial result: %w", d.Err())
	}
	return nil
}

// addPartials merges rows of partial states.
func (p *groupPartial) addPartials(b *column.Batch) error {
	p.expandPartials(b)
	p.align()
	rows, keys, n := p.entries(b)
	p.rows += int64(n)
	if n == 0 {
		return nil
	}
	row := func(i int) int {
		if rows == nil {
			return i
		}
		return int(rows[i])
	}
	for k, t := range p.parts {
		mine := all(n)
		if len(p.parts) > 1 {
			entries, starts := dealRows(hashRows(keys, n))
			mine = entries[starts[k]:starts[k+1]]
		}
		groups := t.keys.AddBatch(gatherAll(keys, mine), len(mine), nil)
		for c := range t.states {
			col := b.Col(PartialField(p.set.cols[c].key))
			for i, e := range mine {
				v := col.At(row(int(e)))
				if v.Kind() == value.Null {
					continue
				}
				one := p.set.state(c)
				if err := decodeState(one, v.Text()); err != nil {
					return err
				}
				g := uint32(0)
				if groups != nil {
					g = groups[i]
				}
				t.states[c].Merge(one, []uint32{g}, t.keys.Len())
			}
		}
	}
	p.splitLarge()
	return p.account()
}

// expandPartials finds what the wildcards match among the states of b.
func (p *groupPartial) expandPartials(b *column.Batch) {
	if !p.set.wild {
		return
	}
	for i := range p.set.specs {
		a := &p.set.specs[i]
		if !a.wildcard() {
			continue
		}
		for _, n := range b.Names {
			field, ok := strings.CutPrefix(n, PartialField(a.keyPrefix()))
			if !ok || p.set.checked[n] {
				continue
			}
			p.set.checked[n] = true
			if field = strings.TrimSuffix(field, ")"); column.MatchName(a.Field, field) {
				p.set.cols = append(p.set.cols, aggColumn{spec: i, field: field, name: fillStars(a.Name, a.Field, field),
					key: a.keyPrefix() + field + ")"})
			}
		}
	}
}

func all(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}
