package op

// smallWork is what one step of finishing spilled state may hold without asking, in bytes: with less nothing
// would ever be finished. Tests make it less.
var smallWork int64 = 1 << 20

// workMemory is the memory that such a step holds.
type workMemory struct {
	*Hold
	relief func() error // nil, or puts what earlier steps gathered into files
}

// hold reserves what n bytes are more than was held; it fails, holding what it had, when the budget has no
// room.
func (w *workMemory) hold(n int64) error {
	grown := n - smallWork - w.n
	if grown <= 0 {
		return nil
	}
	err := w.Take(grown)
	if err != nil && w.relief != nil {
		if err := w.relief(); err != nil {
			return err
		}
		err = w.Take(grown)
	}
	return err
}
