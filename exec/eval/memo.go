package eval

import (
	"strings"
	"sync"

	"spl/exec/column"
)

// memo keeps the results of a costly function of texts: the dictionaries of neighbouring row groups
// hold mostly the same entries. It serves one goroutine and gives up where texts hardly repeat.
type memo struct {
	known        map[string]string
	size         int // of the texts
	hits, misses int
}

// memoEntries and memoBytes bound a memo.
const (
	memoEntries = 1 << 14
	memoBytes   = 4 << 20
)

// apply is f(s), looked up if it is known.
func (m *memo) apply(f func(s string) (string, bool), s string) (string, bool) {
	full := len(m.known) >= memoEntries || m.size >= memoBytes
	if full && m.misses > m.hits {
		return f(s)
	}
	if out, ok := m.known[s]; ok {
		m.hits++
		return out, true
	}
	m.misses++
	out, ok := f(s)
	if ok && !full {
		s = strings.Clone(s) // the text may be part of an arena, which must not live as long
		m.known[s] = out
		m.size += len(s) + len(out)
	}
	return out, ok
}

// memos are the memos of the goroutines that run one function.
type memos struct {
	mu   sync.Mutex
	free []*memo
}

func (p *memos) take() *memo {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return &memo{known: map[string]string{}}
	}
	m := p.free[n-1]
	p.free = p.free[:n-1]
	return m
}

func (p *memos) give(m *memo) {
	p.mu.Lock()
	p.free = append(p.free, m)
	p.mu.Unlock()
}

// remembering makes a kernel like text1 of a function that costs more than a look-up.
func remembering(f func(s string) (string, bool)) kernel {
	k, ms := text1(f), &memos{}
	k.vec = func(args []column.Vec, _ int) column.Vec {
		d, ok := args[0].(*column.Dict)
		if !ok || !onlyFirst(args) {
			return nil
		}
		m := ms.take()
		defer ms.give(m)
		return appendAll(column.NewStringBuilder(), d, func(dst []byte, s string) ([]byte, bool) {
			out, ok := m.apply(f, s)
			return append(dst, out...), ok
		})
	}
	return k
}
