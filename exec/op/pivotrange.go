package op

import (
	"context"
	"errors"

	"spl/exec/codec"
)

// rowRange is the groups of rows lo to hi-1: in part of a file or, once memory had no room for them, in
// ranges of their own.
type rowRange struct {
	lo, hi int
	file   *spillFile
	part   int
	split  []*rowRange
	own    *spillFile // of split
}

// newRowRanges cuts rows lo to hi-1 into ranges over the parts of a new file.
func newRowRanges(dir string, lo, hi int) (*rowRange, error) {
	file, err := newSpillFile(dir)
	if err != nil {
		return nil, err
	}
	r := &rowRange{lo: lo, hi: hi, own: file}
	width := max((hi-lo+partitions-1)/partitions, 1)
	for from := lo; from < hi; from += width {
		r.split = append(r.split, &rowRange{lo: from, hi: min(from+width, hi), file: file, part: len(r.split)})
	}
	return r, nil
}

// add writes groups to the ranges of their rows.
func (r *rowRange) add(set *aggSet, c *cellGroups) error {
	if len(c.rows) == 0 {
		return nil
	}
	width := r.split[0].hi - r.split[0].lo
	of := make([]uint8, len(c.rows)) // there are at most as many ranges as partitions
	var used [partitions]bool
	for g, row := range c.rows {
		of[g] = uint8((int(row) - r.lo) / width)
		used[of[g]] = true
	}
	for k, x := range r.split {
		if !used[k] {
			continue
		}
		var e codec.Encoder
		c.pick(set, func(g int) bool { return int(of[g]) == k }).encode(&e)
		if err := x.file.write(x.part, e.B); err != nil {
			return err
		}
	}
	return nil
}

// each calls f for ranges in order of their rows, with the cells of each. A range that memory has no room for
// is cut up first; a single row must fit.
func (r *rowRange) each(ctx context.Context, p *groupPartial, f func(lo, hi int, c *pivotCells) error) error {
	if r.split == nil {
		work := workMemory{Hold: NewHold(p.rt.Mem), relief: p.relief}
		defer work.Free()
		parts, err := r.load(ctx, p, &work)
		if err != nil {
			return err
		}
		if r.split == nil {
			return f(r.lo, r.hi, p.set.cellsOf(parts))
		}
		work.Free()
	}
	for _, x := range r.split {
		if err := x.each(ctx, p, f); err != nil {
			return err
		}
	}
	return nil
}

// load reads the groups of the range, or splits it.
func (r *rowRange) load(ctx context.Context, p *groupPartial, work *workMemory) (parts []*cellGroups, err error) {
	size := int64(0)
	var deal *rowRange
	err = r.file.each(r.part, func(data []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := &cellGroups{states: p.set.states()}
		if err := c.decode(&codec.Decoder{B: data}); err != nil {
			return err
		}
		if deal != nil {
			return deal.add(p.set, c)
		}
		parts = append(parts, c)
		size += c.bytes()
		err := work.hold(2 * size) // merging makes the states anew
		if err == nil || r.hi-r.lo < 2 {
			return err
		}
		if deal, err = newRowRanges(p.rt.Env.TempDir, r.lo, r.hi); err != nil {
			return err
		}
		r.split, r.own = deal.split, deal.own
		for _, c := range parts {
			if err := deal.add(p.set, c); err != nil {
				return err
			}
		}
		parts = nil
		return nil
	})
	return parts, err
}

// close removes the files.
func (r *rowRange) close() error {
	var errs []error
	for _, x := range r.split {
		errs = append(errs, x.close())
	}
	if r.own != nil {
		errs = append(errs, r.own.close())
	}
	return errors.Join(errs...)
}
