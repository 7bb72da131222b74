package op

import "spl/exec/plan"

// smallWork is what one step of finishing spilled state may hold without asking, in bytes: with less nothing
// would ever be finished. Tests make it less.
var smallWork int64 = 1 << 20

// workMemory is the memory that such a step holds.
type workMemory struct {
	mem    *plan.Budget // nil: no limit
	held   int64
	relief func() error // nil, or puts what earlier steps gathered into files
}

// hold reserves what n bytes are more than was held; it fails, holding what it had, when the budget has no
// room.
func (w *workMemory) hold(n int64) error {
	grown := n - smallWork - w.held
	if grown <= 0 || w.mem == nil {
		return nil
	}
	err := w.mem.Reserve(grown)
	if err != nil && w.relief != nil {
		if err := w.relief(); err != nil {
			return err
		}
		err = w.mem.Reserve(grown)
	}
	if err == nil {
		w.held += grown
	}
	return err
}

// free gives everything back.
func (w *workMemory) free() {
	if w.mem != nil {
		w.mem.Release(w.held)
	}
	w.held = 0
}
