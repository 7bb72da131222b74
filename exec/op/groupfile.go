package op

import (
	"errors"

	"spl/exec/codec"
)

// account holds what the tables grew by, and spills them when that is refused.
func (p *groupPartial) account() error {
	now := int64(0)
	for _, t := range p.parts {
		now += t.bytes()
	}
	switch {
	case now <= p.held.n:
		return nil
	case !p.canSpill():
		return p.held.set(now)
	case p.held.setSpillable(now) != nil:
		return p.spillTables()
	}
	return nil
}

func (p *groupPartial) canSpill() bool {
	return p.rt != nil && canSpill(p.rt) && len(p.node.By) > 0
}

// spillTables writes all tables to the file, a section per partition, and starts afresh.
func (p *groupPartial) spillTables() error {
	if p.spill == nil {
		f, err := newSpillFile(p.rt.Env.TempDir)
		if err != nil {
			return err
		}
		p.spill = f
	}
	n := partitions
	if p.node.arrival {
		n = 1
		if p.parts[0].keys.Len() == 0 {
			return nil
		}
		if err := p.spill.write(labelPart, encodeLabels(p.parts[0].keys)); err != nil {
			return err
		}
		p.parts[0].order = ordinals(p.parts[0].keys.Len())
	}
	write := func(k int, t *groupTable) error {
		// where order matters all partitions have a section for each time that something was spilled
		if t.keys.Len() == 0 && !p.node.arrival {
			return nil
		}
		return writeTable(p.spill, k, t)
	}
	if len(p.parts) == 1 {
		if err := p.parts[0].split(0, len(p.node.By), p.set.states, write); err != nil {
			return err
		}
	} else {
		for k, t := range p.parts {
			if err := write(k, t); err != nil {
				return err
			}
		}
	}
	p.fresh(n)
	p.held.Free()
	return nil
}

// mergeSpilled appends the spilled sections of o. What is in memory here comes before them.
func (p *groupPartial) mergeSpilled(o *groupPartial, from []int) error {
	if o.spill == nil {
		return nil
	}
	if err := p.spillTables(); err != nil {
		return err
	}
	if sameColumns(from, len(o.set.cols)) {
		return errors.Join(p.spill.adopt(o.spill), o.spill.close())
	}
	for k := range partitions {
		err := o.spill.each(k, func(data []byte) error {
			t, err := o.load(data)
			if err != nil {
				return err
			}
			t.states = p.realigned(t.states, from)
			return writeTable(p.spill, k, t)
		})
		if err != nil {
			return err
		}
	}
	err := o.spill.each(labelPart, func(data []byte) error { return p.spill.write(labelPart, data) })
	return errors.Join(err, o.spill.close())
}

// sameColumns reports whether the first n columns are those of the other set, in its order: what it wrote
// can be read here.
func sameColumns(from []int, n int) bool {
	for i, k := range from {
		if i < n && k != i || i >= n && k >= 0 {
			return false
		}
	}
	return len(from) >= n
}

func writeTable(f *spillFile, k int, t *groupTable) error {
	var e codec.Encoder
	e.Uint(uint64(len(t.states)))
	t.encode(&e)
	return f.write(k, e.B)
}

// load reads a spilled table; columns found after it was written get fresh states.
func (p *groupPartial) load(data []byte) (*groupTable, error) {
	d := &codec.Decoder{B: data}
	n := int(d.Uint())
	t := newGroupTable(len(p.node.By))
	all := p.set.states()
	if n > len(all) {
		n = len(all)
	}
	t.states = all[:n:n]
	if err := t.decode(d); err != nil {
		return nil, err
	}
	t.states = append(t.states, all[n:]...)
	return t, nil
}
