package op

import (
	"errors"

	"spl/exec/column"
	"spl/exec/plan"
)

// canSpill reports whether there is a place for temporary files.
func canSpill(rt *plan.Runtime) bool { return rt.Env != nil && rt.Env.TempDir != "" }

// isFull reports whether an error says that the budget has nothing left.
func isFull(err error) bool {
	var full *plan.MemoryError
	return errors.As(err, &full)
}

// Hold is the memory that one operator has taken from the budget of its search.
type Hold struct {
	mem *plan.Budget // nil: nothing is refused
	n   int64
}

// NewHold returns a hold on nothing yet.
func NewHold(mem *plan.Budget) *Hold { return &Hold{mem: mem} }

// holdOf is NewHold for the budget of a runtime, of which tests may have none.
func holdOf(rt *plan.Runtime) *Hold {
	if rt == nil {
		return NewHold(nil)
	}
	return NewHold(rt.Mem)
}

// Take takes n more bytes, or gives them back (n < 0). The error is a plan.MemoryError; nothing is taken
// then.
func (h *Hold) Take(n int64) error { return h.take(n, (*plan.Budget).Reserve) }

// takeSpillable is Take for what goes to the disk when it is refused.
func (h *Hold) takeSpillable(n int64) error { return h.take(n, (*plan.Budget).ReserveSpillable) }

func (h *Hold) take(n int64, reserve func(*plan.Budget, int64) error) error {
	if h.mem != nil {
		if err := reserve(h.mem, n); err != nil {
			return err
		}
	}
	h.n += n
	return nil
}

// set takes or gives back what there is between what is held and n bytes.
func (h *Hold) set(n int64) error { return h.Take(n - h.n) }

// setSpillable is set for what goes to the disk when it is refused.
func (h *Hold) setSpillable(n int64) error { return h.takeSpillable(n - h.n) }

// Free gives everything back.
func (h *Hold) Free() {
	if h.mem != nil {
		h.mem.Release(h.n)
	}
	h.n = 0
}

// meter counts the bytes that batches keep alive; a dictionary that several of them share counts once.
type meter struct{ dicts map[*column.Dictionary]int }

func newMeter() meter { return meter{map[*column.Dictionary]int{}} }

// add returns the bytes that b adds to what is alive already.
func (m meter) add(b *column.Batch) int64 {
	return ownBytes(b, func(d *column.Dictionary) int64 {
		m.dicts[d]++
		if m.dicts[d] > 1 {
			return 0
		}
		return d.Bytes()
	})
}

// drop returns the bytes that go when b, which was added, goes.
func (m meter) drop(b *column.Batch) int64 {
	return ownBytes(b, func(d *column.Dictionary) int64 {
		if m.dicts[d]--; m.dicts[d] > 0 {
			return 0
		}
		delete(m.dicts, d)
		return d.Bytes()
	})
}

// ownBytes estimates the bytes of the vectors of b; of their dictionaries it asks dict.
func ownBytes(b *column.Batch, dict func(*column.Dictionary) int64) int64 {
	n := int64(0)
	for _, v := range b.Cols {
		switch v := v.(type) {
		case *column.Const:
			n += 16
		case *column.Dict:
			n += 4*int64(len(v.Codes)) + dict(v.D)
		case *column.List:
			n += 4*int64(len(v.Offsets)+len(v.Inner.Codes)) + dict(v.Inner.D)
		case *column.Any:
			n += 80 * int64(len(v.V))
		default:
			n += 8 * int64(v.Len())
		}
	}
	return n
}

// bytesOf estimates the bytes that b keeps alive by itself.
func bytesOf(b *column.Batch) int64 { return newMeter().add(b) }
