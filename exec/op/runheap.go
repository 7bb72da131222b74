package op

import "container/heap"

// runHeap is the runs that are merged, that with the next row in front.
type runHeap[R any] struct {
	runs []R
	less func(a, b R) bool
}

func (h *runHeap[R]) Len() int           { return len(h.runs) }
func (h *runHeap[R]) Less(i, j int) bool { return h.less(h.runs[i], h.runs[j]) }
func (h *runHeap[R]) Swap(i, j int)      { h.runs[i], h.runs[j] = h.runs[j], h.runs[i] }
func (h *runHeap[R]) Push(x any)         { h.runs = append(h.runs, x.(R)) }

func (h *runHeap[R]) Pop() any {
	last := len(h.runs) - 1
	r := h.runs[last]
	h.runs = h.runs[:last]
	return r
}

// add puts a run in.
func (h *runHeap[R]) add(r R) { heap.Push(h, r) }

// moved puts the first run, which has gone on, to its place; one without more rows goes.
func (h *runHeap[R]) moved(more bool) {
	if more {
		heap.Fix(h, 0)
	} else {
		heap.Pop(h)
	}
}
